"""A lab whose portal lives in a time of our own.

    with Router(phones=2) as router:
        router.boot(wall=MORNING)                   # starts gate; the clock is not right yet
        router.clock_is_set(MORNING)                # now it is
        router.pass_time(3 * 3600)                  # what nobody wants to wait for
        router.start(days=3)                        # after a stop: right, three days from now

Portal's clocks are made up by fakeclock.c; the machine's own clock is never touched. Gate
and the kernel live in real time.
"""
import datetime
import mmap
import os
import shutil
import signal
import struct
import time
import uuid

from harness import Lab, Skip, run
from mounts import mounted, own_mounts, unmount

HERE = os.path.dirname(os.path.abspath(__file__))
BOOT_ID = "/proc/sys/kernel/random/boot_id"
MORNING = int(datetime.datetime(2026, 11, 23, 9, 30, tzinfo=datetime.timezone.utc).timestamp())
DAY = 86400
PORTAL = """#!/bin/sh
{zone}FAKECLOCK={clock} LD_PRELOAD={shim} exec {portal} "$@"
"""


class Router:
    """boot() and cut the power at will. zone: portal's time zone, such as "ICT-7", else the
    machine's; options: of the Lab."""

    def __init__(self, phones=3, zone=None, **options):
        if not shutil.which("cc"):
            raise Skip("no C compiler here")
        own_mounts()
        self.zone = f"TZ={zone} " if zone else ""
        self.lab = Lab(phones=phones, gate=False, **options)

    def __enter__(self):
        self.lab.__enter__()
        try:
            self._build()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _build(self):
        """The programs in a folder of their own: gate starts the portal that lies beside it."""
        folder = f"{self.lab.folder}/router"
        os.mkdir(folder)
        shim, clock, self.boot_id = (f"{folder}/{name}" for name in ("shim.so", "clock", "id"))
        run(["cc", "-O1", "-Wall", "-Wextra", "-shared", "-fPIC", "-o", shim,
             f"{HERE}/fakeclock.c", "-ldl"])
        with open(clock, "wb") as file:
            file.write(bytes(24))
        with open(clock, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), 24)
        real = self.lab.gate.path("congchao-portal")
        for program in ("congchao-gate", "congchao"):
            shutil.copy2(self.lab.gate.path(program), folder)
        with open(f"{folder}/congchao-portal", "w", encoding="utf-8") as file:
            file.write(PORTAL.format(zone=self.zone, clock=clock, shim=shim, portal=real))
        os.chmod(f"{folder}/congchao-portal", 0o755)
        self.lab.gate.programs = folder
        with open(self.boot_id, "w", encoding="utf-8") as file:
            file.write(f"{uuid.uuid4()}\n")
        mounted("--bind", self.boot_id, BOOT_ID)

    def __exit__(self, *_):
        self.lab.gate.close()
        unmount(BOOT_ID)
        self.lab.close()

    def _set(self, wall=None, boot=None, synchronised=None):
        now = list(struct.unpack("=qqq", self.memory[:24]))
        if wall is not None:
            now[0] = int(wall * 1000) - time.time_ns() // 1000000
        if boot is not None:
            now[1] = int(boot * 1000) - time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000000 \
                if boot >= 0 else 0
        if synchronised is not None:
            now[2] = synchronised
        self.memory[:24] = struct.pack("=qqq", *now)

    def boot(self, wall, since=15, synchronised=False):
        """Starts gate in a new boot: the wall clock says wall, since seconds after it (-1: as
        many as really are)."""
        with open(self.boot_id, "w", encoding="utf-8") as file:
            file.write(f"{uuid.uuid4()}\n")
        self._set(wall, since, synchronised)
        self.lab.gate.start()

    def clock_is_set(self, wall, synchronised=True):
        self._set(wall, synchronised=synchronised)

    def pass_time(self, seconds):
        """Both clocks go on: what nobody wants to wait for."""
        wall, boot, synchronised = struct.unpack("=qqq", self.memory[:24])
        self.memory[:24] = struct.pack("=qqq", wall + seconds * 1000, boot + seconds * 1000,
                                       synchronised)

    def power_cut(self):
        for pid in reversed(self.lab.gate.pids()):
            os.kill(pid, signal.SIGKILL)
        self.lab.gate.wait()

    def visitor(self):
        phone = self.lab.phone()
        assert phone.visit().online
        return phone

    def start(self, days=0):
        """Starts with the right time, so many days from now; the time since boot is the real one."""
        self.boot(time.time() + days * DAY, since=-1, synchronised=True)
