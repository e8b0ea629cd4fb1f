"""A router without a clock: releases count in time since boot and keep what is left of them
through a reboot; events of before the clock is right are counted under the right hour.

Portal's clocks are made up by fakeclock.c; the machine's own clock is never touched.
"""
import datetime
import mmap
import os
import shutil
import signal
import struct
import time
import uuid

from database import Database
from harness import Lab, Skip, run, wait_for
from mounts import mounted, own_mounts, unmount

HERE = os.path.dirname(os.path.abspath(__file__))
BOOT_ID = "/proc/sys/kernel/random/boot_id"
MORNING = int(datetime.datetime(2026, 11, 23, 9, 30, tzinfo=datetime.timezone.utc).timestamp())
EIGHT_MONTHS = 245 * 86400
HOUR = 3600
PORTAL = """#!/bin/sh
FAKECLOCK={clock} LD_PRELOAD={shim} exec {portal} "$@"
"""


def hour_of(seconds):
    return seconds - seconds % HOUR


def time_left(lab, phone):
    return lab.gate.released()[phone.mac]


class Router:
    """A lab whose portal lives in a time of our own; boot() and cut the power at will."""

    def __init__(self, phones=3):
        if not shutil.which("cc"):
            raise Skip("no C compiler here")
        own_mounts()
        self.lab = Lab(phones=phones, gate=False)

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
        for name in ("congchao-gate", "congchao"):
            shutil.copy2(self.lab.gate.path(name), folder)
        with open(f"{folder}/congchao-portal", "w", encoding="utf-8") as file:
            file.write(PORTAL.format(clock=clock, shim=shim, portal=real))
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
            now[1] = int(boot * 1000) - time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000000
        if synchronised is not None:
            now[2] = synchronised
        self.memory[:24] = struct.pack("=qqq", *now)

    def boot(self, wall, since=15, synchronised=False):
        """Starts gate in a new boot: the wall clock says wall, since seconds after it."""
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


def counted_by_hour(lab):
    """{hour: acknowledged}, once nothing waits for the clock any more."""
    def settled():
        found = Database(lab)
        return not found.pending and not found.owed and found
    hours = wait_for("all events to have their hour", settled, 10, 0.1).hours
    for hour, events in hours.items():
        assert events.get("acknowledged") == events.get("released"), f"{hour}: {events}"
    return {hour: events["acknowledged"] for hour, events in hours.items()}


def test_clock_jumps_forward_eight_months_after_boot():
    """One visitor before it, two hours before; one after it. Both hours are right."""
    with Router() as router:
        lab = router.lab
        router.boot(wall=MORNING - EIGHT_MONTHS)
        before = router.visitor()
        left = time_left(lab, before)
        assert 12 * HOUR - 5 <= left <= 12 * HOUR
        wait_for("it to be counted", lambda: Database(lab).pending.get("released") == 1)
        assert not Database(lab).hours, "counted under an hour that nobody knows yet"
        router.pass_time(2 * HOUR)
        router.clock_is_set(MORNING + 2 * HOUR)
        assert before.is_online() and left - 5 <= time_left(lab, before) <= left
        router.visitor()
        assert counted_by_hour(lab) == {hour_of(MORNING): 1, hour_of(MORNING + 2 * HOUR): 1}
        assert before.is_online() and left - 10 <= time_left(lab, before) <= left


def check_left(lab, expected, slack=40):
    released = lab.gate.released()
    for phone, left in expected.items():
        assert left - slack <= released[phone.mac] <= left, \
            f"{released[phone.mac]} s are left, not {left}"
        assert phone.is_online()


def reboot(end):
    """A second life of the router that believes for a while that it is March."""
    with Router() as router:
        lab = router.lab
        router.boot(wall=MORNING, since=40 * 86400, synchronised=True)
        old = router.visitor()
        router.pass_time(5 * HOUR)
        young = router.visitor()
        wait_for("both to be counted", lambda: Database(lab).owed == 0)
        end(router)
        router.boot(wall=MORNING - EIGHT_MONTHS)
        assert set(lab.gate.released()) == {old.mac, young.mac}
        check_left(lab, {old: 7 * HOUR, young: 12 * HOUR})
        last = router.visitor()
        router.clock_is_set(MORNING + 5 * HOUR + 600)
        lab.gate.ctl("release", last.mac)
        assert counted_by_hour(lab) == {hour_of(MORNING): 1, hour_of(MORNING + 5 * HOUR): 2}
        check_left(lab, {old: 7 * HOUR, young: 12 * HOUR, last: 12 * HOUR})
        lab.gate.restart()
        check_left(lab, {old: 7 * HOUR, young: 12 * HOUR, last: 12 * HOUR})


def test_reboot_with_a_clock_eight_months_behind_after_a_power_cut():
    reboot(Router.power_cut)


def test_reboot_with_a_clock_eight_months_behind_after_a_clean_stop():
    reboot(lambda router: router.lab.gate.stop())


def test_reboot_the_time_off_is_not_taken_from_the_release():
    """Off for a night: nobody was online meanwhile, and the clock that could tell is wrong."""
    with Router(phones=1) as router:
        router.boot(wall=MORNING, synchronised=True)
        phone = router.visitor()
        wait_for("it to be counted", lambda: Database(router.lab).owed == 0)
        router.power_cut()
        router.boot(wall=MORNING + 11 * HOUR, synchronised=True)
        assert 12 * HOUR - 15 <= time_left(router.lab, phone) <= 12 * HOUR


def test_same_boot_the_time_between_counts():
    """gate alone was down, for three hours: the release goes on meanwhile."""
    with Router(phones=1) as router:
        router.boot(wall=MORNING, synchronised=True)
        phone = router.visitor()
        wait_for("it to be counted", lambda: Database(router.lab).owed == 0)
        router.power_cut()
        router.pass_time(3 * HOUR)
        router.lab.gate.start()
        assert 9 * HOUR - 15 <= time_left(router.lab, phone) <= 9 * HOUR
        router.power_cut()
        router.pass_time(9 * HOUR)
        router.lab.gate.start()
        assert not router.lab.gate.released() and not Database(router.lab).leases


def test_clock_set_back_changes_no_release():
    with Router(phones=2) as router:
        router.boot(wall=MORNING, synchronised=True)
        phone = router.visitor()
        router.clock_is_set(MORNING - 400 * 86400)
        router.visitor()
        assert phone.is_online() and 12 * HOUR - 15 <= time_left(router.lab, phone) <= 12 * HOUR
        wait_for("it to be counted", lambda: Database(router.lab).owed == 0)
        router.lab.gate.restart()
        assert 12 * HOUR - 15 <= time_left(router.lab, phone) <= 12 * HOUR
