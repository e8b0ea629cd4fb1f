"""What arrives at the department."""
import json

from hotspot import DAY, HOUR, TREE, period, this_hour
from pair import Pair, Skip, revision, same, visits


def test_every_ended_hour_arrives_as_it_was_counted(build, authority):
    with Pair(build, authority) as (site, collector):
        now = this_hour()
        counts = {**visits(now - 3 * HOUR), **visits(now - HOUR, 7, "cafe", "press_leader", "en"),
                  **visits(now - HOUR, 4), **visits(now, 99)}
        site.count(counts)
        done = site.now()
        assert "Delivered: 3 hours" in done.stdout, done
        same(collector, site, counts, now - 3 * HOUR)
        assert len(collector.requests) == 1
        report = json.loads(collector.requests[0].body)[0]
        assert report["health"] == {"unsent": 0, "oldest_unsent": None}, report
        assert report["clk"] == {"settled": True} and report["instance"] == "0" * 32
        assert "Nothing was left" in site.now().stdout
        assert len(collector.requests) == 1, "what is confirmed is not sent again"
        status = site.status()
        assert status["unsent"] == 0 and not status["parked"] and status["problem"] is None, status


def test_what_is_sent_is_as_the_schema_says(build, authority):
    try:
        import jsonschema
    except ImportError:
        raise Skip("no python3-jsonschema here") from None
    with open(f"{TREE}/etc/report.schema.json", encoding="utf-8") as text:
        schema = json.load(text)
    with Pair(build, authority, 30) as (site, collector):
        now = this_hour()
        site.count({**visits(now - 7 * HOUR), **visits(now - 2 * HOUR, audience="press_leader")})
        site.now()
        for request in collector.requests:
            jsonschema.Draft202012Validator(schema).validate(json.loads(request.body))
        with open(f"{TREE}/src/report/congchao-report-format.5", encoding="utf-8") as text:
            example = text.read().split(".Sh EXAMPLES")[1].split("offset indent\n")[1].split(".Ed")[0]
        jsonschema.Draft202012Validator(schema).validate(json.loads(example))
        bad = json.loads(collector.requests[0].body)
        bad[0]["cells"] = [{"zone": "wifi"}]
        assert list(jsonschema.Draft202012Validator(schema).iter_errors(bad)), "it refuses nothing"


def test_an_hour_that_changes_is_sent_again_under_the_next_revision(build, authority):
    with Pair(build, authority) as (site, collector):
        now = this_hour()
        counts = visits(now - 2 * HOUR)
        site.count(counts)
        site.now()
        counts[(now - 2 * HOUR, "wifi", "citizen", "vi", "acknowledged", "")] -= 1  # withdrawn
        site.count(counts)
        site.now()
        same(collector, site, counts, now - 3 * HOUR)
        assert revision(collector, site, now - 2 * HOUR) == 2
        assert revision(collector, site, now - HOUR) == 1


def test_weeks_offline_are_caught_up_oldest_first(build, authority):
    """70 days: eleven of them are older than the department takes."""
    with Pair(build, authority, 70 * 24) as (site, collector):
        now = this_hour()
        counts = {}
        for hour in range(now - 70 * DAY, now, 7 * HOUR):
            counts.update(visits(hour))
        site.count(counts)
        done = site.now()
        assert "Delivered: 1415 hours" in done.stdout or "Delivered: 1416 hours" in done.stdout
        hours = [report["period"] for request in collector.requests
                 for report in json.loads(request.body)]
        assert hours == sorted(set(hours)), "not oldest first, or twice"
        assert all(len(request.body) <= 60 * 1024 for request in collector.requests)
        assert len(collector.requests) <= 31
        same(collector, site, counts, now - 59 * DAY + (HOUR if len(hours) == 1415 else 0))
        unsent = [json.loads(request.body)[0]["health"]["unsent"] for request in collector.requests]
        assert unsent == sorted(unsent, reverse=True) and unsent[-1] == 0, unsent


def test_hours_with_many_measures_are_split_by_size(build, authority):
    with Pair(build, authority, 6) as (site, collector):
        now = this_hour()
        counts = {(hour, "wifi", "citizen", "vi", "answer/pre/b/calm", f"QUESTION-{number:03}.1"): 1
                  for hour in range(now - 5 * HOUR, now, HOUR) for number in range(300)}
        site.count(counts)
        site.now()
        same(collector, site, counts, now - 6 * HOUR)
        assert len(collector.requests) > 1
        assert all(len(request.body) <= 60 * 1024 for request in collector.requests)


def test_events_that_wait_for_the_clock_are_said_not_sent(build, authority):
    with Pair(build, authority) as (site, collector):
        db = site.connect()
        db.execute("INSERT INTO pending VALUES('boot', 1, 'wifi', 'citizen', 'vi', 'shown', '', 5)")
        site.own()
        site.now()
        report = json.loads(collector.requests[0].body)[-1]
        assert report["clk"] == {"settled": False} and not report["cells"], report
        # They get their hour: it goes again.
        counts = visits(this_hour() - 2 * HOUR, 5)
        db.execute("DELETE FROM pending")
        site.put(db, counts)
        site.now()
        same(collector, site, counts, this_hour() - 3 * HOUR)
        db.close()
