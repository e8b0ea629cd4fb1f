"""What every system's detector makes of this portal: portal, portal, online.

The detectors are functions (detectors.py); here they are fed with the portal's own answers,
asked as each system asks, before, during and after a visit.
"""
import re

from detectors import (DROP, NO_INTERNET, NOTHING, ONLINE, PORTAL, PROBES, RST, UNKNOWN, Answer,
                       APPLE, FIREFOX, WINDOWS, WINDOWS_DNS, can_be_opened, judge)
from harness import LIAR4, LIAR6, LIE4, LIE6, WEB4, WEB6, Refused, wait_for
from lab.internet import NCSI_NAME
from lab.wire import split_url

LAB = {"phones": 2}
WEB = {4: WEB4, 6: WEB6}

# ---------------------------------------------------------------- the detectors themselves

SYSTEMS = ("apple", "android", "chromeos", "chromium", "firefox", "networkmanager", "windows")
PAGE = Answer(200, [("Content-Length", "60")], b"<!doctype html><title>Wi-Fi</title>" + 25 * b".")
P, F, N, U = PORTAL, NO_INTERNET, NOTHING, UNKNOWN


def redirect(status, location="http://10.77.0.1:2080/"):
    return Answer(status, [("Location", location), ("Content-Length", "60")], PAGE.body)


# The answer of a portal, and each system's verdict in the order of SYSTEMS.
MATRIX = {
    "302": (redirect(302), P, P, P, P, P, P, P),
    "307": (redirect(307), P, P, P, P, P, P, P),
    "303": (redirect(303), P, P, F, P, P, P, U),
    "301": (redirect(301), P, P, F, P, P, P, U),
    "308": (redirect(308), P, P, F, P, P, P, U),
    "302 to a path": (redirect(302, "/welcome"), P, P, F, P, P, P, P),
    "200 with a page": (PAGE, P, P, P, P, P, P, P),
    "200 with four bytes": (Answer(200, [("Content-Length", "4")], b"wifi"), P, F, P, P, P, P, P),
    "200 with one byte": (Answer(200, [("Content-Length", "1")], b"."), P, F, ONLINE, ONLINE, P, P,
                          P),
    "200 chunked with one byte": (Answer(200, (), b"."), P, P, ONLINE, ONLINE, P, P, P),
    "200 with nothing": (Answer(200), P, F, ONLINE, ONLINE, P, P, P),
    "511": (Answer(511, (), PAGE.body), P, F, F, P, P, P, U),
    "404": (Answer(404, (), PAGE.body), U, F, F, N, N, P, U),
    "503": (Answer(503, (), PAGE.body), U, F, F, N, N, P, U),
    "RST": (RST, N, F, F, N, N, F, F),
    "drop": (DROP, N, F, F, N, N, F, F),
}
TRUTH = {"apple": Answer(200, (), APPLE), "android": Answer(204), "chromeos": Answer(204),
         "chromium": Answer(204), "firefox": Answer(200, (), FIREFOX),
         "networkmanager": Answer(200, [("X-NetworkManager-Status", "online")], b""),
         "windows": Answer(200, (), WINDOWS)}


def test_the_detectors_agree_with_what_is_known_of_each_answer():
    for what, (answer, *expected) in MATRIX.items():
        for system, verdict in zip(SYSTEMS, expected):
            # Chromium is where its redirects have led it.
            follows = system == "chromium" and answer not in (RST, DROP) and answer["Location"]
            found = judge(system, [answer, PAGE] if follows else [answer])
            assert found == verdict, f"{system} makes {found} of {what}, expected {verdict}"


def test_the_detectors_take_the_truth_for_the_internet():
    for system, answer in TRUTH.items():
        assert judge(system, [answer]) == ONLINE, system
        others = [other for other in TRUTH.values() if (other.status, other.body) !=
                  (answer.status, answer.body) and other.status == 200 and not other.headers]
        for other in others:
            assert judge(system, [other]) == PORTAL, f"{system}: {other}"


def test_the_detectors_that_want_https_or_names_too():
    for system in ("android", "chromeos"):
        assert judge(system, [Answer(204)], https=False) == NO_INTERNET, system
        assert judge(system, [redirect(302)], https=False) == PORTAL, system
    for address in ("10.77.0.1", "192.168.1.1", "fd77::1", "fe80::1"):
        hijacked = redirect(302)
        hijacked = Answer(hijacked.status, hijacked.headers, hijacked.body, address)
        assert judge("android", [hijacked]) == NO_INTERNET, address
    assert judge("windows", [redirect(302)], dns=WEB4) == NO_INTERNET
    assert judge("windows", [redirect(302)], dns=WINDOWS_DNS[6]) == PORTAL


def test_a_bad_certificate_at_the_portal_hides_it_from_chromium():
    assert judge("chromium", [redirect(302, "https://wifi.example/"), RST]) == NOTHING


def test_a_location_that_a_phone_can_open():
    for good in ("http://10.77.0.1:2080/", "http://[fd77::1]:2080/", "https://wifi.example/"):
        assert can_be_opened(good), good
    for bad in (None, "", "/", "//wifi.example/", "http://", "ftp://wifi.example/",
                "http://[fe80::1]:2080/", "http://[fe80::1%25wlan0]:2080/", "http://[FEBF::1]/",
                "http://[fe80::1:2080/"):
        assert not can_be_opened(bad), bad


# ---------------------------------------------------------------- asked as each system asks

def ask(phone, url, probe, family):
    """One request of a system's probe as an Answer, RST or DROP."""
    try:
        reply = phone.fetch(url, agent=probe.agent, version=probe.version, family=family,
                            headers=[list(pair) for pair in probe.headers])
    except Refused as why:
        return DROP if "timed out" in str(why) else RST
    host = split_url(url)[0]
    found = phone.dns(host, "AAAA" if family == 6 else "A").get("found", []) if "." in host and \
        not host[0].isdigit() else []
    return Answer(reply.status, reply.headers, reply.body, found[0] if found else None)


def chain(phone, url, probe, family):
    """As ask, and what it leads to, as Chromium does within its probe."""
    answers = [ask(phone, url, probe, family)]
    while answers[-1] not in (RST, DROP) and 300 <= answers[-1].status <= 399 and len(answers) < 5:
        answers.append(ask(phone, answers[-1]["Location"], probe, family))
    return answers


def https_answers(phone, family):
    """Is it the internet itself that answers there?"""
    try:
        wire = phone.connect(WEB[family], 443)
    except Refused:
        return False
    try:
        return wire.echo()
    finally:
        wire.close()


def verdict_of(phone, system, family, url=None):
    probe = PROBES[system]
    url = url or probe.urls[0]
    answers = chain(phone, url, probe, family) if system == "chromium" else \
        [ask(phone, url, probe, family)]
    dns = phone.dns(NCSI_NAME, "AAAA" if family == 6 else "A").get("found", [])
    return judge(system, answers, https_answers(phone, family), dns[0] if dns else None)


def check_all(phone, expected, when):
    for system, probe in PROBES.items():
        for family in (4, 6):
            for url in probe.urls:
                found = verdict_of(phone, system, family, url)
                assert found == expected, f"{when}: {system} over IPv{family}: {url}: {found}"


def held_answers(lab):
    """(system, family, url, reply) of a phone that is held, for every probe that there is."""
    phone = lab.phone()
    for system, probe in PROBES.items():
        for family in (4, 6):
            for url in probe.urls:
                yield phone, system, family, url, phone.fetch(
                    url, agent=probe.agent, version=probe.version, family=family,
                    headers=[list(pair) for pair in probe.headers])


def test_portal_portal_online_for_every_system(lab):
    for family in (4, 6):
        phone = lab.phone()
        start = f"{phone.portal6 if family == 6 else phone.portal}/"
        before = len(lab.seen())
        check_all(phone, PORTAL, "before the visit")
        for form in range(3):
            assert not phone.visit(start, family=family, stop_after=1).online
            check_all(phone, PORTAL, f"after form {form + 1}")
        assert not lab.seen()[before:], f"a probe was let through: {lab.seen()[before:][0]}"
        assert phone.visit(start, family=family).online
        check_all(phone, ONLINE, "after the visit")


def test_every_system_is_online_the_moment_the_page_arrives(lab):
    for system in PROBES:
        for family in (4, 6):
            phone = lab.phone()
            assert phone.visit(family=family).online
            found = verdict_of(phone, system, family)
            assert found == ONLINE, f"{system} over IPv{family}: {found}"


def test_the_probe_is_answered_before_the_page_that_says_so_is_fetched(lab):
    """Android asks when that page begins to load, not when it has come."""
    for family in (4, 6):
        phone = lab.phone()
        page = phone.visit(family=family, stop_after=3).last
        portal = phone.portal6 if family == 6 else phone.portal
        token = re.search(r'name="token" value="([^"]+)"', page["html"])[1]
        reply = phone.fetch(f"{portal}{page['forms'][0]['action']}", "POST", family=family,
                            headers=[["Content-Type", "application/x-www-form-urlencoded"]],
                            body=f"token={token}")
        assert reply.status == 303, f"{reply}"
        for system in PROBES:
            found = verdict_of(phone, system, family)
            assert found == ONLINE, f"{system} over IPv{family}: {found}"


def test_the_answer_to_a_probe_is_one_that_all_of_them_take(lab):
    for phone, system, family, url, reply in held_answers(lab):
        where = f"{system} over IPv{family}: {url}"
        assert reply.status == 302, f"{where}: {reply.status}"
        assert reply["Location"] == f"{phone.portal6 if family == 6 else phone.portal}/", where
        assert can_be_opened(reply["Location"]) and reply["Location"].startswith("http:"), where
        assert len(reply.body) >= 40, f"{where}: a body of {len(reply.body)} bytes"
        assert reply["Content-Length"] == str(len(reply.body)), f"{where}: {reply}"
        assert reply["Cache-Control"] == "no-store", f"{where}: {reply}"
        assert reply["Set-Cookie"] is None, f"{where}: {reply}"


def test_no_probe_is_left_a_connection_to_ask_on(lab):
    for _, system, family, url, reply in held_answers(lab):
        said = (reply["Connection"] or "").lower()
        assert said == "close" and reply.closed, f"{system} over IPv{family}: {url}: {reply}"


def test_a_connection_kept_from_before_the_release_leads_no_more_to_the_portal(lab):
    text = "GET /generate_204 HTTP/1.1\r\nHost: connectivitycheck.gstatic.com\r\n\r\n"
    for family in (4, 6):
        phone = lab.phone()
        silent, asked = phone.connect(WEB[family], 80), phone.connect(WEB[family], 80)
        asked.send(text)
        first = asked.receive_all()
        assert first["ended"] and first["data"].startswith("HTTP/1.1 302 "), first["data"][:60]
        assert phone.visit(family=family).online
        address = phone.v6 if family == 6 else phone.v4
        wait_for("the entries of the redirect to go", lambda: not [
            line for line in lab.gate.flows(address)
            if "dport=80 " in line and f"sport={lab.port}" in line], 15)
        for wire in (silent, asked):
            assert said_on(wire) != "HTTP/1.1 302", f"IPv{family}: still led to the portal"
        assert phone.is_online(family)


def test_a_connection_kept_to_the_portal_works_on_after_the_release(lab):
    """A browser fetches the last page on the connection on which it has pressed the button."""
    for family in (4, 6):
        phone = lab.phone()
        host = f"[{phone.segment.v6}]" if family == 6 else phone.segment.v4
        wire = phone.connect(phone.segment.v6 if family == 6 else phone.segment.v4, lab.port)
        assert phone.visit(family=family).online
        wire.send(f"GET /online HTTP/1.1\r\nHost: {host}:{lab.port}\r\n\r\n")
        said = wire.receive() or ""
        assert said.startswith("HTTP/1.1 200 "), f"IPv{family}: {said[:60]}"


def test_probes_are_not_rationed(lab):
    """Android asks two or three times for each page it shows."""
    phone = lab.phone()
    for number in range(60):
        for family in (4, 6):
            status = phone.fetch(PROBES["android"].urls[number % 3], family=family).status
            assert status == 302, f"the {number + 1}th over IPv{family}: {status}"


def test_names_are_resolved_truthfully_to_public_addresses(lab):
    phone = lab.phone()
    for name in sorted({split_url(url)[0] for probe in PROBES.values() for url in probe.urls}):
        for resolver in (phone.segment.v4, phone.segment.v6, LIAR4, LIAR6):
            found = [phone.dns(name, kind, resolver).get("found") for kind in ("A", "AAAA")]
            assert found == [[WEB4], [WEB6]], f"{name} from {resolver}: {found}"


def test_the_last_page_is_a_full_navigation(lab):
    """The sheets look again when a page is loaded, and never when a script asks."""
    for family in (4, 6):
        phone = lab.phone()
        visit = phone.visit(family=family)
        pressed, shown = visit.steps[-2:]
        assert (pressed["method"], pressed["status"]) == ("POST", 303), f"{visit}"
        assert (shown["method"], shown["status"]) == ("GET", 200), f"{visit}"
        assert split_url(shown["url"])[:2] == split_url(pressed["url"])[:2], "another origin"
        assert not re.search(r"<script|http-equiv=\"?refresh", visit.last["html"], re.I)


def test_everything_is_open_when_the_page_arrives(lab):
    """Validation asks by HTTPS, strict private DNS and QUIC, too."""
    phone = lab.phone()
    assert phone.visit().online
    for address in (WEB4, WEB6):
        for port in (443, 853, 5228):
            assert phone.tcp(address, port)["result"] == "open", f"{address} {port}"
        assert phone.udp(address, 443)["result"] == "answer", address
    for server, lie in ((LIAR4, LIE4), (LIAR6, LIE6)):
        kind = "AAAA" if ":" in lie else "A"
        assert phone.dns("example.org", kind, server)["found"] == [lie], server


def test_every_system_sees_the_portal_again_when_the_release_ends(lab):
    phone = lab.phone()
    assert phone.visit().online
    check_all(phone, ONLINE, "while released")
    assert lab.gate.ctl("revoke", phone.mac).returncode == 0
    check_all(phone, PORTAL, "after the end")


def said_on(wire):
    """What comes back on an old connection: an answer's beginning, "refused", None: silence."""
    try:
        wire.send("GET /generate_204 HTTP/1.1\r\nHost: connectivitycheck.gstatic.com\r\n\r\n")
        answer = wire.receive(2)
        return answer[:12] if answer else ("refused" if answer == "" else None)
    except Refused:
        return "refused"


def test_a_connection_kept_to_the_internet_is_refused_when_the_release_ends(lab):
    """Refused, not left to wait: an app asks anew, and is led to the portal."""
    for family in (4, 6):
        phone = lab.phone()
        assert phone.visit(family=family).online
        wire = phone.connect(WEB[family], 80)
        assert said_on(wire) == "HTTP/1.1 204"
        assert lab.gate.ctl("revoke", phone.mac).returncode == 0
        heard = ["HTTP/1.1 204"]

        def cut():
            heard[0] = said_on(wire)  # noqa: B023
            return heard[0] != "HTTP/1.1 204"  # noqa: B023
        wait_for("the connection to be cut", cut)
        assert heard[0] == "refused", f"IPv{family}: {heard[0]}"
