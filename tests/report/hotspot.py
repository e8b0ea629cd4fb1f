"""The gateway's side: a database such as portal writes, and the real congchao-report on it.

Portal's user owns the database, and congchao-report becomes its own user: it has to get by
with what its group may read.
"""
import calendar
import grp
import json
import os
import pwd
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

TREE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, f"{TREE}/tests/stats")
from counts import SCHEMA  # noqa: E402  (the path first)

HOUR, DAY = 3600, 86400
PORTAL, REPORT = "congchao", "congchao-report"
CONF = """site = {{ id = "{site}"; }};
zones = ( {{ name = "wifi"; interfaces = [ "lo" ]; release_for = "12h"; }} );
paths = {{ state = "{folder}/state"; }};
report = {{ state = "{folder}/report"; ca_file = "{ca}"; {more} }};
"""
KEY = """site = "{site}";
key_version = {version};
key = "{key}";
url = "{url}";
instance = "{instance}";
enrolled = {enrolled}L;
"""
EVENTS = ("shown", "answered", "right", "acknowledged", "released", "deferred", "returned")


def this_hour():
    return int(time.time()) // HOUR * HOUR


def period(hour):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(hour))


def hour_of(text):
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))


def make_users():
    """Where congchao.sysusers has not made them."""
    for name, words in ((PORTAL, ()), (REPORT, ("--groups", PORTAL))):
        try:
            pwd.getpwnam(name)
        except KeyError:
            subprocess.run(["useradd", "--system", "--no-create-home", "--user-group", *words,
                            "--shell", "/usr/sbin/nologin", name], check=True)
    if REPORT not in grp.getgrnam(PORTAL).gr_mem:
        subprocess.run(["usermod", "--append", "--groups", PORTAL, REPORT], check=True)


def uid(name):
    return pwd.getpwnam(name).pw_uid, pwd.getpwnam(name).pw_gid


class Site:
    """counts: {(hour, zone, audience, language, event, item): count}, as the database has it."""

    def __init__(self, build, authority, site="cb-0017", more=""):
        self.program = f"{build}/congchao-report"
        self.name, self.authority, self.more = site, authority, more
        self.folder = tempfile.mkdtemp(prefix="congchao-report-")
        os.chmod(self.folder, 0o755)
        for name, user, mode in (("state", PORTAL, 0o750), ("report", REPORT, 0o700)):
            os.mkdir(f"{self.folder}/{name}", mode)
            os.chown(f"{self.folder}/{name}", *uid(user))
        self.conf, self.database = f"{self.folder}/conf", f"{self.folder}/state/congchao.db"
        self.state = f"{self.folder}/report/state.db"
        self.configure()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def configure(self, site=None, ca=None, more=None):
        with open(self.conf, "w", encoding="utf-8") as out:
            out.write(CONF.format(site=site or self.name, folder=self.folder,
                                  ca=ca or self.authority.ca,
                                  more=self.more if more is None else more))

    def enrolled(self, url, key, hours_ago=3, version=1, instance="0" * 32):
        """As if `congchao enrol` had been so many hours ago."""
        path = f"{self.folder}/report/key"
        with open(path, "w", encoding="utf-8") as out:
            out.write(KEY.format(site=self.name, version=version, key=key.hex(), url=url,
                                 instance=instance, enrolled=this_hour() - hours_ago * HOUR))
        os.chmod(path, 0o600)
        os.chown(path, *uid(REPORT))
        return self

    # ------------------------------------------------------------ portal's side

    def connect(self, wal=True):
        """A connection as portal has one; the database is made when it is not there."""
        new = not os.path.exists(self.database)
        db = sqlite3.connect(self.database, isolation_level=None, timeout=10, check_same_thread=False)
        if new:
            db.execute(f"PRAGMA journal_mode = {'WAL' if wal else 'TRUNCATE'}")
            db.executescript(SCHEMA)
        self.own()
        return db

    def own(self):
        for ending in ("", "-wal", "-shm", "-journal"):
            if os.path.exists(self.database + ending):
                os.chown(self.database + ending, *uid(PORTAL))
                os.chmod(self.database + ending, 0o640)

    def count(self, counts, wal=True):
        """Sets counters, in one transaction, and closes the database in order."""
        db = self.connect(wal)
        self.put(db, counts)
        db.close()
        self.own()

    @staticmethod
    def put(db, counts):
        db.execute("BEGIN IMMEDIATE")
        db.executemany("REPLACE INTO counters VALUES(?,?,?,?,?,?,?)",
                       [(*key, count) for key, count in counts.items()])
        db.execute("COMMIT")

    # ------------------------------------------------------------ the program

    def words(self, *words):
        return [self.program, "-c", self.conf, *words]

    def run(self, *words, seconds=60, **options):
        return subprocess.run(self.words(*words), capture_output=True, text=True, check=False,
                              timeout=seconds, stdin=subprocess.DEVNULL, **options)

    def now(self, expected=0, **options):
        done = self.run("now", **options)
        assert done.returncode == expected, f"now: {done.returncode}: {done.stdout}{done.stderr}"
        return done

    def status(self):
        return json.loads(self.run("status", "--json").stdout)

    def facts(self, **values):
        """Reads one fact of the sender's own file, or sets some."""
        db = sqlite3.connect(self.state)
        with db:
            for name, value in values.items():
                db.execute("REPLACE INTO facts VALUES(?, ?)", (name, value))
        found = dict(db.execute("SELECT name, value FROM facts"))
        db.close()
        return found


def truth(counts, first, last):
    """{period: (cells, measures)} as the department must have them, hours without counts too."""
    found = {period(hour): ({}, {}) for hour in range(first, last, HOUR)}
    for (hour, zone, audience, language, event, item), count in counts.items():
        if not first <= hour < last or not count:
            continue
        cells, measures = found[period(hour)]
        if item:
            place = (audience, language, item, event)
            measures[place] = measures.get(place, 0) + count
        else:
            cells.setdefault((zone, audience, language), dict.fromkeys(EVENTS, 0))[event] = count
    return found


def stored(collector, site):
    """The same of what a stand-in has stored."""
    found = {}
    for (name, when), (_, _, report) in collector.stored.items():
        if name == site:
            found[when] = (
                {(c["zone"], c["aud"], c["lang"]): {e: c[e] for e in EVENTS} for c in report["cells"]},
                {(m["aud"], m["lang"], m["item"], m["event"]): m["n"] for m in report["measures"]})
    return found
