"""Half of all requests broken, the sender killed, counters that change meanwhile: in the end
every site-hour is at the department as it was counted, cell by cell and measure by measure.
"""
import random
import signal
import subprocess
import threading
import time

from hotspot import HOUR, Site, this_hour, truth
from proxy import FAULTS, Proxy

EVENTS = ("shown", "answered", "right", "acknowledged", "released")
MEASURES = ("answer/pre/a/calm", "answer/pre/b/fast", "answer/post/c/slow", "rest/right/2",
            "rest/wrong/0", "answer/review3/d/calm")


class Hotspot:
    """A site whose counters go on changing, and its sender, which is killed now and then."""

    def __init__(self, build, authority, name, rng, hours):
        self.site, self.rng, self.counts = Site(build, authority, site=name), rng, {}
        self.first = this_hour() - hours * HOUR
        self.hours, self.kills, self.runs, self.changes = hours, 0, 0, 0
        for hour in range(self.first, this_hour(), HOUR):
            # Of the others: alive, nobody came. Reports begin with the first hour that has counts.
            if hour == self.first or rng.random() < 0.8:
                self._visit(hour, rng.randrange(1, 30), rng.randrange(0, 150))
        self.db = self.site.connect()
        self.site.put(self.db, self.counts)
        self.site.own()

    def _visit(self, hour, n, questions=3):
        zone, language = self.rng.choice(("wifi", "cafe")), self.rng.choice(("vi", "en"))
        audience = self.rng.choice(("citizen", "civil_servant"))
        place = (hour, zone, audience, language)
        changed = {(*place, event, ""): n for event in EVENTS}
        for question in range(questions):
            event = self.rng.choice(MEASURES)
            changed[(*place, event, f"CIT-Q-{question}.1")] = self.rng.randrange(1, 9)
        for key, more in changed.items():
            self.counts[key] = changed[key] = self.counts.get(key, 0) + more
        return changed

    def change(self):
        """A late visit in an hour that has ended, or an acknowledgement that is withdrawn."""
        hour = self.first + self.rng.randrange(self.hours) * HOUR
        mine = [key for key in self.counts if key[0] == hour and key[4] == "acknowledged"
                and self.counts[key]]
        if mine and self.rng.random() < 0.4:
            key = self.rng.choice(mine)
            self.counts[key] -= 1
            changed = {key: self.counts[key]}
        else:
            changed = self._visit(hour, 1)
        self.site.put(self.db, changed)
        self.changes += len(changed)

    def storm(self, enough):
        """Runs of the sender, four in ten killed, and changes in between."""
        while not enough():
            for _ in range(self.rng.randrange(3)):
                self.change()
            self.run(self.rng.uniform(0.005, 0.12) if self.rng.random() < 0.4 else 30)

    def run(self, kill):
        """One run of the sender, killed after so many seconds (None: it may end)."""
        self.runs += 1
        with subprocess.Popen(self.site.words("now"), stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as sender:
            try:
                sender.communicate(timeout=kill)
            except subprocess.TimeoutExpired:
                sender.send_signal(signal.SIGKILL)
                self.kills += 1
                sender.communicate()
            return sender.returncode

    def finish(self, attempts=20):
        """Without faults now: until the sender says that nothing is left."""
        for _ in range(attempts):
            if self.run(None) == 0:
                return
        raise AssertionError(f"{self.site.name}: {self.site.run('now').stderr} {self.site.status()}")

    def close(self):
        self.db.close()
        self.site.__exit__()


def difference(found, expected):
    """Of one hour, in a line: what is there, what should be."""
    if found is None or expected is None:
        return f"found {'no hour' if found is None else 'one'}, expected {'none' if expected is None else 'one'}"
    return "; ".join(f"{key}: {one.get(key)}, expected {other.get(key)}"
                     for one, other in zip(found, expected)
                     for key in sorted(set(one) | set(other)) if one.get(key) != other.get(key))[:400]


class Chaos:
    """collector: has .upstream, .enrol(site, port), .stored(name), .disturb(rng), .told()."""

    def __init__(self, build, authority, collector, seed, sites=3, hours=48):
        self.rng, self.collector, self.seed = random.Random(seed), collector, seed
        self.proxy = Proxy(authority.server(), collector.upstream, seed, share=0)
        self.spots = []
        for number in range(sites):
            spot = Hotspot(build, authority, f"chaos-{number}", random.Random(seed + number), hours)
            self.spots.append(spot)
            collector.enrol(spot.site, self.proxy.port)

    def close(self):
        for spot in self.spots:
            spot.close()
        self.proxy.close()

    def storm(self, seconds, disturbances):
        """All hotspots at once, for so long, and on a slow machine until it was a storm; so often
        the collector is disturbed meanwhile."""
        begun = time.monotonic()
        self.proxy.share = 0.5

        def enough():
            past = time.monotonic() - begun
            return past > seconds and (self.was_chaos() or past > 10 * seconds)
        threads = [threading.Thread(target=spot.storm, args=(enough,), daemon=True)
                   for spot in self.spots]
        for thread in threads:
            thread.start()
        for moment in sorted(0.1 + 0.7 * self.rng.random() for _ in range(disturbances)):
            time.sleep(max(0, begun + seconds * moment - time.monotonic()))
            self.collector.disturb(self.rng)
        for thread in threads:
            thread.join()

    def calm(self):
        """Nothing is broken any more; what was held back arrives, out of its order."""
        self.proxy.share = 0
        self.proxy.settle()
        for spot in self.spots:
            spot.finish()

    def compare(self):
        """How many site-hours, cells and measures are equal to what was counted; all, or it fails."""
        hours = cells = measures = 0
        for spot in self.spots:
            expected = truth(spot.counts, spot.first, spot.first + spot.hours * HOUR)
            found = self.collector.stored(spot.site.name)
            wrong = [when for when in sorted(set(expected) | set(found))
                     if expected.get(when) != found.get(when)]
            assert not wrong, (f"seed {self.seed}: {len(wrong)} of {len(expected)} hours of "
                               f"{spot.site.name} differ: {wrong[0]}: "
                               f"{difference(found.get(wrong[0]), expected.get(wrong[0]))}")
            hours += len(expected)
            cells += sum(len(one[0]) for one in expected.values())
            measures += sum(len(one[1]) for one in expected.values())
        return hours, cells, measures

    def told(self):
        """What happened, in a line."""
        seen = self.proxy.seen
        broken = sum(seen[fault] for fault in FAULTS)
        return (f"{sum(seen.values())} requests, {broken} of them broken; "
                f"{sum(spot.runs for spot in self.spots)} runs of the sender, "
                f"{sum(spot.kills for spot in self.spots)} killed; {sum(spot.changes for spot in self.spots)} counters changed; "
                f"{self.collector.told()}; seed {self.seed}")

    def was_chaos(self):
        """A test that breaks nothing shows nothing."""
        seen = self.proxy.seen
        broken = sum(seen[fault] for fault in FAULTS)
        return sum(seen.values()) >= 60 and broken >= 0.3 * sum(seen.values()) and \
            all(seen[fault] for fault in FAULTS) and \
            sum(spot.kills for spot in self.spots) >= 5 and \
            sum(spot.changes for spot in self.spots) >= 20


def run(build, authority, collector, seed, seconds, disturbances=0, **sizes):
    """The whole of it; returns the line of told() and the counts of compare()."""
    chaos = Chaos(build, authority, collector, seed, **sizes)
    try:
        chaos.storm(seconds, disturbances)
        chaos.calm()
        equal = chaos.compare()
        assert chaos.was_chaos(), chaos.told()
        collector.end(chaos.spots[0].site)
        return chaos.told(), equal
    finally:
        chaos.close()
