"""Ten thousand devices that come at once, each with an address and a MAC of its own: what they
say on the wire before anybody has touched them.

    with Noise(lab, Namespace("noise")) as noise:
        noise.begin("sound", first=0, count=2500, rate=1000)
        ...                      # one visitor walks through meanwhile
        heard = noise.end()      # {what: how often}, sent and answered

Of each: a DISCOVER and a REQUEST, ARP for the gateway and for itself, a name to resolve, a probe
of port 80 that is answered by the portal, and the beginnings of connections to 80 and 443 that
it forgets. One in twenty asks for the address that it is offered and so becomes a lease; the
others ask, as a phone from another network does, for one of there, and are told no: dnsmasq
writes its whole file of leases anew and syncs it for every new one, and a few hundred in a
second are too many for it on any machine. So many of them speak at a time that no queue on
the way overflows (FLIGHT): the noise is as loud as the machine can bear.

Plays its devices as crowd.py does, whose way of being many it uses; the same file is the program
inside the namespace.
"""
import asyncio
import json
import os
import socket
import struct
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from crowd import Crowd, address_of, mac_of  # noqa: E402  (the path first)
from lab.agent import checksum  # noqa: E402
from lab.internet import WEB4  # noqa: E402

DEVICES = 10000
FORGOTTEN = 1024, 1025  # ports of the connections that are begun and forgotten
GATEWAY = bytes.fromhex("02c0ff000000")
PROBE = (b"GET /generate_204 HTTP/1.1\r\nHost: connectivitycheck.gstatic.com\r\n"
         b"User-Agent: noise\r\nConnection: close\r\n\r\n")
COOKIE, END = b"\x63\x82\x53\x63", b"\xff"
DISCOVER, OFFER, REQUEST, ACK, NAK = 1, 2, 3, 5, 6
ELSEWHERE = b"\xc0\xa8\x01\x17"  # 192.168.1.23
LEASED = 20  # one in so many
FLIGHT = 64  # devices at a time
SO_RCVBUFFORCE = 33
PATIENCE = 10  # seconds for each answer


# ---------------------------------------------------------------- inside the namespace

def ethernet(source, kind, payload, to=b"\xff" * 6):
    return to + source + struct.pack("!H", kind) + payload


def ipv4(source, to, protocol, payload):
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 0, 0x4000, 64, protocol, 0,
                       source, to)
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def udp(port, to, payload):
    return struct.pack("!HHHH", port, to, 8 + len(payload), 0) + payload


def dhcp(mac, number, kind, options=b""):
    """Answers are to be broadcast: an address that nobody confirms has no neighbour."""
    text = struct.pack("!BBBBIHH16x", 1, 1, 6, 0, number, 0, 0x8000) + mac + bytes(10 + 192)
    text += COOKIE + bytes((53, 1, kind)) + options + bytes((55, 3, 1, 3, 6)) + END
    return ethernet(mac, 0x0800, ipv4(bytes(4), b"\xff" * 4, 17, udp(68, 67, text)))


def arp(mac, source, target):
    return ethernet(mac, 0x0806, struct.pack("!HHBBH6s4s6s4s", 1, 0x0800, 6, 4, 1, mac, source,
                                             bytes(6), target))


def syn(mac, source, to, port, dport, number):
    head = struct.pack("!HHIIBBHHH", port, dport, number, 0, 0x50, 2, 64240, 0, 0)
    total = checksum(source + to + struct.pack("!BBH", 0, 6, 20) + head)
    return ethernet(mac, 0x0800, ipv4(source, to, 6, head[:16] + struct.pack("!HH", total, 0)),
                    GATEWAY)


def question(mac, source, to, number):
    name = b"\x05probe\x07example\0"
    text = struct.pack("!HHHHHH", number, 0x0100, 1, 0, 0, 0) + name + struct.pack("!HH", 1, 1)
    return ethernet(mac, 0x0800, ipv4(source, to, 17, udp(5353, 53, text)), GATEWAY)


class Device:
    def __init__(self, number):
        self.number = number
        self.mac = bytes.fromhex(mac_of(number).replace(":", ""))
        self.text = address_of(number)
        self.address = socket.inet_aton(self.text)


class Player:
    def __init__(self, portal):
        self.gateway, self.web = socket.inet_aton(portal[0]), socket.inet_aton(WEB4)
        self.wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.wire.bind(("wlan0", 0))
        self.leases = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.leases.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        self.leases.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 22)
        self.leases.bind(("", 68))
        self.leases.setblocking(False)
        self.heard, self.leased = {}, {}

    def count(self, what, by=1):
        self.heard[what] = self.heard.get(what, 0) + by

    def say(self, what, frame):
        self.count(what)
        self.wire.send(frame)

    def hear_lease(self):
        """An offer is asked for, as a device does; an acknowledgement is what it waits for."""
        try:
            while True:
                text = self.leases.recv(2048)
                kind = text[242] if text[240:241] == b"\x35" else 0
                mac, number = text[28:34], struct.unpack("!I", text[4:8])[0]
                if kind == OFFER:
                    self.count("offers")
                    wanted = b"\x32\x04" + (text[16:20] if number % LEASED == 0 else ELSEWHERE)
                    named = b"\x36\x04" + self.gateway if number % LEASED == 0 else b""
                    self.say("requests", dhcp(mac, number, REQUEST, wanted + named))
                elif kind in (ACK, NAK):
                    self.count("leases" if kind == ACK else "refusals")
                    if number in self.leased:
                        self.leased.pop(number).set_result(True)
        except BlockingIOError:
            pass

    async def device(self, device):
        here, mac, number = device.address, device.mac, device.number
        self.leased[number] = leased = asyncio.get_running_loop().create_future()
        self.say("discovers", dhcp(mac, number, DISCOVER))
        self.say("arps", arp(mac, here, self.gateway))
        self.say("arps", arp(mac, here, here))
        self.say("questions", question(mac, here, self.gateway, number & 0xFFFF))
        for port, dport in zip(FORGOTTEN, (80, 443)):
            self.say("syns", syn(mac, here, self.web, port, dport, number))
        await self.probe(device)
        try:
            await asyncio.wait_for(leased, PATIENCE)
        except asyncio.TimeoutError:
            self.leased.pop(number, None)
            self.count("no lease")

    async def probe(self, device):
        self.count("probes")
        writer = None
        try:
            reader, writer = await asyncio.wait_for(asyncio.open_connection(
                WEB4, 80, local_addr=(device.text, 0)), PATIENCE)
            writer.write(PROBE)
            answer = await asyncio.wait_for(reader.read(64), PATIENCE)
            self.count("led" if answer.startswith(b"HTTP/1.1 302 ") else "other answers")
        except (OSError, asyncio.TimeoutError) as problem:
            self.count(type(problem).__name__)
        if writer is not None:
            writer.close()

    async def do_sound(self, first, count, rate):
        """So many devices, at most so many of them a second."""
        loop = asyncio.get_running_loop()
        begun, devices = loop.time(), iter(range(first, first + count))
        self.heard = {}

        async def slot():
            for number in devices:
                await asyncio.sleep(max(0, begun + (number - first) / rate - loop.time()))
                await self.device(Device(number))
        await asyncio.gather(*(slot() for _ in range(FLIGHT)))
        self.heard["seconds"] = round(loop.time() - begun, 1)

    async def run(self):
        loop = asyncio.get_running_loop()
        loop.add_reader(self.leases.fileno(), self.hear_lease)
        reader = asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            call = json.loads(line)
            await getattr(self, "do_" + call.pop("do"))(**call)
            print(json.dumps(self.heard), flush=True)


# ---------------------------------------------------------------- beside the tests

QUIET = """table ip quiet {
  chain out { type filter hook output priority 0;
    tcp sport { %d, %d } tcp flags rst drop
    icmp type destination-unreachable drop
  }
}
"""


class Noise(Crowd):
    program = os.path.abspath(__file__)

    def __init__(self, lab, namespace, room=DEVICES):
        super().__init__(lab, namespace, room)

    def _plug(self):
        super()._plug()
        self.namespace.ip(f"route add default via {self.lab.segments[0].v4}")
        self.namespace.run("nft", "-f", "-", stdin=QUIET % FORGOTTEN)


if __name__ == "__main__":
    asyncio.run(Player((sys.argv[1], int(sys.argv[2]))).run())
