"""when_down: what stands and what falls when the rules or gate are taken away; restarts;
trusted devices. Each test has a gateway of its own."""
import os
import signal

from harness import WEB4, Lab, alive, wait_for

OPEN, CLOSED = {"when_down": "open"}, {"when_down": "closed"}


def make(conf, **options):
    return Lab(phones=2, conf=conf, **options)


def held_and_released(lab):
    held, released = lab.phone(), lab.phone()
    assert released.visit().online and held.fetch().status == 302
    return held, released


def test_open_a_flush_from_outside_leaves_interception_standing():
    with make(OPEN) as lab:
        held, released = held_and_released(lab)
        lab.gate.nft("flush", "ruleset", check=False)
        lab.masquerade()
        assert lab.gate.table_stands()
        assert held.fetch().status == 302 and held.tcp(WEB4, 853)["result"] == "reset"
        assert released.is_online(4) and released.is_online(6)
        assert "flags owner" in lab.gate.ruleset(), "the table has no owner flag"


def test_open_people_are_online_when_gate_is_killed():
    with make(OPEN) as lab:
        held, released = held_and_released(lab)
        portal = lab.gate.portal_pid
        lab.gate.kill()
        wait_for("the table to disappear with gate", lambda: not lab.gate.table_stands(), 5)
        assert held.is_online(4) and held.is_online(6) and released.is_online(4)
        assert not alive(portal), "congchao-portal has outlived gate"


def test_open_portal_killed_ends_gate_and_people_are_online():
    with make(OPEN) as lab:
        held, _ = held_and_released(lab)
        os.kill(lab.gate.portal_pid, signal.SIGKILL)
        assert lab.gate.wait(10) == 1, "gate does not exit 1 for the service manager"
        assert held.is_online(4) and held.is_online(6)


def test_open_a_clean_stop_takes_the_table_away():
    with make(OPEN) as lab:
        held, _ = held_and_released(lab)
        assert lab.gate.stop() == 0
        assert not lab.gate.table_stands() and held.is_online(4)


def test_closed_a_flush_is_noticed_and_the_table_is_back():
    with make(CLOSED) as lab:
        held, released = held_and_released(lab)
        left = lab.gate.released()[released.mac]
        lab.gate.nft("flush", "ruleset")
        wait_for("the table to be back", lab.gate.table_stands, 5)
        wait_for("interception", lambda: held.tcp(WEB4, 853)["result"] == "reset", 2)
        lab.masquerade()
        assert held.fetch().status == 302
        assert left - 10 <= lab.gate.released()[released.mac] <= left
        assert released.is_online(4) and released.is_online(6)


def test_closed_the_table_deleted_twice_is_back_twice():
    with make(CLOSED) as lab:
        held, _ = held_and_released(lab)
        for _ in range(2):
            lab.gate.nft("delete", "table", "inet", "congchao")
            wait_for("the table to be back", lab.gate.table_stands, 5)
        assert held.fetch().status == 302


def test_closed_a_chain_flushed_is_noticed():
    with make(CLOSED) as lab:
        held, _ = held_and_released(lab)
        before = len(lab.gate.rules())
        lab.gate.nft("flush", "table", "inet", "congchao")
        wait_for("the rules to be back", lambda: len(lab.gate.rules()) == before, 5)
        assert held.fetch().status == 302


def test_closed_the_rules_outlive_a_killed_gate():
    with make(CLOSED) as lab:
        held, released = held_and_released(lab)
        lab.gate.kill()
        assert lab.gate.table_stands()
        for port in (80, 443, 853):  # nobody listens where the first two are led
            assert held.tcp(WEB4, port)["result"] == "reset", f"{port}"
        assert released.is_online(4) and released.is_online(6)
        lab.gate.start()
        assert held.fetch().status == 302 and released.is_online(4)
        assert held.visit().online


def test_closed_a_clean_stop_leaves_the_rules():
    with make(CLOSED) as lab:
        held, released = held_and_released(lab)
        assert lab.gate.stop() == 0
        assert lab.gate.table_stands() and not held.is_online() and released.is_online()


def check_restart(conf):
    with make(conf) as lab:
        held, released = held_and_released(lab)
        left = lab.gate.released()[released.mac]
        lab.gate.restart()
        again = lab.gate.released()
        assert set(again) == {released.mac}, f"{again}"
        assert left - 15 <= again[released.mac] <= left, f"{left} s, then {again[released.mac]} s"
        assert held.fetch().status == 302
        assert released.is_online(4) and released.is_online(6)
        assert held.visit().online


def test_open_releases_survive_a_restart():
    check_restart(OPEN)


def test_closed_releases_survive_a_restart():
    check_restart(CLOSED)


def test_a_flow_of_a_held_device_does_not_survive_the_start_of_gate():
    """While no gate stood there, the phone had connections; the gate cuts them off."""
    with make(OPEN, gate=False) as lab:
        phone = lab.phone()
        wire = phone.connect(WEB4, 443)
        assert wire.echo()
        lab.gate.start()
        wait_for("the old connection to be cut", lambda: not wire.echo(), 3)
        assert phone.tcp(WEB4, 853)["result"] == "reset"


def test_trusted_devices_are_never_held():
    mac = "02:00:5e:00:00:01"
    with make({"trusted": [mac]}) as lab:
        till = lab.phone().renew(mac=mac)
        assert till.is_online(4) and till.is_online(6)
        assert till.udp(WEB4, 443)["result"] == "answer"
        assert mac not in lab.gate.released()
        wire = till.connect(WEB4, 443)
        lab.gate.ctl("revoke", mac)
        assert wire.echo() and till.is_online(4), "revoke holds a trusted device"
        assert lab.phone().fetch().status == 302


def test_status_says_what_happens_when_gate_is_down():
    for conf in (OPEN, CLOSED):
        with make(conf) as lab:
            said = lab.gate.ctl("status")
            assert said.returncode == 0, said.stderr
            assert conf["when_down"] in said.stdout.lower(), said.stdout


def test_a_second_gate_changes_nothing():
    with make(OPEN) as lab:
        held, _ = held_and_released(lab)
        done = lab.gateway.run(lab.gate.path("congchao-gate"), "-c", lab.conf_path, check=False,
                               timeout=20)
        assert done.returncode == 1 and done.stderr.strip(), f"{done.returncode} {done.stderr}"
        assert lab.gate.running and held.fetch().status == 302
        assert held.visit().online
