"""Visits as counters in a database such as portal writes, for `congchao stats` to read."""
import collections
import sqlite3

HOUR = 1795435200  # 2026-11-23 12:00 UTC
SCHEMA = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE counters(hour INTEGER, zone TEXT, audience TEXT, language TEXT, event TEXT,
  item TEXT NOT NULL DEFAULT '', count INTEGER NOT NULL,
  PRIMARY KEY(hour, zone, audience, language, item, event)) WITHOUT ROWID;
CREATE TABLE pending(boot_id TEXT, minute INTEGER, zone TEXT, audience TEXT, language TEXT,
  event TEXT, item TEXT NOT NULL DEFAULT '', count INTEGER NOT NULL,
  PRIMARY KEY(boot_id, minute, zone, audience, language, item, event)) WITHOUT ROWID;
PRAGMA user_version = 2;
"""
VERDICTS = ("wrong", "right")


class Counts(collections.Counter):
    """{(hour, zone, audience, language, event, item): how often}"""

    def add(self, event, item, n=1, hour=HOUR, audience="citizen", language="vi", zone="wifi"):
        self[(hour, zone, audience, language, event, item)] += n

    def answer(self, item, role, option, n=1, time="calm", **where):
        self.add(f"answer/{role}/{option}/{time}", item, n, **where)

    def rest(self, item, right, others, n=1, **where):
        self.add(f"rest/{VERDICTS[right]}/{others}", item, n, **where)

    def pair(self, objective, first, second, n=1, **where):
        self.add(f"pair/{VERDICTS[first]}/{VERDICTS[second]}", objective, n, **where)

    def write(self, path):
        db = sqlite3.connect(path)
        with db:
            db.executescript(SCHEMA)
            db.executemany("INSERT INTO counters VALUES(?,?,?,?,?,?,?)",
                           [(*key, n) for key, n in self.items()])
        db.close()
