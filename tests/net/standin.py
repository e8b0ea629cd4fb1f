"""A congchao-portal that says what a test wants: whoever has taken the real one over.

Started by congchao-gate in the real one's place, with gate at the other end of descriptor 3.
Beside the configuration lies the test's case.py; it runs with the names of this file.
"""
import os
import random
import signal
import socket
import struct
import sys
import time

PROTOCOL, ENDED = 2, 17
HELLO, FIND, RELEASE, REVOKE, COUNT, SPARE = range(1, 7)
OK, ABSENT, FULL, FAILED = range(1, 5)
FIELDS = ("type", "id", "status", "ifindex", "zone", "seconds", "count", "flags", "value",
          "interfaces")
LAYOUT = struct.Struct("=10I16s6sBB")


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def pack(kind, address="", device="", family=None, unused=0, **fields):
    """One packet. address: text of an IPv4 or IPv6 address; device: a MAC as text."""
    raw = b""
    if address:
        raw = socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)
        family = (6 if ":" in address else 4) if family is None else family
    fields["type"] = kind
    return LAYOUT.pack(*(fields.get(name, 0) for name in FIELDS), raw.ljust(16, b"\0"),
                       mac(device) if device else bytes(6), family or 0, unused)


def unpack(packet):
    values = LAYOUT.unpack(packet)
    found = dict(zip(FIELDS, values))
    found["mac"] = ":".join(f"{byte:02x}" for byte in values[11])
    return found


class Ended(Exception):
    """gate has closed its end."""


gate = None


def send(packet):
    gate.settimeout(5)
    try:
        gate.send(packet)
    except (BrokenPipeError, ConnectionResetError):
        raise Ended() from None


def receive(seconds=5):
    """One answer."""
    gate.settimeout(seconds)
    try:
        packet = gate.recv(4096)
    except ConnectionResetError:
        packet = b""
    if not packet:
        raise Ended()
    return unpack(packet)


def ask(*arguments, **fields):
    send(pack(*arguments, **fields))
    return receive()


def hello(count=0):
    answer = ask(HELLO, value=PROTOCOL, count=count)
    assert answer["status"] == OK, answer


def say(text):
    """A line in gate's log, for the test."""
    print(f"standin: {text}", file=sys.stderr, flush=True)


def linger():
    """Until gate lets go."""
    try:
        while True:
            receive(30)
    except (Ended, socket.timeout):
        pass


def main():
    global gate
    gate = socket.socket(fileno=3)
    gate.settimeout(5)
    signal.alarm(50)
    folder = os.path.dirname(sys.argv[sys.argv.index("-c") + 1])
    with open(f"{folder}/case.py", encoding="utf-8") as case:
        source = case.read()
    try:
        exec(compile(source, "case.py", "exec"), globals())  # the test's own words
        say("done")
        linger()
    except Ended:
        say("gate has closed")


if __name__ == "__main__":
    main()
