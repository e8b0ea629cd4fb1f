"""The walled garden: what a held device may reach, and nothing else; who else fills it."""
import json

from harness import GARDEN4, GARDEN6, LIE4, WEB4, WEB6, Lab, Refused, wait_for
from names import NAMES4, Names

GARDEN = {4: GARDEN4, 6: GARDEN6}
CONF = {"garden": {"addresses": [GARDEN4, f"{GARDEN6}/124"]}}
OPEN_SET = ("inet", "congchao_garden", "allowed4")
LAB = {"phones": 3, "conf": CONF}


def fetch(phone, address, port=80):
    """Does whoever is at that address answer, and not the portal?"""
    host = f"[{address}]" if ":" in address else address
    try:
        return phone.fetch(f"http://{host}:{port}/", to=address).text.find("the internet") >= 0
    except Refused:
        return False


def table_stands(lab):
    return lab.gate.nft("list", "table", "inet", "congchao_garden", check=False).returncode == 0


# ---------------------------------------------------------------- addresses of the configuration

def test_a_held_device_reaches_the_garden_on_every_port(lab):
    phone = lab.phone()
    for family, address in GARDEN.items():
        assert fetch(phone, address), f"IPv{family}: port 80 is led to the portal"
        for port in (443, 853, 5228):
            wire = phone.connect(address, port)
            assert wire.echo(), f"IPv{family}: port {port}"
        assert phone.udp(address, 443)["result"] == "answer", f"IPv{family}: UDP"


def test_and_nothing_else(lab):
    phone = lab.phone()
    assert fetch(phone, GARDEN4)
    for address in (WEB4, LIE4, WEB6, "203.0.113.19", "203.0.113.21", "2001:db8:1::f"):
        assert phone.tcp(address, 853)["result"] == "reset", address
        assert phone.udp(address, 443)["result"] == "icmp", address
    assert phone.fetch().status == 302, "the probe is not led to the portal any more"
    # Only what belongs to it: TCP and UDP.
    for address in GARDEN.values():
        pinged = phone.ns.run("ping", "-c", "1", "-W", "1", address, check=False)
        assert pinged.returncode, f"{address} answers a ping"


def test_a_released_device_does_not_notice_the_garden(lab):
    phone = lab.phone()
    assert phone.visit().online and phone.is_online(4) and phone.is_online(6)
    assert fetch(phone, GARDEN4) and fetch(phone, GARDEN6)
    lab.gate.ctl("revoke", phone.mac)
    assert phone.fetch().status == 302 and phone.tcp(WEB4, 853)["result"] == "reset"
    assert fetch(phone, GARDEN4)


def test_open_connections_to_the_garden_outlive_release_and_revocation(lab):
    """What a held device may have anew is not cut off; what it may not have is."""
    phone = lab.phone()
    garden = [phone.connect(address, 443) for address in GARDEN.values()]
    assert phone.visit().online
    web = phone.connect(WEB4, 443)
    assert web.echo() and all(wire.echo() for wire in garden)
    assert lab.gate.ctl("revoke", phone.mac).returncode == 0
    wait_for("the connection to the internet to be cut", lambda: not web.echo(), 3)
    assert all(wire.echo() for wire in garden), "a connection to the garden was cut off"


def test_a_mark_that_others_set_opens_nothing(lab):
    """Another program marks packets for reasons of its own, with our bit among them."""
    phone = lab.phone()
    lab.gate.nft("add", "table", "inet", "others")
    try:
        lab.gate.nft("add", "chain", "inet", "others", "pre",
                     "{ type filter hook prerouting priority mangle; }")
        lab.gate.nft("add", "rule", "inet", "others", "pre", "meta mark set 0x00ff0003")
        lab.gate.nft("add", "chain", "inet", "others", "post",
                     "{ type filter hook forward priority filter + 5; }")
        lab.gate.nft("add", "rule", "inet", "others", "post", "meta mark 0x00ff0003 counter accept")
        assert phone.tcp(WEB4, 853)["result"] == "reset"
        assert phone.fetch().status == 302 and fetch(phone, GARDEN4)
        # Their bits are as they were.
        assert "counter packets 0 " not in lab.gate.nft("list", "chain", "inet", "others",
                                                        "post").stdout
    finally:
        lab.gate.nft("delete", "table", "inet", "others")


# ---------------------------------------------------------------- the table and others

def test_what_others_put_into_the_sets_is_open_until_it_expires(lab):
    phone = lab.phone()
    assert phone.tcp(LIE4, 853)["result"] == "reset"
    lab.gate.nft("add", "element", *OPEN_SET, "{", LIE4, "timeout", "500ms", "}")
    assert phone.tcp(LIE4, 853)["result"] == "open"
    wait_for("the element to expire", lambda: phone.tcp(LIE4, 853)["result"] == "reset", 3)


def test_a_flush_is_noticed_and_the_garden_is_back(lab):
    phone = lab.phone()
    lab.gate.nft("flush", "ruleset")
    lab.masquerade()
    wait_for("the garden to be back", lambda: fetch(phone, GARDEN4) and fetch(phone, GARDEN6), 3)
    assert phone.fetch().status == 302 and phone.tcp(WEB4, 853)["result"] == "reset"
    for words in (("flush", "chain", "inet", "congchao_garden", "garden"),
                  ("flush", "set", "inet", "congchao_garden", "fixed4")):
        lab.gate.nft(*words)
        wait_for(" ".join(words), lambda: fetch(phone, GARDEN4), 3)
    # To take an address out of what others fill is to close it.
    lab.gate.nft("add", "element", *OPEN_SET, "{", LIE4, "}")
    assert phone.tcp(LIE4, 853)["result"] == "open"
    lab.gate.nft("flush", "set", *OPEN_SET)
    assert phone.tcp(LIE4, 853)["result"] == "reset"


def test_open_it_goes_with_gate_and_comes_with_it():
    with Lab(phones=1, conf=CONF) as lab:
        phone = lab.phone()
        lab.gate.nft("add", "element", *OPEN_SET, "{", LIE4, "}")
        lab.gate.kill()
        lab.gate.start()
        assert fetch(phone, GARDEN4) and phone.tcp(LIE4, 853)["result"] == "open", \
            "what others had put there is gone"
        assert lab.gate.stop() == 0 and not table_stands(lab)
        lab.write_conf(garden={"addresses": [LIE4]})
        lab.gate.start()
        assert phone.tcp(LIE4, 853)["result"] == "open" and not fetch(phone, GARDEN4)
        lab.gate.kill()
        lab.write_conf(garden=None)
        lab.gate.start()
        assert not table_stands(lab), "the garden of before is still there"
        assert "mark" not in lab.gate.ruleset() and phone.tcp(LIE4, 853)["result"] == "reset"


def test_closed_it_stays_and_a_start_cuts_what_is_not_garden():
    with Lab(phones=1, gate=False, conf={"when_down": "closed", **CONF}) as lab:
        phone = lab.phone()
        wires = {address: phone.connect(address, 443) for address in (GARDEN4, GARDEN6, WEB4)}
        assert all(wire.echo() for wire in wires.values())
        lab.gate.start()
        wait_for("the connection to the internet to be cut", lambda: not wires[WEB4].echo(), 3)
        assert wires[GARDEN4].echo() and wires[GARDEN6].echo()
        lab.gate.stop()
        assert table_stands(lab) and fetch(phone, GARDEN4) and not fetch(phone, WEB4)
        lab.gate.start()
        assert fetch(phone, GARDEN6) and phone.fetch().status == 302
        lab.gate.nft("flush", "ruleset")
        lab.masquerade()
        wait_for("both tables to be back", lambda: lab.gate.table_stands() and table_stands(lab), 3)
        assert fetch(phone, GARDEN4) and phone.fetch().status == 302


# ---------------------------------------------------------------- names

BOTH_SETS = "4#inet#congchao_garden#allowed4,6#inet#congchao_garden#allowed6"


def said(lab, what):
    return [line for line in lab.gate.this_run() if what in line]


def allowed(lab):
    """{address: seconds left} of both sets."""
    found = {}
    for name in ("allowed4", "allowed6"):
        listed = json.loads(lab.gate.nft("-j", "list", "set", "inet", "congchao_garden",
                                         name).stdout)
        elements = next(item["set"] for item in listed["nftables"] if "set" in item).get("elem", [])
        found.update({one["elem"]["val"]: one["elem"]["expires"] for one in elements})
    return found


def test_names_lead_into_the_garden_and_out_of_it():
    """The gate's own resolver asks whom the visitors ask, and follows what it hears."""
    words = [f"--server=/example/{NAMES4}"]
    hosts = ("service.example", "web.example", "inside.example", "near.example")
    with Lab(phones=2, gate=False, dnsmasq=words,
             conf={"garden": {"names": [*hosts, "gstatic.com"]}}) as lab:
        service = {"A": [GARDEN4], "AAAA": [GARDEN6], "ttl": 1}
        others = {"web.example": {"A": [WEB4], "AAAA": [WEB6], "ttl": 60},
                  "inside.example": {"A": ["10.77.0.1", "192.168.1.1"], "AAAA": ["fd77::1"],
                                     "ttl": 60},
                  "near.example": {"A": ["192.0.2.254"], "ttl": 60}}
        names = Names(lab, {"service.example": service, **others})
        lab.gate.start()
        phone, released = lab.phone(), lab.phone()
        wait_for("the name to be looked up", lambda: {GARDEN4, GARDEN6} <= set(allowed(lab)))
        for family in (4, 6):
            assert "the internet" in phone.fetch("http://service.example/", family=family).text
        assert released.visit().online
        # 61 seconds: its time to live, and a minute for browsers that keep it longer.
        assert all(0 < left <= 61 for left in allowed(lab).values()), allowed(lab)

        # What a probe host has, what is inside, what is on a network of the gateway's: closed.
        wait_for("all of them to be told", lambda: len(said(lab, "stays closed")) >= 4)
        assert set(allowed(lab)) == {GARDEN4, GARDEN6}
        assert phone.fetch().status == 302 and phone.tcp(WEB4, 853)["result"] == "reset"
        for name, why in (("web.example", "leads to an address that"),
                          ("inside.example", "not out in the internet"),
                          ("near.example", "not out in the internet"),
                          ('names has "gstatic.com"', "covers connectivitycheck.gstatic.com")):
            lines = [line for line in said(lab, name) if why in line]
            assert len(lines) == 1, f"{name}: {lines}"
        assert not said(lab, "service.example")

        # It moves: the new place opens, the old one is not renewed any more.
        old = allowed(lab)[GARDEN4]
        names.set({"service.example": {"A": [LIE4], "ttl": 1}, **others})
        wait_for("the new address", lambda: LIE4 in allowed(lab), 15)
        assert phone.tcp(LIE4, 853)["result"] == "open" and allowed(lab)[GARDEN4] <= old
        # A flush takes what it knows from the kernel, not from it.
        lab.gate.nft("flush", "ruleset")
        lab.masquerade()
        wait_for("the garden to be back", lambda: phone.tcp(LIE4, 853)["result"] == "open", 3)
        assert phone.fetch().status == 302


def test_dnsmasq_fills_the_garden_alone():
    """As it is set up by `congchao setup`: subdomains too. It would open a probe host; gate does
    not let it."""
    words = [f"--server=/example/{NAMES4}", f"--nftset=/service.example/{BOTH_SETS}",
             f"--nftset=/gstatic.com/{BOTH_SETS}"]
    with Lab(phones=1, gate=False, dnsmasq=words,
             conf={"garden": {"names": ["service.example"], "resolve": False}}) as lab:
        printed = lab.gate.ctl("setup", "dnsmasq").stdout.splitlines()
        assert words[1].removeprefix("--") in printed, printed
        Names(lab, {"www.service.example": {"A": [GARDEN4], "AAAA": [GARDEN6], "ttl": 60}})
        lab.gate.start()
        phone = lab.phone()
        assert phone.tcp(GARDEN4, 853)["result"] == "reset" and not allowed(lab)
        for family, address in GARDEN.items():
            assert "the internet" in phone.fetch("http://www.service.example/", family=family).text
            assert phone.connect(address, 853).echo()
        wait_for("the probe hosts to be looked up", lambda: WEB4 in lab.gate.nft(
            "list", "set", "inet", "congchao_garden", "probe4").stdout)
        assert phone.fetch().status == 302 and phone.fetch(family=6).status == 302
        assert {WEB4, WEB6} <= set(allowed(lab)), "dnsmasq has put it there"
        assert phone.tcp(WEB4, 853)["result"] == "reset"


def test_check_warns_of_what_a_garden_would_open():
    """Before anything is started: by name, and by what probe hosts lead to now."""
    with Lab(phones=1, gate=False, conf={"garden": {
            "names": ["captive.apple.com"], "addresses": [f"{WEB4}/32", GARDEN4]}}) as lab:
        done = lab.gate.ctl("check")
        assert done.returncode == 0, done.stdout + done.stderr
        lines = [line for line in done.stdout.splitlines() if "find out that they are held" in line]
        assert len(lines) == 2 and "captive.apple.com" in lines[0], done.stdout
        assert f"addresses has {WEB4}" in lines[1] and "congchao.conf:" in lines[1], done.stdout
        # Nobody to ask: said, and no reason not to start.
        lab.write_conf(resolver="127.0.0.2")
        done = lab.gate.ctl("check")
        assert done.returncode == 0 and "127.0.0.2 does not answer" in done.stdout, done.stdout
