"""How a gateway gets its key: with the code on the slip, once; and another key later."""
import json
import os
import subprocess

from cert import Authority
from hotspot import HOUR, REPORT, Site, this_hour, uid
from pair import Pair, visits
from collector import Collector

CODE = "7KQM-29XD"


class New:
    """A site that is not enrolled, and a collector that knows its code."""

    def __init__(self, build, authority, prefix="/thu-thap"):
        self.collector = Collector(authority.server(), prefix)
        self.site = Site(build, authority)
        self.collector.add(self.site.name, code=CODE)

    def __enter__(self):
        return self.site, self.collector

    def __exit__(self, *_):
        self.collector.close()
        self.site.__exit__()


def enrol(site, collector, code=CODE, url=None, expected=0):
    """By the operator's program, which becomes the other."""
    done = subprocess.run([site.program.removesuffix("-report"), "-c", site.conf, "enrol", code,
                           url or collector.url], capture_output=True, text=True, check=False,
                          timeout=60)
    assert done.returncode == expected, done
    return done


def key_of(site):
    with open(f"{site.folder}/report/key", encoding="utf-8") as text:
        return dict(line.rstrip(";\n").split(" = ") for line in text if " = " in line)


def test_a_code_makes_a_site_of_it(build, authority):
    with New(build, authority) as (site, collector):
        os.rmdir(f"{site.folder}/report")  # it makes its folder, too
        done = enrol(site, collector, "7kqm 29xd", collector.url + "/")
        assert "Enrolled as cb-0017." in done.stdout and done.stderr == "", done
        for name, mode in ((".", 0o700), ("key", 0o600), ("state.db", 0o600)):
            found = os.stat(f"{site.folder}/report/{name}")
            assert (found.st_mode & 0o777, found.st_uid) == (mode, uid(REPORT)[0]), name
        asked = json.loads(collector.requests[0].body)
        assert asked["code"] == CODE and "Signature" not in collector.requests[0].headers
        assert key_of(site)["instance"] == f'"{asked["instance"]}"'
        assert key_of(site)["key"].strip('"') not in done.stdout + done.stderr
        site.count(visits(this_hour() - 2 * HOUR))
        site.now()  # what was counted before counts; the path is signed with its prefix
        assert len(collector.stored) == 2
        report = json.loads(collector.requests[-1].body)[0]
        assert report["instance"] == asked["instance"]


def test_a_wrong_code_changes_nothing(build, authority):
    with New(build, authority) as (site, collector):
        assert "does not know this code" in enrol(site, collector, "AAAA-AAAA", expected=1).stderr
        assert not os.path.exists(f"{site.folder}/report/key")
        collector.behave = lambda _: (429, {"Retry-After": "3600"}, b"{}")
        assert "try again in an hour" in enrol(site, collector, expected=1).stderr
        for code, url in (("7KQM-29X", collector.url), (CODE, "http://localhost"), (CODE, "localhost")):
            before = len(collector.requests)
            enrol(site, collector, code, url, expected=2)
            assert len(collector.requests) == before
        for answer in (b"{}", b"<html>", b'{"site":"cb-0017","key_version":1,"key":"00","url":"https://a"}'):
            collector.behave = lambda _, answer=answer: (200, {}, answer)
            assert "no key in it" in enrol(site, collector, expected=1).stderr
        assert not os.path.exists(f"{site.folder}/report/key")
        stranger = Authority(f"{site.folder}/stranger")
        other = Collector(stranger.server())
        assert "cannot be trusted" in enrol(site, other, expected=1).stderr
        other.close()


def test_an_answer_that_is_lost_does_not_cost_the_code(build, authority):
    with New(build, authority) as (site, collector):
        collector.behave = lambda request: collector.answer(request) and "hang up"
        enrol(site, collector, expected=1)
        collector.behave = None
        enrol(site, collector)
        first, second = (json.loads(request.body)["instance"] for request in collector.requests)
        assert first == second
        site.count({})
        site.now()
        # A new enrolment is another instance: nobody mistakes it for the old one.
        collector.add(site.name, code="AAAA-BBBB")
        enrol(site, collector, "AAAA-BBBB")
        assert json.loads(collector.requests[-1].body)["instance"] != first


def test_another_site_gets_no_hour_that_was_sent(build, authority):
    with New(build, authority) as (site, collector):
        site.count(visits(this_hour() - 2 * HOUR))
        enrol(site, collector)
        site.now()
        collector.add("cb-0018", code="AAAA-BBBB")
        enrol(site, collector, "AAAA-BBBB")
        site.now()
        hours = {name: [when for who, when in collector.stored if who == name] for name in ("cb-0017", "cb-0018")}
        assert (len(hours["cb-0017"]), hours["cb-0018"]) == (2, []), collector.stored.keys()
        # As if the last of these had never been sent: it is the new site's.
        site.facts(others=this_hour() - HOUR)
        site.now()
        assert ("cb-0018", max(hours["cb-0017"])) in collector.stored, collector.stored.keys()
        assert len(collector.stored) == 3
        assert 'enrolled as "cb-0018"' in site.run("status").stderr


def test_a_key_can_be_changed_for_the_next(build, authority):
    with Pair(build, authority) as (site, collector):
        site.count({})
        done = site.run("rotate")
        assert done.returncode == 0 and "of version 2 now" in done.stdout, done
        assert key_of(site)["key_version"] == "2"
        site.now()
        assert '#2"' in collector.requests[-1].headers["Signature-Input"]
        # The answer is lost: the old key still works, and gets the same new one.
        collector.behave = lambda request: collector.answer(request) and "hang up"
        assert site.run("rotate").returncode == 1
        collector.behave = None
        assert key_of(site)["key_version"] == "2"
        assert "of version 3 now" in site.run("rotate").stdout
        collector.sites.clear()
        done = site.run("rotate")
        assert done.returncode == 1 and "does not accept the present key" in done.stderr


def test_the_key_survives_a_full_disk(build, authority):
    """Written whole beside the old one, then put in its place."""
    with Pair(build, authority) as (site, collector):
        site.count({})
        before = key_of(site)
        folder = f"{site.folder}/report/key.new"
        os.mkdir(folder)  # what cannot be written
        assert "cannot be written" in site.run("rotate").stderr
        assert key_of(site) == before
        os.rmdir(folder)
        site.now()
