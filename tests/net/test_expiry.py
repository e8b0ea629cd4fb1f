"""Releases that end by themselves. Slow by nature: the shortest release lasts a minute."""
import time

from authority import RECORDS, URL, Authority, told
from harness import WEB4, WEB6, Lab, wait_for

AUTHORITY = Authority()
ZONES = [{"name": "wifi", "interfaces": ["br-lan"], "release_for": "60s"},
         {"name": "cafe", "interfaces": ["br-cafe"], "release_for": "2h"}]


def cut_at(wire):
    """Waits until the connection no longer echoes; the time of that."""
    wait_for("the release to end", lambda: not wire.echo(timeout=0.5), 75, 0.05)
    return time.monotonic()


def test_a_release_ends_at_its_time_established_connections_included():
    with Lab(phones=3, segments=("br-lan", "br-cafe"), dnsmasq=RECORDS,
             conf={"zones": ZONES, "portal": AUTHORITY.portal()}) as lab:
        longer = lab.move(lab.phone(), lab.segments[1])
        assert longer.visit().online
        phone, other = lab.phone(), lab.phone()
        begun = time.monotonic()
        assert phone.visit().online
        assert 50 < lab.gate.released()[phone.mac] <= 60
        assert 50 < told(phone, AUTHORITY)["seconds-remaining"] <= 60
        four, six = phone.connect(WEB4, 443), phone.connect(WEB6, 443)
        assert four.echo() and six.echo()
        assert 7190 < lab.gate.released()[longer.mac] <= 7200, "the other zone's time"
        assert other.fetch().status == 302
        ended = cut_at(four)
        assert 58 <= ended - begun <= 63, f"cut off after {ended - begun:.1f} s"
        wait_for("the IPv6 connection to be cut too", lambda: not six.echo(), 1.5)
        assert phone.mac not in lab.gate.released()
        assert told(phone, AUTHORITY) == {"captive": True, "user-portal-url": URL}
        assert phone.tcp(WEB4, 853)["result"] == "reset"
        assert phone.udp(WEB6, 443)["result"] == "icmp"
        for address in (phone.v4, phone.v6):
            wait_for("the entries in conntrack to go", lambda: not [
                line for line in lab.gate.flows(address)  # noqa: B023
                if WEB4 in line or WEB6 in line], 1.5)
        assert phone.fetch().status == 302
        assert longer.is_online(4), "the other zone's device has lost its release"
        assert phone.visit().online and phone.is_online(6), "no second visit after the end"


test_a_release_ends_at_its_time_established_connections_included.seconds = 100
