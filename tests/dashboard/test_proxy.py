"""nginx in front, with both configurations that are shipped, and TLS."""
import os
import re
import shutil
import ssl
import subprocess
import tempfile
import urllib.error
import urllib.parse
import urllib.request

import front
from house import PASSWORDS, world

check, equal = world.check, world.equal


def tests(house):
    if not shutil.which("nginx"):
        world.say("skip", "front: nginx", "no nginx here")
        return
    place, port = house.place, world.free_port()
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        front.certificate(folder)
        words = front.nginx(place, folder, world.free_port())
        own = front.changed("nginx-dashboard.conf", (
            (r"listen 443 ssl http2;", f"listen 127.0.0.1:{port} ssl http2;"), (r"\tlisten \[::\]:443 ssl http2;\n", ""),
            (r"/etc/letsencrypt/live/\S+/fullchain.pem", f"{folder}/cert.pem"),
            (r"/etc/letsencrypt/live/\S+/privkey.pem", f"{folder}/key.pem")))
        with open(f"{folder}/nginx.conf", encoding="utf-8") as file:
            text = file.read()
        with open(f"{folder}/nginx.conf", "w", encoding="utf-8") as file:
            file.write(text.rstrip()[:-1] + own + "\n}\n")
        with subprocess.Popen(words, stderr=subprocess.DEVNULL) as nginx:
            try:
                through(house, folder, port)
            finally:
                nginx.terminate()


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):  # pylint: disable=arguments-differ
        return None


def through(house, folder, port):
    trust = ssl.create_default_context(cafile=f"{folder}/ca.pem")
    opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=trust),
                                         urllib.request.HTTPCookieProcessor(), NoRedirect)

    def get(path, data=None):
        try:
            with opener.open(f"https://localhost:{port}{path}", data, timeout=20) as answer:
                return answer.status, answer.headers, answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as problem:
            return problem.code, problem.headers, ""

    @check("front: over TLS one logs in, with cookies for TLS alone")
    def _():
        def up():
            try:
                return get(f"{world.PREFIX}/public")[0] == 200
            except OSError:
                return False
        world.wait_for("nginx", up)

        def tried():
            page = get(f"{world.PREFIX}/login")[2]
            token = re.search(r'name="token" value="([0-9a-f]{32})"', page).group(1)
            form = urllib.parse.urlencode({"token": token, "account": "minh", "password": PASSWORDS["minh"][1]}).encode()
            answer = get(f"{world.PREFIX}/login", form)
            return answer if answer[0] != 429 else None
        status, headers, _ = world.wait_for("a login", tried)
        equal(status, 303)
        assert any(re.match(r"__Host-congchao-session=[0-9a-f]{64}; Path=/; HttpOnly; SameSite=Strict; Secure", line)
                   for line in headers.get_all("Set-Cookie")), headers
        status, headers, page = get(f"{world.PREFIX}/")
        equal((status, "minh" in page, "max-age" in headers["Strict-Transport-Security"]), (200, True, True))

    @check("front: neither metrics nor reports are let through")
    def _():
        for path in ("/metrics", f"{world.PREFIX}/v1/reports", f"{world.PREFIX}/v1/enrol"):
            equal(get(path, b"{}" if "v1" in path else None)[0], 404, path)
