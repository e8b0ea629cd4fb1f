"""A certificate authority of the test's own, and certificates by it."""
import os
import subprocess

CONF = """[ca]
default_ca = here
[here]
dir = {folder}
database = {folder}/index
serial = {folder}/serial
new_certs_dir = {folder}
certificate = {folder}/ca.pem
private_key = {folder}/ca.key
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = keyCertSign
subjectKeyIdentifier = hash
[server]
subjectAltName = {names}
authorityKeyIdentifier = keyid
"""


def openssl(*words):
    done = subprocess.run(["openssl", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"openssl {words}: {done.stderr}"


class Authority:
    """folder/ca.pem; server(...) makes folder/NAME.pem, certificate and key in one file."""

    def __init__(self, folder):
        self.folder, self.ca = folder, f"{folder}/ca.pem"
        os.makedirs(folder, exist_ok=True)
        os.chmod(folder, 0o755)
        for name, text in (("index", ""), ("serial", "01\n")):
            with open(f"{folder}/{name}", "w", encoding="utf-8") as out:
                out.write(text)
        self._conf("DNS:localhost")
        self._sign("ca", "the test's authority", "authority", "20250101000000Z",
                   "20600101000000Z", "-selfsign", "-keyfile", f"{folder}/ca.key")
        os.chmod(self.ca, 0o644)

    def _conf(self, names):
        with open(f"{self.folder}/conf", "w", encoding="utf-8") as out:
            out.write(CONF.format(folder=self.folder, names=names))

    def _sign(self, name, subject, extensions, begins, ends, *words):
        folder = self.folder
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-config", f"{folder}/conf", "-subj", f"/CN={subject}", "-keyout",
                f"{folder}/{name}.key", "-out", f"{folder}/{name}.csr")
        openssl("ca", "-batch", "-notext", "-config", f"{folder}/conf", "-extensions", extensions,
                "-startdate", begins, "-enddate", ends, "-in", f"{folder}/{name}.csr", "-out",
                f"{folder}/{name}.pem", *words)

    def server(self, name="server", hosts="DNS:localhost,IP:127.0.0.1", begins="20250101000000Z",
               ends="20600101000000Z"):
        """The path of a PEM file with the key and the certificate, made when it is not there."""
        path = f"{self.folder}/{name}.both.pem"
        if os.path.exists(path):
            return path
        self._conf(hosts)
        self._sign(name, "a server", "server", begins, ends)
        with open(path, "w", encoding="utf-8") as out:
            for part in ("key", "pem"):
                with open(f"{self.folder}/{name}.{part}", encoding="utf-8") as text:
                    out.write(text.read())
        return path
