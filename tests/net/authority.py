"""Certificates as a test wants them, made with certtool: an authority, one between, a server.

    AUTHORITY = Authority()                     # for the whole file; gone with the process
    LAB = {"dnsmasq": RECORDS, "conf": {"portal": AUTHORITY.portal()}}
    told(lab.phone(), AUTHORITY)["captive"]     # the API, as a phone asks that trusts the root
"""
import atexit
import datetime
import json
import os
import shutil

from harness import Skip, run
from lab.namespace import make_folder
from mounts import mounted, own_mounts

NAME = "portal.lab"
RECORDS = [f"--host-record={NAME},10.77.0.1,fd77::1"]
URL = f"https://{NAME}/"
API = f"{URL}captive-portal/api"
CAPTIVE_JSON = "application/captive+json"
SYSTEM = "/etc/ssl/certs/ca-certificates.crt"
FOREVER = {"expiration_days": 3650}
SIGNS = ["ca", "cert_signing_key"]


def _time(seconds):
    """Seconds from now, as certtool reads it."""
    when = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return when.strftime("%Y-%m-%d %H:%M:%S UTC")


class Authority:
    """Makes its own folder of keys and certificates. ca: the file of the root; tls: a folder
    with a good certificate for NAME."""

    def __init__(self):
        if not shutil.which("certtool"):
            raise Skip("no certtool here")
        self.folder = make_folder()
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        self._sign("root", SIGNS, None, cn="Lab Root", **FOREVER)
        self._sign("between", SIGNS, "root", cn="Lab Between", **FOREVER)
        self.ca = self._path("root.pem")
        self.tls = self.server()

    def portal(self, **more):
        """The keys of the configuration."""
        return {"name": NAME, "certificate": f"{self.tls}/fullchain.pem",
                "key": f"{self.tls}/privkey.pem", **more}

    def known_here(self):
        """To this process and what it starts, the root is the one authority of the system."""
        if not os.path.exists(SYSTEM):
            raise Skip(f"no {SYSTEM} here")
        own_mounts()
        mounted("--bind", self.ca, SYSTEM)

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

    def server(self, begins=-3600, ends=29.5 * 86400, name=NAME, key=None, chain=("between",),
               into="tls", **more):
        """fullchain.pem and privkey.pem in a folder. begins, ends: seconds from now; key: of
        another folder; chain: what follows its own; more: lines of certtool's template. As an
        ACME client: new files, renamed."""
        self._sign("server", ["tls_www_server", "signing_key"], "between", cn=name, dns_name=name,
                   activation_date=_time(begins), expiration_date=_time(ends), **more)
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


def ask(phone, authority, url=API, accept=CAPTIVE_JSON, headers=(), **options):
    """One request over HTTPS; Reply."""
    headers = [*headers, *([["Accept", accept]] if accept else [])]
    return phone.fetch(url, headers=headers, ca=authority.ca, **options)


def told(phone, authority, **options):
    """What the API says of a phone, as strictly as its systems read it."""
    reply = ask(phone, authority, **options)
    assert reply.status == 200 and reply["Content-Type"] == CAPTIVE_JSON, f"{reply}"
    found = json.loads(reply.body.decode("utf-8"))
    assert isinstance(found["captive"], bool), found
    return found
