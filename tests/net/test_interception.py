"""A held device: what it is answered, and that nothing of it is left to time out."""
import os
import shutil
import statistics

from harness import LIAR4, LIAR6, LIE4, LIE6, PROBE, WEB4, WEB6, Skip, wait_for
from lab.device import Agent

LAB = {"segments": ("br-lan", "br-cafe"),
       "conf": {"zones": [
           {"name": "wifi", "interfaces": ["br-lan"], "release_for": "12h"},
           {"name": "cafe", "interfaces": ["br-cafe"], "release_for": "2h"}]}}

PROBES = (PROBE, "http://captive.apple.com/hotspot-detect.html",
          "http://www.msftconnecttest.com/connecttest.txt",
          "http://detectportal.firefox.com/canonical.html",
          "http://network-test.debian.org/nm", "http://example.org/a/b?c=d&e=%C3%A9",
          "http://203.0.113.99/", "http://example.org:80/")
NOWHERE4, NOWHERE6 = "198.51.100.99", "2001:db8:53::99"


def check_redirect(reply, portal):
    assert reply.status == 302, f"status {reply.status}"
    assert reply["Location"] == f"{portal}/", f"Location {reply['Location']}"
    assert reply["Cache-Control"] == "no-store", f"Cache-Control {reply['Cache-Control']}"
    assert (reply["Connection"] or "").lower() == "close", "no Connection: close"
    assert "text/html" in (reply["Content-Type"] or ""), f"type {reply['Content-Type']}"
    assert reply.closed, "the gateway has not closed the connection"


def test_any_host_gets_a_302_to_the_portal(lab):
    phone = lab.phone()
    for url in PROBES:
        reply = phone.fetch(url)
        check_redirect(reply, phone.portal)
        assert len(reply.body) >= 40, f"{url}: a body of {len(reply.body)} bytes"


def test_any_host_gets_a_302_to_the_portal_over_ipv6(lab):
    phone = lab.phone()
    for url in PROBES[:6]:
        reply = phone.fetch(url, family=6)
        check_redirect(reply, phone.portal6)
        assert len(reply.body) >= 40, f"{url}: a body of {len(reply.body)} bytes"


def test_the_redirect_names_the_address_that_the_phone_itself_reached(lab):
    phone = lab.move(lab.phone(), lab.segments[1])
    try:
        check_redirect(phone.fetch(), "http://10.78.0.1:2080")
        check_redirect(phone.fetch(family=6), "http://[fd78::1]:2080")
    finally:
        lab.move(phone, lab.segments[0])


def test_head_is_redirected_without_a_body(lab):
    phone = lab.phone()
    answer = phone.exchange("HEAD / HTTP/1.1\r\nHost: example.org\r\n\r\n", WEB4, 80)
    head, _, body = answer["data"].partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 302 "), head[:40]
    assert f"Location: {phone.portal}/" in head and not body and answer["ended"]


def test_other_methods_get_511_and_are_closed(lab):
    phone = lab.phone()
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND"):
        for family in (4, 6):
            reply = phone.fetch("http://example.org/update", method, family=family, body="x=1")
            assert reply.status == 511, f"{method}: {reply.status}"
            assert reply.close and reply.closed, f"{method}: the connection stays open"
            assert reply["Location"] is None, f"{method}: a Location beside 511"


def test_a_request_without_host_is_redirected(lab):
    phone = lab.phone()
    for text in ("GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.1\r\n\r\n"):
        answer = phone.exchange(text, WEB4, 80)
        assert answer["data"].startswith("HTTP/1.1 302 ") or \
            answer["data"].startswith("HTTP/1.0 302 "), f"{text!r}: {answer['data'][:60]!r}"
        assert f"Location: {phone.portal}/\r\n" in answer["data"] and answer["ended"]


def test_a_request_without_user_agent_is_redirected(lab):
    phone = lab.phone()
    check_redirect(phone.fetch(agent=None), phone.portal)


def test_an_apple_probe_in_http_1_0_is_redirected(lab):
    phone = lab.phone()
    answer = phone.exchange("GET /hotspot-detect.html HTTP/1.0\r\nHost: captive.apple.com\r\n"
                            "Connection: close\r\nUser-Agent: CaptiveNetworkSupport-355.200.27 "
                            "wispr\r\n\r\n", WEB4, 80)
    assert " 302 " in answer["data"][:16] and answer["ended"]


def test_the_portals_own_host_keeps_connections(lab):
    phone = lab.phone()
    wire = phone.connect(phone.segment.v4, lab.port)
    for _ in range(3):
        wire.send(f"GET / HTTP/1.1\r\nHost: {phone.segment.v4}:{lab.port}\r\n\r\n")
        text = ""
        while "</html>" not in text:
            text += wire.receive() or "</html>(silence)"
        assert text.startswith("HTTP/1.1 200 ") and "connection: close" not in text.lower(), \
            text[:60]
    wire.close()


def test_the_portals_port_under_a_foreign_host_is_redirected(lab):
    phone = lab.phone()
    check_redirect(phone.fetch(f"http://portal.example:{lab.port}/", to=phone.segment.v4),
                   phone.portal)


def test_tcp_is_refused_with_a_reset(lab):
    phone = lab.phone()
    for address in (WEB4, WEB6):
        for port in (853, 5228, 22, 8080):
            found = phone.tcp(address, port)
            assert found["result"] == "reset", f"{address} {port}: {found}"


def test_udp_is_refused_with_icmp_admin_prohibited(lab):
    # Few at a time: the kernel itself sends a device six such errors at once, then one a second.
    for address, origin, kind, code in ((WEB4, "icmp", 3, 13), (WEB6, "icmp6", 1, 1)):
        phone = lab.phone()
        for port in (443, 123, 3478):
            found = phone.udp(address, port)
            assert found["result"] == "icmp", f"{address} {port}: {found}"
            assert found["icmp"] == {"origin": origin, "type": kind, "code": code}, found


def test_a_refusal_takes_less_than_an_accepted_connection(lab):
    """Side by side: the held phone's refusals and a released phone's round trips through the
    same gateway to the same host."""
    released, held = lab.phone(), lab.phone()
    assert released.visit().online
    for address in (WEB4, WEB6):
        accepted, refused, answered, prohibited = [], [], [], []
        held.tcp(address, 853)  # a new device's first packet may wait for its neighbour
        for turn in range(41):
            accepted.append(released.tcp(address, 853)["ms"])
            refused.append(held.tcp(address, 853)["ms"])
            answered.append(released.udp(address, 443)["ms"])
            if turn < 5:
                prohibited.append(held.udp(address, 443)["ms"])
        for what, ours, theirs in (("RST", refused, accepted), ("ICMP", prohibited, answered)):
            one, other = statistics.median(ours), statistics.median(theirs)
            assert one < other * 1.25, \
                f"{what} from {address}: {one:.3f} ms; a round trip takes {other:.3f} ms"
            assert max(ours) < 200, f"{what}: once {max(ours):.0f} ms"
        held.renew()


def test_ping_to_the_internet_is_refused_and_not_dropped(lab):
    if not shutil.which("ping"):
        raise Skip("no ping here")
    phone = lab.phone()
    for address in (WEB4, WEB6):
        said = phone.ns.run("ping", "-n", "-c", "1", "-W", "3", address, check=False).stdout
        assert "filtered" in said.lower() or "prohibited" in said.lower(), said[:200]


def test_dns_to_any_resolver_is_answered_by_the_gateway(lab):
    phone = lab.phone()
    for server in (phone.segment.v4, phone.segment.v6, LIAR4, LIAR6, NOWHERE4, NOWHERE6):
        for transport in ("udp", "tcp"):
            who = phone.dns("who.lab", "TXT", server, transport)
            assert who.get("found") == ["gateway"], f"{server} {transport}: {who}"


def test_dns_answers_are_truthful(lab):
    phone = lab.phone()
    for server in (LIAR4, LIAR6):
        for transport in ("udp", "tcp"):
            for kind, truth in (("A", WEB4), ("AAAA", WEB6)):
                found = phone.dns("connectivitycheck.gstatic.com", kind, server, transport)
                assert found.get("found") == [truth], f"{server} {transport} {kind}: {found}"


def test_a_released_device_asks_the_resolver_it_wants(lab):
    phone = lab.phone()
    assert phone.visit().online
    assert phone.dns("example.org", "A", LIAR4)["found"] == [LIE4]
    assert phone.dns("example.org", "AAAA", LIAR6, "tcp")["found"] == [LIE6]


def test_nothing_of_a_held_device_reaches_the_internet(lab):
    phone = lab.phone()
    before = len(lab.seen())
    for family in (4, 6):
        phone.fetch("http://leak.example/", family=family)
        phone.fetch("http://leak.example/", "POST", family=family, body="secret")
    assert not [one for one in lab.seen()[before:] if "leak" in (one["host"] or "")]


def test_a_held_device_gets_its_address_by_dhcp(lab):
    if not shutil.which("busybox"):
        raise Skip("no busybox here")
    phone = lab.phone()
    script = f"{lab.folder}/lease.sh"
    with open(script, "w", encoding="utf-8") as out:
        out.write('#!/bin/sh\n[ "$1" = bound ] && echo "bound $ip $router $dns"\nexit 0\n')
    os.chmod(script, 0o755)
    phone.ns.ip("address flush dev wlan0 scope global")
    said = phone.ns.run("busybox", "udhcpc", "-i", "wlan0", "-f", "-n", "-q", "-t", "5", "-T", "1",
                        "-s", script)
    bound = [line.split() for line in said.stdout.splitlines() if line.startswith("bound")]
    assert bound and bound[0][2:] == [phone.segment.v4] * 2, said.stdout + said.stderr
    phone.ns.ip(f"address add {bound[0][1]}/16 dev wlan0",
                f"route replace default via {phone.segment.v4}")
    check_redirect(phone.fetch(), phone.portal)


def test_an_address_made_by_slaac_is_held_and_released_too(lab):
    phone = lab.phone()
    phone.ns.ip("address flush dev wlan0 scope global")
    phone.ns.set("net/ipv6/conf/wlan0/accept_ra", 1)
    try:
        phone.ns.ip("link set wlan0 down", "link set wlan0 up")

        def address():
            shown = phone.ns.run("ip", "-6", "-o", "address", "show", "dev", "wlan0",
                                 "scope", "global").stdout
            return "fd77:" in shown and "tentative" not in shown
        wait_for("an address from the router advertisement", address, 15)
        phone.ns.ip(f"address add {phone.v4}/16 dev wlan0",
                    f"route replace default via {phone.segment.v4}")
        check_redirect(phone.fetch(family=6), phone.portal6)
        assert phone.visit(family=6).online and phone.is_online(6) and phone.is_online(4)
    finally:
        phone.ns.set("net/ipv6/conf/wlan0/accept_ra", 0)


def test_the_portal_answers_nobody_from_the_uplink(lab):
    outsider = Agent(lab.internet)
    try:
        for address in ("192.0.2.1", "2001:db8:ffff::1"):
            found = outsider.call("tcp", address=address, port=lab.port)
            assert found["result"] == "reset", f"{address}: {found}"
    finally:
        outsider.close()
