"""Served interfaces that come and go, and zones beside each other."""
from harness import WEB4, WEB6, Lab, wait_for

TWO = {"segments": ("br-lan", "wlan0"),
       "conf": {"zones": [
           {"name": "cafe", "interfaces": ["br-lan"], "release_for": "2h"},
           {"name": "wifi", "interfaces": ["wlan0"], "release_for": "12h"}]}}


def check_held_then_released(phone):
    assert phone.fetch().status == 302 and phone.fetch(family=6).status == 302
    assert phone.tcp(WEB4, 853)["result"] == "reset"
    assert phone.tcp(WEB6, 853)["result"] == "reset"
    assert phone.visit().online and phone.is_online(4) and phone.is_online(6)


def test_an_interface_that_comes_later_is_served():
    with Lab(phones=2, absent=("wlan0",), **TWO) as lab:
        check_held_then_released(lab.phone())
        lab.segments[1].add()
        phone = lab.move(lab.phone(), lab.segments[1])
        wait_for("the new interface's names to be served",
                 lambda: phone.dns("example.org", timeout=0.3).get("found"))
        check_held_then_released(phone)
        assert 43100 < lab.gate.released()[phone.mac] <= 43200, "not the zone's own time"


def test_an_interface_that_goes_and_comes_back_is_served():
    with Lab(phones=2, **TWO) as lab:
        before, after = lab.phone(), lab.phone()
        for phone in (before, after):
            lab.move(phone, lab.segments[1])
        check_held_then_released(before)
        lab.segments[1].remove()
        lab.segments[1].add()
        wait_for("the interface's names to be served again",
                 lambda: after.dns("example.org", timeout=0.3).get("found"))
        check_held_then_released(after)
        wait_for("the released device to be online again", before.is_online, 10)
        assert lab.gate.running


def test_no_served_interface_at_all_is_no_reason_to_end():
    with Lab(phones=1, segments=("wlan0",), absent=("wlan0",),
             conf={"zones": [{"name": "wifi", "interfaces": ["wlan0"],
                              "release_for": "12h"}]}) as lab:
        assert lab.gate.running
        assert lab.gate.ctl("status").returncode == 0
        lab.segments[0].add()
        phone = lab.phone()
        wait_for("the new interface's names to be served",
                 lambda: phone.dns("example.org", timeout=0.3).get("found"))
        check_held_then_released(phone)


def test_two_zones_release_for_their_own_time():
    with Lab(phones=2, **TWO) as lab:
        cafe, wifi = lab.phone(), lab.phone()
        lab.move(wifi, lab.segments[1])
        assert cafe.visit().online and wifi.visit().online
        left = lab.gate.released()
        assert 7190 < left[cafe.mac] <= 7200 and 43190 < left[wifi.mac] <= 43200, f"{left}"
        zones = {one["mac"]: one["zone"] for one in lab.gate.ctl_json("visitors")}
        assert zones[cafe.mac] == "cafe" and zones[wifi.mac] == "wifi", f"{zones}"


def test_an_interface_that_is_not_served_is_left_alone():
    with Lab(phones=2, segments=("br-lan", "br-office")) as lab:
        office = lab.move(lab.phone(), lab.segments[1])
        assert office.is_online(4) and office.is_online(6)
        assert office.tcp(office.segment.v4, lab.port)["result"] == "reset"
        assert lab.phone().fetch().status == 302


def test_a_released_device_that_moves_to_another_served_network_stays_released():
    with Lab(phones=1, **TWO) as lab:
        phone = lab.phone()
        assert phone.visit().online
        mac = phone.mac
        lab.move(phone, lab.segments[1])
        phone.renew(mac=mac)
        assert phone.is_online(4) and phone.is_online(6)
