"""Lets a browser on this machine stand in for a phone of the demo.

Runs inside the phone's namespace and accepts on a socket of the host that it was given: so
what a browser asks of 127.0.0.1 leaves through the phone's interface. Rewrites the Host of
a request and the Location of an answer, and nothing else; with --unchanged not even these.
Started as `python3 relay.py LISTENING-FD ADDRESS:PORT [--unchanged]`.
"""
import re
import socket
import sys
import threading

HEAD_MAX = 65536


def read_head(sock):
    """Bytes up to the empty line, and what came after them."""
    data = b""
    while b"\r\n\r\n" not in data and len(data) < HEAD_MAX:
        more = sock.recv(65536)
        if not more:
            break
        data += more
    head, mark, rest = data.partition(b"\r\n\r\n")
    return head + mark, rest


def header(head, name):
    found = re.search(rb"(?im)^" + name + rb":[ \t]*([^\r\n]*)", head)
    return found.group(1) if found else b""


def pass_on(visitor, place, here):
    """One request and its answer; then both sides are closed."""
    head, body = read_head(visitor)
    if not head.endswith(b"\r\n\r\n"):
        return
    there = f"{place[0]}:{place[1]}".encode()
    head = re.sub(rb"(?im)^Host:[^\r\n]*", b"Host: " + there, head)
    head = re.sub(rb"(?im)^Connection:[^\r\n]*", b"Connection: close", head)
    with socket.create_connection(place, 10) as portal:
        portal.sendall(head + body)
        left = int(header(head, b"Content-Length") or 0) - len(body)
        while left > 0:
            more = visitor.recv(65536)
            if not more:
                return
            portal.sendall(more)
            left -= len(more)
        head, body = read_head(portal)
        head = head.replace(b"Location: http://" + there, b"Location: http://" + here)
        visitor.sendall(head + body)
        while more := portal.recv(65536):
            visitor.sendall(more)


def copy(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # the other way ends by the same


def pass_all(visitor, place, _):
    """Whatever comes, both ways."""
    with socket.create_connection(place, 10) as server:
        server.settimeout(60)
        back = threading.Thread(target=copy, args=(server, visitor), daemon=True)
        back.start()
        copy(visitor, server)
        back.join()


def serve(visitor, how, place, here):
    with visitor:
        visitor.settimeout(30)
        try:
            how(visitor, place, here)
        except (OSError, ValueError):
            pass  # this visitor's connection only: the browser shows that it was closed


def main():
    listener = socket.socket(fileno=int(sys.argv[1]))
    address, _, port = sys.argv[2].rpartition(":")
    here = "{}:{}".format(*listener.getsockname()).encode()
    how = pass_all if "--unchanged" in sys.argv[3:] else pass_on
    while True:
        visitor, _ = listener.accept()
        threading.Thread(target=serve, args=(visitor, how, (address, int(port)), here),
                         daemon=True).start()


if __name__ == "__main__":
    main()
