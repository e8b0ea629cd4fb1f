"""The two collectors that chaos is let loose on: a stand-in in memory, and the real one."""
import os
import shutil
import signal
import sys
import tempfile

from hotspot import TREE, period
from collector import Collector
import hotspot

COLLECT = f"{TREE}/tests/collect"


class Standin:
    def __init__(self):
        self.collector = Collector(None)
        self.upstream = ("127.0.0.1", self.collector.port)

    def enrol(self, site, port):
        site.enrolled(f"https://localhost:{port}", self.collector.add(site.name))

    def end(self, site):
        """Nothing more to see."""

    def stored(self, name):
        return hotspot.stored(self.collector, name)

    def disturb(self, rng):
        """It is in this process: nobody can kill it."""

    def told(self):
        return f"answers by code {dict(sorted(self.collector.counts.items()))}"

    def close(self):
        self.collector.close()


def is_possible(build):
    return os.path.exists(f"{build}/congchao-collect") and os.path.isdir(COLLECT) and \
        os.path.exists("/usr/lib/postgresql/15/bin/initdb") and shutil.which("psql")


class Department:
    """congchao-collect with a PostgreSQL of its own; both are killed at random."""

    def __init__(self, build):
        sys.path.insert(1, COLLECT)
        os.environ["BUILD"] = build
        import place  # pylint: disable=import-outside-toplevel
        self.module, self.kills, self.crashes = place, 0, 0

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="congchao-department-")
        os.chmod(self.folder, 0o755)
        self.place = self.module.Place(self.folder)
        self.place.do("init")
        self.place.do("area", "add", "cao-bang", "Cao Bằng", "province")
        self.place.start()
        self.upstream = ("127.0.0.1", self.place.port)
        return self

    def __exit__(self, *_):
        self.place.stop(signal.SIGKILL)
        self.place.cluster.stop("immediate")
        self.place.log_file.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def enrol(self, site, port):
        """With the code, as the operator does it; the collector's own address is not reached here."""
        url = f"https://localhost:{port}{self.module.PREFIX}"
        self.place.do("site", "add", site.name, "Một điểm", "cao-bang")
        done = site.run("enrol", self.place.code(site.name), url)
        assert done.returncode == 0 and f"Enrolled as {site.name}" in done.stdout, done
        site.configure(more=f'url = "{url}";')
        self.place.do("site", "approve", site.name)

    def end(self, site):
        """A new key is good at once, and with the site the key ends."""
        done = site.run("rotate")
        assert done.returncode == 0 and "of version 2 now" in done.stdout, done
        os.unlink(site.state)  # all hours once more, with the new key: the answers bring it back
        assert "Delivered" in site.now().stdout
        self.place.do("site", "revoke", site.name)
        os.unlink(site.state)
        assert f"does not accept the key of site {site.name}, version 2" in site.now(expected=1).stderr

    def disturb(self, rng):
        """One after the other: the collector killed, PostgreSQL crashed, and started again."""
        if self.kills <= self.crashes:
            self.kills += 1
            self.place.stop(signal.SIGKILL)
            self.place.start()
        else:
            self.crashes += 1
            self.place.cluster.stop("immediate")
            self.place.cluster.start()

    def stored(self, name):
        found = {}
        for row in self.place.sql("select extract(epoch from period)::bigint from report"
                                  f" where site_id = '{name}'").splitlines():
            found[period(int(row))] = ({}, {})
        for row in self.place.sql(
                "select extract(epoch from period)::bigint, zone, audience, lang, shown, answered,"
                ' "right", acknowledged, released, deferred, returned from cell_hour'
                f" where site_id = '{name}'").splitlines():
            hour, zone, audience, language, *counts = row.split("|")
            found[period(int(hour))][0][(zone, audience, language)] = \
                dict(zip(hotspot.EVENTS, map(int, counts)))
        for row in self.place.sql("select extract(epoch from period)::bigint, audience, lang, item,"
                                  f" event, n from measure_hour where site_id = '{name}'").splitlines():
            hour, *place, count = row.split("|")
            found[period(int(hour))][1][tuple(place)] = int(count)
        return found

    def told(self):
        return (f"the collector killed {self.kills} times, PostgreSQL crashed {self.crashes} times")
