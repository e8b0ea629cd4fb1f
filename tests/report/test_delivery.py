"""What arrives at the department, and what the sender remembers of it."""
import json

from gateway import DAY, HOUR, Site, period, stored, this_hour, truth
from standin import Collector

CITIZEN = ("wifi", "citizen", "vi")


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
    """A site and its collector."""

    def __init__(self, build, authority, **options):
        self.collector = Collector(authority.server())
        self.site = Site(build, authority, **options)
        self.key = self.collector.add(self.site.name)

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


def test_every_ended_hour_arrives_as_it_was_counted(build, authority):
    with Pair(build, authority) as (site, collector):
        now = this_hour()
        counts = {**visits(now - 3 * HOUR), **visits(now - HOUR, 7, "cafe", "press_leader", "en"),
                  **visits(now - HOUR, 4), **visits(now, 99)}
        site.count(counts)
        site.enrolled(collector.url, collector.add(site.name))
        done = site.now()
        assert "Delivered: 3 hours" in done.stdout, done
        same(collector, site, counts, now - 3 * HOUR)
        assert len(collector.requests) == 1
        report = json.loads(collector.requests[0].body)[0]
        assert report["health"] == {"unsent": 0, "oldest_unsent": period(now - 3 * HOUR)}, report
        assert report["clk"] == {"settled": True} and report["instance"] == "0" * 32
        assert "Nothing was left" in site.now().stdout
        assert len(collector.requests) == 1, "what is confirmed is not sent again"
        status = site.status()
        assert status["unsent"] == 0 and not status["parked"] and status["problem"] is None, status
