#!/usr/bin/env python3
"""The stand-in internet of `make bench`, and the question whether a device reaches it.

standin.py serve ADDRESS PORT        answers every connection "204, internet"
standin.py ask ADDRESS PORT SOURCE.. prints one line for each source: the status line it
                                     was answered, or why there was none
standin.py fetch ADDRESS PORT HOST   prints the whole answer to a GET of a foreign host
"""
import socket
import sys

ANSWER = b"HTTP/1.1 204 internet\r\nConnection: close\r\n\r\n"


def serve(address, port):
    listener = socket.create_server((address, port), backlog=128)
    print("ready", flush=True)
    while True:
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(2)
            try:
                connection.recv(4096)
                connection.sendall(ANSWER)
            except OSError:
                continue  # the asker went away; it will say so itself


def ask(address, port, source):
    request = b"GET /generate_204 HTTP/1.1\r\nHost: stand-in.example\r\n\r\n"
    try:
        with socket.create_connection((address, port), 2, (source, 0)) as connection:
            connection.sendall(request)
            return connection.recv(4096).split(b"\r\n")[0].decode()
    except OSError as error:
        return str(error)


def fetch(address, port, host):
    request = f"GET /generate_204 HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    answer = b""
    with socket.create_connection((address, port), 5) as connection:
        connection.sendall(request.encode())
        while piece := connection.recv(65536):
            answer += piece
    return answer


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2], int(sys.argv[3]))
    elif sys.argv[1] == "fetch":
        sys.stdout.buffer.write(fetch(sys.argv[2], int(sys.argv[3]), sys.argv[4]))
    else:
        for each in sys.argv[4:]:
            print(ask(sys.argv[2], int(sys.argv[3]), each))
