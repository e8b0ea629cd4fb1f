"""A namespace with an agent in it, and the phones made of it."""
import json
import os
import sys
import time

from .namespace import Namespace

HERE = os.path.dirname(os.path.abspath(__file__))
PROBE = "http://connectivitycheck.gstatic.com/generate_204"


class Refused(Exception):
    """What the agent met: a connection refused, closed or silent. The text tells."""


class Agent:
    """Calls the functions of agent.py inside a namespace."""

    def __init__(self, namespace):
        self.process = namespace.start(sys.executable, "-E", os.path.join(HERE, "agent.py"),
                                       stdin=-1, stdout=-1, text=True, bufsize=1)
        self.ready = False

    def _read(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the agent in the namespace has ended")
        return json.loads(line)

    def begin(self, name, /, **arguments):
        """Starts a call and returns at once; the result is fetched by finish()."""
        if not self.ready:
            self.ready = bool(self._read()["ready"])
        self.process.stdin.write(json.dumps({"name": name, "arguments": arguments}) + "\n")
        self.process.stdin.flush()

    def finish(self):
        answer = self._read()
        if "error" in answer:
            raise Refused(answer["error"])
        return answer["result"]

    def call(self, name, /, **arguments):
        self.begin(name, **arguments)
        return self.finish()

    def close(self):
        self.process.stdin.close()
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class Reply:
    """One HTTP answer: status, headers, text, ms, closed (the server has closed)."""

    def __init__(self, answer):
        self.status, self.headers = answer["status"], answer["headers"]
        self.body = answer["body"].encode("latin-1")
        self.text = self.body.decode("utf-8", "replace")
        self.ms, self.closed, self.close = answer["ms"], answer["closed"], answer["close"]

    def __getitem__(self, name):
        for key, value in self.headers:
            if key.lower() == name.lower():
                return value
        return None

    def __repr__(self):
        return f"<{self.status} {self.headers} {len(self.body)} bytes>"


class Visit:
    """A walk through the portal. online: the last page was the one that says so."""

    def __init__(self, result):
        self.pages, self.steps, self.ms = result["pages"], result["steps"], result["ms"]
        self.last = self.pages[-1]
        self.online = self.last["status"] == 200 and self.last["url"].split("?")[0].endswith("/online")

    def __repr__(self):
        return "; ".join(f"{s['method']} {s['url']} {s['status']}" for s in self.steps)


class Wire:
    """A connection held open from a test; with ca and name over TLS."""

    def __init__(self, phone, address, port, timeout=5, ca=None, name=None):
        self.agent = phone.agent
        self.handle = self.agent.call("open_connection", address=address, port=port,
                                      timeout=timeout, ca=ca, name=name)

    def send(self, data):
        self.agent.call("send", handle=self.handle, data=data)

    def receive(self, timeout=5):
        """Text; '' when the peer has closed; None when nothing came. Refused on a reset."""
        return self.agent.call("receive", handle=self.handle, timeout=timeout)

    def echo(self, data="still here?", timeout=1):
        """True when the other end echoes."""
        try:
            self.send(data)
            return self.receive(timeout) == data
        except Refused:
            return False

    def receive_all(self, timeout=5):
        """{data, ended}: everything until the peer closes."""
        return self.agent.call("receive_all", handle=self.handle, timeout=timeout)

    def half_close(self):
        self.agent.call("half_close", handle=self.handle)

    def close(self):
        self.agent.call("close", handle=self.handle)


class Phone:
    """A device: one interface `wlan0`, one MAC, IPv4 and IPv6."""

    def __init__(self, lab, number):
        self.lab, self.number = lab, number
        self.ns = Namespace(f"phone{number}")
        self.agent = None
        self.mac = self.v4 = self.v6 = self.segment = None
        self.joined = 0.0

    def plug(self, segment):
        """A cable to a bridge of the gateway."""
        self.segment = segment
        self.ns.ip(f"link add wlan0 type veth peer name phone{self.number} "
                   f"netns {self.lab.gateway.name}")
        self.lab.gateway.ip(f"link set phone{self.number} up")

    def renew(self, mac=None, v4=None, v6=None):
        """Becomes a device that nobody has seen: a new MAC, new static addresses."""
        fresh = self.lab.next_identity(self.segment)
        self.mac, self.v4, self.v6 = mac or fresh[0], v4 or fresh[1], v6 or fresh[2]
        self.agent.call("close_all")
        self.ns.ip("link set wlan0 down", "address flush dev wlan0",
                   f"link set wlan0 address {self.mac}", "link set wlan0 up",
                   f"address add {self.v4}/16 dev wlan0",
                   f"address add {self.v6}/64 dev wlan0 nodad",
                   f"route replace default via {self.segment.v4}",
                   f"route replace default via {self.segment.v6}")
        self.joined = time.monotonic()
        return self

    # -------------------------------------------------- what a device does

    @property
    def resolver(self):
        return self.segment.v4

    def fetch(self, url=PROBE, method="GET", **options):
        """One request, no redirect followed. Options as in agent.fetch."""
        options.setdefault("resolver", self.segment.v6 if options.get("family") == 6
                           else self.segment.v4)
        return Reply(self.agent.call("fetch", url=url, method=method, **options))

    def visit(self, url=PROBE, **options):
        """Walks the whole visit. choose: first, last or a number; stop_after: forms."""
        return Visit(self._visit("call", url, options))

    def begin_visit(self, url=PROBE, **options):
        """As visit, but returns at once; end_visit() waits for it."""
        self._visit("begin", url, options)

    def end_visit(self):
        return Visit(self.agent.finish())

    def _visit(self, how, url, options):
        options.setdefault("resolver", self.segment.v6 if options.get("family") == 6
                           else self.segment.v4)
        return getattr(self.agent, how)("visit", url=url, **options)

    def dns(self, name, kind="A", server=None, transport="udp", timeout=3):
        return self.agent.call("dns", name=name, kind=kind, server=server or self.segment.v4,
                               transport=transport, timeout=timeout)

    def tcp(self, address, port, timeout=5):
        """{result: open | reset | icmp | timeout | ERRNO, ms}"""
        return self.agent.call("tcp", address=address, port=port, timeout=timeout)

    def tls(self, address, port=443, name="example.org"):
        """{result: open | alert internal error (or another) | reset | closed | timeout, ms}"""
        return self.agent.call("tls", address=address, port=port, name=name)

    def udp(self, address, port, timeout=5):
        """{result: answer | icmp | timeout, icmp: {type, code}, ms}"""
        return self.agent.call("udp", address=address, port=port, timeout=timeout)

    def connect(self, address, port, timeout=5, **tls):
        return Wire(self, address, port, timeout, **tls)

    def exchange(self, data, address=None, port=None, timeout=5):
        """Raw bytes to the portal (by default); {data, ended} until it closes."""
        return self.agent.call("exchange", address=address or self.segment.v4,
                               port=port or self.lab.port, data=data, timeout=timeout)

    @property
    def portal(self):
        return f"http://{self.segment.v4}:{self.lab.port}"

    @property
    def portal6(self):
        return f"http://[{self.segment.v6}]:{self.lab.port}"

    def is_online(self, family=4):
        """Does the internet itself answer this device's probe?"""
        try:
            return self.fetch(PROBE, family=family).status == 204
        except Refused:
            return False

    def close(self):
        if self.agent:
            self.agent.close()
        self.ns.close()
