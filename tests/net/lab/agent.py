"""The hands inside a namespace: JSON lines in, JSON lines out, one call after the other.

Started as `python3 agent.py`. Bytes travel as latin-1 text. Ends when its input ends.
"""
import base64
import json
import os
import resource
import socket
import struct
import sys
import time

if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from lab import browser, wire  # noqa: E402  (the path first)

handles = {}


def _resolve(name, family, server):
    answer = wire.dns(name, "AAAA" if family == 6 else "A", server)
    if not answer.get("found"):
        raise ConnectionError(f"{name}: not resolved by {server}: {answer}")
    return answer["found"][0]


def fetch(url, method="GET", headers=None, body=None, family=4, resolver=None, to=None,
          host=True, timeout=5, agent="curl/7.88", version="1.1", ca=None):
    """One request on a connection of its own. to: connect there whatever the URL says. ca: file
    of the authorities that are trusted, for https."""
    name, port, path = wire.split_url(url)
    address = to or (name if wire.is_address(name) else _resolve(name, family, resolver))
    sent = [("Host", wire.host_header(name, port))] if host else []
    sent += [("User-Agent", agent)] if agent else []
    connection = wire.Connection(address, port, timeout, wire.tls_of(url, ca))
    try:
        begun = time.monotonic()
        connection.send(wire.request_bytes(method, path, sent + (headers or []),
                                           body.encode("latin-1") if body is not None else None,
                                           version))
        answer = connection.answer(head_only=method == "HEAD")
        answer["ms"] = (time.monotonic() - begun) * 1000
        answer["closed"] = answer["close"] and connection.closed_by_peer()
    finally:
        connection.close()
    answer["body"] = answer["body"].decode("latin-1")
    return answer


def visit(url, family=4, resolver=None, language="vi", choose="first", stop_after=None,
          timeout=10, ca=None):
    walker = browser.Browser(lambda name: _resolve(name, family, resolver), language, timeout, ca)
    begun = time.monotonic()
    try:
        pages = browser.visit(walker, url, choose, stop_after)
    finally:
        walker.close()
    return {"pages": pages, "steps": walker.steps, "ms": (time.monotonic() - begun) * 1000}


def dns(name, kind="A", server=None, transport="udp", timeout=3):
    return wire.dns(name, kind, server, transport, timeout)


def tcp(address, port, timeout=5):
    return wire.tcp_probe(address, port, timeout)


def certificate(address, port, ca, name, timeout=5):
    """What is shown there, to who trusts the authority of the file ca; and TLS's version."""
    with wire.connect_tls(address, port, ca, name, timeout) as sock:
        return {**sock.getpeercert(), "tls": sock.version()}


def tls(address, port=443, name="example.org", timeout=5):
    return wire.tls_probe(address, port, name, timeout)


def udp(address, port, data="knock", timeout=5):
    return wire.udp_probe(address, port, data.encode("latin-1"), timeout)


# Connections that a test holds in its hand.

def open_connection(address, port, timeout=5, ca=None, name=None):
    """With ca over TLS, for that name."""
    sock = wire.connect_tls(address, port, ca, name, timeout) if ca else \
        wire.connect(address, port, timeout)
    handles[sock.fileno()] = sock
    return sock.fileno()


def send(handle, data):
    handles[handle].sendall(data.encode("latin-1"))


def half_close(handle):
    """Nothing more will be sent."""
    handles[handle].shutdown(socket.SHUT_WR)


def receive(handle, size=65536, timeout=5):
    """What has come, '' at the end of the stream, None when nothing comes in time."""
    sock = handles[handle]
    sock.settimeout(timeout)
    try:
        return sock.recv(size).decode("latin-1")
    except socket.timeout:
        return None


def receive_all(handle, timeout=5):
    """Everything until the server closes. {data, ended}."""
    data, ended, limit = b"", False, time.monotonic() + timeout
    while not ended and time.monotonic() < limit:
        handles[handle].settimeout(max(0.01, limit - time.monotonic()))
        try:
            more = handles[handle].recv(65536)
        except socket.timeout:
            break
        except ConnectionResetError:
            more = b""
        data, ended = data + more, not more
    return {"data": data.decode("latin-1"), "ended": ended}


def close(handle):
    handles.pop(handle).close()


def close_all():
    for sock in handles.values():
        sock.close()
    handles.clear()


def exchange(address, port, data, timeout=5):
    """Sends bytes, reads until the server closes: for requests no library would send."""
    handle = open_connection(address, port, timeout)
    try:
        try:
            send(handle, data)
        except ConnectionError:
            pass  # refused before the last byte: the answer tells why
        return receive_all(handle, timeout)
    finally:
        close(handle)


def repeat(address, port, texts, rounds):
    """Sends each text on a connection of its own and reads the answer, rounds times.

    The kernel forgets closed connections of a counted device only once in a tick of its
    clock, so a quick sender may be refused for a moment."""
    def connected():
        for _ in range(200):
            try:
                return wire.connect(address, port, 5)
            except ConnectionRefusedError:
                time.sleep(0.005)
        return wire.connect(address, port, 5)
    for _ in range(rounds):
        for text in texts:
            with connected() as sock:
                try:
                    sock.sendall(text.encode("latin-1"))
                    sock.shutdown(socket.SHUT_WR)
                    while sock.recv(65536):
                        pass
                except OSError:
                    pass  # refused before the last byte
    return rounds * len(texts)


def crowd(address, port, count, data="", seconds=5):
    """Opens count connections at once, sends data on each, keeps those that stay.

    Returns how many were connected within the seconds."""
    fresh = []
    for _ in range(count):
        sock = socket.socket(wire.family_of(address), socket.SOCK_STREAM)
        sock.setblocking(False)
        sock.connect_ex((address, port))
        fresh.append(sock)
    limit = time.monotonic() + seconds
    connected = 0
    for sock in fresh:
        sock.settimeout(max(0.001, limit - time.monotonic()))
        try:
            sock.getpeername()
            if data:
                sock.sendall(data.encode("latin-1"))
            connected += 1
        except OSError:
            pass
        handles[sock.fileno()] = sock
    return connected


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def half_open(source, address, port, count):
    """count SYNs that are never completed, each from a port of its own. The namespace must
    drop its own resets."""
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP) as raw:
        raw.bind((source, 0))
        ends = socket.inet_aton(source) + socket.inet_aton(address)
        for number in range(count):
            head = struct.pack("!HHIIBBHHH", 1024 + number, port, number, 0, 0x50, 2, 64240, 0, 0)
            total = checksum(ends + struct.pack("!BBH", 0, 6, 20) + head)
            try:
                raw.sendto(head[:16] + struct.pack("!HH", total, 0), (address, port))
            except OSError:
                time.sleep(0.001)  # the queue is full: let it drain
    return count


CALLS = {function.__name__: function for function in (
    fetch, visit, dns, tcp, certificate, tls, udp, open_connection, send, half_close, receive,
    receive_all, close, close_all, exchange, repeat, crowd, half_open)}


def _plain(value):
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(type(value).__name__)


def main():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))
    print(json.dumps({"ready": os.getpid()}), flush=True)
    for line in sys.stdin:
        call = json.loads(line)
        try:
            answer = {"result": CALLS[call["name"]](**call["arguments"])}
        except Exception as problem:  # pylint: disable=broad-except -- carried to the test
            answer = {"error": f"{type(problem).__name__}: {problem}"}
        print(json.dumps(answer, default=_plain), flush=True)


if __name__ == "__main__":
    main()
