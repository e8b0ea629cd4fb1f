"""Memory (proportional set size of gate, portal and resolver) beside nginx, and how long a start takes."""
import os
import pwd
import shutil
import subprocess

from peer import PORT, Nginx
from redirect import fetch
from table import median, spread
from world import DEVICES, GATE, PORTAL, address

HELD = 500
FIRST_HELD = DEVICES - HELD  # devices that no other part uses
ROUNDS = 5


def pss(pids):
    """MB; what two processes share is counted once, half to each."""
    kilobytes = 0
    for pid in pids:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            kilobytes += sum(int(line.split()[1]) for line in file if line.startswith("Pss:"))
    return kilobytes / 1024


def ours(world):
    gate, portal, resolver = (pss([pid]) for pid in (world.gate.pid, world.portal_pid(), world.resolver_pid()))
    return gate + portal + resolver, f"gate {gate:.1f}, portal {portal:.1f}, resolver {resolver:.1f}"


def row(table, what, got, beside, goal):
    total, parts = got
    table.row(f"memory {what}", f"{total:.1f} MB", f"nginx {beside:.1f} MB" if beside else "",
              total / beside if beside else None, f"< {goal} MB", total < goal, parts)


def at_start(world, table):
    nginx = Nginx(world, fetch(world))
    try:
        row(table, "at start", ours(world), pss(nginx.pids()), 6)
    finally:
        nginx.close()


def held(world, target, count=HELD):
    """Connections that have had a page each and have sent half of their next request."""
    child = world.start_in("phones", world.build + "/bench/load", "hold", target, str(count),
                           address(FIRST_HELD), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                           text=True)
    if child.stdout.readline() != "ready\n":
        world.stop(child)
        raise RuntimeError(f"no {count} connections to {target}")
    return child


def connections(world, table):
    page = fetch(world, host=PORTAL)
    page = "HTTP/1.1 200 OK\r\n" + page.partition("\r\n")[2]
    nginx = Nginx(world, page, keepalive=65)
    try:
        child = held(world, f"{GATE}:{PORT}")
        beside = pss(nginx.pids())
        world.stop(child)
    finally:
        nginx.close()
    child = held(world, PORTAL)
    got = ours(world)
    world.stop(child)
    row(table, f"under {HELD} connections", got, beside, 12)


def after_releases(world, table):
    row(table, "with 10,000 released", ours(world), None, 12)


def put_database(world, kept):
    """The state of a router that was switched off: kept, or nothing."""
    folder = os.path.dirname(world.database())
    for name in os.listdir(folder):
        os.unlink(os.path.join(folder, name))
    if kept:
        shutil.copy2(kept, world.database())
        user = pwd.getpwnam("congchao")
        os.chown(world.database(), user.pw_uid, user.pw_gid)


def start(world, table, kept, elements):
    full, empty, ratios = [], [], []
    for _ in range(ROUNDS):
        for database in (None, kept):
            put_database(world, database)
            (full if database else empty).append(world.start_gate() * 1000)
            if elements(world) != (10000 if database else 0):
                raise RuntimeError(f"{elements(world)} elements in the set after a start")
            world.stop_gate()
        ratios.append(full[-1] / empty[-1])
    table.row("start to interception, 10,000 releases restored", f"{median(full):.0f} ms",
              f"empty database {median(empty):.0f} ms", median(ratios), note=spread(ratios))
