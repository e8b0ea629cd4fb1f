"""HTTPS before the release: a TLS alert, or a reset; what it costs, and what is left alone."""
import shutil
import sys
import time

from harness import WEB4, WEB6, Lab, Refused, Skip, wait_for
from lab.device import Agent
from lab.wire import client_hello

ALERT_PORT, PLACES, PER_DEVICE = 2444, 32, 16
LAB = {"phones": 4, "https": True, "conf": {"limits": {"connections": 4 * PLACES}}}
WEB = {4: WEB4, 6: WEB6}
HELLO = client_hello("example.org").decode("latin-1")
ALERT = "\x15\x03\x03\x00\x02\x02\x50"  # fatal, internal_error
ALERTED, REFUSED, OPEN = "alert internal error", "reset", "open"


def need_openssl():
    if not shutil.which("openssl"):
        raise Skip("no openssl here")


def check_tls(phone, expected, when=""):
    for family in (4, 6):
        found = phone.tls(WEB[family])
        assert found["result"] == expected, f"{when} IPv{family}: {found}, expected {expected}"


def heard(wire, seconds=5, say=""):
    """What comes: text, "" at the end, None for silence, "reset"."""
    try:
        wire.send(say)
        return wire.receive(seconds)
    except Refused as why:
        assert "reset" in str(why).lower() or "refused" in str(why).lower(), str(why)
        return REFUSED


def led_here(lab, phone):
    """conntrack's entries of HTTPS that was led to the portal."""
    return [line for address in (phone.v4, phone.v6) for line in lab.gate.flows(address)
            if "dport=443 " in line and f"sport={ALERT_PORT}" in line]


def fill(phone, count=PER_DEVICE):
    """So many connections that have begun a hello and do not go on."""
    wires = []
    for _ in range(count):
        wires.append(phone.connect(WEB4, 443))
        wires[-1].send(HELLO[0])
    return wires


def forgotten(phone):
    """Closes all; true when the phone is answered again."""
    phone.agent.call("close_all")
    wait_for("an alert again", lambda: phone.tls(WEB4)["result"] == ALERTED)


# ---------------------------------------------------------------- what is answered

def test_a_clienthello_is_answered_with_internal_error(lab):
    need_openssl()
    phone, before = lab.phone(), len(lab.seen())
    check_tls(phone, ALERTED)
    for family in (4, 6):
        wire = phone.connect(WEB[family], 443)
        assert heard(wire, say=HELLO) == ALERT
        wire.close()
    assert not lab.seen()[before:], "something has reached the internet"


def test_the_alert_comes_however_the_hello_is_sent(lab):
    need_openssl()
    phone = lab.phone()
    by_byte, in_two = phone.connect(WEB4, 443), phone.connect(WEB6, 443)
    for byte in HELLO[:6]:
        by_byte.send(byte)
    assert heard(by_byte) == ALERT, "byte by byte"
    assert heard(in_two, 0.1, HELLO[:3]) is None, "answered before it was a hello"
    assert heard(in_two, say=HELLO[3:]) == ALERT, "in two pieces"
    half = phone.connect(WEB4, 443)
    half.send(HELLO)
    half.half_close()
    assert half.receive_all()["data"] == ALERT, "half closed"
    large = phone.connect(WEB6, 443)  # the rest of a record, unread, would make the end a reset
    record = HELLO[:3] + "\x40\x00\x01" + "a" * 16383
    assert heard(large, say=record) == ALERT and heard(large, 0.2) is None, "as large as a record can be"


def test_what_does_not_speak_tls_is_reset_at_once(lab):
    need_openssl()
    phone = lab.phone()
    for family in (4, 6):
        for text in ("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n", "\x80\x2e\x01\x03\x01" + HELLO,
                     ALERT, "\0", "SSH-2.0-x\r\n"):
            wire = phone.connect(WEB[family], 443)
            assert heard(wire, say=text) == REFUSED, f"IPv{family}: {text[:10]!r}"


def test_who_keeps_silent_or_dawdles_is_reset_after_seconds(lab):
    need_openssl()
    phone = lab.phone()
    silent, slow = phone.connect(WEB4, 443), phone.connect(WEB6, 443)
    stays = phone.connect(WEB6, 443)
    assert heard(stays, say=HELLO) == ALERT
    rest, begun = iter(HELLO[:5]), time.monotonic()
    wait_for("the slow one to be reset", lambda: heard(slow, 1, next(rest, "")) == REFUSED, 20, 0)
    assert time.monotonic() - begun > 4, "it was given no time"
    assert heard(silent, 15) == REFUSED and heard(stays, 15) == REFUSED


def test_the_end_leaves_no_connection_behind(lab):
    need_openssl()
    phone = lab.phone()
    for _ in range(20):
        check_tls(phone, ALERTED)
    wait_for("portal to close them", lambda: not lab.gateway.run(
        "ss", "-tHn", "state", "connected", f"( sport = :{ALERT_PORT} )").stdout.strip())
    if shutil.which("conntrack"):
        left = [line for line in led_here(lab, phone) if " CLOSE " not in line]
        assert not left, f"conntrack keeps {left[0]}"


def test_other_ports_are_refused_as_ever(lab):
    phone = lab.phone()
    for address in (WEB4, WEB6):
        for port in (853, 5228, 993, 8443):
            assert phone.tcp(address, port)["result"] == "reset", f"{address} {port}"
    for address, kind, code in ((WEB4, 3, 13), (WEB6, 1, 1)):
        icmp = phone.udp(address, 443)["icmp"]
        assert icmp and (icmp["type"], icmp["code"]) == (kind, code), f"QUIC: {icmp}"


def test_the_gateways_own_https_is_left_alone(lab):
    """The router's own pages; at each of its addresses."""
    phone = lab.phone()
    own = (phone.segment.v4, phone.segment.v6, "192.0.2.1", "2001:db8:ffff::1")
    for address in own:
        assert phone.tls(address)["result"] == "reset", address
    server = lab.gateway.start(sys.executable, "-E", "-m", "http.server", "443", "--bind", "::",
                               "--directory", lab.folder, stdout=-3, stderr=-3)
    try:
        for address in own:
            url = f"http://[{address}]:443/" if ":" in address else f"http://{address}:443/"
            wait_for(f"the router's own server at {address}", lambda: _status(
                phone, url) == 200)  # noqa: B023
        check_tls(phone, ALERTED, "beside it")
    finally:
        server.kill()
        server.wait()


def _status(phone, url):
    try:
        return phone.fetch(url).status
    except Refused:
        return 0


def test_the_alerts_port_is_for_visitors_alone(lab):
    outsider = Agent(lab.internet)
    try:
        for address in ("192.0.2.1", "2001:db8:ffff::1"):
            found = outsider.call("tcp", address=address, port=ALERT_PORT)
            assert found["result"] == "reset", f"{address}: {found}"
    finally:
        outsider.close()


# ---------------------------------------------------------------- its bounds

def test_one_device_takes_only_its_own_share(lab):
    need_openssl()
    greedy, other = lab.phone(), lab.phone()
    wires = fill(greedy)
    assert greedy.tls(WEB4)["result"] == REFUSED and greedy.tls(WEB6)["result"] == REFUSED
    assert heard(wires[0], 0.1) is None, "the others are gone"
    assert greedy.fetch().status == 302 and greedy.fetch(family=6).status == 302
    check_tls(other, ALERTED, "another device")
    forgotten(greedy)


def test_beyond_its_places_it_resets_at_once_and_pages_are_served(lab):
    need_openssl()
    crowd, late = [lab.phone(), lab.phone()], lab.phone()
    for phone in crowd:
        fill(phone)
    wait_for("all places to be taken", lambda: late.tls(WEB4)["result"] == REFUSED, 4)
    assert late.visit().online and late.is_online()
    check_tls(late, OPEN, "released")
    for phone in crowd:
        phone.agent.call("close_all")
    wait_for("a place", lambda: crowd[0].tls(WEB4)["result"] == ALERTED)


def test_thousands_of_connections_keep_nobody_waiting(lab):
    flooder, other = lab.phone(), lab.phone()
    for data in (HELLO, HELLO[:4], "\xff" * 2000):
        flooder.agent.call("crowd", address=WEB4, port=443, count=2000, data=data, seconds=1)
        open_now = lab.gateway.run("ss", "-tHn", "state", "established",
                                   f"( sport = :{ALERT_PORT} )").stdout.splitlines()
        assert len(open_now) <= PLACES, f"{len(open_now)} connections of one device are open"
        assert other.fetch().status == 302
        flooder.agent.call("close_all")
    assert other.visit().online


def test_memory_does_not_grow_with_what_strangers_send(lab):
    with open(f"/proc/{lab.gate.portal_pid}/maps", encoding="utf-8") as maps:
        if "asan" in maps.read():
            raise Skip("AddressSanitizer keeps freed memory by itself")
    phone = lab.phone()

    def grown():
        phone.agent.call("repeat", address=WEB4, port=443, rounds=200,
                         texts=[HELLO, HELLO[:3], "GET / HTTP/1.1\r\n\r\n", HELLO + "a" * 20000])
        with open(f"/proc/{lab.gate.portal_pid}/status", encoding="utf-8") as lines:
            return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    first, second = grown(), grown()
    assert second - first < 64, f"portal: {first} kB, then {second} kB"


# ---------------------------------------------------------------- at the release, and at its end

def test_after_the_release_a_retry_reaches_the_real_host(lab):
    need_openssl()
    phone = lab.phone()
    check_tls(phone, ALERTED)
    kept = {family: phone.connect(WEB[family], 443) for family in (4, 6)}  # a browser's spare one
    assert len(led_here(lab, phone)) >= 2 or not shutil.which("conntrack")
    assert phone.visit().online
    check_tls(phone, OPEN, "the moment the page has come")
    wait_for("the entries of the redirect to go", lambda: not led_here(lab, phone), 15)
    for family, wire in kept.items():
        assert heard(wire, say=HELLO) != ALERT, f"IPv{family}: still led to the portal"
    check_tls(phone, OPEN, "after that")


def test_an_open_page_is_cut_off_at_the_end_and_the_next_is_alerted(lab):
    need_openssl()
    phone = lab.phone()
    assert phone.visit().online
    wires = [phone.connect(WEB[family], 443) for family in (4, 6)]
    assert all(wire.echo() for wire in wires)
    assert lab.gate.ctl("revoke", phone.mac).returncode == 0
    for wire in wires:
        wait_for("the open connection to be cut", lambda: not wire.echo())  # noqa: B023
    check_tls(phone, ALERTED, "after the end")


def test_trusted_devices_never_meet_it():
    need_openssl()
    mac = "02:00:5e:00:00:01"
    with Lab(phones=1, https=True, conf={"trusted": [mac]}) as lab:
        check_tls(lab.phone().renew(mac=mac), OPEN, "trusted")
        check_tls(lab.phone(), ALERTED, "held")


# ---------------------------------------------------------------- https = "reset"

def test_reset_refuses_https_and_listens_nowhere():
    need_openssl()
    with Lab(phones=1, https=True, conf={"portal": {"https": "reset"}}) as lab:
        phone = lab.phone()
        check_tls(phone, REFUSED)
        for address in (WEB4, WEB6):
            assert phone.tcp(address, 443)["result"] == "reset", address
        assert phone.tcp(phone.segment.v4, ALERT_PORT)["result"] == "reset"
        assert str(ALERT_PORT) not in lab.gate.ruleset() + lab.gateway.run("ss", "-tHln").stdout
        assert phone.visit().online
        check_tls(phone, OPEN, "after the release")
