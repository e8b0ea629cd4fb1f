"""The 302 of a held device's first request: the portal beside nginx with the same bytes."""
import json
import os
import subprocess
import sys

from peer import PORT, Nginx
from table import median, spread
from world import GATE, HERE

CONNECTIONS = (1, 50, 500)
ROUNDS = 7
GOAL = 0.95


def pin(pids, cpu):
    """All threads: the server on one processor, the load generator on the other."""
    for pid in pids:
        for task in os.listdir(f"/proc/{pid}/task"):
            os.sched_setaffinity(int(task), cpu)


def processor_us(pids):
    """What their threads have used so far."""
    used = 0
    for pid in pids:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/schedstat", encoding="ascii") as file:
                used += int(file.read().split()[0])
    return used / 1000


def load(world, port, connections, seconds=1):
    out = world.run_in("gate", "taskset", "-c", str(max(os.sched_getaffinity(0))),
                       world.build + "/bench/load", "redirect", f"{GATE}:{port}",
                       str(connections), str(seconds), "127.1.0.1")
    return json.loads(out)


def fetch(world, port=2080, host="connectivitycheck.gstatic.com"):
    """The whole answer, as it came over the wire."""
    return subprocess.run(
        world.command("gate", sys.executable, HERE + "/standin.py", "fetch", GATE, str(port), host),
        capture_output=True, check=True).stdout.decode()


def measure(world, table):
    """Over the gateway's own loopback, untracked: neither side pays for the rules."""
    world.run_in("gate", "nft", "-f", "-", stdin="""table inet loopback {
        chain pre { type filter hook prerouting priority -400; iif "lo" notrack; }
        chain out { type filter hook output priority -400; oif "lo" notrack; }
    }\n""")
    nginx = Nginx(world, fetch(world))
    try:
        first = {min(os.sched_getaffinity(0))}
        servers = {2080: [world.portal_pid()], PORT: nginx.pids()}
        pin([world.gate.pid] + servers[2080] + servers[PORT], first)
        for connections in CONNECTIONS:
            rounds(world, table, connections, servers)
    finally:
        nginx.close()
        pin([world.gate.pid, world.portal_pid()], os.sched_getaffinity(0))
        world.run_in("gate", "nft", "delete", "table", "inet", "loopback")


def turn(world, port, connections, pids):
    """Answers a second, the server's processor time for one, and its length."""
    before = processor_us(pids)
    got = load(world, port, connections)
    used = processor_us(pids) - before
    return got["redirect"]["per_second"], used / got["redirect"]["count"], got["bytes"]


def rounds(world, table, connections, servers):
    turns = {port: [] for port in servers}
    for number in range(-1, ROUNDS):
        for port in sorted(servers, reverse=number % 2 == 0):
            got = turn(world, port, connections, servers[port])
            if number >= 0:  # both are warm by then
                turns[port].append(got)
    (ours, us, length), (theirs, their_us, their_length) = (
        [median(column) for column in zip(*turns[port])] for port in (2080, PORT))
    ratios = [a[0] / b[0] for a, b in zip(turns[2080], turns[PORT])]
    ratio = median(ratios)
    table.row(f"302 redirect, {connections} connection{'s' if connections > 1 else ''}",
              f"{ours:.0f}/s", f"nginx {theirs:.0f}/s", ratio, f">= {GOAL}", ratio >= GOAL,
              f"{spread(ratios)}; processor time of the server {us:.0f} and {their_us:.0f} us, "
              f"{length:.0f} and {their_length:.0f} bytes")
