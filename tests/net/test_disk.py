"""Full, read-only and corrupt disks, full tables: the visitor is told to try again or goes
on, nothing is counted that did not happen, nothing dies, the operator gets one line.

State lies on a small file system of its own, in a mount namespace of this process alone.
"""
import os
import re
import signal
import sqlite3
import time

from crowd import Crowd
from database import Database
from harness import Lab, Namespace, Refused, alive, run, wait_for
from mounts import mounted, own_mounts, unmount
from strace import Trace

class Disk:
    """A Lab whose paths.state is a tmpfs of its own: with Disk(size="1M") as disk: disk.lab"""

    def __init__(self, size="2m", **options):
        own_mounts()
        self.size, self.lab = size, Lab(gate=False, **options)

    def __enter__(self):
        self.lab.__enter__()
        try:
            self.path = f"{self.lab.folder}/state"
            os.mkdir(self.path)
            mounted("-t", "tmpfs", "-o", f"size={self.size},mode=0750", "disk", self.path)
            run(["chown", "congchao:", self.path])
            self.lab.gate.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.lab.gate.close()
        unmount(self.path)
        self.lab.close()

    def fill(self):
        """Not a byte is left."""
        with open(f"{self.path}/filler", "ab", buffering=0) as filler:
            size = 65536
            while size:
                try:
                    filler.write(bytes(size))
                except OSError:
                    size //= 2

    def empty(self):
        os.unlink(f"{self.path}/filler")

    def remount(self, how):
        mounted("-o", f"remount,{how}", self.path)

    @property
    def database(self):
        return f"{self.path}/congchao.db"

    def store_lines(self):
        """Portal's log lines about storing, of this run."""
        return [line for line in self.lab.gate.this_run() if "congchao-portal: store:" in line]


def counted(lab):
    found = Database(lab)
    return {event: found.count(event) for event in ("acknowledged", "released")}, found.leases


def finished(lab):
    wait_for("the releases to be counted", lambda: Database(lab).owed == 0)


def refuse(lab, visitors=3):
    """Visitors come while it does not work. Returns the phones, at the button."""
    pids, held = lab.gate.pids(), []
    for _ in range(visitors):
        phone = lab.phone()
        visit = phone.visit()
        assert not visit.online and visit.last["status"] == 503, f"not asked to try again: {visit}"
        assert not phone.is_online() and phone.mac not in lab.gate.released()
        held.append(phone)
    assert all(alive(pid) for pid in pids) and lab.gate.pids() == pids
    return held


def one_line(disk, visitors_come):
    """One line has said that it cannot be written; visitors add nothing to it."""
    before = disk.store_lines()
    assert sum("cannot write" in line for line in before) == 1, before
    visitors_come()
    assert disk.store_lines() == before, disk.store_lines()


def recover(phones, others=()):
    """The cause is gone: those who were refused go on with the visit that they have."""
    for phone in phones:
        wait_for("a refused visitor to come through",
                 lambda one=phone: one.visit(one.portal).online, 10, 0.3)
    for phone in others:
        assert phone.visit().online


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as line:
        fields = line.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_full_disk_while_running():
    with Disk(phones=4) as disk:
        lab, before = disk.lab, disk.lab.phone()
        assert before.visit().online
        finished(lab)
        was = counted(lab)
        disk.fill()
        held = refuse(lab)
        assert before.is_online(), "a released device was cut off by a full disk"
        lines = [line for line in disk.store_lines() if "cannot write" in line]
        assert len(lines) == 1 and "full" in lines[0] and disk.database in lines[0], \
            disk.store_lines()
        disk.empty()
        recover(held)
        finished(lab)
        events, leases = counted(lab)
        assert events == {event: count + len(held) for event, count in was[0].items()}, events
        assert len(leases) == len(was[1]) + len(held)


def test_full_disk_costs_no_processor():
    """A disk may be full for days: nothing may be tried without a pause."""
    with Disk(phones=2) as disk:
        disk.fill()
        refuse(disk.lab, 1)
        used = [cpu_seconds(pid) for pid in disk.lab.gate.pids()]
        time.sleep(2)  # the time that is measured
        used = [cpu_seconds(pid) - then for pid, then in zip(disk.lab.gate.pids(), used)]
        assert max(used) < 0.4, f"{used} s of processor time in 2 s in which nobody came"


def test_full_disk_at_start():
    """Who was released is so still; nobody new is, until there is room."""
    with Disk(phones=3) as disk:
        lab, before = disk.lab, disk.lab.phone()
        assert before.visit().online
        finished(lab)
        lab.gate.stop()
        was = counted(lab)
        disk.fill()
        lab.gate.start()
        assert before.is_online() and set(lab.gate.released()) == {before.mac}
        held = []
        one_line(disk, lambda: held.extend(refuse(lab, 2)))
        disk.empty()
        recover(held)
        finished(lab)
        events, leases = counted(lab)
        assert events == {event: count + 2 for event, count in was[0].items()}, events
        assert before.mac in leases and len(leases) == 3


def test_full_disk_on_the_first_start_ever():
    with Disk(phones=2) as disk:
        lab = disk.lab
        lab.gate.stop()
        for name in os.listdir(disk.path):
            os.unlink(f"{disk.path}/{name}")
        disk.fill()
        lab.gate.start()
        held = []
        one_line(disk, lambda: held.extend(refuse(lab, 2)))
        disk.empty()
        recover(held)


def kill_both(gate):
    pids = gate.pids()
    for pid in reversed(pids):
        os.kill(pid, signal.SIGKILL)
    gate.wait()


def read_only_at_start(end):
    with Disk(phones=3) as disk:
        lab, before = disk.lab, disk.lab.phone()
        assert before.visit().online
        finished(lab)
        end(lab.gate)
        was = counted(lab)
        disk.remount("ro")
        held = []
        lab.gate.start()
        released = lab.gate.released()
        assert set(released) == {before.mac}, f"released: {released}; {disk.store_lines()}"
        one_line(disk, lambda: held.extend(refuse(lab, 2)))
        assert counted(lab) == was
        disk.remount("rw")
        recover(held)


def test_read_only_disk_at_start():
    read_only_at_start(lambda gate: gate.stop())


def test_read_only_disk_at_start_after_a_power_cut():
    """The database's latest commits are in its -wal only."""
    read_only_at_start(kill_both)


def test_read_only_disk_while_running():
    """A kernel that has met an error makes the file system read-only under open files: every
    write is answered with EROFS from then on."""
    with Disk(phones=3) as disk:
        lab, before = disk.lab, disk.lab.phone()
        assert before.visit().online
        finished(lab)
        was = counted(lab)
        with Trace([lab.gate.portal_pid], "trace=pwrite64,ftruncate,fallocate",
                   "inject=pwrite64,ftruncate,fallocate:error=EROFS"):
            held = refuse(lab, 2)
            assert len(disk.store_lines()) == 1, disk.store_lines()
            assert counted(lab) == was and before.is_online()
        recover(held)
        finished(lab)
        events, _ = counted(lab)
        assert events == {event: count + 2 for event, count in was[0].items()}, events


def set_aside(disk):
    return sorted(name for name in os.listdir(disk.path)
                  if re.fullmatch(r"congchao\.db\.corrupt-\d{8}-\d{6}", name))


def corrupt_at_start(spoil):
    with Disk(phones=2) as disk:
        lab = disk.lab
        assert lab.phone().visit().online
        lab.gate.stop()
        spoil(disk.database)
        with open(disk.database, "rb") as file:
            spoilt = file.read()
        lab.gate.start()
        assert len(set_aside(disk)) == 1, os.listdir(disk.path)
        with open(f"{disk.path}/{set_aside(disk)[0]}", "rb") as kept:
            assert kept.read() == spoilt, "what was set aside is not what was there"
        lines = disk.store_lines()
        assert len(lines) == 1 and set_aside(disk)[0] in lines[0], lines
        assert lab.phone().visit().online
        finished(lab)
        assert counted(lab)[0] == {"acknowledged": 1, "released": 1}


def write_at(path, offset, data):
    with open(path, "r+b") as file:
        file.seek(offset)
        file.write(data)


def test_corrupt_at_start_no_database_at_all():
    def spoil(path):
        with open(path, "wb") as file:
            file.write(b"this is not a database\n" * 300)
    corrupt_at_start(spoil)


def test_corrupt_at_start_pages_overwritten():
    corrupt_at_start(lambda path: write_at(path, 1024, os.urandom(4096)))


def test_corrupt_at_start_cut_short():
    corrupt_at_start(lambda path: os.truncate(path, os.path.getsize(path) // 2 + 100))


def test_corrupt_while_running():
    """Another program's write makes portal read the file again, which is spoilt by then."""
    with Disk(phones=3) as disk:
        lab, before = disk.lab, disk.lab.phone()
        assert before.visit().online
        finished(lab)
        pids = lab.gate.pids()
        with sqlite3.connect(disk.database, isolation_level=None) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            other.execute("UPDATE meta SET value = value WHERE key = 'wall_max'")
            write_at(disk.database, 0, os.urandom(os.path.getsize(disk.database)))
        other.close()
        for phone in (lab.phone(), lab.phone()):
            wait_for("a visitor to come through", lambda one=phone: one.visit().online, 5, 0.3)
        assert len(set_aside(disk)) == 1, os.listdir(disk.path)
        lines = [line for line in disk.store_lines() if "corrupt" in line]
        assert len(lines) == 1 and set_aside(disk)[0] in lines[0], disk.store_lines()
        assert lab.gate.pids() == pids and all(alive(pid) for pid in pids)
        finished(lab)
        assert counted(lab)[0] == {"acknowledged": 2, "released": 2}
        assert before.is_online(), "the kernel's set goes on without the old database"


def test_full_set_asks_to_try_again():
    """limits.released is reached: nothing is counted, the operator reads one line."""
    with Lab(phones=6, conf={"limits": {"released": 2}}) as lab:
        inside = [lab.phone(), lab.phone()]
        recover((), inside)
        finished(lab)
        was = counted(lab)
        held = refuse(lab, 4)
        finished(lab)
        wait_for("the refused to be taken out of the counters", lambda: counted(lab) == was)
        lines = [line for line in lab.gate.this_run() if "full" in line]
        assert len(lines) == 1 and "limits.released" in lines[0], lines
        assert lab.gate.ctl("revoke", inside[0].mac).returncode == 0
        recover(held[:1])
        assert set(lab.gate.released()) == {inside[1].mac, held[0].mac}


def test_full_visits_table_newcomers_go_on():
    """Sixteen visits have room; forty devices come. The oldest unfinished visit goes."""
    with Lab(phones=2, conf={"limits": {"visits": 16}}) as lab, \
            Crowd(lab, Namespace("crowd"), room=64) as crowd:
        first = lab.phone()
        token = re.search(r'name="token" value="(\w+)"', first.fetch(f"{first.portal}/").text)[1]
        crowd.say("bring", count=40, flight=1)  # one after the other to the button
        stale = first.fetch(f"{first.portal}/answer", method="POST",
                            headers=[["Content-Type", "application/x-www-form-urlencoded"]],
                            body=f"token={token}&choice=a")
        assert stale.status == 403, f"a visit that has gone: {stale.status}"
        crowd.say("acknowledge")
        assert len(crowd.told()) == 16, f"{len(crowd.told())} told; {crowd.failed}"
        assert crowd.failed == ["/acknowledge 403"] * 24, crowd.failed
        assert first.visit().online, "the one whose visit has gone begins anew and comes through"
        finished(lab)
        events, leases = counted(lab)
        told = set(crowd.told()) | {first.mac}
        assert set(leases) == told == set(lab.gate.released())
        assert events == {"acknowledged": len(told), "released": len(told)}


def test_full_visits_table_of_those_who_wait_asks_to_try_again():
    """A slow disk and as many waiting as there are visits: newcomers are asked to try again."""
    with Lab(phones=2, conf={"limits": {"visits": 4}}) as lab, \
            Crowd(lab, Namespace("crowd"), room=64) as crowd:
        crowd.say("bring", count=4)
        with Trace([lab.gate.portal_pid], "trace=fdatasync",
                   "inject=fdatasync:delay_enter=1500000"):
            crowd.begin("acknowledge")
            newcomer = lab.phone()

            def refused():
                try:
                    return newcomer.fetch(f"{newcomer.portal}/").status == 503
                except Refused:
                    return False
            wait_for("the newcomer to be asked to try again", refused, 3)
            crowd.end()
        assert len(crowd.told()) == 4, crowd.failed
        assert newcomer.visit().online
