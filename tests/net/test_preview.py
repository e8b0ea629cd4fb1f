"""congchao content preview, seen from outside: no gate, no namespace, on this machine's own
loopback addresses, where alone it may be found."""
import contextlib
import http.client
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import urllib.parse

from harness import TREE, Skip

CONGCHAO = f"{os.path.abspath(os.environ.get('BUILD') or TREE + '/build')}/congchao"


class Preview:
    """The program with a copy of the shipped pack, which a test may break."""

    def __init__(self, *words, user=None):
        self.folder = tempfile.mkdtemp(prefix="congchao-preview-")
        os.chmod(self.folder, 0o755)
        self.pack = f"{self.folder}/content"
        shutil.copytree(f"{TREE}/etc/content", self.pack)
        for name in ("portal", "preview"):
            shutil.copytree(f"{TREE}/www/{name}", f"{self.folder}/www/{name}")
        with open(f"{self.folder}/congchao.conf", "w", encoding="utf-8") as out:
            out.write('zones = ( { name = "wifi"; interfaces = [ "lo" ]; '
                      'release_for = "12h"; } );\n'
                      f'paths = {{ www = "{self.folder}/www/portal"; }};\n')
        self.child = subprocess.Popen(
            [CONGCHAO, "-c", f"{self.folder}/congchao.conf", "content", "preview", self.pack,
             *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, user=user, group=user, extra_groups=[] if user else None)
        ready, _, _ = select.select([self.child.stdout], [], [], 20)
        self.said = self.child.stdout.readline() if ready else "nothing for 20 seconds"
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", self.said)
        self.port = int(found.group(1)) if found else None

    def close(self):
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGINT)
        try:
            return self.child.wait(10)
        finally:
            self.child.kill()
            self.child.stdout.close()
            shutil.rmtree(self.folder)

    def ask(self, path, method="GET", body=None, address="127.0.0.1", host=None, referer=None):
        """status, headers, text."""
        link = http.client.HTTPConnection(address, self.port, timeout=10)
        headers = {"Host": host or f"127.0.0.1:{self.port}"}
        if referer:
            headers["Referer"] = f"http://127.0.0.1:{self.port}{referer}"
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            link.request(method, path, body, headers)
            answer = link.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            link.close()

    def leads(self, path, referer, **fields):
        body = urllib.parse.urlencode(fields) if fields else None
        status, headers, _ = self.ask(path, "POST" if fields else "GET", body, referer=referer)
        assert status == 303, f"{path} after {referer}: {status}"
        return headers["Location"]

    def edit(self, file, old, new):
        path = f"{self.pack}/{file}"
        with open(path, encoding="utf-8") as pack:
            text = pack.read()
        assert old in text, f"no {old} in {file}"
        with open(path, "w", encoding="utf-8") as pack:
            pack.write(text.replace(old, new, 1))


@contextlib.contextmanager
def preview(*words, **options):
    shown = Preview(*words, **options)
    try:
        assert shown.port, f"it says {shown.said!r}"
        yield shown
    finally:
        shown.close()


def listening(pid):
    """{(address, port)} of the process's listening sockets, the address in hexadecimal."""
    links = [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")]
    inodes = {link[8:-1] for link in links if link.startswith("socket:[")}
    found = set()
    for table in ("tcp", "tcp6", "udp", "udp6"):
        with open(f"/proc/net/{table}", encoding="ascii") as lines:
            for line in list(lines)[1:]:
                words = line.split()
                if words[9] in inodes and (words[3] == "0A" or table.startswith("udp")):
                    address, port = words[1].split(":")
                    found.add((address, int(port, 16)))
    return found


def has_ipv6():
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        return True
    return False


def test_it_listens_on_loopback_alone():
    with preview() as shown:
        four = socket.inet_aton("127.0.0.1")[::-1].hex().upper()
        six = "00000000000000000000000001000000"
        expected = {(four, shown.port)} | ({(six, shown.port)} if has_ipv6() else set())
        assert listening(shown.child.pid) == expected, listening(shown.child.pid)


def test_one_thread_and_no_other_process():
    with preview() as shown:
        shown.ask("/vi/")
        pid = shown.child.pid
        assert len(os.listdir(f"/proc/{pid}/task")) == 1
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as children:
            assert not children.read().split()


def test_both_addresses_show_the_same():
    if not has_ipv6():
        raise Skip("no IPv6 here")
    with preview() as shown:
        for host in ("localhost", "127.0.0.1", "[::1]"):
            status, _, text = shown.ask("/vi/CIT-OTP-A/pre", address="::1",
                                        host=f"{host}:{shown.port}")
            assert status == 200 and "<form" in text, f"{host}: {status}"


def test_another_name_is_refused():
    with preview() as shown:
        for host in ("evil.example", f"evil.example:{shown.port}", "127.0.0.1",
                     f"127.0.0.1:{shown.port + 1}", f"localhost.evil.example:{shown.port}"):
            for path in ("/", "/vi/", "/vi/CIT-OTP-A/pre"):
                status, headers, text = shown.ask(path, host=host)
                assert status == 403, f"{host} {path}: {status}"
                assert "OTP" not in text and "Location" not in headers


def test_the_next_free_port_is_taken():
    with preview() as first, preview() as second:
        assert 2090 <= first.port < second.port <= 2099, f"{first.port}, {second.port}"


def test_a_named_port_is_the_only_one():
    with preview() as first:
        second = Preview("--port", str(first.port))
        ended = second.child.wait(10)
        second.close()
        assert ended == 1 and second.port is None and str(first.port) in second.said, second.said


def test_it_needs_no_root():
    if not os.stat(TREE).st_mode & 0o005 or not os.access(CONGCHAO, os.X_OK):
        raise Skip("nobody else may read the tree")
    with preview(user=65534) as shown:
        with open(f"/proc/{shown.child.pid}/status", encoding="ascii") as status:
            assert re.search(r"^Uid:\t65534\t65534", status.read(), re.M)
        assert shown.ask("/vi/")[0] == 200


def test_pages_have_portals_headers():
    with preview() as shown:
        status, headers, text = shown.ask("/en/CIT-OTP-A/post")
        nonce = re.search(r'<style nonce="([0-9a-f]{32})">', text).group(1)
        assert status == 200 and headers["Content-Language"] == "en"
        assert headers["Content-Security-Policy"] == (
            f"default-src 'none'; style-src 'nonce-{nonce}'; img-src data:; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'")
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_an_unknown_address_leads_back():
    with preview() as shown:
        for path in ("/vi/NONE/pre", "/de/", "/vi", "/../../etc/passwd", "/vi/%2e%2e/"):
            status, _, text = shown.ask(path)
            assert status == 404 and 'href="/"' in text, f"{path}: {status}"


def test_forms_and_links_lead_through_a_visit():
    with preview() as shown:
        page = shown.leads("/answer", "/vi/CIT-OTP-A/pre", choice="a", token="x")
        assert page == "/vi/CIT-OTP-B/post", page
        assert shown.leads("/?lang=en", page) == "/en/CIT-OTP-B/post"
        assert shown.leads("/?audience=civil_servant", page).endswith("/pre")
        page = shown.leads("/answer", page, choice="a", token="x")
        assert page.startswith("/vi/CIT-OTP-B/"), page
        page = shown.leads("/answer", page, choice="a", token="x")
        assert "/review-" in page, page
        assert shown.leads("/acknowledge", page, token="x") == "/vi/online"
        assert shown.leads("/answer", None, choice="a", token="x") == "/vi/"
        assert shown.leads("/answer", "/vi/CIT-OTP-A/pre", choice="zz", token="x") == "/vi/"


def test_a_change_is_shown_at_once():
    with preview() as shown:
        before = shown.ask("/vi/CIT-OTP-A/pre")[2]
        stem = re.search("<legend>(.*?)</legend>", before).group(1)
        shown.edit("text/vi.cfg", stem[:20], "Một câu mới: " + stem[:20])
        assert "Một câu mới: " in shown.ask("/vi/CIT-OTP-A/pre")[2]
        assert "Một câu mới: " in shown.ask("/vi/")[2]


def test_a_broken_pack_shows_its_mistakes_and_no_page():
    with preview() as shown:
        assert shown.ask("/vi/CIT-OTP-A/pre")[0] == 200
        shown.edit("structure.cfg", 'fact = "verified"', 'fact = "<b>&verified"')
        for path in ("/", "/vi/", "/vi/CIT-OTP-A/pre"):
            status, _, text = shown.ask(path)
            assert status == 500 and "<form" not in text, f"{path}: {status}"
            assert re.search(r"structure\.cfg:\d+: .*fact", text), text
            assert "&lt;b&gt;&amp;verified" in text and "<b>&" not in text
        shown.edit("structure.cfg", 'fact = "<b>&verified"', 'fact = "verified"')
        assert shown.ask("/vi/CIT-OTP-A/pre")[0] == 200


def test_a_pack_that_is_broken_from_the_start_can_be_mended():
    with preview() as shown:
        os.rename(f"{shown.pack}/pack.cfg", f"{shown.pack}/pack.off")
        status, _, text = shown.ask("/")
        assert status == 500 and "pack.cfg" in text, text
        os.rename(f"{shown.pack}/pack.off", f"{shown.pack}/pack.cfg")
        assert shown.ask("/vi/")[0] == 200


def test_garbage_does_not_end_it():
    heads = (b"\0\xff\xfe" * 300, b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"POST /answer HTTP/1.1\r\n",
             b"GET /" + b"a" * 30000 + b" HTTP/1.1\r\n\r\n", b"DELETE /vi/ HTTP/1.1\r\nHost: %s\r\n\r\n",
             b"POST /answer HTTP/1.1\r\nHost: %s\r\nContent-Length: 99999999999\r\n\r\nx",
             b"POST /answer HTTP/1.1\r\nHost: %s\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n",
             b"POST /answer HTTP/1.1\r\nHost: %s\r\nContent-Type: multipart/form-data; boundary=x\r\n"
             b"Content-Length: 60\r\n\r\n--x\r\nContent-Disposition: form-data\r\n\r\nno name\r\n--x--\r\n" + b" " * 9,
             b"GET /vi/ HTTP/1.1\r\nHost: %s\r\nReferer: http://%s/" + b"\xc3\x28" * 500 + b"\r\n\r\n")
    with preview() as shown:
        host = b"127.0.0.1:%d" % shown.port
        for head in heads:
            with socket.create_connection(("127.0.0.1", shown.port), timeout=10) as link:
                with contextlib.suppress(ConnectionError):
                    link.sendall(head.replace(b"%s", host))
                # Some of it is read, the rest is lost with the connection.
                assert shown.ask("/vi/")[0] == 200, head[:40]
            assert shown.ask("/vi/CIT-OTP-A/pre")[0] == 200, head[:40]


def test_it_ends_when_told():
    for number in (signal.SIGINT, signal.SIGTERM):
        with preview() as shown:
            shown.ask("/vi/")
            shown.child.send_signal(number)
            assert shown.child.wait(10) == 0, number
