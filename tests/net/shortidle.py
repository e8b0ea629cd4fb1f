"""A lab in which a minute of idleness is three seconds.

    with ShortIdle(phones=3, conf=...) as idle:
        phone = idle.lab.phone()
        assert phone.visit().online
        with idle.busy(phone):              # sends on an established connection
            idle.may_end()                  # from now on gate looks who is active

The kernel forgets who was active so much faster (shortidle.c). Gate does not look before
the configured time is over by its own clock (fakeclock.c), which may_end() sets on; after
that it goes by what the kernel says. The machine's own clock is never set.
"""
import contextlib
import mmap
import os
import shutil
import struct
import subprocess
import sys

from harness import WEB4, Lab, Skip, run

HERE = os.path.dirname(os.path.abspath(__file__))
# Small and steady, on one connection that was there before: no new flow is seen.
BUSY = """
import socket, sys, time
with socket.create_connection((sys.argv[1], 443), 5) as wire:
    print("busy", flush=True)
    try:
        while wire.send(b"x") and wire.recv(10):
            time.sleep(0.05)
    except ConnectionError:
        pass
"""


class ShortIdle:
    """options: of the Lab."""

    def __init__(self, **options):
        if not shutil.which("cc"):
            raise Skip("no C compiler here")
        self.lab = Lab(gate=False, **options)

    def __enter__(self):
        self.lab.__enter__()
        try:
            self._build()
            self.start()
        except BaseException:
            self.lab.close()
            raise
        return self

    def __exit__(self, *_):
        self.lab.close()

    def _build(self):
        self.shims, self.clock = [], f"{self.lab.folder}/clock"
        for name in ("fakeclock", "shortidle"):
            self.shims.append(f"{self.lab.folder}/{name}.so")
            run(["cc", "-O1", "-Wall", "-Wextra", "-shared", "-fPIC", "-o", self.shims[-1],
                 f"{HERE}/{name}.c", "-ldl"])
        with open(self.clock, "wb") as file:
            file.write(bytes(24))
        with open(self.clock, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), 24)

    def start(self):
        self.lab.gate.start(wrapper=("env", f"LD_PRELOAD={' '.join(self.shims)}",
                                     f"FAKECLOCK={self.clock}"))

    def restart(self):
        self.lab.gate.stop()
        self.start()

    def may_end(self, seconds=61):
        """Gate's clock goes on: the configured idle_after of all who are released is over."""
        boot = struct.unpack("=q", self.memory[8:16])[0]
        self.memory[8:16] = struct.pack("=q", boot + seconds * 1000)
        assert self.lab.gate.ctl("status").returncode == 0  # gate wakes up

    @contextlib.contextmanager
    def busy(self, *phones):
        """While it lasts these phones send something twenty times a second."""
        busy = [phone.ns.start(sys.executable, "-E", "-c", BUSY, WEB4, stdout=subprocess.PIPE)
                for phone in phones]
        try:
            for process in busy:
                assert process.stdout.readline() == b"busy\n"
            yield busy
        finally:
            for process in busy:
                process.kill()
                process.wait()
                process.stdout.close()
