"""What portal has stored, seen from outside."""
import os
import shutil
import sqlite3


class Database:
    """A copy of the database as it lies on the disk: looking must not change it.

    leases: {mac: end in ms of CLOCK_BOOTTIME}; events: {event: how often}, of all hours;
    hours: {hour: {event: how often}}, those that wait for the clock not among them;
    remembered: how many things devices have learned."""

    def __init__(self, lab):
        folder = f"{lab.folder}/look"
        shutil.rmtree(folder, ignore_errors=True)
        os.mkdir(folder)
        for ending in ("", "-wal"):
            try:
                shutil.copy(f"{lab.folder}/state/congchao.db{ending}", f"{folder}/db{ending}")
            except FileNotFoundError:
                pass
        with sqlite3.connect(f"{folder}/db") as db:
            self._read(db)
        db.close()

    def _read(self, db):
        self.sound = db.execute("PRAGMA integrity_check").fetchone()[0]
        self.leases = {":".join(f"{byte:02x}" for byte in mac): ends for mac, ends in
                       db.execute("SELECT mac, expires_ms FROM leases")}
        self.remembered = db.execute("SELECT count(*) FROM reviews").fetchone()[0]
        self.owed = db.execute("SELECT coalesce(sum(count), 0) FROM owed").fetchone()[0]
        self.hours = {}
        for hour, event, count in db.execute("SELECT hour, event, sum(count) FROM counters"
                                             " GROUP BY hour, event"):
            self.hours.setdefault(hour, {})[event] = count
        self.pending = dict(db.execute("SELECT event, sum(count) FROM pending GROUP BY event"))
        self.events = dict(self.pending)
        for events in self.hours.values():
            for event, count in events.items():
                self.events[event] = self.events.get(event, 0) + count

    def count(self, event):
        return self.events.get(event, 0)
