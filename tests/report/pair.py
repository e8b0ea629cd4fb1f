"""A site and its collector, and what they must agree on."""
import os
import struct
import subprocess
import time

from hotspot import TREE, Site, period, stored, this_hour, truth
from collector import Collector


class Skip(Exception):
    """A test that cannot run here; the text says what is missing."""


def visits(hour, n=10, zone="wifi", audience="citizen", language="vi"):
    """An hour's counters, of every kind."""
    place = (hour, zone, audience, language)
    return {(*place, "shown", ""): 3 * n, (*place, "answered", ""): 2 * n,
            (*place, "right", ""): n, (*place, "acknowledged", ""): n,
            (*place, "released", ""): n,
            (*place, "answer/pre/b/calm", "CIT-OTP-A.1"): n,
            (*place, "rest/right/2", "CIT-OTP-A.1"): n,
            (*place, "pair/wrong/right", "CIT-OTP"): n}


class Pair:
    """A site, enrolled some hours ago, and its collector."""

    def __init__(self, build, authority, hours_ago=3, **options):
        self.collector = Collector(authority.server())
        self.site = Site(build, authority, **options)
        self.site.enrolled(self.collector.url, self.collector.add(self.site.name), hours_ago)

    def __enter__(self):
        return self.site, self.collector

    def __exit__(self, *_):
        self.collector.close()
        self.site.__exit__()


def same(collector, site, counts, first, last=None):
    found, expected = stored(collector, site.name), truth(counts, first, last or this_hour())
    assert found == expected, f"{len(found)} hours of {len(expected)}: " + \
        "; ".join(f"{when}: {found.get(when)} for {expected.get(when)}"
                  for when in sorted(set(found) | set(expected))
                  if found.get(when) != expected.get(when))[:600]


def revision(collector, site, hour):
    return collector.stored[(site.name, period(hour))][0]


def fake_clock(site, wall):
    """The environment in which the program sees that time."""
    shim, clock = f"{site.folder}/shim.so", f"{site.folder}/clock"
    if not os.path.exists(shim):
        subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", shim,
                        f"{TREE}/tests/net/fakeclock.c", "-ldl"], check=True)
    with open(clock, "wb") as out:
        out.write(struct.pack("=qqq", int((wall - time.time()) * 1000), 0, 1))
    return {**os.environ, "FAKECLOCK": clock, "LD_PRELOAD": shim}
