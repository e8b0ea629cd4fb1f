"""congchao-gate as a process of the gateway's namespace, and the operator's congchao."""
import json
import os
import re
import signal
import subprocess
import threading
import time

READY = re.compile(r"congchao-gate: ready: intercepting on (\d+) interfaces?")


def wait_for(what, check, seconds=10.0, step=0.02):
    """Calls check until it returns something true, and returns that; else fails."""
    limit = time.monotonic() + seconds
    while True:
        found = check()
        if found:
            return found
        if time.monotonic() > limit:
            raise AssertionError(f"waited {seconds} s in vain for: {what}")
        time.sleep(step)


def status_of(pid):
    """/proc/PID/status as a dictionary; empty when the process is gone."""
    try:
        with open(f"/proc/{pid}/status", encoding="utf-8") as lines:
            return dict(line.rstrip("\n").split(":\t", 1) for line in lines if ":\t" in line)
    except (FileNotFoundError, ProcessLookupError):
        return {}


class Gate:
    """start() .. stop(), as often as a test likes. The log of all runs is kept."""

    def __init__(self, lab, programs):
        self.lab, self.programs = lab, programs
        self.process, self._reader, self.lines = None, None, []
        self._portal = None

    def path(self, program):
        return os.path.join(self.programs, program)

    def start(self, wait=True, wrapper=()):
        """wrapper: words before the program, such as valgrind's."""
        self.lines.append(f"-- start {time.monotonic():.3f}")
        self._portal = None
        self.process = self.lab.gateway.start(
            *wrapper, self.path("congchao-gate"), "-c", self.lab.conf_path,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace")
        self._reader = threading.Thread(target=self._collect, args=(self.process.stderr,),
                                        daemon=True)
        self._reader.start()
        if wait:
            self.wait_ready()
        return self

    def _collect(self, stream):
        with stream:
            for line in stream:
                self.lines.append(line.rstrip("\n"))

    def this_run(self):
        """Log lines since the last start."""
        last = max((i for i, line in enumerate(self.lines) if line.startswith("-- start ")),
                   default=-1)
        return self.lines[last + 1:]

    def wait_ready(self, seconds=15):
        def ready():
            if any(READY.search(line) for line in self.this_run()):
                return True
            if self.process.poll() is not None:
                self._reader.join(1)
                raise AssertionError(f"congchao-gate ended with {self.process.returncode} before "
                                     f"it was ready: {' | '.join(self.this_run()[-5:])}")
            return False
        wait_for("congchao-gate to be ready", ready, seconds)

    @property
    def pid(self):
        return self.process.pid

    @property
    def portal_pid(self):
        """The congchao-portal that this gate has started."""
        if self._portal is None:
            self._portal = self._child("congchao-portal")
        return self._portal

    @property
    def resolver_pid(self):
        """The process that asks the DNS for this gate; None when there is none."""
        return self._child("congchao-dns")

    def _child(self, program):
        for name in os.listdir("/proc"):
            if name.isdigit():
                found = status_of(name)
                if found.get("PPid") == str(self.pid) and found.get("Name") == program[:15]:
                    return int(name)
        return None

    def pids(self):
        return self.pid, self.portal_pid

    @property
    def running(self):
        return self.process is not None and self.process.poll() is None

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, seconds=10):
        """The exit status; gate and portal are both gone after it."""
        status = self.process.wait(seconds)
        if self._portal:
            wait_for("congchao-portal to end", lambda: not alive(self._portal), seconds)
        self._reader.join(5)
        return status

    def stop(self, seconds=10):
        """SIGTERM, as the service manager would. Returns the exit status."""
        if not self.running:
            return self.process.returncode if self.process else None
        self.portal_pid  # noqa: B018  (remembered, to be waited for)
        self.signal(signal.SIGTERM)
        return self.wait(seconds)

    def kill(self):
        """SIGKILL of gate alone."""
        self.portal_pid  # noqa: B018
        self.signal(signal.SIGKILL)
        return self.wait()

    def restart(self):
        self.stop()
        return self.start()

    def close(self):
        if self.running:
            try:
                self.stop(5)
            except (subprocess.TimeoutExpired, AssertionError):
                self.process.kill()
                self.process.wait()
        if self._portal and alive(self._portal):
            os.kill(self._portal, signal.SIGKILL)

    # -------------------------------------------------- the operator's side

    def ctl(self, *words, conf=None):
        """congchao -c CONF words...: returncode, stdout, stderr."""
        return self.lab.gateway.run(self.path("congchao"), "-c", conf or self.lab.conf_path,
                                    *words, check=False)

    def ctl_json(self, *words):
        done = self.ctl(*words, "--json")
        assert done.returncode == 0, f"congchao {words}: {done.returncode} {done.stderr}"
        return json.loads(done.stdout)

    # -------------------------------------------------- the kernel's side

    def nft(self, *words, check=True):
        return self.lab.gateway.run("nft", *words, check=check)

    def table_stands(self):
        return self.nft("list", "table", "inet", "congchao", check=False).returncode == 0

    def ruleset(self):
        """The table in nft's own words."""
        return self.nft("list", "table", "inet", "congchao").stdout

    def rules(self):
        """Every rule of the three chains. (nft 1.0.6 prints no valid JSON for a whole table
        with an owner.)"""
        listed = [json.loads(self.nft("-j", "list", "chain", "inet", "congchao", chain).stdout)
                  for chain in ("intercept", "hold", "guard")]
        return [item["rule"] for chain in listed for item in chain["nftables"] if "rule" in item]

    def released(self):
        """The set: {mac: seconds left}."""
        listed = json.loads(self.nft("-j", "list", "set", "inet", "congchao", "released").stdout)
        elements = next(item["set"] for item in listed["nftables"] if "set" in item).get("elem", [])
        return {element["elem"]["val"]: element["elem"].get("expires") for element in elements}

    def flows(self, address):
        """conntrack's entries that an address has begun, as lines."""
        family = "ipv6" if ":" in address else "ipv4"
        return self.lab.gateway.run("conntrack", "-L", "-f", family, "-s", address,
                                    check=False).stdout.splitlines()


def alive(pid):
    return status_of(pid).get("State", "Z")[:1] not in ("Z", "X")
