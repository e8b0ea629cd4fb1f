"""What gate asks of the kernel: the release itself, and each forwarded packet after it."""
import json
import shutil
import subprocess
import sys

from table import median, spread
from world import INTERNET, Skip, run

SIZES = (1, 1000, 10000, 60000)
IDLE = 10000
SENT = 64 + 8  # bench_forward.c's PAYLOAD in UDP


def rounds_of(got):
    """Processor time: what else the machine does disturbs it less than it would the clock."""
    return f"{got['rounds']} rounds, {got['least']:.2f} to {got['most']:.2f}; processor time"


def release(world, table):
    answer = json.loads(run(world.build + "/bench/bench_release"))
    for name, what in (("alone", "release in the kernel, alone"),
                       ("batch", "release in the kernel, batches of 64")):
        got = answer[name]
        table.row(what, f"{got['ours_us']:.2f} us", f"bare libnftnl {got['bare_us']:.2f} us",
                  got["ratio"], "<= 1.3", got["ratio"] <= 1.3,
                  rounds_of(got))


def phone_mac(world):
    return json.loads(world.run_in("phones", "ip", "-j", "link", "show", "v0"))[0]["address"]


def forward(world, table):
    world.run_in("internet", "nft", "-f", "-", stdin=f"""table netdev sink {{
        chain in {{ type filter hook ingress device "v0" priority 0;
            udp dport 9 udp length {SENT} drop; }}
    }}\n""")
    try:
        spaces = [f"/run/netns/{world.ns(name)}" for name in ("phones", "gate", "internet")]
        answer = json.loads(run("taskset", "-c", "0", world.build + "/bench/bench_forward",
                                "measure", *spaces, phone_mac(world), *map(str, SIZES),
                                f"idle:{IDLE}"))
    finally:
        world.run_in("internet", "nft", "delete", "table", "netdev", "sink")
    for size in SIZES:
        got = answer[str(size)]
        table.row(f"forwarded packet, {size:,} released", f"{got['ours_us']:.2f} us",
                  f"masquerade only {got['bare_us']:.2f} us", got["ratio"], "<= 1.08",
                  got["ratio"] <= 1.08, f"{rounds_of(got)}, sender and gateway")
    got = answer[f"idle:{IDLE}"]
    table.row(f"forwarded packet, {IDLE:,} released, zone with idle_after",
              f"{got['ours_us']:.2f} us", f"without idle_after {got['bare_us']:.2f} us",
              got["ratio"], note=f"{rounds_of(got)}, sender and gateway")


# -- TCP, for a figure that people know ------------------------------------------------

SIOCETHTOOL = 0x8946
OFFLOADS = {"checksum": 0x17, "scatter-gather": 0x19, "tso": 0x1F, "gso": 0x24, "gro": 0x2C}
SWITCH = """
import fcntl, socket, struct, sys, array
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for command in map(int, sys.argv[3:]):
    value = array.array("I", [command, int(sys.argv[2])])
    request = struct.pack("16sP", sys.argv[1].encode(), value.buffer_info()[0])
    fcntl.ioctl(s, 0x8946, request)
"""


def offloads(world, on):
    """What `ethtool -K` does, for a machine that has no ethtool."""
    commands = list(OFFLOADS.values()) if on else list(reversed(OFFLOADS.values()))
    for name, interface in (("phones", "v0"), ("gate", "lan0"), ("gate", "wan0"),
                            ("internet", "v0")):
        world.run_in(name, sys.executable, "-c", SWITCH, interface, "1" if on else "0",
                     *map(str, commands))


def stream(world):
    out = world.run_in("phones", "iperf3", "-J", "-c", INTERNET, "-p", "5201", "-t", "1")
    return json.loads(out)["end"]["sum_received"]["bits_per_second"] / 1e9


def iperf(world, table):
    if not shutil.which("iperf3"):
        raise Skip("iperf3 is not installed (apt-get install iperf3)")
    server = world.start_in("internet", "iperf3", "-s", "-p", "5201", "--forceflush",
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for line in server.stdout:
        if "listening" in line:
            break
    tool = world.build + "/bench/bench_forward"
    mac = phone_mac(world)
    try:
        for on in (True, False):
            offloads(world, on)
            ours, bare = [], []
            for number in range(5):
                for side in ((0, 1) if number % 2 else (1, 0)):
                    world.run_in("gate", tool, *(("install", mac, "10000") if side else
                                                 ("remove",)))
                    (ours if side else bare).append(stream(world))
            ratios = [a / b for a, b in zip(ours, bare)]
            table.row(f"TCP, 10,000 released, offloads {'on' if on else 'off'}",
                      f"{median(ours):.2f} Gbit/s", f"masquerade only {median(bare):.2f} Gbit/s",
                      median(ratios), note=f"{spread(ratios)}; iperf3, 1 s each")
    finally:
        world.run_in("gate", tool, "remove")
        offloads(world, True)
        world.stop(server)
