"""The counters of another user: read, never written, and not believed when they are fewer."""
import os
import sqlite3
import subprocess
import sys

from hotspot import HOUR, this_hour, uid
from pair import Pair, same, visits

WRITER = """
import os, sqlite3, sys
os.setgid({gid}); os.setuid({uid}); os.umask(0o027)
db = sqlite3.connect({path!r}, isolation_level=None)
for line in sys.stdin:
    db.executescript(line)
    print("done", flush=True)
"""


def test_it_reads_what_another_user_writes(build, authority):
    """Portal's user has the database open, in a log or with a rollback journal; is killed; has
    ended. The reporter is in its group, and writes nothing there."""
    for wal in (True, False):
        with Pair(build, authority) as (site, collector):
            counts = visits(this_hour() - 2 * HOUR, 1)
            site.count(counts, wal)
            assert "Delivered" in site.now().stdout
            code = WRITER.format(path=site.database, uid=uid("congchao")[0], gid=uid("congchao")[1])
            with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, text=True) as writer:
                for n in (2, 3):
                    counts = visits(this_hour() - 2 * HOUR, n)
                    for key, count in counts.items():
                        writer.stdin.write("REPLACE INTO counters VALUES(%d,'%s','%s','%s','%s','%s',%d);\n"
                                           % (*key, count))
                        writer.stdin.flush()
                        assert writer.stdout.readline() == "done\n"
                    before = folder_of(site)
                    site.now()
                    same(collector, site, counts, this_hour() - 3 * HOUR)
                    assert folder_of(site) == before, "it has written there"
                if not wal:  # somebody in the middle of a write
                    writer.stdin.write("BEGIN EXCLUSIVE; DELETE FROM counters;\n")
                    writer.stdin.flush()
                    assert writer.stdout.readline() == "done\n"
                    assert "database is locked" in site.now(expected=1).stderr
                writer.kill()
            if wal:
                site.now()
                same(collector, site, counts, this_hour() - 3 * HOUR)


def folder_of(site):
    folder = os.path.dirname(site.database)
    return sorted((name, os.stat(f"{folder}/{name}").st_size, os.stat(f"{folder}/{name}").st_mtime_ns)
                  for name in os.listdir(folder) if not name.endswith("-shm"))


def test_who_is_not_in_the_group_is_told(build, authority):
    with Pair(build, authority) as (site, collector):
        site.count({})
        os.chown(os.path.dirname(site.database), uid("congchao")[0], 0)
        done = site.now(expected=1)
        assert "must be in the group of that file" in done.stderr, done
        assert "must be in the group" in site.status()["problem"]


def test_a_database_begun_anew_does_not_replace_what_was_reported(build, authority):
    """Portal sets a broken one aside; what was reported of before stays."""
    with Pair(build, authority, 50) as (site, collector):
        now = this_hour()
        counts = {**visits(now - 40 * HOUR), **visits(now - 5 * HOUR)}
        site.count(counts)
        site.now()
        for ending in ("", "-wal", "-shm"):
            if os.path.exists(site.database + ending):
                os.unlink(site.database + ending)
        site.count({})
        done = site.now()
        assert "begun anew" in done.stderr, done
        same(collector, site, counts, now - 50 * HOUR)
        # A backup of a week ago in its place: older hours are as they were, later ones are less.
        os.unlink(site.database)
        site.count(visits(now - 40 * HOUR))
        site.now(expected=1)
        assert [one["code"] for one in site.status()["parked"]] == [1001]
        site.now()
        same(collector, site, counts, now - 50 * HOUR)


def test_an_hour_that_lost_counts_is_parked(build, authority):
    with Pair(build, authority) as (site, collector):
        hour = this_hour() - 2 * HOUR
        counts = {**visits(hour - HOUR), **visits(hour)}
        site.count(counts)
        site.now()
        db = sqlite3.connect(site.database)
        with db:
            db.execute("DELETE FROM counters WHERE hour = ?", (hour,))
        db.close()
        site.own()
        site.now(expected=1)
        same(collector, site, counts, hour - HOUR)
        assert [one["code"] for one in site.status()["parked"]] == [1001]


def test_without_a_database_nothing_is_said_to_be_nothing(build, authority):
    with Pair(build, authority) as (site, collector):
        assert "has the gate ever run?" in site.now(expected=1).stderr
        assert not collector.requests
