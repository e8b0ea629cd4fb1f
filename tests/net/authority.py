"""Certificates as a test wants them, made with certtool: an authority, one between, a server."""
import datetime
import os
import shutil

from harness import run

NAME = "portal.lab"
FOREVER = {"expiration_days": 3650}
SIGNS = ["ca", "cert_signing_key"]


def _time(seconds):
    """Seconds from now, as certtool reads it."""
    when = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return when.strftime("%Y-%m-%d %H:%M:%S UTC")


class Authority:
    """Makes its own folder of keys and certificates. ca: the file of the root."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        self._sign("root", SIGNS, None, cn="Lab Root", **FOREVER)
        self._sign("between", SIGNS, "root", cn="Lab Between", **FOREVER)
        self.ca = self._path("root.pem")

    def _path(self, name):
        return os.path.join(self.folder, name)

    def _key(self, name):
        run(["certtool", "--generate-privkey", "--key-type=ecdsa", "--curve=secp256r1",
             "--no-text", "--outfile", self._path(f"{name}.key")])

    def _sign(self, name, flags, by, **values):
        self._key(name)
        lines = flags + [f'{key} = "{value}"' for key, value in values.items()]
        with open(self._path("template"), "w", encoding="ascii") as out:
            out.write("\n".join(lines) + "\n")
        how = ["--generate-certificate", "--load-ca-certificate", self._path(f"{by}.pem"),
               "--load-ca-privkey", self._path(f"{by}.key")] if by else ["--generate-self-signed"]
        run(["certtool", *how, "--load-privkey", self._path(f"{name}.key"), "--template",
             self._path("template"), "--no-text", "--outfile", self._path(f"{name}.pem")])

    def server(self, begins=-3600, ends=30 * 86400, name=NAME, key=None, chain=("between",),
               into="tls"):
        """fullchain.pem and privkey.pem in a folder. begins, ends: seconds from now; key: of
        another folder; chain: what follows its own. As an ACME client: new files, renamed."""
        self._sign("server", ["tls_www_server", "signing_key"], "between", cn=name, dns_name=name,
                   activation_date=_time(begins), expiration_date=_time(ends))
        folder = self._path(into)
        os.makedirs(folder, exist_ok=True)
        with open(self._path("new.pem"), "w", encoding="ascii") as out:
            for part in ("server", *chain):
                with open(self._path(f"{part}.pem"), encoding="ascii") as pem:
                    out.write(pem.read())
        shutil.copy(f"{self._path(key)}/privkey.pem" if key else self._path("server.key"),
                    self._path("new.key"))
        shutil.chown(self._path("new.key"), "root", "congchao")
        os.chmod(self._path("new.key"), 0o640)
        os.chmod(self._path("new.pem"), 0o644)
        os.rename(self._path("new.key"), f"{folder}/privkey.pem")
        os.rename(self._path("new.pem"), f"{folder}/fullchain.pem")
        return folder
