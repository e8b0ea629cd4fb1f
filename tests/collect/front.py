"""The servers in front of the collector, with the configurations that are shipped."""
import re
import subprocess

from place import TREE


def certificate(folder, name="localhost"):
    """ca.pem: an authority of one day; cert.pem, key.pem, both.pem: what it says of a name."""
    def openssl(*words):
        subprocess.run(["openssl", *words], check=True, cwd=folder, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
            "-subj", "/CN=test CA", "-keyout", "ca.key", "-out", "ca.pem")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
            "-keyout", "key.pem", "-out", "csr.pem")
    with open(f"{folder}/ext", "w", encoding="ascii") as ext:
        ext.write(f"subjectAltName = DNS:{name}\n")
    openssl("x509", "-req", "-in", "csr.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "1",
            "-extfile", "ext", "-out", "cert.pem")
    with open(f"{folder}/both.pem", "w", encoding="ascii") as both:
        for half in ("cert.pem", "key.pem"):
            with open(f"{folder}/{half}", encoding="ascii") as part:
                both.write(part.read())


def changed(path, changes):
    """The shipped text with other ports and files; each change has to be there to be made."""
    with open(f"{TREE}/etc/collect/{path}", encoding="utf-8") as file:
        text = file.read()
    for old, new in changes:
        assert re.search(old, text), f"{path} has no {old}"
        text = re.sub(old, new, text)
    return text


def nginx(place, folder, listen):
    """The command that runs it: on an address and port, or on a port of all addresses."""
    site = changed("nginx.conf", (
        (r"listen 443 ssl http2;", f"listen {listen} ssl http2;"), (r"\tlisten \[::\]:443 ssl http2;\n", ""),
        (r"/etc/letsencrypt/live/thongke.example.vn/fullchain.pem", f"{folder}/cert.pem"),
        (r"/etc/letsencrypt/live/thongke.example.vn/privkey.pem", f"{folder}/key.pem"),
        (r"127\.0\.0\.1:8470", f"127.0.0.1:{place.port}")))
    paths = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in
                    ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    with open(f"{folder}/nginx.conf", "w", encoding="utf-8") as conf:
        conf.write(f"user nobody nogroup;\npid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
                   f"http {{\naccess_log off;\n{paths}{site}\n}}\n")
    return ["nginx", "-p", folder, "-c", f"{folder}/nginx.conf", "-g", "daemon off;"]


def haproxy(place, folder, listen):
    site = changed("haproxy.cfg", (
        (r"bind :443", f"bind {listen}"), (r"/etc/haproxy/thongke.example.vn.pem", f"{folder}/both.pem"),
        (r"127\.0\.0\.1:8470", f"127.0.0.1:{place.port}")))
    with open(f"{folder}/haproxy.cfg", "w", encoding="utf-8") as conf:
        conf.write(f"global\n\tmaxconn 100\n{site}")
    return ["haproxy", "-db", "-q", "-f", f"{folder}/haproxy.cfg"]
