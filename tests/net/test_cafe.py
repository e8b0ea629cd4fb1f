"""A day at a café with two networks, computers for everybody and a walled garden.

    garden room   br-lan     phones on the café's Wi-Fi, 12 hours
    terrace       trunk.20   a VLAN of the access point, 2 hours
    computers     br-pc      shared by many people, a person's turn ends with a button

IPv4 and IPv6 throughout. Read from top to bottom: each test is a part of the same day.
"""
import re

from harness import WEB4, WEB6, Lab, Refused, Skip, wait_for
from lab.vlan import AccessPoint
from test_shared import press_end

HOUSE4, HOUSE6 = "203.0.113.80", "2001:db8:1::80"  # the province's public services
TILL = "02:c0:00:00:00:aa"
ZONES = [{"name": "garden-room", "interfaces": ["br-lan"], "release_for": "12h"},
         {"name": "terrace", "interfaces": ["trunk.20"], "release_for": "2h"},
         {"name": "computers", "interfaces": ["br-pc"], "release_for": "4h", "idle_after": "10m",
          "shared": True, "audience": "civil_servant", "ask_every": 0}]
CONF = {"site": {"id": "cb-0017", "name": "Quán Sông Bằng"}, "zones": ZONES, "trusted": [TILL],
        "garden": {"addresses": [HOUSE4, HOUSE6]}}


class Cafe:
    """The lab, with the guests of the day in it."""

    def __init__(self):
        self.lab = Lab(phones=4, segments=("br-lan", "br-pc", "trunk.20"), absent=("trunk.20",),
                       conf=CONF)
        self.lab.__enter__()
        try:
            self._furnish()
        except BaseException:
            self.close()
            raise

    def _furnish(self):
        lab = self.lab
        lab.internet.ip(f"address add {HOUSE4}/32 dev lo", f"address add {HOUSE6}/128 dev lo nodad")
        self.till, self.lan, self.terrace, self.computer = lab.phones
        self.point = AccessPoint(lab, {20: lab.segments[2]})
        self.point.plug(self.terrace, 20)
        wait_for("the terrace's names to be served",
                 lambda: self.terrace.dns("example.org", timeout=0.3).get("found"))
        lab.move(self.computer, lab.segments[1])
        self.till.renew(mac=TILL)

    def close(self):
        point = getattr(self, "point", None)
        if point:
            point.close()
        self.lab.close()

    def stats(self, event):
        """{zone: so many today}."""
        found = {}
        for row in self.lab.gate.ctl_json("stats"):
            if row["event"] == event:
                found[row["zone"]] = found.get(row["zone"], 0) + row["count"]
        return found


def is_held(phone):
    """Held, and told so at once: nothing of it is left to time out."""
    for family, web in ((4, WEB4), (6, WEB6)):
        assert phone.fetch(family=family).status == 302, f"IPv{family}: port 80"
        assert phone.tcp(web, 5228)["result"] == "reset", f"IPv{family}: another port"
        assert phone.udp(web, 443)["result"] == "icmp", f"IPv{family}: QUIC"
    return True


def is_online(phone):
    return phone.is_online(4) and phone.is_online(6)


def opening(cafe):
    """The owner unlocks the door. The till is trusted; everybody else is held, in every room."""
    assert is_online(cafe.till)
    for guest in (cafe.lan, cafe.terrace, cafe.computer):
        assert is_held(guest)


def public_services(cafe):
    """Nobody has to learn anything before paying a fee at the province's public services."""
    for guest in (cafe.lan, cafe.terrace, cafe.computer):
        for house in (HOUSE4, HOUSE6):
            assert guest.fetch(f"http://[{house}]/" if ":" in house else f"http://{house}/"
                               ).text.count("the internet"), "the garden's page"
            assert guest.tcp(house, 443)["result"] == "open", house
        assert is_held(guest), "the garden has let more through than itself"


def breakfast(cafe):
    """A guest on the Wi-Fi by IPv4, one on the terrace by IPv6: one visit covers both families."""
    visit = cafe.lan.visit()
    assert visit.online, visit
    assert re.search("12 (giờ|tiếng)", " ".join(visit.last["texts"])), visit.last["texts"]
    assert cafe.terrace.visit(f"{cafe.terrace.portal6}/", family=6, language="en").online
    assert is_online(cafe.lan) and is_online(cafe.terrace)
    assert is_held(cafe.computer)
    left = cafe.lab.gate.released()
    assert 43100 < left[cafe.lan.mac] <= 43200 and 7100 < left[cafe.terrace.mac] <= 7200, left


def private_addresses(cafe):
    """A phone takes a new IPv6 address in the middle of its visit, as phones do: same visit."""
    guest = cafe.lab.move(cafe.till, cafe.lab.segments[0])  # the till's cable, a guest's phone
    first = guest.visit(f"{guest.portal6}/", family=6, stop_after=1)
    asked = first.pages[-1]["headings"]
    guest.renew(mac=guest.mac, v4=guest.v4, v6=f"{guest.segment.v6[:-1]}dead:1")
    again = guest.visit(f"{guest.portal6}/", family=6, stop_after=0)
    assert again.last["headings"] == asked, f"{again.last['headings']} after {asked}"
    assert guest.visit(f"{guest.portal6}/", family=6).online and is_online(guest)


def from_room_to_room(cafe):
    """A guest takes the phone from the Wi-Fi to the terrace: still released, for what is left."""
    mac = cafe.lan.mac
    cafe.point.plug(cafe.lan, 20)
    cafe.lan.renew(mac=mac)
    wait_for("the phone on the terrace to be online", lambda: is_online(cafe.lan), 5)
    assert 43000 < cafe.lab.gate.released()[mac] <= 43200


def two_people_one_computer(cafe):
    """Two pupils, one keyboard: the first ends the session, the second meets the question."""
    first = cafe.computer.visit()
    assert first.online and is_online(cafe.computer)
    wire = cafe.computer.connect(WEB4, 443)
    assert wire.echo()
    status, page = press_end(cafe.computer)
    assert status == 303 and "Phiên của bạn đã kết thúc" in page.text
    wait_for("the first pupil's open connection to be cut", lambda: not wire.echo())
    assert is_held(cafe.computer)
    second = cafe.computer.visit()
    assert len(second.pages) == len(first.pages), "the second pupil was not asked"
    assert second.online and is_online(cafe.computer)


def the_owner_ends_it(cafe):
    """The third pupil forgets the button: the owner ends it by the computer's address."""
    done = cafe.lab.gate.ctl("end", cafe.computer.v4)
    assert done.returncode == 0, done.stderr
    assert is_held(cafe.computer)


def closing(cafe):
    """In the evening the counts say what happened, by room; the till is in none of them."""
    acknowledged = cafe.stats("acknowledged")
    assert acknowledged == {"garden-room": 2, "terrace": 1, "computers": 2}, acknowledged
    assert cafe.stats("released") == acknowledged
    cafe.lab.gate.stop()
    for guest in (cafe.lan, cafe.terrace, cafe.computer):
        assert is_online(guest), "when_down is open: without a gate everybody is online"


days = []  # that have been spent: was the terrace a VLAN?
DAY = (opening, public_services, breakfast, private_addresses, from_room_to_room,
       two_people_one_computer, the_owner_ends_it, closing)


def test_a_day_at_the_cafe():
    cafe = Cafe()
    tagged = cafe.point.tagged
    try:
        for part in DAY:
            try:
                part(cafe)
            except (AssertionError, Refused) as why:
                raise AssertionError(f"{part.__name__.replace('_', ' ')}: {why}") from why
    finally:
        cafe.close()
    days.append(tagged)


def test_the_terrace_was_a_vlan():
    if days == [False]:
        raise Skip("no 802.1Q in this kernel: the terrace had a cable of its own")
    assert days == [True]
