"""Ten thousand devices come at once: leases, ARP, names, probes, forgotten connections. One
visitor, who comes in the middle of it, does not notice.

The kernel's neighbour entries of the noise are permanent ones: they stand for the sysctl that
a gateway for so many needs (congchao.conf(5), NEIGHBOURS) and that a test must not change on
the machine that it runs on.
"""
import os
import statistics
import time

from harness import Lab, Namespace
from newcomer import lease
from mounts import mounted, own_mounts, unmount
from noise import DEVICES, Noise

ROUNDS, RATE = 4, 1000
STEPS = [302, 200, 303, 200, 303, 200, 303, 200, 303, 200]
# Both processors are the test's own: the noise alone keeps one of them busy, and the visitor,
# the gateway's kernel, dnsmasq and the portal share what it leaves. On a gateway the noise is
# made elsewhere. What must not happen is a step that waits for a timer: the shortest of them
# (a SYN or a question sent again) is a second, as long as eight quiet visits.
AT_MOST = 5
# As access points do: what DHCP broadcasts to one station is sent to that one. (The noise asks
# for broadcasts, because a neighbour for each answer would be one for the sysctl above.)
ACCESS_POINT = """table netdev access_point {
  chain out { type filter hook egress device "phone1" priority 0;
    ether daddr ff:ff:ff:ff:ff:ff udp sport 67 drop
  }
}
"""

class Village(Lab):
    """A network that is wide enough for ten thousand. Its leases are in memory, as OpenWrt has
    them: another's work on the disk must not keep dnsmasq waiting. The visitor's addresses are
    not those of the noise: dnsmasq offers one that it may have given away when it is asked for
    it, to one in some thousands, and tells that one no."""

    def leases(self, segment):
        return ["--dhcp-lease-max=20000", "--dhcp-mac=set:visitor,02:c0:*:*:*:*",
                f"--dhcp-range=tag:visitor,10.{segment.net}.200.1,10.{segment.net}.207.254,1h",
                f"--dhcp-range=tag:!visitor,10.{segment.net}.64.1,10.{segment.net}.127.254,1h"]

    def lease_file(self):
        memory = f"{self.folder}/memory"
        if not os.path.exists(memory):
            own_mounts()
            os.mkdir(memory)
            mounted("-t", "tmpfs", "leases", memory)
        return f"{memory}/leases"

    def close(self):
        if self.folder:
            unmount(f"{self.folder}/memory")
        super().close()


def walk(lab):
    """From the lease to the internet. (ms of the lease, ms of the visit)"""
    phone = lab.phones[0]
    leased, said = lease(lab, phone)
    assert said.count("broadcasting") == 2 and "obtained" in said, f"a lease not at once: {said}"
    begun = time.monotonic()
    visit = phone.visit()
    assert [step["status"] for step in visit.steps] == STEPS, f"{visit}"
    assert visit.online and phone.is_online(), "told online, and is not"
    assert phone.mac in lab.gate.released()
    return leased, (time.monotonic() - begun) * 1000


def rounded(heard):
    return ", ".join(f"{heard[what]:.0f} {what}" for what in sorted(heard))


def counted(lab, path):
    return int(lab.gateway.run("cat", f"/proc/sys/net/netfilter/{path}").stdout)


def test_one_visitor_walks_through_the_noise_of_ten_thousand():
    with Village(phones=1, conf={"limits": {"released": DEVICES}}) as lab:
        lab.gateway.run("nft", "-f", "-", stdin=ACCESS_POINT)
        with Noise(lab, Namespace("noise")) as noise:
            quiet, loud, heard, flows = [], [], {}, 0
            walk(lab)  # whatever is only done once
            for number in range(ROUNDS):
                quiet += [walk(lab) for _ in range(3)]
                count = DEVICES // ROUNDS
                noise.begin("sound", first=number * count, count=count, rate=RATE)
                while not noise.answers:
                    loud.append(walk(lab))
                    flows = max(flows, counted(lab, "nf_conntrack_count"))
                for what, often in noise.end().items():
                    heard[what] = heard.get(what, 0) + often
            assert not noise.stuck
        with open(lab.lease_file(), encoding="utf-8") as lines:
            leases = len(lines.readlines())
        ratio = statistics.median(map(sum, loud)) / statistics.median(map(sum, quiet))
        print(f"# {len(loud)} visits in the noise of {rounded(heard)}; {flows} conntrack entries, {leases} "
              f"leases; lease and visit {statistics.median(map(sum, quiet)):.0f} ms quiet, "
              f"{statistics.median(map(sum, loud)):.0f} ms (at most {max(map(sum, loud)):.0f}) "
              f"in the noise: {ratio:.1f} times", flush=True)
        assert heard["led"] == heard["discovers"] == DEVICES, heard
        assert heard["leases"] + heard["refusals"] == DEVICES, heard
        assert len(loud) >= 2 * ROUNDS, "too few visits to say anything"
        assert ratio <= AT_MOST, f"{ratio:.1f} times as long in the noise"


test_one_visitor_walks_through_the_noise_of_ten_thousand.seconds = 120
