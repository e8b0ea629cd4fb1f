"""A server in front of a collector that breaks half of all requests.

It ends TLS, as nginx does, and hands requests on over HTTP. What it breaks: cut before the
body, in it, after it (the collector has it, nobody learns of it), in the answer; answered with
an error; held back until later ones have passed; sent twice; sent again much later.
"""
import http.client
import http.server
import random
import socket
import ssl
import threading
import time

from collector import Server

FAULTS = ("before", "in", "after", "answer", "error", "busy", "late", "twice", "again")


class Proxy:
    """upstream: (host, port). share: of requests that are broken; 0 lets everything pass."""

    def __init__(self, certificate, upstream, seed, share=0.5):
        self.upstream, self.share = upstream, share
        self.rng, self.lock = random.Random(seed), threading.Lock()
        self.seen = dict.fromkeys(("passed", *FAULTS), 0)
        self.old = []  # requests of before, to come again
        self.waiting = []  # threads of those that are held back
        self.server = Server(("127.0.0.1", 0), self._handler())
        self.port = self.server.server_address[1]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True,
                                                 do_handshake_on_connect=False)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self):
        self.settle()
        self.server.shutdown()
        self.server.server_close()

    def settle(self):
        """Whatever was held back has arrived."""
        while self.waiting:
            self.waiting.pop().join(60)

    def choose(self):
        with self.lock:
            fault = self.rng.choice(FAULTS) if self.rng.random() < self.share else "passed"
            self.seen[fault] += 1
            return fault, self.rng.random()

    # ------------------------------------------------------------ towards the collector

    def forward(self, request):
        """(status, headers, body) of the collector, or None when it is not there."""
        path, headers, body = request
        connection = http.client.HTTPConnection(*self.upstream, timeout=20)
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def forward_part(self, request, share):
        """The beginning of a request, and then nothing more."""
        path, headers, body = request
        lines = [f"POST {path} HTTP/1.1", f"Host: {self.upstream[0]}",
                 *(f"{name}: {value}" for name, value in headers.items())]
        data = ("\r\n".join(lines) + "\r\n\r\n").encode() + body
        try:
            with socket.create_connection(self.upstream, timeout=10) as half:
                half.sendall(data[:int(len(data) * share)])
        except OSError:
            pass  # the collector has been killed: nothing arrives at all

    def later(self, request, seconds):
        def send():
            time.sleep(seconds)
            self.forward(request)
        thread = threading.Thread(target=send, daemon=True)
        self.waiting.append(thread)
        thread.start()

    # ------------------------------------------------------------ towards the gateway

    def serve(self, handler, request):
        """Answers, or hangs up."""
        fault, chance = self.choose()
        if fault == "before":
            return handler.hang_up()
        if fault == "in":
            self.forward_part(request, 0.2 + 0.7 * chance)
            return handler.hang_up()
        if fault in ("error", "busy"):
            return handler.reply((500 if fault == "error" else 503, [("Retry-After", "1")], b"<html>"))
        if fault == "late":
            self.later(request, 0.05 + 0.5 * chance)
            return handler.hang_up()
        if fault == "twice":
            self.later(request, 0)
        if fault == "again" and self.old:
            self.later(self.old[int(chance * len(self.old))], 0.3 * chance)
        self.old = [*self.old[-200:], request]
        answer = self.forward(request)
        if fault == "after":
            return handler.hang_up()
        if fault == "answer" and answer:
            return handler.reply(answer, chance)
        return handler.reply(answer or (502, [], b"<html>bad gateway</html>"))

    def _handler(self):
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30
            wbufsize = -1  # header and body together: no 40 ms for a delayed acknowledgement

            def do_POST(self):
                size = int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(size)
                if len(body) == size:  # a sender that was killed in the middle has sent nothing
                    wanted = ("content-type", "content-digest", "signature-input", "signature",
                              "content-length")
                    proxy.serve(self, (self.path, {name: value for name, value in self.headers.items()
                                                   if name.lower() in wanted}, body))

            def hang_up(self):
                self.close_connection = True

            def reply(self, answer, share=1.0):
                status, headers, body = answer
                self.send_response_only(status)
                for name, value in headers:
                    if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[:int(len(body) * share)])
                if share < 1:
                    self.close_connection = True

            def log_message(self, *_):
                pass

        return Handler
