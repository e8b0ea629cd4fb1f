"""Many devices in one namespace, each with an address and a MAC of its own.

    with Crowd(lab) as crowd:
        crowd.say("churn", flight=24)       # devices come, learn, acknowledge, one after the other
        crowd.told()                        # {mac}: those that were told "online" so far
        crowd.finish()                      # no new ones; waits until all that came were told
        crowd.say("bring", count=30)        # up to the button
        crowd.say("acknowledge")            # all of them at once

A device does what a person does when a page fails: waits a moment, loads the page anew, goes
on, until it is told that it is online. The same file is the program inside the namespace.
"""
import asyncio
import ipaddress
import json
import os
import re
import subprocess
import sys
import threading
import time

FIRST = int(ipaddress.ip_address("10.77.128.0"))
TOKEN = re.compile(rb'name="token" value="([^"]+)"')
FORM = re.compile(rb'<form method="post" action="([^"]+)"')
ROOM = 16384  # devices that the namespace can play


def address_of(number):
    return str(ipaddress.ip_address(FIRST + number))


def mac_of(number):
    """No two the same, and no two alike: what hashes a MAC must not meet a row of them."""
    return "02:d0:%02x:%02x:%02x:%02x" % tuple((number * 2654435761 % 2**32).to_bytes(4, "big"))


# ---------------------------------------------------------------- inside the namespace

class Failed(Exception):
    """What a person would see as "the page did not load" or an unexpected page."""


class Device:
    """One connection at a time; answers whatever question it is shown."""

    def __init__(self, number, portal):
        self.number, self.portal = number, portal
        self.reader = self.writer = None
        self.form = None  # (action, body) that the page shown has

    async def request(self, method, path, body=b""):
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(
                *self.portal, local_addr=(address_of(self.number), 0))
        head = f"{method} {path} HTTP/1.1\r\nHost: {self.portal[0]}:{self.portal[1]}\r\n"
        if method == "POST":
            head += ("Content-Type: application/x-www-form-urlencoded\r\n"
                     f"Content-Length: {len(body)}\r\n")
        self.writer.write(head.encode() + b"\r\n" + body)
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        fields = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        page = await self.reader.readexactly(int(fields.get("content-length", 0)))
        if fields.get("connection") == "close":
            self.close()
        return int(lines[0].split(" ")[1]), fields.get("location"), page

    def close(self):
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None

    def read(self, status, page):
        token, form = TOKEN.search(page), FORM.search(page)
        if status != 200 or not form:
            raise Failed(f"{status}")
        action = form.group(1).decode()
        self.form = (action, b"token=" + token.group(1)
                     + (b"&choice=a" if action == "/answer" else b""))

    async def load(self):
        """True: the page says that the device is online. False: a form is there."""
        status, _, page = await self.request("GET", "/")
        if status == 200 and b'<body class="online">' in page:
            return True
        self.read(status, page)
        return False

    async def post(self):
        """Sends the form. True: told to be online."""
        status, location, _ = await self.request("POST", *self.form)
        path = (location or "").partition("?")[0]
        if status != 303 or path not in ("/", "/online"):
            raise Failed(f"{self.form[0]} {status}")
        return path == "/online"

    async def to_the_button(self):
        """True: online already."""
        while not await self.load():
            if self.form[0] == "/acknowledge":
                return False
            await self.post()
        return True


class Player:
    """The devices' namespace, told by lines of JSON what to do."""

    def __init__(self, portal):
        self.portal, self.next, self.churning = portal, 0, False
        self.tasks, self.waiting = set(), []
        self.failures = {}

    def out(self, **what):
        print(json.dumps(what), flush=True)

    def told(self, device, how):
        self.out(told=mac_of(device.number), how=how)

    async def once(self, device):
        """Told online: how it came to be; else Failed or an error of the connection."""
        if await device.to_the_button():
            return "page"
        if not await device.post():
            raise Failed("/acknowledge led back")
        return "post"

    async def person(self, device, limit=60):
        end = time.monotonic() + limit
        while time.monotonic() < end:
            try:
                how = await asyncio.wait_for(self.once(device), 10)
                self.told(device, how)
                await self.is_true(device)
                return
            except (OSError, EOFError, Failed, asyncio.TimeoutError) as problem:
                name = str(problem) if isinstance(problem, Failed) else type(problem).__name__
                self.failures[name] = self.failures.get(name, 0) + 1
                device.close()
                await asyncio.sleep(0.03)
        self.out(stuck=mac_of(device.number), failures=self.failures)

    async def is_true(self, device):
        """Who is told online and then sees a question has been told a lie."""
        try:
            if not await asyncio.wait_for(device.load(), 5):
                self.out(lie=mac_of(device.number))
        except (OSError, EOFError, Failed, asyncio.TimeoutError):
            pass  # killed in between: no answer is no lie
        device.close()

    async def slot(self):
        while self.churning and self.next < ROOM:
            self.next += 1
            await self.person(Device(self.next - 1, self.portal))

    def start(self, coroutine):
        task = asyncio.ensure_future(coroutine)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def do_churn(self, flight):
        self.churning = True
        for _ in range(flight):
            self.start(self.slot())

    async def do_finish(self):
        self.churning = False
        while self.tasks:
            await asyncio.wait(self.tasks)

    async def do_bring(self, count, flight=16):
        turn = asyncio.Semaphore(flight)

        async def one(device):
            async with turn:
                await device.to_the_button()
        self.waiting = [Device(self.next + i, self.portal) for i in range(count)]
        self.next += count
        await asyncio.gather(*(one(device) for device in self.waiting))

    async def do_acknowledge(self):
        async def one(device):
            device.close()  # kept open, it may be closed by now for having been silent
            try:
                if await device.post():
                    self.told(device, "post")
            except (OSError, EOFError, Failed) as problem:
                self.out(failed=str(problem) or type(problem).__name__)
            device.close()
        await asyncio.gather(*(one(device) for device in self.waiting))
        self.waiting = []

    async def run(self):
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            call = json.loads(line)
            try:
                await getattr(self, "do_" + call.pop("do"))(**call)
                self.out(done=self.next, failures=self.failures)
            except (OSError, EOFError, Failed) as problem:
                self.out(error=f"{type(problem).__name__}: {problem}")


# ---------------------------------------------------------------- beside the tests

RULES = """table netdev crowd {
  map macs { type ipv4_addr : ether_addr; elements = { %s }; }
  chain out { type filter hook egress device "wlan0" priority 0;
    ether type ip ether saddr set ip saddr map @macs
    ether type arp ether saddr set arp saddr ip map @macs
    ether type arp arp saddr ether set arp saddr ip map @macs
  }
  chain in { type filter hook ingress device "wlan0" priority 0;
    meta pkttype other meta pkttype set unicast
  }
}
"""


class Crowd:
    """Plugged into the lab's first bridge. room: how many devices it can play."""

    program = os.path.abspath(__file__)  # told the portal's address and port, then lines of JSON

    def __init__(self, lab, namespace, room=ROOM):
        self.lab, self.namespace, self.room = lab, namespace, room
        self.lock, self.answered = threading.Lock(), threading.Condition()
        self.found, self.how, self.answers, self.lies, self.stuck = [], {}, [], [], []
        self.failed = []

    def __enter__(self):
        self._plug()
        portal = self.lab.segments[0].v4
        self.process = self.namespace.start(
            sys.executable, "-E", self.program, portal, str(self.lab.port),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.thread = threading.Thread(target=self._collect, daemon=True)
        self.thread.start()
        return self

    def _plug(self):
        segment = self.lab.segments[0]
        self.namespace.ip(f"link add wlan0 type veth peer name crowd netns {self.lab.gateway.name}",
                          "link set wlan0 up", f"address add 10.{segment.net}.0.9/16 dev wlan0",
                          f"route add local {address_of(0)}/17 dev lo")
        self.lab.gateway.ip(f"link set crowd master {segment.bridge} up")
        pairs = ", ".join(f"{address_of(i)} : {mac_of(i)}" for i in range(self.room))
        self.namespace.run("nft", "-f", "-", stdin=RULES % pairs)
        # Permanent: gc_thresh3, which is the whole machine's, does not count them.
        self.lab.gateway.ip(*(f"neigh replace {address_of(i)} lladdr {mac_of(i)} "
                              f"dev {segment.bridge} nud permanent" for i in range(self.room)))

    def _collect(self):
        for line in self.process.stdout:
            said = json.loads(line)
            with self.answered:
                if "told" in said:
                    self.found.append(said["told"])
                    self.how[said["how"]] = self.how.get(said["how"], 0) + 1
                elif "lie" in said:
                    self.lies.append(said["lie"])
                elif "stuck" in said:
                    self.stuck.append(said)
                elif "failed" in said:
                    self.failed.append(said["failed"])
                else:
                    self.answers.append(said)
                self.answered.notify_all()

    def begin(self, what, **arguments):
        self.process.stdin.write(json.dumps({"do": what, **arguments}) + "\n")
        self.process.stdin.flush()

    def end(self, seconds=60):
        with self.answered:
            if not self.answered.wait_for(lambda: self.answers, seconds):
                raise AssertionError(f"the crowd is not done after {seconds} s: {self.stuck[:3]}")
            answer = self.answers.pop(0)
        if "error" in answer:
            raise AssertionError(f"the crowd: {answer['error']}")
        return answer

    def say(self, what, **arguments):
        self.begin(what, **arguments)
        return self.end()

    def told(self):
        """The MACs that were told so far, in a list: one entry for each time."""
        with self.answered:
            return list(self.found)

    def finish(self):
        return self.say("finish")

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.kill()
        self.process.wait()
        self.thread.join(5)
        self.process.stdout.close()
        self.namespace.close()


if __name__ == "__main__":
    asyncio.run(Player((sys.argv[1], int(sys.argv[2]))).run())
