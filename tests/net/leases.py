"""Real DHCP clients in a phone's namespace, and what is on its wire meanwhile.

    with Sniffer(phone) as sniffer:     # from here on
        lease = udhcpc(phone)           # what its script was told: {"opt114": "6874...", ...}
        sniffer.replies()                 # [{"type": 2, "options": {114: b"https://..."}}, ...]
    dhclient(phone), dhclient(phone, 6) # the text of its lease file

They change no address, and nothing of the machine: scripts and leases are in the lab's folder.
"""
import json
import os
import socket
import struct
import subprocess
import sys

from lab.gate import wait_for

ARP, IPV4 = 0x0806, 0x0800
DHCLIENT = {
    4: 'option captive-portal code 114 = text;\n'
       'request subnet-mask, routers, domain-name-servers, captive-portal;\n',
    6: 'option dhcp6.captive-portal code 103 = text;\n'
       'request dhcp6.name-servers, dhcp6.captive-portal;\n',
}


def _write(path, text):
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    os.chmod(path, 0o755)
    return path


def _read(path):
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as text:
        return text.read()


def udhcpc(phone, ask=("114",)):
    """busybox's client, once. What it told its script of the lease."""
    told = f"{phone.lab.folder}/udhcpc.{phone.number}"
    script = _write(f"{told}.sh", f'#!/bin/sh\n[ "$1" = bound ] && env >{told} || true\n')
    if os.path.exists(told):
        os.remove(told)
    phone.ns.run("busybox", "udhcpc", "-i", "wlan0", "-f", "-q", "-n", "-t", "5", "-T", "1", "-s",
                 script, *(word for option in ask for word in ("-O", option)))
    return dict(line.split("=", 1) for line in _read(told).splitlines() if "=" in line)


def dhclient(phone, family=4):
    """ISC's client, until it has a lease. Its lease file."""
    base = f"{phone.lab.folder}/dhclient{family}.{phone.number}"
    leases = f"{base}.leases"
    _write(f"{base}.conf", DHCLIENT[family])
    _write(f"{base}.sh", "#!/bin/sh\nexit 0\n")
    _write(leases, "")
    with open(f"{base}.log", "wb") as log:
        client = phone.ns.start("dhclient", f"-{family}", "-d", "-1", "-cf", f"{base}.conf", "-lf",
                                leases, "-pf", f"{base}.pid", "-sf", f"{base}.sh", "wlan0",
                                stdout=log, stderr=log)
    try:
        # The file is written in pieces; a lease ends with its closing brace alone in a line.
        wait_for("dhclient to have a lease", lambda: "\n}" in _read(leases), 20)
    finally:
        client.kill()
        client.wait()
    return _read(leases)


class Sniffer:
    """What wlan0 of a phone sees: DHCP's replies, questions for addresses, echo requests."""

    def __init__(self, phone):
        self.path = f"{phone.lab.folder}/wire.{phone.number}"
        with open(self.path, "wb") as out:
            self.process = phone.ns.start(sys.executable, "-E", os.path.abspath(__file__), "wlan0",
                                          stdout=out)
        wait_for("the sniffer to listen", lambda: "listening" in _read(self.path))

    def seen(self, kind):
        lines = [json.loads(line) for line in _read(self.path).splitlines(True)
                 if line.endswith("\n")]
        return [line for line in lines if line["kind"] == kind]

    def replies(self):
        """What servers have sent: type as in option 53, options as bytes."""
        return [{"type": line["type"], "options": {int(code): bytes.fromhex(value) for code, value
                                                   in line["options"].items()}}
                for line in self.seen("dhcp")]

    def looked_for(self, address):
        """Has anybody asked for that address, or wanted its echo?"""
        return [line for line in self.seen("arp") + self.seen("echo") if line["to"] == address]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def _dhcp(data):
    """Type and options of a BOOTP reply."""
    options, at = {}, 240
    while at < len(data) and data[at] != 255:
        length = 0 if data[at] == 0 else data[at + 1]
        if data[at]:
            options[data[at]] = data[at + 2:at + 2 + length].hex()
        at += 1 if data[at] == 0 else 2 + length
    return {"kind": "dhcp", "type": int(options.get(53, "0"), 16), "options": options}


def _describe(frame):
    protocol = struct.unpack("!H", frame[12:14])[0]
    packet = frame[14:]
    if protocol == ARP and packet[6:8] == b"\0\1":
        return {"kind": "arp", "to": socket.inet_ntoa(packet[24:28]),
                "from": socket.inet_ntoa(packet[14:18])}
    if protocol != IPV4:
        return None
    body = packet[(packet[0] & 15) * 4:]
    if packet[9] == socket.IPPROTO_ICMP and body[0] == 8:
        return {"kind": "echo", "to": socket.inet_ntoa(packet[16:20])}
    if packet[9] == socket.IPPROTO_UDP and struct.unpack("!HH", body[:4]) == (67, 68):
        return _dhcp(body[8:])
    return None


def sniff(device):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)) as wire:
        wire.bind((device, 0))
        print(json.dumps({"kind": "listening"}), flush=True)
        while True:
            found = _describe(wire.recv(2048))
            if found:
                print(json.dumps(found), flush=True)


if __name__ == "__main__":
    sniff(sys.argv[1])
