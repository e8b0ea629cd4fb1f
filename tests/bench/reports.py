"""Reports a second: through the real collector over HTTP, and ingest() beside plain INSERTs."""
import hashlib
import hmac
import itertools
import json
import os
import random
import re
import subprocess

from gateway import Gateway, cell, dumps, hour, measure, report, sign
from place import POSTGRES, PREFIX, as_user
from table import median, spread

NEEDED = 60000 * 24 / 86400
COUNT = 2000      # reports of a phase
ROUNDS = 5
CONNECTIONS = 16
BATCH = 48        # of who catches up after weeks: so many
BODY = 60 * 1024  # or so many bytes
CELLS = [("citizen", "vi"), ("citizen", "en"), ("civil_servant", "vi"), ("civil_servant", "en"),
         ("enterprise_staff", "vi"), ("enterprise_staff", "en")]


class Reports:
    """Site-hours that nobody has reported yet, each given out once: of all sites in turn, going
    back in time from so many hours ago."""

    def __init__(self, department, ago):
        self.department, self.rng = department, random.Random(16)
        rows = department.place.sql("select item, event, audience from bench.measure order by 1, 2")
        self.measures = [row.split("|") for row in rows.splitlines()]
        with open(f"{department.place.folder}/collect.key", encoding="ascii") as file:
            self.master = bytes.fromhex(file.read().strip())
        self.left = ((site, ago) for ago in range(ago, ago + 500) for site in department.sites)

    def make(self, site, period, rev):
        rng = self.rng
        cells = [cell(aud=aud, lang=lang, shown=(n := rng.randrange(3, 9)), answered=n - 1, right=n // 2,
                      acknowledged=n // 2, released=n // 2) for aud, lang in sorted(CELLS)]
        some = rng.sample(self.measures, self.department.measures)
        measures = [measure(item, event, rng.randrange(1, 4), aud) for item, event, aud in
                    sorted(some, key=lambda one: (one[2], one[0], one[1]))]
        return report(site, period, rev, cells, measures)

    def some(self, count):
        """[(site, [report])] about hours that are new."""
        return [(site, [self.make(site, hour(ago), 1)])
                for site, ago in itertools.islice(self.left, count)]

    def batches(self, count, turn):
        """The same of who catches up: from weeks that no other phase reaches."""
        size = min(BATCH, BODY // len(dumps(self.make("s-00001", hour(1), 1)).encode()) - 1)
        return [(site, [self.make(site, hour(1300 + turn * BATCH + i), 1) for i in range(size)])
                for site in self.rng.sample(self.department.sites, count)]

    def signed(self, name, some):
        """A file for post.c; the whole request of each."""
        path = f"{self.department.place.folder}/{name}"
        with open(path, "wb") as out:
            for site, reports in some:
                key = hmac.new(self.master, f"{site}|1".encode(), hashlib.sha256).digest()
                body = dumps(reports).encode()
                where = f"{PREFIX}/v1/reports"
                head = "".join(f"{k}: {v}\r\n" for k, v in sign(key, site, 1, where, body).items())
                request = (f"POST {where} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                           f"Content-Length: {len(body)}\r\n{head}\r\n").encode() + body
                out.write(f"{len(request)}\n".encode() + request)
        return path


def post(department, path, wanted, seconds=120):
    """What post.c has found; every answer is the right one, or it fails."""
    place = department.place
    done = subprocess.run([f"{department.build}/bench/post", path, f"127.0.0.1:{place.port}",
                           str(CONNECTIONS), str(seconds), wanted, str(place.process.pid)],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"post: {done.stderr[-500:]}")
    got = json.loads(done.stdout)
    if got["post"]["failed"]:
        raise RuntimeError(f"{got['post']['failed']} of the answers are not 200 {wanted}: {done.stderr[-500:]}")
    os.unlink(path)
    return got


def again(some, rev):
    return [(site, [{**one, "rev": rev, "measures": one["measures"][1:]} for one in reports])
            for site, reports in some]


def collector(department, table):
    """New, the same once more, replaced, in turns; then what catches up, in batches."""
    made = Reports(department, 100)
    found = {name: [] for name in ("new", "same", "replaced", "batches")}
    p99, processor = [], []
    for number in range(ROUNDS):
        some = made.some(COUNT)
        got = post(department, made.signed("new", some), "new")
        p99.append(got["post"]["p99_us"] / 1000)
        processor.append(got["post"]["used_us"][1])
        found["new"].append(got["post"]["per_second"])
        for name, wanted in (("same", some), ("replaced", again(some, 2 + number))):
            found[name].append(post(department, made.signed(name, wanted), name)["post"]["per_second"])
    for turn in range(2):
        some = made.batches(COUNT // BATCH + 1, turn)
        got = post(department, made.signed("batches", some), "new")
        found["batches"].append(got["reports"] / got["post"]["seconds"])
    bytes_each = len(dumps(some[0][1])) / len(some[0][1])
    rows = (("reports, new", "new"), ("reports, sent again", "same"),
            ("reports, a higher revision", "replaced"),
            (f"reports, {len(some[0][1])} to a request", "batches"))
    for what, name in rows:
        rates = found[name]
        note = (f"{bytes_each / 1000:.1f} kB each; p99 {median(p99):.0f} ms; collector's processor time "
                f"{median(processor):.0f} us") if name == "new" else ""
        table.row(what, f"{median(rates):.0f}/s", f"needed {NEEDED:.1f}/s", median(rates) / NEEDED, ">= 1",
                  median(rates) >= NEEDED, f"{spread(rates)}; {note}".rstrip("; "))


def resident(department, table):
    with open(f"/proc/{department.place.process.pid}/smaps_rollup", encoding="ascii") as file:
        pss = sum(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1024
    table.row("collector's memory after that", f"{pss:.1f} MB")


def pgbench(department, function, count):
    """Transactions a second of 4 connections."""
    place = department.place
    script = f"{place.folder}/script"
    with open(script, "w", encoding="ascii") as out:
        out.write(f"select bench.{function}();\n")
    done = subprocess.run(
        [f"{POSTGRES}/pgbench", "-n", "-h", place.cluster.folder, "-M", "prepared", "-c", "4", "-j", "1",
         "-t", str(count // 4), "-f", script, "congchao"], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, check=False, cwd="/", **as_user("postgres"))
    if done.returncode or "number of failed transactions: 0" not in done.stdout:
        raise RuntimeError(f"pgbench {function}: {done.stderr[-500:]}")
    return float(re.search(r"^tps = ([\d.]+)", done.stdout, re.M)[1])


def beside_plain(department, table):
    """The same rows of the same texts on both sides, in turns."""
    made = Reports(department, 700)
    department.read("plain.sql")
    some = made.some(COUNT * (ROUNDS + 1))
    department.place.cluster.sql("copy bench.body from stdin;\n" + "".join(
        f"{number}\t{site}\t{dumps(reports)}\n" for number, (site, reports) in enumerate(some, 1)) + "\\.\n"
        "analyze bench.body;")
    ours, bare = [], []
    for number in range(ROUNDS + 1):
        turn = [("one_ingest", ours), ("one_plain", bare)]
        for function, rates in turn if number % 2 else reversed(turn):
            rates.append(pgbench(department, function, COUNT))
    ours, bare = ours[1:], bare[1:]  # both are warm by then
    ratios = [a / b for a, b in zip(ours, bare)]
    table.row("ingest(), new, 4 connections, no HTTP", f"{median(ours):.0f}/s",
              f"plain INSERT {median(bare):.0f}/s", median(ratios), note=f"{spread(ratios)}; the same rows: "
              f"1 report, {len(CELLS)} cells, {department.measures} measures")
