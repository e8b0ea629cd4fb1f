"""A small collector that says the truth, for the sender's tests: the contract of
congchao-report-format(5) in memory, written from it and not from the sender's code.

It keeps every byte that it is sent. `behave`, when set, is called with each request before
anything is looked at, and may answer in its place.
"""
import base64
import calendar
import hashlib
import hmac
import http.server
import json
import re
import ssl
import threading
import time

AUDIENCES = {"citizen", "civil_servant", "enterprise_staff", "press_leader"}
COUNTERS = ("shown", "answered", "right", "acknowledged", "released", "deferred", "returned")
MEASURE = re.compile(r"(answer/(pre|post|only|control|other|review3|review10|review24)/[a-d]/"
                     r"(fast|calm|slow)|rest/(wrong|right)/[0-2]|pair/(wrong|right)/(wrong|right))")
NEW, SAME, STALE, CONFLICT, REPLACED, REFUSED, TOO_OLD = 0, 1, 2, 3, 4, 11, 12
STATUS = {CONFLICT: 409, REFUSED: 422, TOO_OLD: 422}


def hour_of(period):
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:00:00Z", str(period)):
        return None
    return calendar.timegm(time.strptime(period, "%Y-%m-%dT%H:%M:%SZ"))


def lists_of(body):
    """The text of each report's two lists, as they came: of them the digest is made."""
    decoder, found, at = json.JSONDecoder(), [], 0
    text = body.decode()
    for _ in json.loads(text):
        pair = []
        for name in ('"cells":', '"measures":'):
            begin = text.index(name, at) + len(name)
            _, at = decoder.raw_decode(text, begin)
            pair.append(text[begin:at])
        found.append(pair)
    return found


class Server(http.server.ThreadingHTTPServer):
    """Clients that go away in the middle are what is wanted here: nothing is said of them."""
    daemon_threads = True

    def handle_error(self, *_):
        pass


class Request:
    def __init__(self, path, headers, body):
        self.path, self.headers, self.body = path, dict(headers), body


class Collector:
    """sites: {site: {key version: key}}; stored: {(site, period): (rev, digest, report)}."""

    def __init__(self, certificate, prefix=""):
        self.prefix, self.sites, self.codes = prefix, {}, {}
        self.stored, self.quarantine, self.requests = {}, [], []
        self.behave = None
        self.counts = {}
        self.lock = threading.Lock()
        self.server = Server(("127.0.0.1", 0), self._handler())
        self.port = self.server.server_address[1]
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True,
                                                     do_handshake_on_connect=False)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self):
        return f"https://localhost:{self.port}{self.prefix}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def add(self, site, version=1, code=None):
        """A site with a key; with a code it has to be enrolled first."""
        key = hashlib.sha256(f"{site}|{version}".encode()).digest()
        if code:
            self.codes[code] = site
        else:
            self.sites.setdefault(site, {})[version] = key
        return key

    # ------------------------------------------------------------ what is answered

    def _signed(self, request):
        """The site, or None: whatever is wrong, nobody is told what."""
        given = re.fullmatch(r'sig1=(\("@method" "@path" "content-digest"\);created=\d+;'
                             r'keyid="([a-z0-9-]{1,32})#(\d+)";alg="hmac-sha256")',
                             request.headers.get("Signature-Input", ""))
        signature = re.fullmatch(r"sig1=:([A-Za-z0-9+/=]{44}):", request.headers.get("Signature", ""))
        digest = "sha-256=:" + base64.b64encode(hashlib.sha256(request.body).digest()).decode() + ":"
        if not given or not signature or digest != request.headers.get("Content-Digest"):
            return None
        key = self.sites.get(given[2], {}).get(int(given[3]))
        base = (f'"@method": POST\n"@path": {request.path}\n"content-digest": {digest}\n'
                f'"@signature-params": {given[1]}')
        if key is None or not hmac.compare_digest(
                hmac.new(key, base.encode(), hashlib.sha256).digest(), base64.b64decode(signature[1])):
            return None
        return given[2]

    def answer(self, request):
        """(status, headers, body)"""
        with self.lock:
            if request.path == f"{self.prefix}/v1/enrol":
                return self._enrol(json.loads(request.body))
            if len(request.body) > 65536:
                return 413, {}, b"{\"error\":\"too large\"}"
            site = self._signed(request)
            if site is None:
                return 401, {}, b"{\"error\":\"no such key\"}"
            if request.path == f"{self.prefix}/v1/rotate":
                return self._rotate(site, request)
            return self._reports(site, request)

    def _enrol(self, asked):
        site = self.codes.get(asked["code"])
        if isinstance(site, tuple) and site[1] == asked["instance"]:
            site = site[0]
        if not isinstance(site, str):
            return 403, {}, b"{\"error\":\"no such code\"}"
        self.codes[asked["code"]] = (site, asked["instance"])
        version = max(self.sites.get(site, {0: None}), default=0) or 1
        key = self.add(site, version)
        return 200, {}, json.dumps({"site": site, "key_version": version, "key": key.hex(),
                                    "url": self.url}).encode()

    def _rotate(self, site, request):
        used = int(re.search(r"#(\d+)\"", request.headers["Signature-Input"])[1])
        newest = max(self.sites[site])
        version = newest if used < newest else used + 1
        return 200, {}, json.dumps({"key_version": version,
                                    "key": self.add(site, version).hex()}).encode()

    def _reports(self, site, request):
        try:
            reports = json.loads(request.body.decode())
            assert isinstance(reports, list) and 1 <= len(reports) <= 48 and b"\0" not in request.body
            lists = lists_of(request.body)
        except (ValueError, AssertionError):
            return 422, {}, b"{\"error\":\"expected a list of 1 to 48 reports\"}"
        results = [self._put(site, report, hashlib.sha256("".join(pair).encode()).hexdigest())
                   for report, pair in zip(reports, lists)]
        codes = {result["code"] for result in results}
        for code in (result["code"] for result in results):
            self.counts[code] = self.counts.get(code, 0) + 1
        status = 409 if CONFLICT in codes else 422 if codes & {REFUSED, TOO_OLD} else 200
        return status, {}, json.dumps({"results": results}).encode()

    def _put(self, site, report, digest):
        wrong = self.wrong(site, report)
        result = {"period": report.get("period"), "result": "", "rev": None, "digest": None}
        if wrong:
            self.quarantine.append((site, report))
            return {**result, "code": REFUSED, "reason": wrong}
        if hour_of(report["period"]) < time.time() - 60 * 86400:
            self.quarantine.append((site, report))
            return {**result, "code": TOO_OLD, "reason": "older than 60 days"}
        before = self.stored.get((site, report["period"]))
        code = NEW if before is None else STALE if report["rev"] < before[0] else \
            REPLACED if report["rev"] > before[0] else SAME if digest == before[1] else CONFLICT
        if code in (NEW, REPLACED):
            self.stored[(site, report["period"])] = (report["rev"], digest, report)
        if code == CONFLICT:
            self.quarantine.append((site, report))
        rev, digest, _ = self.stored[(site, report["period"])]
        return {**result, "code": code, "rev": rev, "digest": digest}

    @staticmethod
    def wrong(site, report):
        """What is wrong with a report, or None."""
        good = {"v": 1, "site": site, "len": 3600, "final": True}
        for name, value in good.items():
            if report.get(name) != value:
                return f"{name}: {report.get(name)}"
        hour = hour_of(report.get("period"))
        if hour is None or hour > time.time() + 900:
            return "period"
        if not re.fullmatch("[0-9a-f]{32}", report["instance"]) or report["rev"] < 1:
            return "instance or rev"
        for cell in report["cells"]:
            if cell["aud"] not in AUDIENCES or not all(
                    isinstance(cell[name], int) and cell[name] >= 0 for name in COUNTERS):
                return "cells"
        for measure in report["measures"]:
            if measure["aud"] not in AUDIENCES or not MEASURE.fullmatch(measure["event"]) \
               or measure["n"] < 1:
                return "measures"
        return None

    # ------------------------------------------------------------ the server

    def _handler(self):
        collector = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30
            wbufsize = -1  # header and body together: no 40 ms for a delayed acknowledgement

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                request = Request(self.path, self.headers.items(), body)
                collector.requests.append(request)
                answered = collector.behave(request) if collector.behave else None
                if answered == "hang up":
                    self.close_connection = True
                    return
                status, headers, text = answered or collector.answer(request)
                self.send_response(status)
                for name, value in {"Content-Type": "application/json",
                                    "Content-Length": str(len(text)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        return Handler
