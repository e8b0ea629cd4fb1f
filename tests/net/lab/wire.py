"""HTTP/1.1 and DNS spoken byte by byte, so that a test sees exactly what was answered.

Runs inside a device's namespace. Nothing is retried and nothing is hidden: a closed, a
refused and a silent connection are three different results.
"""
import errno
import random
import socket
import ssl
import struct
import time

IP_RECVERR, IPV6_RECVERR = 11, 25
USUAL_PORT = {"http": 80, "https": 443}
TYPES = {"A": 1, "AAAA": 28, "TXT": 16, "HTTPS": 65}


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def place(address, port):
    """With the zone of fe80::1%wlan0, which connect() itself would forget."""
    return socket.getaddrinfo(address, port, type=socket.SOCK_STREAM,
                              flags=socket.AI_NUMERICHOST)[0][4]


def connect(address, port, timeout=5):
    sock = socket.socket(family_of(address), socket.SOCK_STREAM)
    sock.settimeout(timeout)
    try:
        sock.connect(place(address, port))
    except OSError:
        sock.close()
        raise
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def connect_tls(address, port, ca, name, timeout=5):
    """TLS as a phone does it that trusts the authority of the file `ca` alone, for that name."""
    sock = connect(address, port, timeout)
    try:
        return ssl.create_default_context(cafile=ca).wrap_socket(sock, server_hostname=name)
    except OSError:
        sock.close()
        raise


# ---------------------------------------------------------------- HTTP

class Answer(dict):
    """status, headers (list of pairs), body (bytes), closed, ms."""

    def header(self, name, default=None):
        for key, value in self["headers"]:
            if key.lower() == name.lower():
                return value
        return default


class Connection:
    """One connection to an HTTP server; `send` may be anything at all. tls: ca and name."""

    def __init__(self, address, port, timeout=5, tls=None):
        self.peer = (address, port)
        self.sock = connect_tls(address, port, *tls, timeout) if tls else \
            connect(address, port, timeout)
        self.buffer = b""
        self.ended = False

    def close(self):
        self.sock.close()

    def send(self, data):
        self.sock.sendall(data)

    def _more(self):
        data = self.sock.recv(65536)
        if not data:
            self.ended = True
        self.buffer += data
        return bool(data)

    def _until(self, mark):
        while mark not in self.buffer:
            if not self._more():
                raise ConnectionError(f"closed before the answer was whole "
                                      f"({len(self.buffer)} bytes)")
        head, self.buffer = self.buffer.split(mark, 1)
        return head

    def _exactly(self, length):
        while len(self.buffer) < length:
            if not self._more():
                raise ConnectionError("closed inside the body")
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        return body

    def _chunks(self):
        body = b""
        while True:
            length = int(self._until(b"\r\n").split(b";")[0], 16)
            body += self._exactly(length)
            self._until(b"\r\n")
            if not length:
                return body

    def answer(self, head_only=False):
        """Reads one answer. `closed`: the server has said or done that it closes."""
        begun = time.monotonic()
        lines = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        while lines[0].split(" ", 2)[1] == "100":
            lines = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        status = int(lines[0].split(" ", 2)[1])
        headers = [tuple(part.strip() for part in line.split(":", 1)) for line in lines[1:]]
        found = Answer(status=status, headers=headers, version=lines[0].split(" ")[0])
        length = found.header("Content-Length")
        if head_only or status in (204, 304):
            body = b""
        elif (found.header("Transfer-Encoding") or "").lower() == "chunked":
            body = self._chunks()
        elif length is not None:
            body = self._exactly(int(length))
        else:
            while self._more():
                pass
            body, self.buffer = self.buffer, b""
        found["body"] = body
        found["ms"] = (time.monotonic() - begun) * 1000
        found["close"] = (found.header("Connection") or "").lower() == "close" or self.ended
        return found

    def closed_by_peer(self, timeout=2):
        """Does the server close now, without our asking? Leftover bytes are an error."""
        self.sock.settimeout(timeout)
        try:
            return self.sock.recv(1) == b""
        except socket.timeout:
            return False
        except ConnectionResetError:
            return True


def request_bytes(method, target, headers, body=None, version="1.1"):
    lines = [f"{method} {target} HTTP/{version}"] + [f"{key}: {value}" for key, value in headers]
    if body is not None and not any(key.lower() == "content-length" for key, _ in headers):
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + (body or b"")


def split_url(url):
    """http[s]://host[:port]/path -> host, port, path; [v6] hosts too."""
    scheme, mark, rest = url.partition("://")
    if scheme not in USUAL_PORT or not mark:
        raise ValueError(f"not an absolute http URL: {url}")
    place, slash, path = rest.partition("/")
    if place.startswith("["):
        host, _, port = place[1:].partition("]")
        port = port[1:]
    else:
        host, _, port = place.partition(":")
    return host, int(port or USUAL_PORT[scheme]), slash + path if slash else "/"


def tls_of(url, ca):
    """What a Connection for this URL needs to know of TLS."""
    return (ca, split_url(url)[0]) if url.startswith("https://") else None


def host_header(host, port):
    name = f"[{host}]" if ":" in host else host
    return name if port in USUAL_PORT.values() else f"{name}:{port}"


def is_address(host):
    return ":" in host or host.replace(".", "").isdigit()


# ---------------------------------------------------------------- DNS

def _skip_name(data, at):
    while data[at]:
        if data[at] >= 0xC0:
            return at + 2
        at += data[at] + 1
    return at + 1


def parse_dns(data):
    """The answer section: (rcode, [addresses or texts])."""
    flags, questions, answers = struct.unpack("!HHH", data[2:8])
    at = 12
    for _ in range(questions):
        at = _skip_name(data, at) + 4
    found = []
    for _ in range(answers):
        at = _skip_name(data, at)
        kind, _, _, length = struct.unpack("!HHIH", data[at:at + 10])
        value = data[at + 10:at + 10 + length]
        at += 10 + length
        if kind == TYPES["A"]:
            found.append(socket.inet_ntop(socket.AF_INET, value))
        elif kind == TYPES["AAAA"]:
            found.append(socket.inet_ntop(socket.AF_INET6, value))
        elif kind == TYPES["TXT"]:
            found.append(value[1:].decode("latin-1"))
    return flags & 15, found


def dns_question(name, kind):
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    head = struct.pack("!HHHHHH", random.randrange(65536), 0x0100, 1, 0, 0, 0)
    return head + labels + b"\0" + struct.pack("!HH", TYPES[kind], 1)


def dns(name, kind="A", server=None, transport="udp", timeout=3):
    """Asks one resolver once. {rcode, found} or {error}."""
    question = dns_question(name, kind)
    try:
        if transport == "tcp":
            with connect(server, 53, timeout) as sock:
                sock.sendall(struct.pack("!H", len(question)) + question)
                stream = sock.makefile("rb")
                data = stream.read(struct.unpack("!H", stream.read(2))[0])
        else:
            with socket.socket(family_of(server), socket.SOCK_DGRAM) as sock:
                sock.settimeout(timeout)
                sock.connect(place(server, 53))
                sock.send(question)
                data = sock.recv(4096)
    except (OSError, struct.error) as problem:
        return {"error": str(problem) or type(problem).__name__}
    if data[:2] != question[:2]:
        return {"error": "an answer to another question"}
    rcode, found = parse_dns(data)
    return {"rcode": rcode, "found": found}


# ---------------------------------------------------------------- is this port open?

def _icmp(sock, family):
    """Type and code of the ICMP error that a datagram met, from the error queue."""
    try:
        _, control, _, _ = sock.recvmsg(1024, 1024, socket.MSG_ERRQUEUE)
    except OSError:
        return None
    for level, _, data in control:
        if level in (socket.IPPROTO_IP, socket.IPPROTO_IPV6):
            _, origin, kind, code = struct.unpack("=IBBB", data[:7])
            return {"origin": "icmp6" if family == socket.AF_INET6 else "icmp",
                    "type": kind, "code": code} if origin else None
    return None


def _watch_errors(sock, family):
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVERR, 1)
    else:
        sock.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)


def _unreachables():
    """ICMP errors that this namespace has received: tells a RST from an ICMP refusal."""
    total = 0
    with open("/proc/net/snmp6") as lines:
        total += sum(int(line.split()[1]) for line in lines
                     if line.startswith("Icmp6InDestUnreachs"))
    with open("/proc/net/snmp") as lines:
        names, values = [line.split() for line in lines if line.startswith("Icmp:")]
    return total + int(values[names.index("InDestUnreachs")])


def tcp_probe(address, port, timeout=5):
    """result: open, reset (RST), icmp, timeout or an errno's name; and ms."""
    before = _unreachables()
    with socket.socket(family_of(address), socket.SOCK_STREAM) as sock:
        sock.settimeout(timeout)
        begun = time.monotonic()
        try:
            sock.connect((address, port))
            result = "open"
        except socket.timeout:
            result = "timeout"
        except ConnectionRefusedError:
            result = "reset"
        except OSError as problem:
            result = errno.errorcode.get(problem.errno, str(problem))
        took = (time.monotonic() - begun) * 1000
    if result != "open" and _unreachables() != before:
        result = "icmp"
    return {"result": result, "ms": took}


def tls_probe(address, port, name, timeout=5):
    """A client's handshake. result: open, alert and its name, reset, closed, timeout; and ms."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    begun = time.monotonic()
    try:
        with connect(address, port, timeout) as sock:
            with context.wrap_socket(sock, server_hostname=name):
                result = "open"
    except socket.timeout:
        result = "timeout"
    except (ConnectionRefusedError, ConnectionResetError):
        result = "reset"
    except ssl.SSLEOFError:
        result = "closed"
    except ssl.SSLError as problem:
        result = (problem.reason or "").lower().replace("tlsv1_", "").replace("_", " ")
    return {"result": result, "ms": (time.monotonic() - begun) * 1000}


def client_hello(name):
    """A whole one, as OpenSSL sends it."""
    outgoing = ssl.MemoryBIO()
    try:
        ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), outgoing,
                                              server_hostname=name).do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


def udp_probe(address, port, data=b"knock", timeout=5):
    """result: answer, icmp (with type and code), timeout; and ms."""
    family = family_of(address)
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        _watch_errors(sock, family)
        sock.settimeout(timeout)
        sock.connect((address, port))
        begun = time.monotonic()
        try:
            sock.send(data)
            sock.recv(4096)
            result, icmp = "answer", None
        except socket.timeout:
            result, icmp = "timeout", None
        except OSError as problem:
            icmp = _icmp(sock, family)
            result = "icmp" if icmp else errno.errorcode.get(problem.errno)
        return {"result": result, "ms": (time.monotonic() - begun) * 1000, "icmp": icmp}
