"""gate trusts nothing: what a captured portal may send, and what comes of it. A stand-in
(standin.py) takes portal's place.

CONGCHAO_SEED=N repeats a run's mutations; CONGCHAO_MUTANTS=N how many lives gate has (25).
"""
import os
import random

from captured import begin, ends, goes_on, neighbours, present, said
from harness import WEB4, wait_for
from standin import COUNT, FIND, HELLO, PROTOCOL, RELEASE, REVOKE, SPARE, pack

LAB = {"phones": 2, "gate": False, "conf": {"when_down": "closed", "limits": {"released": 8}}}
SEED = int(os.environ.get("CONGCHAO_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 31)
LIVES = int(os.environ.get("CONGCHAO_MUTANTS", "25"))
ABSENT_MAC = "02:00:00:00:99:99"
TWELVE_HOURS = 12 * 3600


# ---------------------------------------------------------------- malformed

def good(kind, **more):
    base = {FIND: {"address": "10.77.0.99"}, REVOKE: {"device": ABSENT_MAC}, COUNT: {},
            RELEASE: {"address": "10.77.0.99", "device": ABSENT_MAC, "seconds": 60},
            SPARE: {"device": ABSENT_MAC}, HELLO: {"value": PROTOCOL}}[kind]
    return pack(kind, **{**base, **more})


def with_byte(packet, at, value):
    return packet[:at] + bytes([value]) + packet[at + 1:]


MALFORMED = {
    **{f"{size} bytes": bytes(5)[:size] if size < 5 else (good(COUNT) * 80)[:size]
       for size in (1, 4, 63, 65, 128, 4096)},
    **{f"type {kind}": good(COUNT)[:0] + pack(kind) for kind in (0, 7, 8, 255, 2**31, 2**32 - 1)},
    **{f"{field} in question {kind}": good(kind, **{field: 1})
       for kind in (FIND, RELEASE, REVOKE, COUNT, SPARE)
       for field in ("status", "zone", "flags", "interfaces", "unused", "count", "value")},
    **{f"seconds in question {kind}": good(kind, seconds=60) for kind in (FIND, REVOKE, COUNT, SPARE)},
    "a release of no seconds": good(RELEASE, seconds=0),
    "a zone that no configuration has": pack(RELEASE, device=ABSENT_MAC, seconds=60, zone=16),
    "a zone outside of the replay": pack(RELEASE, device=ABSENT_MAC, seconds=60, zone=1),
    **{f"family {family}": good(FIND, family=family) for family in (1, 2, 3, 5, 7, 10, 255)},
    "IPv4 with more behind it": with_byte(good(FIND), 44, 1),
    "IPv4 with more at its end": with_byte(good(FIND), 55, 1),
    "an interface without an address": good(REVOKE, ifindex=1),
    "an address without a family": good(FIND, family=0),
    "an address in a revocation": good(REVOKE, address="10.77.0.99"),
    "an address in a sparing": good(SPARE, address="10.77.0.99"),
    "an address in a count": good(COUNT, address="10.77.0.99"),
    "a device in a find by address": good(FIND, device=ABSENT_MAC),
    "a find of nothing": pack(FIND),
    **{f"device {mac} in question {kind}": good(kind, device=mac) for kind in (RELEASE, REVOKE, SPARE)
       for mac in ("ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01", "33:33:00:00:00:01",
                   "00:00:00:00:00:00")},
}


def check_malformed(lab, mode, packets):
    phone = lab.phone()
    for name, packet in packets.items():
        begin(lab, f"""
            hello()
            ask(COUNT)
            send(bytes.fromhex("{packet.hex()}"))
            """, when_down=mode)
        try:
            ends(lab)
            assert "done" not in said(lab)[:1] or lab.gate.wait(1) == 1
            assert lab.gate.table_stands() == (mode == "closed")
            if mode == "closed":
                assert not lab.gate.released()
        except AssertionError as problem:
            raise AssertionError(f"{name}: {problem}") from problem
    assert phone.tcp(WEB4, 853)["result"] == ("reset" if mode == "closed" else "open")


def test_closed_malformed_packets_end_gate_and_its_rules_stand(lab):
    check_malformed(lab, "closed", MALFORMED)


def test_open_malformed_packets_end_gate_and_its_table_goes(lab):
    lab.gate.nft("delete", "table", "inet", "congchao", check=False)
    check_malformed(lab, "open", dict(list(MALFORMED.items())[::6]))


def test_a_malformed_packet_between_good_ones_releases_nobody(lab):
    """All of them in one tick: the good one before it is not carried out either."""
    phone = lab.phone()
    words = present(phone)
    begin(lab, f"""
        hello()
        release = pack(RELEASE, {words}, seconds=60)
        send(release); send(release[:63]); send(release)
        """, when_down="closed")
    ends(lab)
    assert set(lab.gate.released()) <= {phone.mac}
    assert lab.gate.table_stands()


# ---------------------------------------------------------------- out of order

OUT_OF_ORDER = {
    "no hello": ("send(pack(COUNT))", "HELLO"),
    "hello twice": ("hello(); send(pack(HELLO, value=PROTOCOL))", "protocol|HELLO"),
    "hello behind another": ("send(pack(COUNT)); send(pack(HELLO, value=PROTOCOL))", "HELLO"),
    "another protocol": ("send(pack(HELLO, value=PROTOCOL + 1))", f"protocol {PROTOCOL + 1}"),
    "a replay of more than there can be": (
        "send(pack(HELLO, value=PROTOCOL, count=2**32 - 1))", "replay"),
    "a replay for a zone that is not there": (
        f'hello(count=1); send(pack(RELEASE, device="{ABSENT_MAC}", seconds=9, zone=1))', "zone"),
    "an address in the replay": (
        f'hello(count=1); send(pack(RELEASE, address="10.77.0.9", device="{ABSENT_MAC}",'
        ' seconds=9))', "replay"),
    "a zone in a release": (
        f'hello(); send(pack(RELEASE, address="10.77.0.9", device="{ABSENT_MAC}", seconds=9,'
        ' zone=1))', "malformed"),
    "gone": ("hello(); sys.exit(3)", "exit status 3"),
    "killed": ("hello(); os.kill(os.getpid(), signal.SIGKILL)", "signal 9"),
}


def test_out_of_order_ends_gate_and_its_rules_stand(lab):
    begin(lab, "hello()", when_down="closed")
    goes_on(lab)
    for name, (case, why) in OUT_OF_ORDER.items():
        begin(lab, case, when_down="closed")
        try:
            ends(lab, why)
            assert lab.gate.table_stands() and not lab.gate.released()
        except AssertionError as problem:
            raise AssertionError(f"{name}: {problem}") from problem


def check_silence(lab, case):
    """portal lets go and does not end: gate must, so that both are started anew."""
    begin(lab, f"hello(); ask(COUNT); {case}; time.sleep(40)", when_down="closed")
    try:
        assert lab.gate.wait(8) == 1
    finally:
        for pid in lab.gateway.pids():
            with open(f"/proc/{pid}/comm", encoding="utf-8") as name:
                if name.read().startswith("congchao-porta"):
                    os.kill(pid, 9)
    assert lab.gate.table_stands() and not lab.gate.released()


def test_an_empty_packet_ends_gate(lab):
    check_silence(lab, 'gate.send(b"")')


def test_a_portal_that_closes_and_does_not_end(lab):
    check_silence(lab, "gate.close()")


# ---------------------------------------------------------------- well-formed and refused

def test_a_release_of_an_absent_device_is_refused(lab):
    phone = lab.phone()
    words = present(phone)
    begin(lab, f"""
        hello()
        for device in ("{ABSENT_MAC}", "02:00:00:00:00:01"):
            say(ask(RELEASE, address="{phone.v4}", device=device, seconds=60)["status"])
            say(ask(RELEASE, device=device, seconds=60)["status"])
        say(ask(RELEASE, address="10.77.0.250", device="{phone.mac}", seconds=60)["status"])
        say(ask(RELEASE, address="203.0.113.10", device="{phone.mac}", seconds=60)["status"])
        say(ask(RELEASE, {words}, ifindex=1, seconds=60)["status"])
        say(ask(RELEASE, {words}, ifindex=9999, seconds=60)["status"])
        say(ask(FIND, address="10.77.0.250")["status"])
        say(ask(FIND, address="127.0.0.1")["status"])
        say(ask(FIND, address="::1")["status"])
        """)
    lines, released = goes_on(lab)
    assert lines == ["2"] * 11, lines
    assert not released


def test_a_device_beyond_the_served_interfaces_is_not_released(lab):
    """The uplink's router is a neighbour of the gateway, and not a visitor."""
    begin(lab, """
        hello()
        say(ask(FIND, address="192.0.2.254")["status"])
        """)
    lines, released = goes_on(lab)
    assert lines == ["2"] and not released


def test_four_thousand_million_seconds_are_the_zones_limit(lab):
    phone = lab.phone()
    begin(lab, f"""
        hello()
        answer = ask(RELEASE, {present(phone)}, seconds=2**32 - 1)
        say(answer["status"]); say(answer["seconds"])
        """)
    lines, released = goes_on(lab)
    assert lines == ["1", str(TWELVE_HOURS)]
    assert TWELVE_HOURS - 10 <= released[phone.mac] <= TWELVE_HOURS


def test_the_replay_is_limited_in_time_and_number(lab):
    """At its start portal names devices that are not here: as many as limits.released."""
    begin(lab, """
        hello(count=20)
        for i in range(20):
            answer = ask(RELEASE, device=f"02:00:00:00:77:{i:02x}", seconds=2**32 - 1)
            say(f"{answer['status']} {answer['seconds']}")
        """, limits={"released": 8})
    lines, released = goes_on(lab)
    assert [line[0] for line in lines] == ["1"] * 8 + ["3"] * 12, lines
    assert len(released) == 8 and max(released.values()) <= TWELVE_HOURS


def test_a_replay_without_end_opens_nothing(lab):
    """when_down = closed: nobody passes until the replay is over, which is never."""
    phone = lab.phone()
    begin(lab, "hello(count=1000000)")
    wait_for("the case to be played", lambda: "done" in said(lab), 10)
    assert lab.gate.table_stands() and phone.tcp(WEB4, 853)["result"] == "reset"
    assert lab.gate.stop() == 0


def test_revoking_who_is_not_released_is_no_error(lab):
    begin(lab, f"""
        hello()
        for _ in range(3):
            say(ask(REVOKE, device="{ABSENT_MAC}")["status"])
        """)
    assert goes_on(lab)[0] == ["1"] * 3


def test_sparing_who_is_not_released_is_refused_and_releases_nobody(lab):
    phone = lab.phone()
    begin(lab, f"""
        hello()
        for device in ("{ABSENT_MAC}", "{phone.mac}"):
            answer = ask(SPARE, device=device)
            say(f"{{answer['status']}} {{answer['seconds']}}")
        say(ask(RELEASE, {present(phone)}, seconds=600)["status"])
        for _ in range(3):
            answer = ask(SPARE, device="{phone.mac}")
            say(f"{{answer['status']}} {{answer['seconds'] in (599, 600)}}")
        """)
    lines, released = goes_on(lab)
    assert lines == ["2 0"] * 2 + ["1"] + ["1 True"] * 3, lines
    assert set(released) == {phone.mac} and released[phone.mac] <= 600


def test_one_device_a_thousand_times_at_once(lab):
    """Released and revoked in the same ticks: the last word stands."""
    phone = lab.phone()
    begin(lab, f"""
        hello()
        release, revoke = pack(RELEASE, {present(phone)}, seconds=600), \
                          pack(REVOKE, device="{phone.mac}")
        for _ in range(20):
            for i in range(50):
                send(release if i % 2 else revoke)
            found = [receive()["status"] for _ in range(50)]
            assert found == [OK] * 50, found
        """, limits={"released": 1000})
    lines, released = goes_on(lab)
    assert not lines and set(released) == {phone.mac}, f"{lines} {released}"


def test_a_flood_whose_answers_nobody_reads_ends_gate(lab):
    begin(lab, """
        hello()
        while True:
            send(pack(COUNT))
        """)
    ends(lab, "does not read its answers")
    assert lab.gate.table_stands() and not lab.gate.released()


def test_a_flood_whose_answers_are_read_is_answered(lab):
    begin(lab, """
        hello()
        for _ in range(200):
            for _ in range(100):
                send(pack(COUNT))
            assert all(receive()["status"] == OK for _ in range(100))
        say("answered")
        """)
    assert goes_on(lab)[0] == ["answered"]


# ---------------------------------------------------------------- chance

def test_mutations_release_nobody_who_is_not_here(lab):
    """Packets that are nearly right, until one of them ends gate; many lives of it."""
    phones = [lab.phone(), lab.phone()]
    words = [present(phone) for phone in phones]
    chance, packets, ended = random.Random(SEED), 0, 0
    lab.gate.nft("delete", "table", "inet", "congchao", check=False)
    for life in range(LIVES):
        begin(lab, f"""
            chance, sent = random.Random({chance.randrange(1 << 31)}), 0
            seeds = [pack(RELEASE, {words[0]}, seconds=600), pack(RELEASE, {words[1]}, seconds=1),
                     pack(RELEASE, device="{phones[0].mac}", seconds=600), pack(COUNT),
                     pack(RELEASE, device="{ABSENT_MAC}", seconds=600), pack(COUNT, id=7),
                     pack(REVOKE, device="{phones[1].mac}"), pack(FIND, address="fd77::1"),
                     pack(SPARE, device="{phones[0].mac}"),
                     pack(FIND, address="{phones[0].v4}"), pack(FIND, device="{ABSENT_MAC}")]

            def mutant():
                # Fields that may hold anything: id, seconds, interface, address, the MAC's tail.
                packet = bytearray(chance.choice(seeds))
                free = [*range(4, 8), *(range(57, 62) if any(packet[56:62]) else ()),
                        *(range(40, 44) if packet[62] == 4 else ()),
                        *(range(40, 56) if packet[62] == 6 else ()),
                        *(range(12, 14) if packet[62] else ())]
                for _ in range(chance.randrange(3)):
                    packet[chance.choice(free)] = chance.randrange(256)
                if chance.random() < 0.3 and packet[0] == RELEASE:
                    packet[20:24] = chance.randbytes(4)
                if chance.random() < 0.004:
                    packet[chance.randrange(64)] ^= 1 << chance.randrange(8)
                if chance.random() < 0.001:
                    packet = packet[:chance.randrange(64)] or packet[:1]
                return bytes(packet)

            try:
                hello()
                while sent < 1000:
                    for _ in range(chance.randrange(1, 40)):
                        send(mutant()); sent += 1
                    try:
                        while True:
                            assert 1 <= receive(0.002)["status"] <= 4
                    except socket.timeout:
                        pass
            finally:
                say(f"sent {{sent}}")
            """)
        wait_for("gate to end or the mutants to be through",
                 lambda: not lab.gate.running or "done" in said(lab), 30)
        if lab.gate.running:
            lab.gate.stop()
        else:
            ends(lab, "malformed")
            ended += 1
        packets += sum(int(line.split()[1]) for line in said(lab) if line.startswith("sent"))
        assert lab.gate.table_stands(), f"life {life}, seed {SEED}: the rules are gone"
        # Who was here before these two is a neighbour still, until the kernel forgets it.
        strangers = set(lab.gate.released()) - neighbours(lab)
        assert not strangers, f"life {life}, seed {SEED}: {strangers} released"
    print(f"# {packets} mutants, {ended} of {LIVES} lives ended by them, seed {SEED}", flush=True)
    assert packets > 20 * LIVES and ended > LIVES / 4


test_closed_malformed_packets_end_gate_and_its_rules_stand.seconds = 120
test_mutations_release_nobody_who_is_not_here.seconds = 120
