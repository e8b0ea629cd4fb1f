"""What the department answers, and what the sender makes of it; and clocks."""
import json
import os

from hotspot import DAY, HOUR, period, stored, this_hour
from pair import Pair, fake_clock, revision, same, visits
from collector import CONFLICT, SAME, STALE


def test_an_answer_that_is_lost_confirms_nothing(build, authority):
    """The report has arrived; the next round asks, and learns that it has."""
    with Pair(build, authority) as (site, collector):
        site.count(visits(this_hour() - 2 * HOUR))
        collector.behave = lambda request: collector.answer(request) and "hang up"
        done = site.now(expected=1)
        assert "cannot be reached" in done.stderr, done
        status = site.status()
        assert status["unsent"] == 3 and status["oldest_unsent"] == period(this_hour() - 3 * HOUR)
        assert status["failures"] == 1 and status["problem_since"] and status["last_success"] is None
        collector.behave = None
        site.now()
        assert collector.counts[SAME] == 3
        assert site.status()["problem"] is None


def test_content_that_changed_after_a_lost_answer_is_the_next_revision(build, authority):
    with Pair(build, authority) as (site, collector):
        counts = visits(this_hour() - 2 * HOUR)
        site.count(counts)
        collector.behave = lambda request: collector.answer(request) and "hang up"
        site.now(expected=1)
        collector.behave = None
        counts[(this_hour() - 2 * HOUR, "wifi", "citizen", "vi", "released", "")] += 1
        site.count(counts)
        site.now()
        same(collector, site, counts, this_hour() - 3 * HOUR)
        assert revision(collector, site, this_hour() - 2 * HOUR) == 2


def test_a_lost_state_is_made_good_by_the_answers(build, authority):
    with Pair(build, authority) as (site, collector):
        counts = visits(this_hour() - 2 * HOUR)
        for more in (0, 1, 1):
            counts[(this_hour() - 2 * HOUR, "wifi", "citizen", "vi", "shown", "")] += more
            site.count(counts)
            site.now()
        os.unlink(site.state)
        counts[(this_hour() - 2 * HOUR, "wifi", "citizen", "vi", "shown", "")] += 1
        site.count(counts)
        site.now()
        same(collector, site, counts, this_hour() - 3 * HOUR)
        assert collector.counts[STALE] == 1 and revision(collector, site, this_hour() - 2 * HOUR) == 4
        os.unlink(site.state)
        site.now()
        assert collector.counts[STALE] == 2 and revision(collector, site, this_hour() - 2 * HOUR) == 4


def test_a_conflict_is_parked_and_shown(build, authority):
    with Pair(build, authority) as (site, collector):
        hour = this_hour() - 2 * HOUR
        collector.stored[(site.name, period(hour))] = (1, "ab" * 32, {"cells": [], "measures": []})
        site.count(visits(hour))
        done = site.now(expected=1)
        assert "Not accepted: 1" in done.stdout and "Delivered: 2" in done.stdout, done
        status = site.status()
        assert [(one["period"], one["code"]) for one in status["parked"]] == [(period(hour), CONFLICT)]
        assert status["unsent"] == 0
        shown = site.run("status")
        assert shown.returncode == 1 and "second gateway with this key" in shown.stdout, shown
        before = len(collector.requests)
        site.now()
        assert len(collector.requests) == before, "a conflict is not tried again by itself"


def test_one_that_is_refused_keeps_nothing_back(build, authority):
    """An audience that the department does not have: its word for it is shown."""
    with Pair(build, authority) as (site, collector):
        now = this_hour()
        counts = {**visits(now - 3 * HOUR), **visits(now - 2 * HOUR, audience="tourist")}
        site.count(counts)
        site.now(expected=1)
        assert sorted(stored(collector, site.name)) == [period(now - 3 * HOUR), period(now - HOUR)]
        parked = site.status()["parked"][0]
        assert parked["code"] == 11 and parked["said"] == "cells", parked


def test_what_is_refused_as_a_whole_goes_one_by_one(build, authority):
    """A server that takes no more than 2 KB; one hour is larger."""
    with Pair(build, authority, 5) as (site, collector):
        now = this_hour()
        counts = visits(now - 4 * HOUR)
        counts.update({(now - 2 * HOUR, "wifi", "citizen", "vi", "answer/pre/b/calm", f"Q-{number}.1"): 1
                       for number in range(40)})
        site.count(counts)
        for status in (413, 422):
            collector.behave = lambda request, status=status: (
                (status, {}, b"<html>no</html>") if len(request.body) > 2048 else None)
            os.path.exists(site.state) and os.unlink(site.state)
            collector.stored.clear()
            site.now(expected=1)
            assert len(collector.stored) == 4
            assert [(one["period"], one["code"]) for one in site.status()["parked"]] == \
                [(period(now - 2 * HOUR), status)]


def test_a_key_that_is_refused_is_said_and_tried_in_the_next_slot(build, authority):
    with Pair(build, authority) as (site, collector):
        collector.sites.clear()
        site.count({})
        done = site.now(expected=1)
        assert "does not accept the key of site cb-0017, version 1" in done.stderr, done
        assert len(collector.requests) == 1
        assert site.facts()["retry_at"] == 0 and site.facts()["failures"] == 1
        assert "enrolled on another gateway" in site.status()["problem"]


def test_a_busy_server_is_left_alone_as_long_as_it_asks(build, authority):
    with Pair(build, authority) as (site, collector):
        site.count({})
        for value in ("600", "Wed, 01 Jan 2042 00:00:00 GMT"):
            for status in (429, 503):
                collector.behave = lambda _, status=status, value=value: (
                    status, {"Retry-After": value}, b"{\"error\":\"not now\"}")
                site.now(expected=1)
                facts = site.facts()
                after = facts["retry_at"] - facts["tried"]
                assert 600 <= after <= 640 if value == "600" else 86400 <= after <= 86440, after
                assert f"HTTP {status}: not now" in facts["problem"], facts


def test_answers_that_make_no_sense_confirm_nothing(build, authority):
    with Pair(build, authority) as (site, collector):
        site.count({})
        hours = [period(this_hour() - ago * HOUR) for ago in (3, 2, 1)]
        answers = [b"", b"<html>", b"{}", b"{\"results\":[]}", b"{\"results\":" + b"[" * 5000,
                   json.dumps({"results": [{"period": hours[0], "code": 0, "rev": 1,
                                            "digest": "00" * 32}]}).encode(),
                   json.dumps({"results": [{"period": when, "code": 0, "rev": 1}
                                           for when in hours]}).encode(),
                   json.dumps({"results": [{"period": when, "code": 7, "rev": 1}
                                           for when in hours]}).encode(),
                   b"x" * 70000]
        for answer in answers:
            for status in (200, 409):
                collector.behave = lambda _, answer=answer, status=status: (status, {}, answer)
                site.now(expected=1)
                assert site.status()["unsent"] == 3, answer[:50]
        collector.behave = lambda _: (302, {"Location": "https://localhost:1/v1/reports"}, b"")
        assert "leads elsewhere" in site.now(expected=1).stderr


def test_a_clock_of_2020_sends_nothing_and_says_so(build, authority):
    with Pair(build, authority) as (site, collector):
        site.count({})
        done = site.now(expected=1, env=fake_clock(site, 1577836800))
        assert "the clock says 2020-01-01T00:00" in done.stderr, done
        assert not collector.requests


def test_a_clock_of_2070_trusts_nobody_and_says_so(build, authority):
    """And leaves no trace in what is remembered, once it is right again."""
    with Pair(build, authority) as (site, collector):
        site.count({})
        done = site.now(expected=1, env=fake_clock(site, 3155760000))
        assert "expired (it is 2070-01-01T00:00" in done.stderr, done
        site.now()
        assert len(collector.stored) == 3 and site.status()["unsent"] == 0
        assert site.facts()["tried"] < this_hour() + 2 * HOUR


def test_a_clock_that_is_ahead_parks_nothing(build, authority):
    """Three days: their hours have not come to pass there, and are for later."""
    with Pair(build, authority) as (site, collector):
        site.count({})
        done = site.now(expected=1, env=fake_clock(site, this_hour() + 3 * DAY + 1800))
        assert "minutes ahead of the department's" in done.stderr, done
        assert not site.status()["parked"]
        site.now()
        status = site.status()
        assert status["unsent"] == 0 and status["problem"] is None, status
