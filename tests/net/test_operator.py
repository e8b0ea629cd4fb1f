"""congchao, the operator's program: each command, in words and in --json, and its errors."""
import csv
import datetime
import io
import json
import re
import shutil

from harness import Lab, Raw, alive, wait_for

LAB = {"phones": 3}
COMMANDS = ("check", "status", "visitors", "release", "revoke", "stats")
EVENTS = {"shown", "answered", "right", "acknowledged", "released"}


def ok(done):
    assert done.returncode == 0, f"exit {done.returncode}: {done.stderr or done.stdout}"
    return done.stdout


def test_every_command_explains_itself(lab):
    for words in (["--help"], *([command, "--help"] for command in COMMANDS)):
        said = ok(lab.gate.ctl(*words))
        assert "congchao" in said and len(said) > 30, f"{words}: {said!r}"


def test_wrong_use_is_exit_2(lab):
    for words in ([], ["nonsense"], ["release"], ["release", "not-a-mac"],
                  ["release", "01:00:5e:00:00:01"], ["revoke"], ["status", "--nonsense"],
                  ["stats", "--from", "yesterday"]):
        done = lab.gate.ctl(*words)
        assert done.returncode == 2, f"{words}: exit {done.returncode}"
        assert done.stderr.strip(), f"{words}: nothing said"


def test_check_finds_a_good_configuration_good(lab):
    ok(lab.gate.ctl("check"))


def test_status_at_a_glance(lab):
    said = ok(lab.gate.ctl("status"))
    assert len(said.splitlines()) <= 25 and max(map(len, said.splitlines())) <= 120, said
    assert "open" in said.lower(), "status does not say what happens when gate is down"


def test_status_in_json(lab):
    found = lab.gate.ctl_json("status")
    assert isinstance(found, dict) and "open" in json.dumps(found), found


def test_status_counts_the_released(lab):
    phone = lab.phone()
    assert phone.visit().online
    number = len(lab.gate.released())
    assert re.search(rf"\b{number}\b", ok(lab.gate.ctl("status")))
    assert number in _numbers(lab.gate.ctl_json("status"))


def _numbers(value):
    if isinstance(value, dict):
        return [n for item in value.values() for n in _numbers(item)]
    if isinstance(value, list):
        return [n for item in value for n in _numbers(item)]
    return [value]


def test_visitors_lists_each_with_state_and_time_left(lab):
    learning, released = lab.phone(), lab.phone()
    learning.visit(stop_after=1)
    assert released.visit().online
    said = ok(lab.gate.ctl("visitors"))
    lines = {mac: line for mac in (learning.mac, released.mac)
             for line in said.splitlines() if mac in line}
    assert "released" in lines[released.mac] and "learning" in lines[learning.mac], said
    found = {one["mac"]: one for one in lab.gate.ctl_json("visitors")}
    assert found[released.mac]["state"] == "released"
    assert found[learning.mac]["state"] == "learning"
    left = [n for n in found[released.mac].values() if isinstance(n, int) and 43000 < n <= 43200]
    assert left, f"no seconds left in {found[released.mac]}"


def test_release_and_revoke(lab):
    phone = lab.phone()
    assert phone.fetch().status == 302
    ok(lab.gate.ctl("release", phone.mac))
    assert phone.is_online(4) and phone.is_online(6)
    assert phone.mac in lab.gate.released()
    ok(lab.gate.ctl("revoke", phone.mac))
    assert phone.fetch().status == 302 and phone.mac not in lab.gate.released()


def test_release_in_capitals_and_with_hyphens(lab):
    phone = lab.phone()
    assert phone.fetch().status == 302
    ok(lab.gate.ctl("release", phone.mac.upper().replace(":", "-")))
    assert phone.is_online()


def test_release_twice_is_no_error_and_one_element(lab):
    phone = lab.phone()
    phone.fetch()
    ok(lab.gate.ctl("release", phone.mac))
    ok(lab.gate.ctl("release", phone.mac))
    assert list(lab.gate.released()).count(phone.mac) == 1


def test_an_operators_release_survives_a_restart(lab):
    phone = lab.phone()
    phone.fetch()
    ok(lab.gate.ctl("release", phone.mac))
    lab.gate.restart()
    assert phone.is_online()


def test_revoke_of_a_device_that_is_not_released(lab):
    done = lab.gate.ctl("revoke", "02:00:00:00:00:77")
    assert done.returncode in (0, 1) and (done.stdout + done.stderr).strip()


def stats(lab, **wanted):
    """Sum of the counts of an event, when the counters have been written."""
    return sum(one["count"] for one in lab.gate.ctl_json("stats")
               if all(one[key] == wanted[key] for key in wanted))


def test_stats_count_what_happened_and_name_nobody():
    with Lab(phones=2) as lab:
        one, other = lab.phone(), lab.phone()
        first = one.mac
        assert one.visit().online and other.visit(language="en").online
        one.renew().fetch()
        ok(lab.gate.ctl("release", one.mac))  # the operator's: counts nothing
        wait_for("the counters", lambda: stats(lab, event="answered") == 6, 10, 0.1)
        for event, number in (("shown", 6), ("answered", 6), ("acknowledged", 2), ("released", 2)):
            assert stats(lab, event=event) == number, \
                f"{event}: {stats(lab, event=event)}, expected {number}"
        assert 0 <= stats(lab, event="right") <= 6
        assert stats(lab, event="released", language="en") == 1
        text = ok(lab.gate.ctl("stats", "--json"))
        assert first not in text and one.mac not in text and other.mac not in text
        lab.gate.restart()
        assert stats(lab, event="released") == 2, "the counters did not survive a restart"


def test_stats_in_json_have_the_published_form(lab):
    assert lab.phone().visit().online
    wait_for("the counters", lambda: stats(lab, event="released"), 10, 0.1)
    for one in lab.gate.ctl_json("stats"):
        assert set(one) == {"hour", "zone", "audience", "language", "event", "count"}, one
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:00:00Z", one["hour"]), one["hour"]
        assert one["event"] in EVENTS and isinstance(one["count"], int) and one["count"] > 0
        assert one["zone"] == "wifi" and one["audience"] == "citizen"


def test_stats_as_csv_open_in_a_spreadsheet(lab):
    assert lab.phone().visit().online
    wait_for("the counters", lambda: stats(lab, event="released"), 10, 0.1)
    done = lab.gateway.run("sh", "-c", f"{lab.gate.path('congchao')} -c {lab.conf_path} "
                           "stats --csv | od -An -tx1 -N3")
    assert done.stdout.split() == ["ef", "bb", "bf"], f"no byte order mark: {done.stdout}"
    text = ok(lab.gate.ctl("stats", "--csv")).lstrip("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows and all(re.match(r"\d{4}-\d\d-\d\d", next(iter(row.values()))) for row in rows), \
        text[:200]
    assert len({len(row) for row in rows}) == 1 and None not in rows[0], text[:200]


def test_stats_of_a_day_without_visitors_are_empty(lab):
    done = lab.gate.ctl("stats", "--from", "2020-01-01", "--to", "2020-01-02", "--json")
    assert json.loads(ok(done)) == []


def test_stats_of_today_hold_todays_visit(lab):
    assert lab.phone().visit().online
    wait_for("the counters", lambda: stats(lab, event="released"), 10, 0.1)
    now = datetime.datetime.now()
    first, last = now - datetime.timedelta(1), now + datetime.timedelta(1)
    found = json.loads(ok(lab.gate.ctl("stats", "--from", f"{first:%Y-%m-%d}", "--to",
                                       f"{last:%Y-%m-%d}", "--json")))
    assert any(one["event"] == "released" for one in found)
    assert "released" in ok(lab.gate.ctl("stats")).lower()


# ---------------------------------------------------------------- when gate is not there

def test_errors_say_what_to_do_when_gate_is_not_running():
    with Lab(phones=1, gate=False) as lab:
        for words in (["status"], ["visitors"], ["release", "02:00:00:00:00:01"],
                      ["revoke", "02:00:00:00:00:01"]):
            done = lab.gate.ctl(*words)
            assert done.returncode == 1, f"{words}: exit {done.returncode}"
            assert "gate is not running" in done.stderr and "systemctl start congchao" in \
                done.stderr, f"{words}: {done.stderr}"


def test_stats_can_be_read_while_gate_is_down():
    with Lab(phones=1) as lab:
        assert lab.phone().visit().online
        wait_for("the counters", lambda: stats(lab, event="released") == 1, 10, 0.1)
        lab.gate.stop()
        assert stats(lab, event="released") == 1


# ---------------------------------------------------------------- bad configuration

def nothing_started(lab, done):
    assert done.returncode == 1, f"exit {done.returncode}: {done.stderr}"
    assert not lab.gate.table_stands(), "a table was made"
    assert not [pid for pid in lab.gateway.pids()
                if "congchao" in open(f"/proc/{pid}/comm", encoding="utf-8").read()
                and alive(pid)], "a process is left"


def start_badly(lab):
    return lab.gateway.run(lab.gate.path("congchao-gate"), "-c", lab.conf_path, check=False,
                           timeout=20)


def test_bad_configuration_names_every_mistake_and_starts_nothing():
    with Lab(phones=1, gate=False) as lab:
        lab.write_conf(zones=[
            {"name": "wifi", "interfaces": ["br-lan"], "release_for": "12h"},
            {"name": "again", "interfaces": ["br-lan"], "release_for": "2h", "colour": "red"}],
            portal={"port": 99999}, limits={"released": "many"}, when_down="ajar", speed=11)
        done = start_badly(lab)
        nothing_started(lab, done)
        for word in ("br-lan", "colour", "99999", "released", "ajar", "speed"):
            assert word in done.stderr, f"{word} is not reported:\n{done.stderr}"
        lines = [line for line in done.stderr.splitlines() if f"{lab.conf_path}:" in line]
        assert len(lines) >= 6, done.stderr
        for line in lines:
            assert re.search(r":\d+: .*expected", line), f"no line or no expectation: {line}"
        assert lab.phone().is_online(), "a bad configuration changed the network"


def test_a_syntax_error_is_named_with_its_line():
    with Lab(phones=1, gate=False) as lab:
        lab.write_conf(site=Raw('{ id = "a"\n name = }'))
        done = start_badly(lab)
        nothing_started(lab, done)
        assert re.search(rf"{re.escape(lab.conf_path)}:\d+: ", done.stderr), done.stderr


def test_an_unreadable_configuration_is_said():
    with Lab(phones=1, gate=False) as lab:
        done = lab.gateway.run(lab.gate.path("congchao-gate"), "-c", "/nowhere.conf", check=False)
        nothing_started(lab, done)
        assert "/nowhere.conf" in done.stderr


def test_broken_content_starts_nothing():
    with Lab(phones=1, gate=False) as lab:
        content = f"{lab.folder}/broken"
        shutil.copytree(lab.content, content)
        with open(f"{content}/text/vi.cfg", "a", encoding="utf-8") as out:
            out.write("\nquestions = ;\n")
        lab.write_conf(paths={"content": content})
        done = start_badly(lab)
        nothing_started(lab, done)
        assert f"{content}/text/vi.cfg:" in done.stderr, done.stderr


def test_an_unknown_user_starts_nothing():
    with Lab(phones=1, gate=False) as lab:
        lab.write_conf(users={"gate": "no-such-user"})
        done = start_badly(lab)
        nothing_started(lab, done)
        assert "no-such-user" in done.stderr


def test_minus_n_checks_and_exits(lab):
    done = lab.gateway.run(lab.gate.path("congchao-gate"), "-n", "-c", lab.conf_path, check=False)
    assert done.returncode == 0 and lab.gate.running, done.stderr


def test_check_reports_what_gate_would():
    with Lab(phones=1, gate=False) as lab:
        lab.write_conf(speed=11, when_down="ajar")
        done = lab.gate.ctl("check")
        assert done.returncode == 1
        assert "speed" in done.stdout + done.stderr and "ajar" in done.stdout + done.stderr


def test_an_absent_interface_is_a_warning():
    with Lab(phones=1, gate=False) as lab:
        lab.write_conf(zones=[{"name": "wifi", "interfaces": ["br-lan", "wlan7"],
                               "release_for": "1h"}])
        done = lab.gate.ctl("check")
        assert done.returncode == 0, done.stderr
        assert re.search(r"warning.*wlan7", done.stdout + done.stderr), done.stdout + done.stderr
