"""RFC 8908 line by line: what a phone is told over the API before, during and after a visit.
congchao-portal(8), STANDARDS, names these tests."""
import json
import os
import re
import sys
import time

from authority import API, CAPTIVE_JSON, NAME, RECORDS, URL, Authority, ask, told
from harness import TREE, WEB4, Refused, Skip, wait_for

AUTHORITY = Authority()
AUTHORITY.known_here()
TRUSTED = "02:00:5e:00:00:0a"
LAB = {"phones": 4, "dnsmasq": RECORDS,
       "conf": {"portal": AUTHORITY.portal(), "trusted": [TRUSTED]}}
HELD = {"captive": True, "user-portal-url": URL}


def release(lab, phone):
    """By the operator, once the phone is there."""
    assert phone.dns("who.lab", "TXT").get("found")
    done = lab.gate.ctl("release", phone.mac)
    assert done.returncode == 0, done.stderr


def revoke(lab, phone):
    done = lab.gate.ctl("revoke", phone.mac)
    assert done.returncode == 0, done.stderr


# ---------------------------------------------------------------- 4: where it is

def test_the_api_is_at_https_and_its_usual_port(lab):
    phone = lab.phone()
    for family in (4, 6):
        assert told(phone, AUTHORITY, family=family) == HELD
    assert phone.tcp(phone.segment.v4, 443)["result"] == "open"


def test_the_certificate_is_for_the_name_in_the_uri(lab):
    """Its DNS-ID is the host of the URI; for another name the phone turns away."""
    phone = lab.phone()
    shown = phone.agent.call("certificate", address=phone.segment.v4, port=443, ca=AUTHORITY.ca,
                             name=NAME)
    assert shown["subjectAltName"] == [["DNS", NAME]], shown
    assert shown["tls"] == "TLSv1.3", shown
    for other in ("other.lab", phone.segment.v4):
        try:
            phone.agent.call("certificate", address=phone.segment.v4, port=443, ca=AUTHORITY.ca,
                             name=other)
            raise AssertionError(f"taken for {other}")
        except Refused as why:
            assert "CertificateError" in str(why) or "VERIFY_FAILED" in str(why), why


def test_the_whole_chain_is_sent(lab):
    """The phone knows the root alone and cannot fetch the one between while it is held."""
    phone = lab.phone()
    sent = phone.ns.run("openssl", "s_client", "-connect", f"{phone.segment.v4}:443",
                        "-servername", NAME, "-showcerts", stdin="", check=False).stdout
    assert sent.count("BEGIN CERTIFICATE") == 2, sent
    assert told(phone, AUTHORITY)["captive"]


def test_no_ocsp_responder_is_named(lab):
    """What cannot be asked while held is not to be asked; congchao check warns of one
    (test_certificate.py)."""
    phone = lab.phone()
    shown = phone.agent.call("certificate", address=phone.segment.v4, port=443, ca=AUTHORITY.ca,
                             name=NAME)
    assert "OCSP" not in shown and "caIssuers" not in shown, shown


def test_the_gateways_own_clock_can_be_asked_while_held(lab):
    """Who does not know the time cannot tell a good certificate: NTP of the gateway itself is
    not held (DHCP option 42 names it)."""
    answer = ("import socket as s\nu = s.socket(s.AF_INET6, s.SOCK_DGRAM)\nu.bind(('::', 123))\n"
              "print('ready', flush=True)\nwhile True: u.sendto(*u.recvfrom(64))\n")
    server = lab.gateway.start(sys.executable, "-c", answer, stdout=-1, text=True)
    try:
        assert server.stdout.readline() == "ready\n"
        phone = lab.phone()
        for address in (phone.segment.v4, phone.segment.v6):
            assert phone.udp(address, 123)["result"] == "answer", address
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


def test_nothing_older_than_tls_1_2(lab):
    phone = lab.phone()
    for version, works in (("-tls1_3", True), ("-tls1_2", True), ("-tls1_1", False)):
        done = phone.ns.run("openssl", "s_client", "-connect", f"{phone.segment.v4}:443", version,
                            "-cipher", "DEFAULT@SECLEVEL=0", "-servername", NAME, stdin="",
                            check=False)
        assert ("BEGIN CERTIFICATE" in done.stdout) == works, f"{version}: {done.stdout}"


def test_there_is_no_api_over_http(lab):
    phone = lab.phone()
    for url, where in ((f"{phone.portal}/captive-portal/api", "/"),
                       (f"http://{NAME}/captive-portal/api", f"{phone.portal}/")):
        reply = ask(phone, AUTHORITY, url)
        assert reply.status == 302 and reply["Location"] == where, f"{url}: {reply}"


def test_a_foreign_host_over_tls_is_led_to_the_name(lab):
    """Who has been sent here for another name and does not mind the certificate."""
    phone = lab.phone()
    for method, status in (("GET", 302), ("POST", 511)):
        wire = phone.connect(phone.segment.v4, 443, ca=AUTHORITY.ca, name=NAME)
        wire.send(f"{method} /x HTTP/1.1\r\nHost: {phone.segment.v4}\r\nContent-Length: 0\r\n\r\n")
        said = wire.receive_all()["data"]
        assert said.startswith(f"HTTP/1.1 {status} "), said
        assert status == 511 or f"Location: {URL}\r\n" in said, said
        wire.close()


# ---------------------------------------------------------------- 5: what it says

def test_the_type_is_captive_json_and_nobody_keeps_it(lab):
    reply = ask(lab.phone(), AUTHORITY)
    assert reply.status == 200 and reply["Content-Type"] == CAPTIVE_JSON
    assert reply["Cache-Control"] == "no-store" and reply["Vary"] == "Accept"
    assert int(reply["Content-Length"]) == len(reply.body)


def test_captive_is_a_boolean_and_the_portal_url_is_https_and_there(lab):
    """Android and ChromeOS drop a "captive" without the latter, ChromeOS one with http."""
    text = ask(lab.phone(), AUTHORITY).text
    assert '"captive":true' in text and f'"user-portal-url":"{URL}"' in text, text


def test_what_does_not_apply_is_left_out(lab):
    phone = lab.phone()
    assert set(told(phone, AUTHORITY)) == {"captive", "user-portal-url"}
    release(lab, phone)
    assert set(told(phone, AUTHORITY)) == {"captive", "user-portal-url", "seconds-remaining"}


def test_the_answer_is_utf8_of_at_most_4096_bytes(lab):
    reply = ask(lab.phone(), AUTHORITY)
    assert len(reply.body) <= 4096
    json.loads(reply.body.decode("utf-8"))


def test_seconds_remaining_is_what_the_kernel_has(lab):
    phone = lab.phone()
    assert "seconds-remaining" not in told(phone, AUTHORITY)
    release(lab, phone)
    before = lab.gate.released()[phone.mac]
    said = told(phone, AUTHORITY)["seconds-remaining"]
    after = lab.gate.released()[phone.mac]
    assert isinstance(said, int) and before >= said - 1 and said + 1 >= after, (before, said, after)


def test_head_is_answered_like_get(lab):
    phone = lab.phone()
    head, get = ask(phone, AUTHORITY, method="HEAD"), ask(phone, AUTHORITY)
    assert head.status == 200 and not head.body
    fields = ("Content-Type", "Content-Length", "Cache-Control", "Vary")
    assert [head[field] for field in fields] == [get[field] for field in fields], f"{head}"


def test_other_methods_are_not_allowed(lab):
    phone = lab.phone()
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        reply = ask(phone, AUTHORITY, method=method, body="")
        assert reply.status == 405 and reply["Allow"] == "GET, HEAD", f"{method}: {reply}"
    assert told(phone, AUTHORITY) == HELD


def test_a_browser_is_led_to_the_page_and_a_client_without_accept_is_not(lab):
    phone = lab.phone()
    for accept in ("text/html", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"):
        reply = ask(phone, AUTHORITY, accept=accept)
        assert reply.status == 302 and reply["Location"] == URL, f"{accept}: {reply}"
        assert reply["Vary"] == "Accept" and reply["Cache-Control"] == "no-store"
    for accept in (None, "*/*", "application/json"):
        assert told(phone, AUTHORITY, accept=accept) == HELD


# ---------------------------------------------------------------- before, during and after

def visit_and_ask(phone, family):
    """What the API says at each step of a whole visit over HTTPS."""
    said = [told(phone, AUTHORITY, family=family)]
    for forms in (0, 1, 1, 1):
        phone.visit(URL, family=family, ca=AUTHORITY.ca, stop_after=forms)
        said.append(told(phone, AUTHORITY, family=family))
    visit = phone.visit(URL, family=family, ca=AUTHORITY.ca)
    assert visit.online, f"{visit}"
    return said, told(phone, AUTHORITY, family=family)


def test_captive_before_and_during_a_visit_and_not_after(lab):
    for family in (4, 6):
        said, after = visit_and_ask(lab.phone(), family)
        assert said == [HELD] * 5, said
        assert not after["captive"] and 43195 <= after["seconds-remaining"] <= 43200, after


def test_not_captive_as_soon_as_the_kernel_has_the_release(lab):
    """Whoever has been told is right, however quickly it asks: over either family."""
    phone = lab.phone()
    for _ in range(5):
        release(lab, phone)
        assert not told(phone, AUTHORITY)["captive"] and phone.is_online()
        assert not told(phone, AUTHORITY, family=6)["captive"] and phone.is_online(6)
        revoke(lab, phone)
        assert told(phone, AUTHORITY) == HELD == told(phone, AUTHORITY, family=6)
        assert not phone.is_online()


def test_a_released_device_at_a_new_address_is_the_same_device(lab):
    phone = lab.phone()
    assert phone.visit(URL, ca=AUTHORITY.ca).online
    mac, old = phone.mac, phone.v4
    phone.renew(mac=mac)
    assert phone.v4 != old and not told(phone, AUTHORITY)["captive"]
    phone.renew(v4=old)
    assert phone.mac != mac and told(phone, AUTHORITY) == HELD, "an address is nobody's release"


def test_a_trusted_device_is_not_captive_and_has_no_end(lab):
    phone = lab.phone().renew(mac=TRUSTED)
    for family in (4, 6):
        assert told(phone, AUTHORITY, family=family) == {"captive": False, "user-portal-url": URL}
    assert "<form" not in ask(phone, AUTHORITY, URL, accept="text/html").text


def test_a_device_that_is_no_neighbour_is_told_nothing(lab):
    """The gateway itself, at the port that visitors are led to: 403, and the client goes on as
    if there were no API."""
    done = lab.gateway.run("curl", "-s", "-o", "/dev/null", "-w", "%{http_code} %header{vary}",
                           "--cacert", AUTHORITY.ca, "--connect-to", f"{NAME}:443:10.77.0.1:2443",
                           API)
    assert done.stdout == "403 Accept", done


# ---------------------------------------------------------------- the page at the other end

def test_a_whole_visit_over_https_stays_at_one_origin(lab):
    for family in (4, 6):
        phone = lab.phone()
        url = told(phone, AUTHORITY, family=family)["user-portal-url"]
        visit = phone.visit(url, family=family, ca=AUTHORITY.ca)
        assert visit.online and len(visit.pages) == 5, f"{visit}"
        assert all(step["url"].startswith(URL) for step in visit.steps), f"{visit}"
        assert not [page for page in visit.pages if "http://" in page["html"].replace(
            "http://www.w3.org/", "")], "a page names something over http"
        assert phone.is_online(4) and phone.is_online(6)


def test_the_page_tells_the_released_how_long(lab):
    phone = lab.phone()
    release(lab, phone)
    page = ask(phone, AUTHORITY, URL, accept="text/html", headers=[["Accept-Language", "en"]])
    assert page.status == 200 and "<form" not in page.text and "12 hours" in page.text, page.text


def get(wire, path="/captive-portal/api"):
    """On a connection that is kept; the body."""
    wire.send(f"GET {path} HTTP/1.1\r\nHost: {NAME}\r\nAccept: {CAPTIVE_JSON}\r\n\r\n")
    said = ""
    while "}" not in said:
        more = wire.receive()
        assert more, f"closed after {said!r}"
        said += more
    return json.loads(said.partition("\r\n\r\n")[2])


def test_a_kept_connection_hears_of_release_and_revocation(lab):
    phone = lab.phone()
    four = phone.connect(phone.segment.v4, 443, ca=AUTHORITY.ca, name=NAME)
    six = phone.connect(phone.segment.v6, 443, ca=AUTHORITY.ca, name=NAME)
    for _ in range(3):
        assert get(four) == HELD == get(six)
        release(lab, phone)
        assert not get(four)["captive"] and not get(six)["captive"]
        revoke(lab, phone)
    assert get(four) == HELD == get(six)
    four.close()
    six.close()


def test_a_release_leaves_the_way_to_the_portal_in_place(lab):
    """gate deletes what was redirected, but not what the answer to the last button comes by: a
    packet from the portal's own port would be refused by the phone."""
    phone = lab.phone()
    for family, gateway in ((4, phone.segment.v4), (6, phone.segment.v6)):
        wire = phone.connect(gateway, 443, ca=AUTHORITY.ca, name=NAME)
        assert get(wire) == HELD and phone.fetch(family=family).status == 302
        address = phone.v4 if family == 4 else phone.v6
        assert flows(lab, address, 443) and flows(lab, address, 80), lab.gate.flows(address)
        release(lab, phone)
        wait_for("the redirected probe to be forgotten", lambda: not flows(lab, address, 80))
        assert flows(lab, address, 443), "the way back from the portal is gone"
        wire.close()
        revoke(lab, phone)


def flows(lab, address, port):
    """Those that are redirected from that port."""
    return [line for line in lab.gate.flows(address)
            if f" dport={port} " in line and " sport=2" in line]


def test_many_questions_cost_nothing(lab):
    """No visit, no commit, and no other visitor waits."""
    phone, other = lab.phone(), lab.phone()
    before = lab.gate.ctl_json("status")
    wire = phone.connect(phone.segment.v4, 443, ca=AUTHORITY.ca, name=NAME)
    other.begin_visit(stop_after=0)
    begun = time.monotonic()
    for _ in range(500):
        assert get(wire)["captive"]
    wire.close()
    assert time.monotonic() - begun < 20, "500 questions"
    assert other.end_visit().last["status"] == 200
    after = lab.gate.ctl_json("status")
    assert after["visits"] == before["visits"] + 1, "a question has begun a visit"


# ---------------------------------------------------------------- who may come

def test_a_device_may_open_so_many_connections_over_both_ports(lab):
    phone = lab.phone()
    opened = phone.agent.call("crowd", address=phone.segment.v4, port=443, count=10, seconds=2)
    opened += phone.agent.call("crowd", address=phone.segment.v4, port=lab.port, count=10,
                               seconds=2)
    assert opened == lab.settings["limits"]["connections_per_device"], opened
    assert phone.tcp(phone.segment.v4, 443)["result"] == "reset", "one more has to wait"
    phone.agent.call("close_all")
    wait_for("the count to go down again",
             lambda: phone.tcp(phone.segment.v4, 443)["result"] == "open")


def test_nobody_reaches_it_from_elsewhere(lab):
    for port in (443, 2443):
        done = lab.internet.run("curl", "-sk", "--max-time", "5", "-o", "/dev/null", "-w",
                                "%{http_code}", f"https://192.0.2.1:{port}/", check=False)
        assert done.returncode == 7, f"port {port}: {done}"


def test_the_gateways_other_https_is_not_touched_for_others(lab):
    """Only what a served device sends to the gateway itself is led to the portal."""
    phone = lab.phone()
    release(lab, phone)
    wire = phone.connect(WEB4, 443)
    assert wire.echo(), "the internet's port 443 is led to the portal"
    wire.close()


def test_the_manual_names_tests_that_are_there():
    """STANDARDS points each line of the RFCs to its test: "FILE: the test's name"."""
    with open(f"{TREE}/src/portal/congchao-portal.8", encoding="utf-8") as page:
        table = page.read().partition(".Sh STANDARDS")[2]
    named, absent = re.findall(r"^(unit )?([a-z_]+): ([a-z0-9 ]+)$", table, re.M), []
    assert len(named) > 40, named
    for unit, file, name in named:
        path = f"{TREE}/tests/" + (f"unit/test_{file}.c" if unit else f"net/test_{file}.py")
        found = f"static void {name.replace(' ', '_')}(" if unit else \
            f"def test_{name.replace(' ', '_')}("
        if not os.path.exists(path):
            absent.append(file)
            continue
        with open(path, encoding="utf-8") as source:
            assert found in source.read(), f"{path} has no test \"{name}\""
    if absent:
        raise Skip(f"not in this tree: {', '.join(sorted(set(absent)))}")
