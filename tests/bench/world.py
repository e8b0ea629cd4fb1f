"""Namespaces, the gateway under test and its peers, for tests/bench/run.

phones -- lan0 -- gateway -- wan0 -- internet, all of them namespaces of this run alone; one
namespace plays every phone: its nft egress chain gives each source address its own MAC.
Nothing outside these namespaces is touched. The gateway's neighbour entries for the phones
are permanent ones: they are exempt from net.ipv4.neigh.default.gc_thresh3, which belongs to
the whole machine and is left as it is; what is not measured is one ARP exchange per device.
"""
import ipaddress
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

GATE = "10.77.0.1"
PORTAL = GATE + ":2080"
INTERNET = "198.51.100.7"
PROBE = INTERNET + ":80"
DEVICES = 30600  # that the phones' namespace can play
FIRST = int(ipaddress.ip_address("10.77.128.0"))


class Skip(Exception):
    """A part that cannot run here; the text says why."""


def address(index):
    return str(ipaddress.ip_address(FIRST + index))


def mac(index):
    return "02:c0:%02x:%02x:%02x:%02x" % tuple(index.to_bytes(4, "big"))


def run(*command, stdin=None):
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: exit {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


CONF = """site = {{ id = "bench"; name = "Bench"; }};
zones = ( {{ name = "wifi"; interfaces = [ "lan0" ]; release_for = "12h"; }} );
portal = {{ port = 2080; languages = [ "vi", "en" ]; visit = "full"; }};
limits = {{ released = 65536; visits = 32768; connections_per_device = 16; connections = 4096; }};
when_down = "open";
users = {{ gate = "congchao-gate"; portal = "congchao"; }};
paths = {{ state = "{folder}/state"; run = "{folder}/run";
          content = "{root}/etc/content"; www = "{root}/www/portal"; }};
"""


class World:
    def __init__(self, build):
        self.build = build
        self.prefix = f"ccbench{os.getpid()}"
        self.children = []
        self.gate = None
        # A database on tmpfs would have a disk that is never slow.
        self.folder = tempfile.mkdtemp(prefix="congchao-bench-", dir="/var/tmp")
        os.chmod(self.folder, 0o755)
        self.conf = self.folder + "/congchao.conf"

    def ns(self, name):
        return f"{self.prefix}-{name}"

    def command(self, name, *command):
        return ("ip", "netns", "exec", self.ns(name), *command)

    def run_in(self, name, *command, stdin=None):
        return run(*self.command(name, *command), stdin=stdin)

    def start_in(self, name, *command, **options):
        child = subprocess.Popen(self.command(name, *command), **options)
        self.children.append(child)
        return child

    def stop(self, child, how=signal.SIGTERM):
        if child.poll() is None:
            child.send_signal(how)
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        for pipe in (child.stdin, child.stdout, child.stderr):
            if pipe:
                pipe.close()
        if child in self.children:
            self.children.remove(child)

    # -- the network ------------------------------------------------------------

    def open(self):
        for name in ("phones", "gate", "internet"):
            run("ip", "netns", "add", self.ns(name))
            run("ip", "-n", self.ns(name), "link", "set", "lo", "up")
        self.link("phones", "v0", "10.77.0.2/16", "gate", "lan0", GATE + "/16")
        self.link("internet", "v0", INTERNET + "/24", "gate", "wan0", "198.51.100.1/24")
        run("ip", "-n", self.ns("phones"), "route", "add", "default", "via", GATE)
        self.run_in("gate", "sysctl", "-qw", "net.ipv4.ip_forward=1")
        self.run_in("gate", "nft", "-f", "-", stdin=(
            "table ip bench { chain post { type nat hook postrouting priority 100;"
            ' oifname "wan0" masquerade; }; }\n'))
        self.start_in("internet", sys.executable, HERE + "/standin.py", "serve", INTERNET, "80",
                      stdout=subprocess.PIPE).stdout.readline()

    def link(self, a, a_if, a_address, b, b_if, b_address):
        run("ip", "link", "add", a_if, "netns", self.ns(a), "type", "veth",
            "peer", "name", b_if, "netns", self.ns(b))
        for name, interface, its in ((a, a_if, a_address), (b, b_if, b_address)):
            run("ip", "-n", self.ns(name), "addr", "add", its, "dev", interface)
            run("ip", "-n", self.ns(name), "link", "set", interface, "up")

    def open_devices(self):
        """One namespace plays them all: an address of its own and a MAC of its own each."""
        run("ip", "-n", self.ns("phones"), "route", "add", "local", "10.77.128.0/17", "dev", "lo")
        elements = ", ".join(f"{address(i)} : {mac(i)}" for i in range(DEVICES))
        self.run_in("phones", "nft", "-f", "-", stdin=f"""table netdev play {{
            map m {{ type ipv4_addr : ether_addr; elements = {{ {elements} }}; }}
            chain out {{ type filter hook egress device "v0" priority 0;
                ether type ip ether saddr set ip saddr map @m
                ether type arp ether saddr set arp saddr ip map @m
                ether type arp arp saddr ether set arp saddr ip map @m
            }}
            chain in {{ type filter hook ingress device "v0" priority 0;
                meta pkttype other meta pkttype set unicast
            }}
        }}\n""")
        neighbours = "".join(f"neigh replace {address(i)} lladdr {mac(i)} dev lan0 nud permanent\n"
                             for i in range(DEVICES))
        run("ip", "-n", self.ns("gate"), "-batch", "-", stdin=neighbours)

    def reached(self, indices):
        """The answers of the stand-in internet, or of whoever is in between."""
        sources = [address(i) for i in indices]
        return self.run_in("phones", sys.executable, HERE + "/standin.py", "ask", INTERNET, "80",
                           *sources).splitlines()

    # -- the gateway's programs -------------------------------------------------

    def write_conf(self):
        for user in ("congchao-gate", "congchao"):
            try:
                pwd.getpwnam(user)
            except KeyError:
                run("useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", user)
        with open(self.conf, "w", encoding="utf-8") as file:
            file.write(CONF.format(folder=self.folder, root=ROOT))

    def start_gate(self):
        """Starts gate and portal; returns the seconds until gate says it intercepts."""
        began = time.perf_counter()
        gate = self.start_in("gate", self.build + "/congchao-gate", "-c", self.conf,
                             stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        said = []
        for line in gate.stderr:
            said.append(line)
            if "ready: intercepting" in line:
                break
        else:
            raise RuntimeError("gate did not start: " + "".join(said[-20:]))
        seconds = time.perf_counter() - began
        threading.Thread(target=self.read_log, args=(gate,), daemon=True).start()
        self.gate = gate
        return seconds

    @staticmethod
    def read_log(gate):
        for line in gate.stderr:
            print("  " + line, end="", file=sys.stderr)

    def child_pid(self, name):
        """A process that gate has started, by the name that the kernel knows."""
        path = f"/proc/{self.gate.pid}/task/{self.gate.pid}/children"
        with open(path, encoding="ascii") as file:
            pids = file.read().split()
        for pid in pids:
            with open(f"/proc/{pid}/comm", encoding="ascii") as file:
                if file.read().strip() == name:
                    return int(pid)
        raise RuntimeError(f"gate has no child {name}")

    def portal_pid(self):
        return self.child_pid("congchao-portal")

    def resolver_pid(self):
        return self.child_pid("congchao-dns")

    def stop_gate(self):
        if self.gate:
            gate, self.gate = self.gate, None
            gate.terminate()
            gate.wait(20)
            self.children.remove(gate)
            if gate.returncode != 0:
                raise RuntimeError(f"gate ended with {gate.returncode}")

    def database(self):
        return self.folder + "/state/congchao.db"

    def close(self):
        for child in list(self.children):
            self.stop(child)
        for name in ("phones", "gate", "internet"):
            subprocess.run(("ip", "netns", "del", self.ns(name)), capture_output=True, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)
