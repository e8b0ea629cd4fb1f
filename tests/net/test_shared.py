"""A computer that many people use: everybody meets the gate, and can end the session."""
import re
import urllib.parse

from database import Database
from harness import WEB4, WEB6, Lab, wait_for
from router import MORNING, Router
from test_disk import Disk

ZONES = [{"name": "pc", "interfaces": ["br-lan"], "release_for": "1h", "idle_after": "10m",
          "shared": True},
         {"name": "wifi", "interfaces": ["br-wifi"], "release_for": "12h"}]
BRIDGES = ("br-lan", "br-wifi")
LAB = {"phones": 2, "segments": BRIDGES, "conf": {"zones": ZONES}}


def end_form(phone, path="/online"):
    """(action, token) of the button on the page that says "you are online"."""
    page = phone.fetch(phone.portal + path, version="1.1")
    assert page.status == 200
    return re.search(r'action="(/end[^"]*)".*?name="token" value="([0-9a-f]{32})"', page.text,
                     re.S).groups()


def post(phone, path, fields, headers=()):
    return phone.fetch(phone.portal + path, method="POST", version="1.1",
                       body=urllib.parse.urlencode(fields),
                       headers=[["Content-Type", "application/x-www-form-urlencoded"], *headers])


def press_end(phone):
    """The button and where it leads: (status of the button, the page)."""
    action, token = end_form(phone)
    pressed = post(phone, action, {"token": token})
    if pressed.status != 303:
        return pressed.status, pressed
    return 303, phone.fetch(phone.portal + pressed["Location"], version="1.1")


def released(lab, phone):
    return phone.mac in lab.gate.released()


def test_the_next_person_meets_the_gate_and_both_are_counted(lab):
    phone = lab.phone()
    before = Database(lab)
    first = phone.visit()
    assert first.online and phone.is_online()
    assert "Máy này dùng chung" in first.last["texts"]
    assert f"{phone.segment.v4}:{lab.port}" in first.last["texts"]
    assert "Bạn có thể đóng trang này." not in first.last["texts"]
    four, six = phone.connect(WEB4, 443), phone.connect(WEB6, 443)
    assert four.echo() and six.echo()
    status, page = press_end(phone)
    assert status == 303 and page.status == 200 and "Phiên của bạn đã kết thúc" in page.text
    # The moment that it is said, it is true.
    assert not released(lab, phone) and phone.mac not in Database(lab).leases
    assert phone.fetch().status == 302
    wait_for("the open connections to be cut", lambda: not four.echo() and not six.echo())
    second = phone.visit(language="en", choose="last")
    assert second.online and phone.is_online()
    questions = [page for page in second.pages if page["forms"] and page["forms"][0]["choices"]]
    assert len(questions) == 3, "the second person was asked otherwise than the first"
    assert second.pages[0]["headings"][0] == "Hello, and welcome!"
    after = wait_for("both to be counted", lambda: (found := Database(lab)).count("released") -
                     before.count("released") == 2 and found)
    assert after.count("acknowledged") - before.count("acknowledged") == 2
    assert after.count("returned") == before.count("returned")


def test_a_zone_that_is_not_shared_has_no_such_button(lab):
    phone = lab.move(lab.phone(), lab.segments[1])
    try:
        online = phone.visit()
        assert online.online and not online.last["forms"]
        assert "Bạn có thể đóng trang này." in online.last["texts"]
        assert post(phone, "/end", {"token": "0" * 32})["Location"] == "/online"
        assert phone.is_online()
    finally:
        lab.move(phone, lab.segments[0])


def test_another_site_cannot_end_the_session(lab):
    """Neither a guess, nor what another device was given, nor an earlier release's."""
    phone, other = lab.phone(), lab.phone()
    assert phone.visit().online and other.visit().online
    action, token = end_form(phone)
    _, foreign = end_form(other)
    origin = [["Origin", "http://evil.example"], ["Referer", "http://evil.example/"]]
    for fields in ({}, {"token": ""}, {"token": foreign}, {"token": "0" * 32},
                   {"token": token[:-1] + ("0" if token[-1] != "0" else "1")},
                   [("token", token), ("token", token)]):
        answer = post(phone, action, fields, origin)
        assert answer.status == 403 and "vẫn còn trong mạng" in answer.text, fields
    assert phone.fetch(f"{phone.portal}{action}&token={token}", version="1.1").status == 302
    assert phone.is_online() and released(lab, phone)
    assert post(phone, action, {"token": token}).status == 303
    assert phone.visit().online
    assert post(phone, action, {"token": token}).status == 403, "an earlier session's form"
    assert phone.is_online()


def test_a_double_tap_ends_one_session(lab):
    phone = lab.phone()
    assert phone.visit().online
    action, token = end_form(phone, "/")
    answers = [post(phone, action, {"token": token}) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == ["/ended", "/ended"]
    assert not released(lab, phone)


def test_the_language_goes_along(lab):
    phone = lab.phone()
    assert phone.visit(language="en").online
    action, token = end_form(phone, "/online?lang=en")
    pressed = post(phone, action, {"token": token})
    assert pressed["Location"] == "/ended?lang=en"
    assert "Your session has ended" in phone.fetch(phone.portal + pressed["Location"],
                                                   version="1.1").text


def test_a_restart_keeps_the_session_and_asks_for_a_fresh_button(lab):
    phone, gone = lab.phone(), lab.phone()
    assert phone.visit().online and gone.visit().online
    action, token = end_form(phone)
    assert press_end(gone)[0] == 303
    lab.gate.restart()
    assert phone.is_online() and not released(lab, gone)
    assert post(phone, action, {"token": token}).status == 403
    assert phone.is_online()
    assert press_end(phone)[0] == 303 and not released(lab, phone)


def test_the_operator_ends_a_session_by_any_of_its_addresses(lab):
    phone = lab.phone()
    for address in (phone.v4, phone.v6, phone.mac):
        assert phone.visit().online and phone.is_online(6)
        wire = phone.connect(WEB4, 443)
        assert wire.echo()
        done = lab.gate.ctl("end", address)
        assert done.returncode == 0 and phone.mac in done.stdout, done
        assert address == phone.mac or "its session has ended" in done.stdout, done
        assert not released(lab, phone) and phone.mac not in Database(lab).leases
        wait_for("the open connection to be cut", lambda: not wire.echo())  # noqa: B023
        assert phone.fetch().status == 302
    assert "no session" in lab.gate.ctl("end", phone.v4).stdout
    assert lab.gate.ctl_json("end", phone.v6) == {"mac": phone.mac, "state": "held"}


def test_the_operator_hears_of_an_address_that_nobody_has(lab):
    for address in ("10.77.240.240", "fd77::dead", "203.0.113.10", "::1"):
        done = lab.gate.ctl("end", address)
        assert done.returncode == 1 and "no device with this address" in done.stderr, done
    for word in ("pc-3", "10.77.0", "ff:ff:ff:ff:ff:ff"):
        assert lab.gate.ctl("end", word).returncode == 2


def test_a_session_that_cannot_be_ended_is_said_to_be_on():
    with Disk(phones=1, segments=BRIDGES, conf={"zones": ZONES}) as disk:
        phone = disk.lab.phone()
        assert phone.visit().online
        disk.lab.gate.stop()
        disk.remount("ro")
        disk.lab.gate.start()
        status, page = press_end(phone)
        assert status == 503 and "Phiên chưa kết thúc được" in page.text
        assert page["Retry-After"] and phone.is_online() and released(disk.lab, phone)
        disk.remount("rw")
        wait_for("the session to be ended", lambda: press_end(phone)[0] == 303)
        assert not released(disk.lab, phone) and phone.fetch().status == 302


def test_the_page_that_says_it_makes_way_for_the_next_person():
    with Router(phones=1, segments=BRIDGES, conf={"zones": ZONES}) as router:
        router.boot(wall=MORNING, synchronised=True)
        phone = router.visitor()
        assert press_end(phone)[0] == 303
        assert phone.fetch(f"{phone.portal}/ended", version="1.1").status == 200
        router.pass_time(150)
        later = phone.fetch(f"{phone.portal}/ended", version="1.1")
        assert later.status == 302 and later["Location"] == "/"
        first = phone.visit(f"{phone.portal}/", stop_after=0)
        assert "Câu 1 / 3" in " ".join(first.last["texts"])


def controls(lab):
    """Answers counted as those of people who were never taught."""
    return [event for event in Database(lab).events if event.startswith("answer/control/")]


def test_nothing_is_remembered_of_such_a_device():
    with Router(phones=2, segments=BRIDGES, conf={"zones": ZONES}) as router:
        router.boot(wall=MORNING, synchronised=True)
        router.visitor()
        wait_for("it to be counted", lambda: Database(router.lab).count("released") == 1)
        assert Database(router.lab).remembered == 0 and not controls(router.lab)
        alone = router.lab.move(router.lab.phone(), router.lab.segments[1])
        assert alone.visit().online
        assert Database(router.lab).remembered > 0, "nothing is remembered in any zone"
        wait_for("its answer to be a control", lambda: controls(router.lab))


def test_a_trusted_device_has_no_session():
    with Lab(phones=1, gate=False, **{key: LAB[key] for key in ("segments", "conf")}) as lab:
        phone = lab.phone()
        lab.write_conf(trusted=[phone.mac])
        lab.gate.start()
        page = phone.fetch(phone.portal + "/", version="1.1")
        assert page.status == 200 and "/end" not in page.text
        done = lab.gate.ctl("end", phone.v4)
        assert done.returncode == 1 and "trusted" in done.stderr
        assert phone.is_online()
