"""The certificate while the gate runs: renewed, broken, expired, not valid yet; with a clock
that nobody has set. Whatever happens to it, the page is there over HTTP."""
import os
import shutil
import signal
import time

from authority import CAPTIVE_JSON, NAME, RECORDS, Authority, told
from harness import Refused, wait_for
from router import DAY, Router

AUTHORITY = Authority()
AUTHORITY.known_here()
OPTIONS = {"dnsmasq": RECORDS, "conf": {"portal": AUTHORITY.portal()}}
LAB = {"phones": 2, **OPTIONS}
CERTIFICATE, KEY = f"{AUTHORITY.tls}/fullchain.pem", f"{AUTHORITY.tls}/privkey.pem"


def expired():
    AUTHORITY.server(begins=-30 * DAY, ends=-60)


def other_name():
    AUTHORITY.server(name="other.lab")


def not_its_key():
    AUTHORITY.server(key=AUTHORITY.server(into="another"))


def missing():
    os.unlink(CERTIFICATE)


def cut_off():
    os.truncate(CERTIFICATE, 100)


def roots_alone():
    AUTHORITY.server()
    os.chmod(KEY, 0o600)


# How it can go wrong: what status calls it, and what the log and congchao check say.
WAYS = (
    (expired, "expired", "fullchain.pem: expired on 20"),
    (other_name, "other-name", f"fullchain.pem: for other.lab, expected one for portal.name, {NAME}"),
    (not_its_key, "not-its-key", "privkey.pem: not the key of"),
    (missing, "unreadable", "fullchain.pem: cannot be read: No such file or directory"),
    (cut_off, "broken", "fullchain.pem: no certificate in PEM in it"),
    (roots_alone, "unreadable", "privkey.pem: may not be read by the user congchao"),
)


def serial(phone, ca=AUTHORITY.ca):
    return phone.agent.call("certificate", address=phone.segment.v4, port=443, ca=ca,
                            name=NAME)["serialNumber"]


def is_answered(phone):
    """Does anybody show a certificate there, whatever it is worth?"""
    return "BEGIN CERTIFICATE" in phone.ns.run(
        "openssl", "s_client", "-connect", f"{phone.segment.v4}:443", "-servername", NAME,
        stdin="", check=False).stdout


def said(lab, text):
    return [line for line in lab.gate.this_run() if text in line]


def warned(lab, text):
    """The warnings of congchao check about it; the exit status stays 0."""
    done = lab.gate.ctl("check")
    assert done.returncode == 0, done
    return [line for line in done.stdout.splitlines() if "warning: " in line and text in
            line.replace("warning: ", "")]


def as_it_should_be(lab):
    """A good one, also after a test that has left another."""
    AUTHORITY.server()
    done = lab.gate.ctl("reload")
    assert done.returncode == 0, done.stderr


# ---------------------------------------------------------------- renewed

def test_a_good_one_is_said_to_be_good(lab):
    as_it_should_be(lab)
    found = lab.gate.ctl_json("status")
    assert (found["tls"], found["tls_days"]) == ("ok", 29), found
    assert f"https://{NAME}/, the certificate is valid for 29 days" in lab.gate.ctl("status").stdout
    assert said(lab, f"https://{NAME}/ is answered") and not warned(lab, AUTHORITY.folder)


def test_a_reload_shows_the_new_one_and_drops_nobody(lab):
    as_it_should_be(lab)
    phone = lab.phone()
    before = serial(phone)
    wire = phone.connect(phone.segment.v4, 443, ca=AUTHORITY.ca, name=NAME)
    begun = phone.connect(phone.segment.v4, 443)
    begun.send("\x16\x03\x01\x02")  # a handshake under way
    AUTHORITY.server()
    done = lab.gate.ctl("reload")
    assert done.returncode == 0 and "is shown from now on" in done.stdout, done
    assert serial(phone) != before
    wire.send(f"GET /captive-portal/api HTTP/1.1\r\nHost: {NAME}\r\nAccept: {CAPTIVE_JSON}\r\n"
              "Connection: close\r\n\r\n")
    assert '"captive":true' in wire.receive_all()["data"], "who was connected has been dropped"
    assert begun.receive(0.2) is None, "a handshake under way has been dropped"
    begun.close()
    assert lab.gate.ctl_json("reload")["certificate"] == "taken"


def test_a_hangup_takes_it_too(lab):
    as_it_should_be(lab)
    phone = lab.phone()
    for pid in lab.gate.pids():
        before = serial(phone)
        AUTHORITY.server()
        os.kill(pid, signal.SIGHUP)
        wait_for("the new certificate", lambda: serial(phone) != before)  # noqa: B023


def test_a_new_one_that_cannot_be_used_leaves_the_old_one(lab):
    as_it_should_be(lab)
    phone = lab.phone()
    before = serial(phone)
    for spoil, _, why in WAYS:
        spoil()
        done = lab.gate.ctl("reload")
        assert done.returncode == 1 and "the certificate is not taken" in done.stderr, done
        wait_for(f"it to be said: {why}",
                 lambda: [line for line in said(lab, why) if "of before stays" in line])
        assert len(said(lab, why)) == 1, "said more than once"
        assert len(warned(lab, why)) == 1, lab.gate.ctl("check").stdout
        assert serial(phone) == before and told(phone, AUTHORITY)["captive"]
        assert lab.gate.ctl_json("status")["tls"] == "ok"
        as_it_should_be(lab)
        before = serial(phone)


def test_what_cannot_be_used_at_the_start_is_not_shown_until_it_is_put_right(lab):
    phone = lab.phone()
    for spoil, word, why in WAYS[:4]:
        AUTHORITY.server()
        spoil()
        lab.gate.restart()
        lines = said(lab, "the portal answers HTTP alone")
        assert len(lines) == 1 and why in lines[0], f"{why}: {lines}"
        try:
            told(phone, AUTHORITY)
            raise AssertionError(f"{word}: the API is answered")
        except Refused:
            pass
        assert not is_answered(phone), f"{word}: shown"
        assert phone.fetch().status == 302, "the other way does not work"
        status = lab.gate.ctl("status")
        assert status.returncode == 0 and f"cannot be used ({word})" in status.stdout, status
        as_it_should_be(lab)
        assert told(phone, AUTHORITY)["captive"], "not without a restart"
    assert phone.visit().online


# ---------------------------------------------------------------- good, but

def test_an_incomplete_chain_is_shown_and_warned_about(lab):
    why = 'ends at "CN=Lab Between", an authority that this machine does not know'
    AUTHORITY.server(chain=())
    assert lab.gate.ctl("reload").returncode == 0
    assert said(lab, why) and len(warned(lab, why)) == 1
    assert lab.gate.ctl_json("status")["tls"] == "untrusted"
    phone = lab.phone()
    try:
        told(phone, AUTHORITY)
        raise AssertionError("the phone has found the one between by itself")
    except Refused as problem:
        assert "unable to get local issuer" in str(problem), problem
    assert is_answered(phone)


def test_one_that_ends_soon_is_said_once(lab):
    AUTHORITY.server(ends=4.5 * DAY)
    lab.gate.restart()
    assert len(said(lab, "fullchain.pem: ends in 4 days")) == 1, lab.gate.this_run()
    assert warned(lab, "ends in 4 days, expected it to be renewed")
    assert "Advice: the certificate ends in 4 days" in lab.gate.ctl("status").stdout


def test_a_key_that_everybody_can_read_is_said(lab):
    as_it_should_be(lab)
    os.chmod(KEY, 0o644)
    assert lab.gate.ctl("reload").returncode == 0
    assert said(lab, "privkey.pem: everybody on this machine can read it")
    assert warned(lab, "privkey.pem: everybody on this machine can read it")


def test_a_responder_that_a_held_phone_cannot_ask_is_said(lab):
    AUTHORITY.server(ocsp_uri="http://ocsp.lab/")
    assert len(warned(lab, "fullchain.pem: a phone may want to ask http://ocsp.lab/")) == 1


def test_links_as_certbot_makes_them(lab):
    """live/NAME/*.pem are links to ../../archive/NAME/*N.pem: other folders, other names."""
    archive, live = (f"{AUTHORITY.folder}/{place}/{NAME}" for place in ("archive", "live"))
    os.makedirs(archive)
    os.makedirs(live)

    def renew(number):
        AUTHORITY.server()
        for name in ("fullchain", "privkey"):
            shutil.copy2(f"{AUTHORITY.tls}/{name}.pem", f"{archive}/{name}{number}.pem")
            shutil.chown(f"{archive}/{name}{number}.pem", "root", "congchao")
            os.symlink(f"../../archive/{NAME}/{name}{number}.pem", f"{live}/new")
            os.rename(f"{live}/new", f"{live}/{name}.pem")
    renew(1)
    lab.write_conf(portal={"certificate": f"{live}/fullchain.pem", "key": f"{live}/privkey.pem"})
    lab.gate.restart()
    phone = lab.phone()
    before = serial(phone)
    renew(2)
    done = lab.gate.ctl("reload")
    assert done.returncode == 0, f"{done.stderr} {lab.gate.this_run()[-3:]}"
    assert serial(phone) != before
    lab.write_conf(portal=AUTHORITY.portal())
    lab.gate.restart()


def test_without_a_certificate_nothing_is_led_anywhere(lab):
    lab.write_conf(portal={"certificate": None, "key": None})
    lab.gate.restart()
    phone = lab.phone()
    assert phone.tcp(phone.segment.v4, 443)["result"] == "reset"
    assert phone.tcp(phone.segment.v4, 2443)["result"] == "reset"
    assert "type local" not in lab.gate.ruleset() and "2443" not in lab.gate.ruleset()
    assert lab.gate.ctl_json("status")["tls"] == "off"
    assert lab.gate.ctl_json("reload")["certificate"] == "none"
    lab.write_conf(portal=AUTHORITY.portal())
    lab.gate.restart()


# ---------------------------------------------------------------- as time passes

def test_it_expires_while_it_is_shown():
    AUTHORITY.server(ends=20 * DAY)
    with Router(phones=2, **OPTIONS) as router:
        lab = router.lab
        router.boot(wall=time.time(), since=-1, synchronised=True)
        phone = lab.phone()
        assert told(phone, AUTHORITY)["captive"]
        router.pass_time(19 * DAY + 3600)
        wait_for("it to be said", lambda: said(lab, "ends in 0 days"))
        assert told(phone, AUTHORITY)["captive"]
        router.pass_time(2 * DAY)
        wait_for("it to be said", lambda: said(lab, "the portal answers HTTP alone from now on"))
        assert not is_answered(phone) and lab.gate.ctl_json("status")["tls"] == "expired"
        assert phone.visit().online, "the other way does not work"
        AUTHORITY.server(ends=60 * DAY)
        assert lab.gate.ctl("reload").returncode == 0
        assert not told(phone, AUTHORITY)["captive"]
        assert len(said(lab, "ends in 0 days")) == 1
        assert len(said(lab, "expired on")) == 1, "said more than once"


def test_not_valid_yet_does_not_count_while_nobody_knows_the_time():
    """A router without a battery believes that it is March until it has heard from NTP."""
    AUTHORITY.server()
    with Router(phones=1, **OPTIONS) as router:
        lab = router.lab
        router.boot(wall=time.time() - 245 * DAY)
        phone = lab.phone()
        assert told(phone, AUTHORITY)["captive"], "shut until somebody sets the clock"
        assert lab.gate.ctl_json("status")["tls"] == "ok"
        assert said(lab, "when the clock is right")
        router.clock_is_set(time.time())
        assert phone.visit().online
        wait_for("the clock to be right",
                 lambda: lab.gate.ctl_json("status")["clock"] == "settled", 20)
        assert lab.gate.ctl_json("status")["tls_days"] == 29
        assert not told(phone, AUTHORITY)["captive"]


def test_not_valid_yet_by_a_clock_that_is_right_waits_for_its_time():
    AUTHORITY.server(begins=3600)
    with Router(phones=1, **OPTIONS) as router:
        lab = router.lab
        router.boot(wall=time.time(), since=-1, synchronised=True)
        assert said(lab, "not valid before"), lab.gate.this_run()
        phone = lab.phone()
        assert not is_answered(phone) and phone.fetch().status == 302
        assert lab.gate.ctl_json("status")["tls"] == "not-yet-valid"
        router.pass_time(2 * 3600)
        wait_for("it to be shown", lambda: is_answered(phone))
