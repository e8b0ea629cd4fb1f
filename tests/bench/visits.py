"""Whole visits from 10,000 devices, and acknowledging alone from 10,000 more.

What the load generator was told is then looked up where it must be true: rows in the
database, elements in the kernel's set, and a connection through the gateway.
"""
import json
import os
import shutil
import sys
import time

from table import median, spread
from world import PORTAL, PROBE, Skip, address, run

FLIGHT = 50
ROUNDS = 5
DEVICES = 2000  # in a round
GOAL = 8000
GOAL_P99 = 20  # times a bare fdatasync


def load(world, mode, first, devices=DEVICES):
    return json.loads(world.run_in("phones", world.build + "/bench/load", mode, PROBE, PORTAL,
                                   address(first), str(devices), str(FLIGHT),
                                   str(world.gate.pid), str(world.portal_pid())))


def used(rounds):
    """Where the processor time of one goes."""
    generator, gate, portal = (median(column) for column in zip(*rounds))
    return f"processor: portal {portal:.0f}, gate {gate:.0f}, generator {generator:.0f} us each"


def fdatasync_us(world, count=200):
    """Appending 4 KiB and fdatasync, where the database lies: the median, and the 99th
    hundredth, below which no acknowledgement can stay when half of them wait for each."""
    took = []
    path = world.folder + "/state/fdatasync"
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for _ in range(count):
        began = time.perf_counter_ns()
        os.write(file, b"x" * 4096)
        os.fdatasync(file)
        took.append((time.perf_counter_ns() - began) / 1000)
    os.close(file)
    os.unlink(path)
    return median(took), sorted(took)[len(took) * 99 // 100]


# In a process of its own: one that has SQLite loaded would share it with portal, and so
# halve what memory is measured of it.
STORED = """
import contextlib, sqlite3, sys
with contextlib.closing(sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)) as database:
    for query in sys.argv[2:]:
        print(database.execute(query).fetchone()[0])
"""
COUNTED = "SELECT ifnull(sum(count), 0) FROM {} WHERE event = 'acknowledged'"


def stored(world):
    """Releases, and acknowledgements counted (pending: while the clock is not yet sure)."""
    answers = run(sys.executable, "-c", STORED, world.database(), "SELECT count(*) FROM leases",
                  COUNTED.format("counters"), COUNTED.format("pending")).split()
    leases, counted, pending = map(int, answers)
    return leases, counted + pending


def elements(world):
    answer = json.loads(world.run_in("gate", "nft", "-j", "list", "set", "inet", "congchao",
                                     "released"))
    found = next(item["set"] for item in answer["nftables"] if "set" in item)
    return len(found.get("elem", []))


def verify(world, table, devices, latest, unreleased):
    """That many devices are stored and released, samples of the latest reach the internet,
    and one that did not acknowledge does not."""
    (rows, counted), there = stored(world), elements(world)
    sample = latest[::max(1, len(latest) // 20)]
    answers = world.reached(sample)
    online = sum("204 internet" in answer for answer in answers)
    held = "302" in world.reached([unreleased])[0]
    ok = rows == counted == there == devices and online == len(sample) and held
    text = (f"{rows} stored, {counted} counted, {there} in the set, {online} of {len(sample)} "
            f"sampled reach the internet, a held one {'does not' if held else 'does'}")
    if ok:
        table.row(f"verified after {devices:,} devices", "true", note=text)
    else:
        table.failure(f"verified after {devices:,} devices", text)


def whole(world, table):
    rates, p99, processor = [], [], []
    for number in range(ROUNDS):
        got = load(world, "visits", number * DEVICES)["visits"]
        rates.append(got["per_second"])
        p99.append(got["p99_us"] / 1000)
        processor.append(got["used_us"])
    table.row(f"whole visits, {ROUNDS * DEVICES:,} devices, {FLIGHT} in flight",
              f"{median(rates):.0f}/s", note=f"{spread(rates)}; p99 of a visit "
              f"{median(p99):.1f} ms; {used(processor)}")
    verify(world, table, ROUNDS * DEVICES, range(ROUNDS * DEVICES), ROUNDS * DEVICES)


def acknowledge(world, table):
    """Devices that have not been here yet. A browser sends it on the connection on which it
    had its pages, or on a new one when the visitor has thought for long: both are measured.
    The bare fdatasync is measured between rounds."""
    if run("stat", "-f", "-c", "%T", world.folder).strip() in ("tmpfs", "ramfs"):
        raise Skip(f"{world.folder} is not on a disk: a commit costs nothing there")
    before = stored(world)[0]
    first = begin = ROUNDS * DEVICES  # those of the whole visits come before
    bare, got = [], {"acknowledge-kept": [], "acknowledge": []}
    for number in range(ROUNDS):
        bare.append(fdatasync_us(world))
        for mode, answers in got.items():
            answers.append(load(world, mode, first)["acknowledge"])
            first += DEVICES
    acknowledge_rows(table, "kept connection", got["acknowledge-kept"], bare)
    acknowledge_rows(table, "new connection", got["acknowledge"], bare)
    verify(world, table, before + first - begin, range(begin, first), first)


def acknowledge_rows(table, how, answers, bare):
    rates = [answer["per_second"] for answer in answers]
    p99 = [answer["p99_us"] for answer in answers]
    ratios = [us / sync for us, (sync, _) in zip(p99, bare)]
    table.row(f"acknowledged, stored, released, {FLIGHT} in flight, {how}",
              f"{median(rates):.0f}/s", f"goal {GOAL}/s", median(rates) / GOAL, ">= 1.00",
              median(rates) >= GOAL,
              f"{spread(rates)}; {used([answer['used_us'] for answer in answers])}")
    table.row(f"acknowledging, p99, {how}", f"{median(p99):.0f} us",
              f"fdatasync {median([sync for sync, _ in bare]):.0f} us", median(ratios),
              f"< {GOAL_P99}", median(ratios) < GOAL_P99, f"{spread(ratios)}; p50 "
              f"{median([answer['p50_us'] for answer in answers]):.0f} us; p99 of the bare "
              f"fdatasync {median([tail for _, tail in bare]):.0f} us")


def keep_database(world):
    """A copy of the stopped portal's database, for starts with these releases."""
    kept = world.folder + "/kept.db"
    shutil.copy2(world.database(), kept)
    for end in ("-wal", "-shm"):
        if os.path.exists(world.database() + end):
            raise RuntimeError(f"portal left {end} behind when it ended")
    return kept
