"""What congchao report status --prometheus says: numbers for a textfile collector."""
import re

from hotspot import HOUR, Site, hour_of, this_hour
from pair import Pair, visits


def numbers(done):
    """{name without its prefix: value}; well formed, and it went well."""
    assert done.returncode == 0, done
    lines = done.stdout.splitlines()
    found = {}
    for help_line, type_line, value in zip(*[iter(lines)] * 3):
        name = re.fullmatch(r"congchao_report_(\w+) \d+", value)[1]
        assert help_line.startswith(f"# HELP congchao_report_{name} "), lines
        assert type_line == f"# TYPE congchao_report_{name} gauge", lines
        found[name] = int(value.split()[1])
    assert 3 * len(found) == len(lines), lines
    return found


def test_unsent_hours_are_a_number(build, authority):
    with Pair(build, authority) as (site, collector):
        first = this_hour() - 3 * HOUR
        site.count(visits(first))
        collector.behave = lambda _: (500, {}, b"")
        site.now(expected=1)
        found = numbers(site.run("status", "--prometheus"))
        assert (found["enrolled"], found["enabled"], found["unsent_hours"], found["failed_rounds"]) == (1, 1, 3, 1)
        assert found["oldest_unsent_timestamp_seconds"] == first == hour_of(site.status()["oldest_unsent"])
        assert "last_success_timestamp_seconds" not in found
        collector.behave = None
        site.now()
        found = numbers(site.run("status", "--prometheus"))
        assert (found["unsent_hours"], found["parked_hours"], found["failed_rounds"]) == (0, 0, 0)
        assert "oldest_unsent_timestamp_seconds" not in found
        assert found["last_success_timestamp_seconds"] >= found["last_attempt_timestamp_seconds"] > first


def test_what_is_wrong_is_to_be_had_as_well_and_names_nobody(build, authority):
    """A site that was refused: status fails, and these numbers do not."""
    with Pair(build, authority) as (site, collector):
        site.count(visits(this_hour() - 3 * HOUR))
        collector.sites.clear()
        site.now(expected=1)
        assert site.run("status").returncode == 1
        done = site.run("status", "--prometheus")
        assert numbers(done)["failed_rounds"] == 1
        for word in (site.name, collector.url, "localhost", "http"):
            assert word not in done.stdout, word


def test_without_enrolment_it_says_so(build, authority):
    with Site(build, authority) as site:
        assert numbers(site.run("status", "--prometheus")) == {"enrolled": 0}
