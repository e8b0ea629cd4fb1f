"""The internet of this place is gone: pages say so, names of held devices still lead to the
page, and everything else goes on as always."""
import os
import signal

from detectors import PORTAL, PROBES
from harness import LIAR4, RESOLVER4, Lab, wait_for
from test_detectors import verdict_of

LAB = {"phones": 2}
SINK4, SINK6 = "192.175.48.6", "2620:4f:8000::6"
GONE = {"vi": "Internet ở đây đang tạm mất", "en": "The internet here is down"}
SERVER_FAILURE = 2


def said_last(lab):
    return next((line for line in reversed(lab.gate.this_run()) if "uplink:" in line), "")


def is_down(lab):
    return lab.gate.ctl_json("status")["uplink"] == "down"


def stand_in(lab):
    return "br-lan" in lab.gate.nft("list", "set", "inet", "congchao", "stand_in").stdout


class Cut:
    """The cable to the internet, pulled out."""

    def __init__(self, lab):
        self.lab = lab

    def __enter__(self):
        self.lab.internet.ip("link set uplink down")
        wait_for("gate to notice", lambda: stand_in(self.lab), 5)

    def __exit__(self, *_):
        self.lab.internet.ip("link set uplink up",
                             "address replace 2001:db8:ffff::fe/64 dev uplink nodad",
                             *(f"route replace fd{segment.net}::/64 via 2001:db8:ffff::1"
                               for segment in self.lab.segments),
                             *(f"route replace 10.{segment.net}.0.0/16 via 192.0.2.1"
                               for segment in self.lab.segments))
        wait_for("gate to notice", lambda: not stand_in(self.lab), 15)


def texts(visit):
    return [" ".join(page["texts"]) for page in visit.pages]


# ---------------------------------------------------------------- the link is gone

def check_visit(lab, phone, language, title, reason):
    """The whole visit, as always; it is told at first and beside the last button, and in the end
    nothing is promised."""
    visit = phone.visit(language=language)
    assert visit.online, visit
    pages = texts(visit)
    assert len(pages) == 5, pages
    assert [GONE[language] in page for page in pages[:-1]] == [True, False, False, True], pages
    assert title in pages[-1] and reason in pages[-1] and GONE[language] not in pages[-1], \
        pages[-1]
    assert phone.mac in lab.gate.released(), "it says let through and does not do it"


def test_every_system_opens_its_page_and_it_tells_the_truth(lab):
    first, second = lab.phone(), lab.phone()
    assert lab.gate.ctl_json("status")["uplink"] == "up" and not stand_in(lab)
    with Cut(lab):
        assert "there is no route" in said_last(lab) and is_down(lab)
        assert "no internet" in lab.gate.ctl("status").stdout
        for system in PROBES:
            for family in (4, 6):
                assert verdict_of(first, system, family) == PORTAL, f"{system} over IPv{family}"
        check_visit(lab, first, "vi", "Cổng đã mở cho bạn!", "không phải do bạn")
        check_visit(lab, second, "en", "The gate is open for you!", "not because of you")
        assert not first.is_online()
    assert "is back" in said_last(lab) and not is_down(lab)
    for phone in (first, second):
        wait_for("the phone to be online by itself", phone.is_online, 10)
        assert "Bạn đã vào mạng!" in phone.fetch(phone.portal).text


def test_names_of_held_devices_while_it_is_gone(lab):
    held, released = lab.phone(), lab.phone()
    assert released.visit().online
    truth = held.dns("www.google.com")["found"]
    with Cut(lab):
        # The gateway's own resolver and anybody else's, by address.
        for server in (held.segment.v4, held.segment.v6, RESOLVER4, LIAR4):
            for kind, address in (("A", SINK4), ("AAAA", SINK6)):
                found = held.dns("captive.apple.com", kind, server)
                assert found == {"rcode": 0, "found": [address]}, f"{server}: {found}"
            found = held.dns("example.org", "A", server)
            assert found == {"rcode": SERVER_FAILURE, "found": []}, f"{server}: {found}"
        # What the gateway knows by itself it tells over TCP, and to who is released.
        assert held.dns("who.lab", "TXT", transport="tcp")["found"] == ["gateway"]
        assert released.dns("who.lab", "TXT")["found"] == ["gateway"]
        assert released.dns("captive.apple.com", timeout=1).get("found", []) == [], \
            "a released device hears something else than the truth"
        lab.gate.ctl("revoke", released.mac)
        assert released.dns("captive.apple.com")["found"] == [SINK4]
    assert held.dns("www.google.com")["found"] == truth


def test_nobody_is_answered_from_outside(lab):
    """From the internet's side the port is refused; the portal's own users may use it."""
    assert lab.phone().dns("captive.apple.com")["found"] != [SINK4]
    asked = lab.internet.run(
        "python3", "-c",
        "import sys; sys.path.insert(0, %r); from lab import wire; "
        "print(wire.udp_probe('192.0.2.1', 2053, wire.dns_question('captive.apple.com', 'A'), 2))"
        % os.path.dirname(os.path.abspath(__file__)))
    assert "'result': 'icmp'" in asked.stdout, asked.stdout


def test_a_flush_or_a_restart_meanwhile_changes_nothing():
    with Lab(phones=1, conf={"when_down": "closed"}) as lab:
        phone = lab.phone()
        with Cut(lab):
            lab.gate.nft("flush", "ruleset")
            lab.masquerade()
            wait_for("the table to be back", lambda: lab.gate.table_stands() and stand_in(lab), 3)
            assert phone.dns("captive.apple.com")["found"] == [SINK4]
            lab.gate.restart()
            assert stand_in(lab) and is_down(lab)
            assert phone.visit().online


# ---------------------------------------------------------------- the way is there, names are not

def pids(namespace, name):
    found = []
    for pid in namespace.pids():
        with open(f"/proc/{pid}/comm", encoding="utf-8") as text:
            if text.read().strip() == name:
                found.append(pid)
    return found


def test_a_resolver_that_falls_silent_and_one_that_is_gone():
    with Lab(phones=1) as lab:
        far, near = pids(lab.internet, "dnsmasq")[0], pids(lab.gateway, "dnsmasq")[0]
        os.kill(far, signal.SIGSTOP)
        # Any change of the routes has it looked at.
        lab.gateway.ip("route add 198.18.0.0/24 via 192.0.2.254")
        phone = lab.phone()
        wait_for("two questions without an answer", lambda: stand_in(lab), 30)
        assert "names are not answered" in said_last(lab)
        assert phone.fetch().status == 302 and GONE["vi"] in phone.fetch(phone.portal).text
        os.kill(far, signal.SIGCONT)
        wait_for("names to be answered again", lambda: not stand_in(lab), 15)
        assert "is back" in said_last(lab)
        # Nobody to ask says nothing of the internet; nor does it once the resolver is gone.
        os.kill(near, signal.SIGKILL)
        os.kill(lab.gate.resolver_pid, signal.SIGKILL)
        wait_for("gate to notice", lambda: lab.gate.ctl_json("status")["resolver"] is False, 5)
        assert not is_down(lab) and lab.gate.ctl("status").returncode == 0
        assert "Advice: the gate's resolver has ended" in lab.gate.ctl("status").stdout
        lab.gateway.ip("link set uplink down")
        wait_for("the routes to tell", lambda: is_down(lab), 5)
        assert phone.visit(f"http://{phone.segment.v4}:{lab.port}/").online


def test_unchecked_there_is_no_third_process_and_no_port():
    with Lab(phones=1, conf={"uplink": {"check": False}}) as lab:
        assert lab.gate.resolver_pid is None
        assert "stand_in" not in lab.gate.ruleset() and "2053" not in lab.gate.ruleset()
        assert lab.gate.ctl_json("status")["uplink"] == "unchecked"
        lab.internet.ip("link set uplink down")
        phone = lab.phone()
        assert phone.udp(phone.segment.v4, 2053)["result"] == "icmp"
        assert phone.visit(f"http://{phone.segment.v4}:{lab.port}/").online
