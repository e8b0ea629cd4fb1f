"""/metrics of a gateway: the health of gate and portal for Prometheus, for this machine alone."""
import json
import re
import signal
import sys

from harness import TREE, Lab, Refused, wait_for

PORT = 9464
ASK = """import http.client, json, sys
link = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=10)
link.request(sys.argv[2], sys.argv[3])
answer = link.getresponse()
print(json.dumps([answer.status, dict(answer.getheaders()), answer.read().decode()]))
"""


def ask(lab, method="GET", path="/metrics"):
    """(status, headers, text), asked on the gateway itself."""
    return json.loads(lab.gateway.run(sys.executable, "-c", ASK, str(PORT), method, path).stdout)


def values(text):
    """{name: number}; every line is one that Prometheus can read."""
    found = {}
    for line in text.splitlines():
        if line.startswith("#"):
            assert re.fullmatch(r"# (HELP \w+ .+|TYPE \w+ (gauge|counter))", line), line
            continue
        match = re.fullmatch(r'(\w+)(?:\{version="[\w.]+"\})? ([0-9.]+)', line)
        assert match and match[1] not in found, line
        found[match[1]] = float(match[2])
    return found


def with_metrics(**conf):
    return Lab(phones=2, conf={"metrics": {"port": PORT}, **conf})


def asked_both(lab):
    found, said = values(ask(lab)[2]), lab.gate.ctl_json("status")
    return (found, said) if found["congchao_portal_commits_total"] == said["commits"] else None


def test_it_says_what_congchao_status_says():
    with with_metrics() as lab:
        status, headers, text = ask(lab)
        assert (status, headers["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
        assert values(text)["congchao_gate_released"] == 0
        assert lab.phone().visit().online
        lab.phone().visit(stop_after=1)
        # A count that nobody waits for may be stored in between: then once more.
        found, said = wait_for("both to be asked in a quiet moment", lambda: asked_both(lab))
        for name, key in (("gate_table", "table"), ("gate_released", "released"),
                          ("gate_released_max", "released_max"), ("portal_visits_max", "visits_max"),
                          ("portal_held", "held"), ("portal_learning", "learning"),
                          ("portal_acknowledged", "acknowledged"),
                          ("gate_interfaces_present", "interfaces_present"),
                          ("gate_neighbour_limit", "neighbour_limit"),
                          ("portal_commit_failures_total", "failures")):
            assert found["congchao_" + name] == said[key], f"{name}: {found}, {said}"
        assert abs(found["congchao_portal_last_commit_seconds"] - said["last_commit_us"] / 1e6) < 1e-6
        assert found["congchao_gate_released"] == 1 and found["congchao_portal_learning"] == 1
        assert found["congchao_portal_store_ok"] == 1
        assert 0 < found["congchao_portal_last_commit_seconds"] < 60
        assert 0 < found["congchao_portal_last_tick_seconds"] \
            <= found["congchao_portal_longest_tick_seconds"] \
            <= found["congchao_portal_tick_seconds_total"]
        assert found["congchao_portal_ticks_total"] > 5
        assert said["last_tick_us"] <= said["longest_tick_us"]
        check_names(found)
        check_privacy(lab, ask(lab)[2])
        check_requests(lab)
        check_visitors(lab)


def check_names(found):
    """The manual names every one, and no other."""
    with open(f"{TREE}/src/portal/congchao-portal.8", encoding="utf-8") as page:
        named = set(re.findall(r"congchao_(?:gate|portal)_\w+", page.read().split(".Ss Metrics")[1]))
    assert named - {"congchao_portal_certificate_days"} == set(found), named ^ set(found)


def check_privacy(lab, text):
    """No device, no place, and nothing of what was learned."""
    text = "\n".join(line for line in text.splitlines() if not line.startswith("# HELP"))
    assert not re.search(r"[0-9a-f]{2}(:[0-9a-f]{2}){2}", text, re.I)
    for word in (lab.settings["site"]["id"], "wifi", "citizen", "CIT-", "answered", "right", "shown", "10.77"):
        assert word not in text, word


def check_requests(lab):
    for method, path, status in (("HEAD", "/metrics", 200), ("GET", "/", 404), ("GET", "/metrics/x", 404),
                                 ("POST", "/metrics", 405), ("DELETE", "/metrics", 405)):
        assert ask(lab, method, path)[0] == status, (method, path)
    assert ask(lab, "POST")[1]["Allow"] == "GET, HEAD"


def check_visitors(lab):
    """Whoever is released may reach the gateway's other ports: not this one."""
    released, held = lab.phones
    for phone in (released, held):
        for address in (phone.segment.v4, phone.segment.v6):
            assert phone.tcp(address, PORT)["result"] == "reset", address
    # Where somebody lets 127.0.0.1 in from outside, the connection is closed unheard.
    lab.gateway.set("net/ipv4/conf/all/route_localnet", 1)
    released.ns.set("net/ipv4/conf/all/route_localnet", 1)
    released.ns.ip("address del 127.0.0.1/8 dev lo",
                   f"route add 127.0.0.1/32 via {released.segment.v4} src {released.v4}")
    try:
        said = released.exchange("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "127.0.0.1", PORT)
    except Refused:
        said = {"data": ""}
    assert said["data"] == "", said
    assert ask(lab)[0] == 200


def test_nobody_listens_unless_it_is_wanted():
    with Lab(phones=1) as lab:
        asked = lab.gateway.run(sys.executable, "-c", ASK, str(PORT), "GET", "/metrics", check=False)
        assert "Connection refused" in asked.stderr, asked


def test_portal_ends_while_somebody_waits():
    """Gate has not answered how many are released, and never will."""
    with with_metrics() as lab:
        portal = lab.gate.portal_pid
        lab.gate.signal(signal.SIGSTOP)
        waiting = lab.gateway.start(sys.executable, "-c", ASK, str(PORT), "GET", "/metrics", stderr=-3)
        wait_for("a connection to be taken in", lambda: "ESTAB" in lab.gateway.run(
            "ss", "-Htn", "sport", "=", f":{PORT}").stdout)
        wait_for("portal to have read it", lambda: "ESTAB 0" in " ".join(lab.gateway.run(
            "ss", "-Htn", "sport", "=", f":{PORT}").stdout.split()))
        lab.gateway.run("kill", "-TERM", str(portal))
        lab.gate.signal(signal.SIGCONT)
        assert lab.gate.wait() is not None
        waiting.wait(10)
        # libmicrohttpd gives up the program when it is stopped with a connection suspended.
        assert not any("signal" in line or "libmicrohttpd" in line for line in lab.gate.this_run()), \
            lab.gate.this_run()
