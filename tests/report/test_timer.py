"""What the timer starts: when it is time, as whom, linked to what."""
import hashlib
import hmac
import os
import subprocess

from hotspot import HOUR, REPORT, Site, this_hour, uid
from pair import Pair, fake_clock, visits


def test_the_timer_reports_when_it_is_time_and_only_then(build, authority):
    with Pair(build, authority) as (site, collector):
        site.count(visits(this_hour() - 2 * HOUR))
        # The slot of this key, in the hour that runs: any other time is too early.
        key = collector.sites[site.name][1]
        slot = int.from_bytes(hmac.new(key, b"slot", hashlib.sha256).digest(), "big") % 3000
        early = this_hour() + slot - 400
        for wall, requests in ((early, 0), (early + 800, 0)):
            done = site.run(env=fake_clock(site, wall))
            assert (done.returncode, len(collector.requests)) == (0, requests), done
        done = site.run(env=fake_clock(site, this_hour() + slot))
        assert len(collector.requests) == 1 and done.returncode == 0, done
        assert "the department has" in done.stderr
        done = site.run(env=fake_clock(site, this_hour() + slot + 5))
        assert len(collector.requests) == 1, "twice in one slot"


def test_the_timer_tries_again_after_a_failure(build, authority):
    with Pair(build, authority) as (site, collector):
        site.count(visits(this_hour() - 2 * HOUR))
        collector.behave = lambda _: (500, {}, b"")
        site.now(expected=1)
        assert 1 <= site.facts()["retry_at"] - site.facts()["tried"] <= 32
        collector.behave = None
        site.facts(retry_at=1)
        assert site.run().returncode == 0
        assert len(collector.stored) == 3 and site.facts()["failures"] == 0


def test_without_enrolment_the_timer_does_nothing(build, authority):
    with Site(build, authority) as site:
        done = site.run()
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert "congchao enrol CODE URL" in site.now(expected=1).stderr
        assert site.status() == {"enrolled": False}


def test_it_becomes_its_own_user_and_no_other(build, authority):
    with Pair(build, authority) as (site, collector):
        site.count({})
        seen = []

        def look(_):
            for pid in filter(str.isdigit, os.listdir("/proc")):
                try:
                    with open(f"/proc/{pid}/status", encoding="utf-8") as status:
                        text = status.read()
                except OSError:
                    continue
                if text.startswith("Name:\tcongchao-report"):
                    seen.append(dict(line.split(":\t", 1) for line in text.splitlines()
                                     if ":\t" in line))
        collector.behave = look
        site.now()
        mine = [one for one in seen if one["Uid"].split() == [str(uid(REPORT)[0])] * 4]
        assert mine, seen
        assert set(mine[0]["Groups"].split()) == {str(uid(REPORT)[1]), str(uid("congchao")[1])}
        for kind in ("Inh", "Prm", "Eff", "Bnd", "Amb"):
            assert int(mine[0][f"Cap{kind}"], 16) == 0, mine[0]
        assert mine[0]["NoNewPrivs"] == "1"
        for name in os.listdir(f"{site.folder}/report"):
            found = os.stat(f"{site.folder}/report/{name}")
            assert found.st_mode & 0o777 == 0o600 and found.st_uid == uid(REPORT)[0], name


def test_what_it_is_linked_to(build, authority):
    found = subprocess.run(["readelf", "-d", f"{build}/congchao-report"], capture_output=True,
                           text=True, check=True).stdout
    needed = {line.split("[")[1].split(".so")[0] for line in found.splitlines() if "(NEEDED)" in line}
    assert needed <= {"libsqlite3", "libcurl", "libjson-c", "libconfig", "libsodium", "libseccomp",
                      "libc", "libasan", "libubsan", "libm", "libgcc_s"}, needed
    everything = subprocess.run(["ldd", f"{build}/congchao-report"], capture_output=True, text=True,
                                check=True).stdout
    for never in ("libnftnl", "libmnl", "libmicrohttpd", "libnetfilter"):
        assert never not in everything
    operator = subprocess.run(["ldd", f"{build}/congchao"], capture_output=True, text=True,
                              check=True).stdout
    assert "libcurl" not in operator and "libsodium" not in operator
