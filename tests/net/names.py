"""A name server whose answers a test changes: started as `python3 names.py ADDRESS FILE`.

FILE holds {"name": {"A": [...], "AAAA": [...], "ttl": 1}} as JSON and is read at every question;
a name that is not in it does not exist. In a test:

    names = Names(lab)                    # on NAMES4, in the stand-in internet
    names.set({"a.example": {"A": ["203.0.113.20"], "ttl": 1}})
    Lab(dnsmasq=[f"--server=/example/{NAMES4}"])      the gateway's dnsmasq asks it for .example
"""
import json
import os
import socket
import struct
import subprocess
import sys

NAMES4 = "198.51.100.54"
KINDS = {1: ("A", socket.AF_INET), 28: ("AAAA", socket.AF_INET6)}


class Names:
    def __init__(self, lab, records=None):
        self.path = f"{lab.folder}/names.json"
        self.set(records or {})
        lab.internet.ip(f"address add {NAMES4}/32 dev lo")
        self.process = lab.internet.start(sys.executable, "-E", os.path.abspath(__file__), NAMES4,
                                          self.path, stdout=subprocess.PIPE, text=True)
        lab.servers.append(self.process)
        assert self.process.stdout.readline().strip() == "ready"

    def set(self, records):
        with open(self.path + ".new", "w", encoding="utf-8") as out:
            json.dump(records, out)
        os.rename(self.path + ".new", self.path)


def answer(question, records):
    labels, at = [], 12
    while question[at]:
        labels.append(question[at + 1:at + 1 + question[at]].decode("latin-1").lower())
        at += 1 + question[at]
    number, = struct.unpack("!H", question[at + 1:at + 3])
    record = records.get(".".join(labels))
    kind, family = KINDS.get(number, ("", None))
    found = [socket.inet_pton(family, one) for one in (record or {}).get(kind, [])]
    head = question[:2] + struct.pack("!HHHHH", 0x8180 | (3 if record is None else 0), 1,
                                      len(found), 0, 0)
    return head + question[12:at + 5] + b"".join(
        struct.pack("!HHHIH", 0xC00C, number, 1, record["ttl"], len(one)) + one for one in found)


def serve(address, path):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((address, 53))
        print("ready", flush=True)
        while True:
            question, peer = sock.recvfrom(512)
            with open(path, encoding="utf-8") as records:
                sock.sendto(answer(question, json.load(records)), peer)


if __name__ == "__main__":
    serve(*sys.argv[1:])
