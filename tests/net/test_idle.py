"""Releases that end because nothing more is seen of the device (zones[].idle_after)."""
import json

from database import Database
from harness import WEB4, WEB6, wait_for
from shortidle import ShortIdle

ZONES = [{"name": "cafe", "interfaces": ["br-lan"], "release_for": "2h", "idle_after": "60s"},
         {"name": "hall", "interfaces": ["br-hall"], "release_for": "2d", "idle_after": "1d"},
         {"name": "wifi", "interfaces": ["br-wifi"], "release_for": "12h"}]
BRIDGES = ("br-lan", "br-hall", "br-wifi")


def lab_of(phones, **more):
    return ShortIdle(phones=phones, segments=BRIDGES, conf={"zones": ZONES, **more})


def released(phone):
    return phone.mac in phone.lab.gate.released()


def active(lab):
    """Whom the kernel has seen."""
    listed = json.loads(lab.gate.nft("-j", "list", "set", "inet", "congchao", "active").stdout)
    elements = next(item["set"] for item in listed["nftables"] if "set" in item).get("elem", [])
    return {element["elem"]["val"] for element in elements}


def wait_for_end(phone):
    wait_for("the idle device's release to end", lambda: not released(phone), 10, 0.05)


def online(lab, segment):
    """A phone that has been through the visit in that segment."""
    phone = lab.move(lab.phone(), lab.segments[segment])
    assert phone.visit().online
    return phone


def test_who_is_idle_is_cut_off_and_who_is_busy_stays():
    with lab_of(3) as idle:
        lab = idle.lab
        quiet, busy, other = (online(lab, segment) for segment in (0, 0, 1))
        four, six = quiet.connect(WEB4, 443), quiet.connect(WEB6, 443)
        assert four.echo() and six.echo()
        with idle.busy(busy) as sending:
            idle.may_end()
            wait_for_end(quiet)
            assert not four.echo() and not six.echo(), "an established connection goes on"
            assert quiet.tcp(WEB4, 853)["result"] == "reset"
            assert quiet.fetch().status == 302 and quiet.fetch(family=6).status == 302
            # The one with a day's patience is as quiet; the busy one opens no new flow.
            assert released(busy) and released(other) and sending[0].poll() is None
            stored = wait_for("the end to be stored",
                              lambda: quiet.mac not in Database(lab).leases and Database(lab))
            assert set(stored.leases) == {busy.mac, other.mac}
            assert stored.count("acknowledged") == 3, "nothing that happened is uncounted"
            states = {one["mac"]: one["state"] for one in lab.gate.ctl_json("visitors")}
            assert states[busy.mac] == "released" and quiet.mac not in states, states
        wait_for_end(busy)
        assert quiet.visit().online and quiet.is_online(6), "no second visit after the end"


def test_a_restart_does_not_bring_back_what_has_ended():
    with lab_of(3) as idle:
        lab = idle.lab
        quiet, busy, other = (online(lab, segment) for segment in (0, 0, 2))
        with idle.busy(busy):
            idle.may_end()
            wait_for_end(quiet)
            wait_for("the end to be stored", lambda: quiet.mac not in Database(lab).leases)
            idle.restart()
            assert set(lab.gate.released()) == {busy.mac, other.mac}
            # The stored release has brought its zone along: it is looked at there.
        assert busy.is_online() and other.is_online()
        idle.may_end()
        wait_for_end(busy)
        assert released(other), "its zone has no idle_after"


def test_a_release_counts_in_the_zone_in_which_it_was_made():
    """Who leaves a zone with idle_after for one without is idle where the release was made;
    who comes from one without is never idle."""
    with lab_of(2) as idle:
        lab = idle.lab
        leaving, coming = online(lab, 0), online(lab, 2)
        for phone, segment in ((leaving, 2), (coming, 0)):
            mac = phone.mac
            lab.move(phone, lab.segments[segment]).renew(mac=mac)
        assert leaving.is_online() and coming.is_online()
        with idle.busy(leaving):
            idle.may_end()
            wait_for_end(leaving)
        assert released(coming)


def to_web(phone):
    return [line for line in phone.lab.gate.flows(phone.v4)
            if WEB4 in line and "dport=443" in line]


def test_a_trusted_device_keeps_its_connections_when_a_release_of_before_ends():
    """It was a visitor, and released, before the owner trusted it."""
    with lab_of(2) as idle:
        lab = idle.lab
        till, quiet = online(lab, 0), online(lab, 0)
        lab.write_conf(trusted=[till.mac])
        idle.restart()
        wires = [phone.connect(WEB4, 443) for phone in (till, quiet)]
        assert all(wire.echo() for wire in wires) and released(till)
        idle.may_end()
        for phone in (till, quiet):
            wait_for_end(phone)
        # Looked for, and cut, in one pass for both.
        wait_for("the visitor's connection to be cut", lambda: not to_web(quiet), 3)
        assert to_web(till), "the trusted device's connection is cut"
        assert wires[0].echo() and till.is_online(4)


def test_an_interface_that_goes_ends_its_releases_and_serves_when_it_is_back():
    with lab_of(2) as idle:
        lab = idle.lab
        phone, other = online(lab, 0), online(lab, 2)
        lab.segments[0].remove()
        idle.may_end()
        wait_for_end(phone)
        assert other.is_online()
        lab.segments[0].add()
        wait_for("the interface's names to be served again",
                 lambda: phone.dns("example.org", timeout=0.3).get("found"))
        assert phone.fetch().status == 302
        assert phone.visit().online
        with idle.busy(phone):
            wait_for("the kernel to see it again", lambda: phone.mac in active(lab))


def test_who_is_held_is_not_counted_as_active():
    """Strangers must not be able to fill the set."""
    with lab_of(2) as idle:
        held, phone = idle.lab.phone(), online(idle.lab, 0)
        assert held.tcp(WEB4, 853)["result"] == "reset" and held.udp(WEB6, 443)["result"] == "icmp"
        assert phone.is_online()
        assert active(idle.lab) == {phone.mac}


def test_a_table_that_was_flushed_makes_nobody_idle():
    """when_down = "closed": gate puts it back, and everybody has the whole time again."""
    with lab_of(2, when_down="closed") as idle:
        lab = idle.lab
        phone = online(lab, 0)
        assert phone.is_online() and active(lab) == {phone.mac}
        lab.gate.nft("delete", "table", "inet", "congchao")
        wait_for("the table to be put back", lab.gate.table_stands)
        assert released(phone)
        assert phone.is_online() and active(lab) == {phone.mac}
