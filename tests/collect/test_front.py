"""nginx and HAProxy in front, with the configurations that are shipped, and TLS."""
import http.client
import os
import shutil
import socket
import ssl
import subprocess

from front import certificate, haproxy, nginx
from gateway import Gateway, cell, hour, report
from place import check, equal, free_port, say, status_of, wait_for


def tests(place):
    prefixed = place.url
    for name, words in (("nginx", nginx), ("haproxy", haproxy)):
        if not shutil.which(name) or not shutil.which("openssl"):
            say("skip", f"front: {name}", "is not installed (scripts/deps test)")
            continue
        folder, port = f"{place.folder}/{name}", free_port()
        os.makedirs(folder)
        os.chmod(folder, 0o755)
        certificate(folder)
        place.stop()
        place.url = f"https://localhost:{port}"
        place.start(place.write_conf("front"))
        with subprocess.Popen(words(place, folder, f"127.0.0.1:{port}"), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as process:
            try:
                through(place, name, folder, port, process)
            finally:
                process.terminate()
                process.wait(20)
        place.stop()
        place.url = prefixed
        place.start()


def through(place, name, folder, port, process):
    trusting = ssl.create_default_context(cafile=f"{folder}/ca.pem")

    def connect():
        return http.client.HTTPSConnection("localhost", port, timeout=20, context=trusting)

    def is_up():
        assert process.poll() is None, f"{name} has ended"
        try:
            connect().connect()
            return True
        except OSError:
            return False

    wait_for(name, is_up)
    site = f"f-{name}"
    place.do("site", "add", site, "Quán", "cao-bang")
    code = place.code(site)
    door = Gateway(place.url, "", 0, b"", connect)
    # By hand what enrol() does, through the server in front.
    status, _, answer = door.request(
        "/v1/enrol", f'{{"code":"{code}","instance":"{"0" * 32}","sw":"0.1.0"}}'.encode(),
        {"X-Forwarded-For": "203.0.113.99"})

    @check(f"front: {name}: a gateway is enrolled and reports over TLS, its path as it was signed")
    def _():
        equal((status, answer.get("url")), (200, place.url), answer)
        one = Gateway(answer["url"], site, 1, bytes.fromhex(answer["key"]), connect)
        said = one.send(report(site, hour(3), cells=[cell(shown=7)]))
        equal((said[0], said[2]["results"][0]["result"]), (200, "new"))
        equal(place.sql(f"select shown from cell_hour where site_id = '{site}'"), "7")
        equal(one.send(report(site, hour(4)), key=b"x" * 32)[0], 401)
        full = one.post("/v1/reports", b"[" + b" " * 65534 + b"]")
        equal(full[0], 422, "64 KiB")

    @check(f"front: {name}: 70 kB are refused when their length is said, before they are sent")
    def _():
        with socket.create_connection(("localhost", port), timeout=20) as plain:
            with trusting.wrap_socket(plain, server_hostname="localhost") as tls:
                tls.sendall(b"POST /v1/reports HTTP/1.1\r\nHost: localhost\r\nContent-Length: 70000\r\n\r\n")
                equal(status_of(tls.recv(4096)), 413)

    @check(f"front: {name}: what a stranger says of his address is not believed")
    def _():
        for i in range(5):
            door.request("/v1/enrol", b'{"code":"0000-0000","instance":"' + b"0" * 32 + b'","sw":"1"}',
                         {"X-Forwarded-For": f"203.0.113.{i}"})
        equal(place.sql("select max(n) from (select count(*) as n from enrol_try group by address) x"), "5")
        status_, headers, _ = door.request(
            "/v1/enrol", b'{"code":"0000-0000","instance":"' + b"0" * 32 + b'","sw":"1"}',
            {"X-Forwarded-For": "203.0.113.77"})
        equal(status_, 429)
        assert int(headers["Retry-After"]) > 0

    @check(f"front: {name}: nothing else of the collector is reached")
    def _():
        for path in ("/metrics", "/v1/../metrics", "/", "/v1/reports/x", "//v1/reports", "/V1/reports"):
            equal(door.request(path, b"")[0], 404, path)

    @check(f"front: {name}: too many requests from one address are told to come later")
    def _():
        for _ in range(400):
            status_, headers, _ = door.request("/v1/reports", b"[]")
            if status_ == 429:
                break
        equal(status_, 429)
        assert int(headers["Retry-After"]) > 0

    place.sql("delete from enrol_try")
