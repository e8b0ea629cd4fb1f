"""The last minutes of a release: the next HTTP request leads back, kindly; one more lesson
renews the release without a gap, "later" leaves the device alone, and the end refuses.

Nobody waits for twelve hours: portal's clock goes on (router.py), and at gate's next start a
stored release has so little left. So every test here is a restart in those minutes, too.
"""
import json
import re
import signal
import subprocess

from authority import RECORDS, Authority, told
from database import Database
from detectors import ONLINE, PORTAL, PROBES
from harness import WEB4, WEB6, wait_for
from router import MORNING, Router
from test_detectors import check_all, verdict_of

HOUR, LAST = 3600, 300  # the default of portal.remind
ZONES = [{"name": "wifi", "interfaces": ["br-lan"], "release_for": "12h", "ask_every": 0},
         {"name": "cafe", "interfaces": ["br-cafe"], "release_for": "12h"}]
FORM = [["Content-Type", "application/x-www-form-urlencoded"]]
AUTHORITY = Authority()
AUTHORITY.known_here()


def world(phones, segments=("br-lan",), dnsmasq=(), **conf):
    return Router(phones=phones, segments=segments, dnsmasq=dnsmasq,
                  conf={"zones": ZONES[:len(segments)], **conf})


def ending(lab):
    """The set: {mac: seconds left}."""
    listed = json.loads(lab.gate.nft("-j", "list", "set", "inet", "congchao", "ending").stdout)
    elements = next(item["set"] for item in listed["nftables"] if "set" in item).get("elem", [])
    return {element["elem"]["val"]: element["elem"]["expires"] for element in elements}


def visitors(router, number):
    """So many who are online, each on its first day here."""
    router.boot(wall=MORNING, synchronised=True)
    return [router.visitor() for _ in range(number)]


def let_pass(router, left, **conf):
    """Until so many seconds are left of everybody's release."""
    lab = router.lab
    wait_for("what happened to be counted", lambda: Database(lab).owed == 0)
    lab.gate.stop()
    if conf:
        lab.write_conf(**conf)
    router.pass_time(12 * HOUR - left)
    lab.gate.start()


def page_of(phone, family=4, language="vi"):
    """The page to which the device's next request leads, and the token of its form."""
    page = phone.visit(family=family, language=language, stop_after=0).last
    return page, dict(page["forms"][0]["fields"])["token"]


def press(phone, path, token):
    return phone.fetch(f"{phone.portal}{path}", "POST", headers=FORM,
                       body=f"token={token}" if token else "x=y")


class Ping:
    """Goes on beside whatever happens; lost() ends it."""

    def __init__(self, phone):
        self.process = phone.ns.start("stdbuf", "-oL", "ping", "-n", "-i", "0.01", WEB4,
                                      stdout=subprocess.PIPE, text=True)
        self.answered(2)

    def answered(self, count):
        while count > 0:
            count -= " bytes from " in self.process.stdout.readline()

    def lost(self):
        self.answered(20)
        self.process.send_signal(signal.SIGINT)
        said = self.process.communicate(timeout=10)[0]
        sent, answered = map(int, re.search(r"(\d+) packets transmitted, (\d+) received",
                                            said).groups())
        return sent - answered


def flows_on(phone, wires):
    """All but new HTTP requests: what was open, and what is opened now."""
    for wire in wires:
        assert wire.echo(), "an established connection is cut"
    for address in (WEB4, WEB6):
        assert phone.tcp(address, 443)["result"] == "open", address
        assert phone.udp(address, 443)["result"] == "answer", address


def test_led_back_for_every_system_until_a_button_is_pressed():
    """A sign-in window asks at every page: a portal as long as somebody reads, online after
    either button."""
    with world(3) as router:
        lab = router.lab
        reads, learns, trusted = visitors(router, 3)
        let_pass(router, LAST - 20, trusted=[trusted.mac])
        assert set(ending(lab)) == {reads.mac, learns.mac}, "trusted devices never"
        assert trusted.is_online(4) and trusted.is_online(6)
        check_all(reads, PORTAL, "in the last minutes")
        page, token = page_of(reads)
        assert re.findall('action="(/[a-z]+)"', page["html"]) == ["/renew", "/spare"]
        assert "Bạn còn 5 phút" in page["headings"], page["headings"]
        assert {"Học thêm một bài, thêm 12 giờ", "Để sau, dùng tiếp 5 phút"} <= set(page["texts"])
        english = reads.fetch(f"{reads.portal6}/?lang=en", family=6).text
        assert "You have 5 minutes left" in english and "One more lesson, 12 hours" in english
        assert "Bạn còn 5 phút" in reads.fetch(f"{reads.portal}/?lang=vi").text
        check_all(reads, PORTAL, "while the page is read")
        assert press(reads, "/spare", token)["Location"] == "/online"
        check_all(reads, ONLINE, "after later")
        shown = reads.fetch(f"{reads.portal}/online").text
        assert "Thời gian còn lại: 5 phút" in shown and "<form" not in shown
        assert 0 < lab.gate.released()[reads.mac] <= LAST - 20, "later has changed the release"
        for form in range(4):
            for system in PROBES:
                assert verdict_of(learns, system, 4) == PORTAL, f"{system} after {form} forms"
            assert not learns.visit(stop_after=1).online
        assert learns.visit(f"{learns.portal}/").online
        check_all(learns, ONLINE, "after one more lesson")


def test_one_more_lesson_renews_without_a_gap_and_is_counted_as_any_other():
    with world(3, ("br-lan", "br-cafe")) as router:
        lab = router.lab
        phone, = visitors(router, 1)
        returns = lab.move(lab.phone(), lab.segments[1])
        assert returns.visit().online
        let_pass(router, LAST - 20)
        before = Database(lab).events
        wires = [phone.connect(WEB4, 443), phone.connect(WEB6, 853)]
        ping = Ping(phone)
        flows_on(phone, wires)
        assert phone.mac in ending(lab)
        visit = phone.visit()
        assert visit.online and len([s for s in visit.steps if s["method"] == "POST"]) == 5
        assert phone.is_online(4) and phone.is_online(6)
        flows_on(phone, wires)
        assert ping.lost() == 0
        assert phone.mac not in ending(lab)
        assert 12 * HOUR - 60 < lab.gate.released()[phone.mac] <= 12 * HOUR
        again = returns.visit()  # asked today already: its lesson once more
        assert again.online and len([s for s in again.steps if s["method"] == "POST"]) == 2
        expected = {"shown": 3, "answered": 3, "acknowledged": 2, "released": 2, "returned": 1}
        wait_for("both to be counted, as often as they were and no more", lambda: {
            event: Database(lab).count(event) - before.get(event, 0)
            for event in expected} == expected)
        lab.gate.restart()
        assert 12 * HOUR - 90 < lab.gate.released()[phone.mac] <= 12 * HOUR
        assert not ending(lab) and phone.is_online()


def test_the_api_says_that_it_can_be_extended():
    """Not captive until the real end: what holds the device is still the release."""
    with world(1, dnsmasq=RECORDS, portal=AUTHORITY.portal()) as router:
        router.start()  # by a clock that is right: the certificate is of today
        phone = router.visitor()
        assert "can-extend-session" not in told(phone, AUTHORITY)
        let_pass(router, LAST - 20)
        said = told(phone, AUTHORITY)
        assert (said["captive"], said["can-extend-session"]) == (False, True), said
        assert 0 < said["seconds-remaining"] <= LAST - 20
        assert press(phone, "/spare", page_of(phone)[1]).status == 303
        said = told(phone, AUTHORITY)
        assert not said["captive"] and "can-extend-session" not in said, said


def test_a_button_that_the_visitor_has_not_pressed_does_nothing():
    with world(3) as router:
        lab = router.lab
        phone, other, third = visitors(router, 3)
        let_pass(router, LAST - 20)
        theirs = page_of(other)[1]
        old = page_of(phone)[1]
        for path in ("/spare", "/renew"):
            assert press(phone, path, None).status == 400, "without a token"
            for token in (theirs, "0" * 32):
                assert press(phone, path, token).status == 403, "with another's"
        assert press(third, "/spare", old).status == 403
        assert set(ending(lab)) == {phone.mac, other.mac, third.mac}
        assert lab.gate.ctl("release", phone.mac).returncode == 0  # the operator's
        assert phone.mac not in ending(lab) and phone.is_online()
        for path in ("/spare", "/renew"):
            assert press(phone, path, old)["Location"] == "/online", "an old page"
        assert lab.gate.released()[phone.mac] > 12 * HOUR - 60
        assert lab.gate.ctl("revoke", other.mac).returncode == 0
        assert other.mac not in ending(lab) and other.fetch().status == 302
        listed = {row["mac"]: row["state"] for row in lab.gate.ctl_json("visitors")}
        assert listed[third.mac] == "released", "whose page is open is online still"


def test_closed_they_begin_by_themselves_and_outlive_restart_and_flush():
    with world(2, when_down="closed") as router:
        lab = router.lab
        phone, spared = visitors(router, 2)
        let_pass(router, LAST + 4)
        assert not ending(lab) and phone.is_online()
        wait_for("the last minutes to begin", lambda: phone.fetch().status == 302, 10, 0.1)
        assert set(ending(lab)) == {phone.mac, spared.mac}
        left = lab.gate.released()
        assert all(abs(ending(lab)[mac] - left[mac]) <= 1 for mac in left), "they end together"
        assert press(spared, "/spare", page_of(spared)[1]).status == 303
        lab.gate.nft("flush", "ruleset")
        lab.masquerade()
        wait_for("the table to be put back", lab.gate.table_stands)
        assert set(ending(lab)) == {phone.mac}, "spared, and led back again"
        lab.gate.restart()
        assert phone.mac in ending(lab) and phone.fetch().status == 302
        assert phone.tcp(WEB4, 443)["result"] == "open"


def test_the_visit_goes_on_when_the_old_release_ends_in_it():
    with world(1) as router:
        lab = router.lab
        phone, = visitors(router, 1)
        let_pass(router, 6)
        wires = [phone.connect(WEB4, 443), phone.connect(WEB6, 443)]
        assert not phone.visit(stop_after=2).online
        question = page_of(phone)[0]
        assert "/answer" in [form["action"] for form in question["forms"]]
        flows_on(phone, wires)
        wait_for("the release to end", lambda: not lab.gate.released(), 15, 0.1)
        for address in (WEB4, WEB6):
            assert phone.tcp(address, 5228)["result"] == "reset", "refused, not left to wait"
            assert phone.udp(address, 443)["result"] == "icmp", address
        for wire in wires:
            wait_for("the connection to be cut", lambda: not wire.echo(), 2)  # noqa: B023
        assert not ending(lab) and phone.fetch().status == 302
        assert page_of(phone)[0]["headings"] == question["headings"], "another question"
        assert phone.visit().online and phone.is_online(4) and phone.is_online(6)
        wait_for("it to be counted", lambda: Database(lab).owed == 0)
        assert Database(lab).count("acknowledged") == Database(lab).count("released") == 2


def test_switched_off_a_release_just_ends():
    with world(1, portal={"remind": 0}) as router:
        phone, = visitors(router, 1)
        let_pass(router, 60)
        assert "ending" not in router.lab.gate.ruleset()
        assert phone.is_online(4) and phone.is_online(6)
        shown = phone.fetch(f"{phone.portal}/")
        assert shown.status == 200 and "<form" not in shown.text
