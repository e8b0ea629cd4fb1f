"""IPv6 as phones have it: addresses that change, no IPv4 at all, and link-local ones, which no
URL can name."""
import re

from detectors import PORTAL, PROBES, Answer, can_be_opened, judge
from harness import WEB6, Lab, Refused, wait_for

LAB = {"phones": 2}
FORM = [["Content-Type", "application/x-www-form-urlencoded"]]


def link_local(lab, segment):
    """The gateway's own on a bridge: what a router advertisement names as the way out."""
    shown = lab.gateway.run("ip", "-6", "-o", "address", "show", "dev", segment.bridge, "scope",
                            "link").stdout
    return re.search(r"inet6 (fe80::[0-9a-f:]+)/", shown)[1]


def without_ipv4(phone):
    """Nothing but what it makes itself of the router's advertisement."""
    phone.ns.ip("address flush dev wlan0 scope global", "route flush dev wlan0")
    phone.ns.set("net/ipv6/conf/wlan0/accept_ra", 1)
    phone.ns.ip("link set wlan0 down", "link set wlan0 up")

    def ready():
        shown = phone.ns.run("ip", "-6", "-o", "address", "show", "dev", "wlan0", "scope",
                             "global").stdout
        return "fd77:" in shown and phone.ns.run("ip", "-6", "route", "show", "default").stdout
    wait_for("an address and a way out by router advertisement", ready, 15)


def test_a_phone_without_ipv4_is_led_and_released(lab):
    phone = lab.phone()
    without_ipv4(phone)
    try:
        router = f"{link_local(lab, phone.segment)}%wlan0"
        reply = phone.fetch(family=6, resolver=router)
        assert reply.status == 302 and reply["Location"] == f"{phone.portal6}/", f"{reply}"
        assert phone.dns("example.org", "A", router)["found"], "the resolver keeps silent"
        visit = phone.visit(family=6, resolver=router)
        assert visit.online, f"{visit}"
        assert phone.fetch(family=6, resolver=router).status == 204
        assert phone.tcp(WEB6, 443)["result"] == "open"
    finally:
        phone.ns.set("net/ipv6/conf/wlan0/accept_ra", 0)


def next_privacy_address(phone, number):
    """The old one may still answer, but nothing new is begun from it."""
    address = f"fd{phone.segment.net}::{0xbeef:x}:{phone.number:x}:{number:x}"
    shown = phone.ns.run("ip", "-6", "-o", "address", "show", "dev", "wlan0", "scope",
                         "global").stdout
    phone.ns.ip(*(f"address change {old} dev wlan0 preferred_lft 0"
                  for old in re.findall(r"inet6 (\S+/64)", shown)),
                f"address add {address}/64 dev wlan0 nodad")
    return address


def test_a_privacy_address_that_changes_during_a_visit_is_the_same_visit(lab):
    phone = lab.phone()
    start = f"{phone.portal6}/"
    for form in range(3):
        page = phone.visit(start, family=6, stop_after=0).last
        assert f"{form + 1} / 3" in page["html"], f"form {form + 1} begins anew"
        next_privacy_address(phone, form)
        again = phone.visit(start, family=6, stop_after=0).last
        assert again["forms"] == page["forms"], "another visit at the new address"
        next_privacy_address(phone, 16 + form)
        fields = page["forms"][0]["fields"] + [page["forms"][0]["choices"][0]]
        reply = phone.fetch(f"{phone.portal6}{page['forms'][0]['action']}", "POST", family=6,
                            headers=FORM, body="&".join(f"{key}={text}" for key, text in fields))
        assert reply.status == 303, f"form {form + 1} from another address: {reply}"
    page = phone.visit(start, family=6, stop_after=0).last
    next_privacy_address(phone, 32)
    reply = phone.fetch(f"{phone.portal6}{page['forms'][0]['action']}", "POST", family=6,
                        headers=FORM, body=f"token={dict(page['forms'][0]['fields'])['token']}")
    assert reply.status == 303 and reply["Location"].startswith("/online"), f"{reply}"
    assert phone.is_online(6) and phone.is_online(4)


def test_a_privacy_address_made_after_the_release_is_released(lab):
    phone = lab.phone()
    assert phone.visit(family=6).online
    address = next_privacy_address(phone, 64)
    assert phone.is_online(6)
    assert [one for one in lab.seen() if one["from"] == address], "it was not used"


def verdicts(reply):
    answer = Answer(reply.status, reply.headers, reply.body)
    return {system: judge(system, [answer]) for system in PROBES}


def test_a_phone_at_a_link_local_address_is_led_elsewhere(lab):
    phone = lab.phone()
    router = f"{link_local(lab, phone.segment)}%wlan0"
    assert phone.fetch().status == 302
    for url in ("http://example.org/", f"http://example.org:{lab.port}/"):
        reply = phone.fetch(url, to=router)
        assert reply.status == 302 and can_be_opened(reply["Location"]), f"{url}: {reply}"
        assert phone.visit(reply["Location"], stop_after=0).last["status"] == 200
        assert phone.fetch(url, "POST", to=router, body="x=1").status == 511


def test_a_gateway_that_has_lost_its_prefix_leads_to_ipv4():
    """Phones keep their addresses for hours, and the gateway's link-local one as the way out."""
    with Lab(phones=1) as lab:
        phone = lab.phone()
        phone.ns.ip(f"route replace default via {link_local(lab, phone.segment)} dev wlan0")
        lab.gateway.ip(f"address del {phone.segment.v6}/64 dev br-lan",
                       "route add fd77::/64 dev br-lan")
        resolver = {"family": 6, "resolver": phone.segment.v4}
        first = phone.fetch(**resolver)
        assert first.status == 200 and first["Location"] is None, f"{first}"
        assert b"fe80" not in first.body and len(first.body) >= 40, first.text
        assert set(verdicts(first).values()) == {PORTAL}, verdicts(first)
        assert phone.fetch("http://example.org/", "POST", body="x=1", **resolver).status == 511
        assert phone.fetch()["Location"] == f"{phone.portal}/"
        assert phone.fetch(**resolver)["Location"] == f"{phone.portal}/"
        assert phone.visit(**resolver).online
        assert phone.is_online(4)
        assert phone.fetch(**resolver).status == 204


def test_the_portal_itself_answers_at_a_link_local_address_it_was_asked_at(lab):
    phone = lab.phone()
    address = link_local(lab, phone.segment)
    try:
        reply = phone.fetch(f"http://[{address}]:{lab.port}/", to=f"{address}%wlan0")
    except Refused as why:
        raise AssertionError(f"{why}") from None
    assert reply.status == 200 and "<form" in reply.text, f"{reply}"
