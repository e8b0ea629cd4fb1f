"""What a release is, in the kernel and for the visitor; and its end by the operator."""
import os
import re
import shutil
import signal
import subprocess
import sys
import time

from harness import (WEB4, WEB6, Lab, Refused, Skip, wait_for)
from lab.internet import STREAM_PORT

LAB = {"conf": {"zones": [{"name": "wifi", "interfaces": ["br-lan"], "release_for": "12h"}]}}
HOURS_12 = 12 * 3600
# Seconds. A pass over a conntrack table of 262,144 buckets takes 0.1 s, and gate rests between.
AT_ONCE = 1.5


def release(phone):
    visit = phone.visit()
    assert visit.online, f"the visit did not end online: {visit}"
    return visit


def test_a_whole_visit_ends_online(lab):
    phone = lab.phone()
    visit = release(phone)
    statuses = [step["status"] for step in visit.steps]
    assert statuses == [302, 200, 303, 200, 303, 200, 303, 200, 303, 200], f"{visit}"
    assert phone.is_online(4) and phone.is_online(6)


def test_a_visit_over_ipv6_releases_ipv4_too(lab):
    phone = lab.phone()
    assert phone.visit(family=6).online
    assert phone.is_online(4) and phone.is_online(6)


def test_wrong_answers_release_as_right_ones_do(lab):
    for choose in range(4):
        phone = lab.phone()
        assert phone.visit(choose=choose).online, f"choice {choose}"


def test_a_visit_in_english(lab):
    visit = lab.phone().visit(language="en-GB,en;q=0.9,vi;q=0.5")
    assert visit.online and {page["lang"] for page in visit.pages} == {"en"}


def test_both_families_work_the_moment_the_page_arrives(lab):
    for _ in range(12):
        phone = lab.phone()
        release(phone)
        assert phone.is_online(4), "IPv4 is not released when the page says so"
        assert phone.is_online(6), "IPv6 is not released when the page says so"
        assert phone.tcp(WEB4, 443)["result"] == "open"
        assert phone.udp(WEB6, 443)["result"] == "answer"


def test_nobody_is_released_before_the_acknowledgement(lab):
    phone = lab.phone()
    phone.visit(stop_after=3)
    assert phone.mac not in lab.gate.released() and not phone.is_online()


def test_one_element_per_device_with_the_time_left_as_timeout(lab):
    phone = lab.phone()
    before = set(lab.gate.released())
    release(phone)
    assert phone.is_online(6)
    added = set(lab.gate.released()) - before
    assert added == {phone.mac}, f"added {added}"
    left = lab.gate.released()[phone.mac]
    assert HOURS_12 - 10 <= left <= HOURS_12, f"{left} s left"


def test_the_rule_count_does_not_depend_on_the_devices(lab):
    release(lab.phone())
    before = len(lab.gate.rules())
    macs = [f"02:dd:00:00:00:{number:02x}" for number in range(120)]
    lab.gateway.ip(*(f"neigh replace 10.77.99.{number} lladdr {mac} dev br-lan nud reachable"
                     for number, mac in enumerate(macs)))
    for mac in macs:
        done = lab.gate.ctl("release", mac)
        assert done.returncode == 0, f"release {mac}: {done.stderr}"
    assert set(macs) <= set(lab.gate.released())
    assert len(lab.gate.rules()) == before
    for mac in macs:
        lab.gate.ctl("revoke", mac)
    assert not set(macs) & set(lab.gate.released())


test_the_rule_count_does_not_depend_on_the_devices.seconds = 120  # 240 runs of congchao


def test_acknowledgements_of_one_tick_are_one_batch(lab):
    """gate is stopped while four phones acknowledge; on waking it finds four questions."""
    if not shutil.which("ss"):
        raise Skip("no ss here")
    phones = [lab.phone() for _ in range(4)]
    tokens = [re.search(r'name="token" value="([^"]+)"', phone.visit(stop_after=3).last["html"])[1]
              for phone in phones]
    log = f"{lab.folder}/monitor"
    with open(log, "wb") as out:
        monitor = lab.gateway.start("nft", "monitor", stdout=out)
    try:
        wait_for("nft monitor to listen", lambda: _marked(lab, log, "begin"))
        lab.gate.signal(signal.SIGSTOP)
        for phone, token in zip(phones, tokens):
            before = _waiting(lab)
            phone.agent.begin("fetch", url=f"{phone.portal}/acknowledge", method="POST",
                              headers=[["Content-Type", "application/x-www-form-urlencoded"]],
                              body=f"token={token}")
            wait_for("the question at the stopped gate",
                     lambda: _waiting(lab) > before, 5)
        lab.gate.signal(signal.SIGCONT)
        told = [phone.agent.finish() for phone in phones]
        assert [answer["status"] for answer in told] == [303] * 4, told
        wait_for("nft monitor to have told all", lambda: _marked(lab, log, "end"))
    finally:
        lab.gate.signal(signal.SIGCONT)
        monitor.kill()
        monitor.wait()
    with open(log, encoding="utf-8") as text:
        lines = text.readlines()
    batches, of_this = [], 0
    for line in lines:
        if "add element inet congchao released" in line:
            of_this += line.count("timeout") or 1
        elif line.startswith("# new generation") and of_this:
            batches.append(of_this)
            of_this = 0
    assert batches == [4], f"elements in batches of {batches}"


def _marked(lab, log, name):
    """Makes and removes a table of that name; has the monitor told of it?"""
    lab.gateway.run("nft", "add", "table", "ip", f"lab_{name}")
    lab.gateway.run("nft", "delete", "table", "ip", f"lab_{name}")
    with open(log, encoding="utf-8") as text:
        return f"lab_{name}" in text.read()


def _waiting(lab):
    """Bytes that wait in the queues of SOCK_SEQPACKET sockets of gate."""
    listed = lab.gateway.run("ss", "-xpHa").stdout.splitlines()
    return sum(int(line.split()[2]) for line in listed
               if line.startswith("u_seq") and f"pid={lab.gate.pid}," in line)


def test_conntrack_entries_of_the_redirect_are_gone_at_release(lab):
    phone = lab.phone()
    wire = phone.connect(WEB4, 80)  # redirected, and held open
    assert [line for line in lab.gate.flows(phone.v4) if "dport=80 " in line]
    release(phone)
    wait_for("the entries of the redirect to go", lambda: not [
        line for line in lab.gate.flows(phone.v4)
        if "dport=80 " in line and "sport=2080" in line], AT_ONCE)
    wire.send("GET /generate_204 HTTP/1.1\r\nHost: connectivitycheck.gstatic.com\r\n\r\n")
    try:
        said = wire.receive(1) or ""
    except Refused:
        said = ""
    assert "302" not in said, "the old connection is still redirected"


def check_cut(lab, phone, address):
    wire = phone.connect(address, 443)
    assert wire.echo(), "the connection did not work while released"
    assert phone.udp(address, 443)["result"] == "answer"
    done = lab.gate.ctl("revoke", phone.mac)
    assert done.returncode == 0, done.stderr
    assert phone.tcp(address, 853)["result"] == "reset"
    assert phone.mac not in lab.gate.released()
    wait_for("the established connection to be cut", lambda: not wire.echo(), AT_ONCE)
    # But for what leads a held device to the portal.
    wait_for("the entries in conntrack to go", lambda: not [
        line for line in lab.gate.flows(phone.v6 if ":" in address else phone.v4)
        if address in line and f"sport={lab.port} " not in line], AT_ONCE)
    assert phone.udp(address, 443)["result"] == "icmp"
    assert phone.fetch().status == 302, "not intercepted after the revocation"


def test_revoke_cuts_established_connections(lab):
    phone = lab.phone()
    release(phone)
    check_cut(lab, phone, WEB4)


def test_revoke_cuts_established_connections_over_ipv6(lab):
    phone = lab.phone()
    release(phone)
    check_cut(lab, phone, WEB6)


# Takes what comes and answers it, as the receiver of a download does: "flows", then why it ended.
RECEIVER = """
import socket, sys
address, port, kind = sys.argv[1], int(sys.argv[2]), sys.argv[3]
sock = socket.socket(socket.AF_INET6, getattr(socket, kind))
sock.settimeout(10)
try:
    sock.connect((address, port))
    for count in range(1 << 30):
        sock.send(b"more")
        sock.recv(1000)
        if count == 20:
            print("flows", flush=True)
except OSError as end:
    print(type(end).__name__, flush=True)
"""


def test_a_download_does_not_go_on_because_the_server_does(lab):
    """Without NAT the server's next packet makes the deleted entry anew, from outside."""
    for kind in ("SOCK_STREAM", "SOCK_DGRAM"):
        phone = lab.phone()
        release(phone)
        receiver = phone.ns.start(sys.executable, "-c", RECEIVER, WEB6, str(STREAM_PORT), kind,
                                  stdout=subprocess.PIPE, text=True)
        assert receiver.stdout.readline() == "flows\n"
        assert lab.gate.ctl("revoke", phone.mac).returncode == 0
        begun = time.monotonic()
        ended = receiver.communicate(timeout=30)[0].strip()
        assert ended in ("ConnectionResetError", "ConnectionRefusedError", "PermissionError",
                         "BrokenPipeError"), f"{kind}: {ended}"
        assert time.monotonic() - begun < 5, f"{kind}: cut after {time.monotonic() - begun} s"


def test_a_held_device_answers_nobody_from_outside(lab):
    phone = lab.phone()
    listener = phone.ns.start(sys.executable, "-c", "import socket; s = socket.create_server("
                              "('::', 8080), family=socket.AF_INET6); print('ready', flush=True)\n"
                              "while True: s.accept()", stdout=subprocess.PIPE, text=True)
    assert listener.stdout.readline() == "ready\n"
    knock = (sys.executable, "-c", "import socket; socket.create_connection("
             f"('{phone.v6}', 8080), timeout=2)")
    assert lab.internet.run(*knock, check=False).returncode != 0, "it has answered, held"
    release(phone)
    assert lab.internet.run(*knock, check=False).returncode == 0, "released, it may"
    listener.kill()
    listener.wait()


def test_a_probe_under_way_when_the_release_ends_is_answered():
    """It has been led to the portal before gate comes to the device's conntrack entries; were
    its own deleted too, the portal's answer would reach nobody."""
    if not shutil.which("ss"):
        raise Skip("no ss here")
    with Lab(phones=1, conf={"when_down": "closed"}) as lab:
        for address in (WEB4, WEB6):
            phone = lab.phone()
            release(phone)
            beyond = phone.connect(address, 443)
            assert beyond.echo()
            lab.gate.signal(signal.SIGSTOP)
            revoke = lab.gateway.start(lab.gate.path("congchao"), "-c", lab.conf_path, "revoke",
                                       phone.mac, stdout=subprocess.DEVNULL)
            try:
                wait_for("the question at the stopped gate", lambda: _waiting(lab))
                os.kill(lab.gate.portal_pid, signal.SIGSTOP)
                lab.gate.nft("delete", "element", "inet", "congchao", "released",
                             f"{{ {phone.mac} }}")
                probe = phone.connect(address, 80)
                probe.send("GET /generate_204 HTTP/1.1\r\nHost: a.example\r\n\r\n")
                lab.gate.signal(signal.SIGCONT)
                wait_for("the established connection to be cut",
                         lambda: not beyond.echo())  # noqa: B023
            finally:
                lab.gate.signal(signal.SIGCONT)
                os.kill(lab.gate.portal_pid, signal.SIGCONT)
            answer = probe.receive_all()
            assert answer["data"].startswith("HTTP/1.1 302 ") and answer["ended"], f"{answer}"
            assert revoke.wait(5) == 0


def test_revoke_leaves_the_others_alone(lab):
    stays, goes = lab.phone(), lab.phone()
    release(stays)
    release(goes)
    wire = stays.connect(WEB4, 443)
    assert wire.echo()
    lab.gate.ctl("revoke", goes.mac)
    assert not goes.is_online()
    assert wire.echo() and stays.is_online(), "the other device was cut off too"


def test_a_revoked_device_can_visit_again(lab):
    phone = lab.phone()
    release(phone)
    lab.gate.ctl("revoke", phone.mac)
    release(phone)
    assert phone.is_online(4) and phone.is_online(6)


def test_a_released_device_that_opens_the_portal_is_told_so(lab):
    phone = lab.phone()
    online = release(phone).last
    for url in (f"{phone.portal}/", f"{phone.portal}/online", f"{phone.portal6}/online"):
        visit = phone.visit(url)
        assert visit.last["status"] == 200 and not visit.last["forms"], f"{url}: {visit}"
        assert visit.last["title"] == online["title"], url


def test_online_is_not_said_to_a_held_device(lab):
    phone = lab.phone()
    reply = phone.fetch(f"{phone.portal}/online")
    assert reply.status == 302 and reply["Location"].endswith("/"), f"{reply}"


def test_the_same_device_keeps_its_release_at_a_new_address(lab):
    phone = lab.phone()
    release(phone)
    phone.renew(mac=phone.mac)
    assert phone.is_online(4) and phone.is_online(6)


def test_another_device_at_the_same_address_is_held(lab):
    phone = lab.phone()
    release(phone)
    old = phone.v4, phone.v6
    phone.renew(v4=old[0], v6=old[1])
    assert phone.fetch().status == 302 and phone.fetch(family=6).status == 302
    assert phone.tcp(WEB4, 853)["result"] == "reset"
    release(phone)


def test_no_process_is_started_from_the_first_probe_to_the_release(lab):
    if not shutil.which("strace"):
        raise Skip("no strace here")
    trace = f"{lab.folder}/strace"
    words = ["strace", "-f", "-o", trace, "-e",
             "trace=clone,clone3,fork,vfork,execve,execveat,sendto,sendmsg,write,writev"]
    for pid in lab.gate.pids():
        words += ["-p", str(pid)]
    tracer = lab.gateway.start(*words, stderr=subprocess.PIPE, text=True)
    try:
        attached = [tracer.stderr.readline() for _ in range(2)]
        assert all("attached" in line for line in attached), f"strace: {attached}"
        phone = lab.phone()
        release(phone)
        assert phone.is_online()
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.wait(10)
    with open(trace, encoding="utf-8", errors="replace") as lines:
        calls = [line.split(None, 1)[1] for line in lines]
    assert any("send" in call for call in calls), "strace saw nothing: the test proves nothing"
    started = [call.strip() for call in calls
               if call.startswith(("clone", "fork", "vfork", "exec"))]
    assert not started, f"{started[:3]}"
