"""The sums and what is computed of them, against other computations."""
import collections
import importlib.machinery
import importlib.util
import random
import sys
import tempfile
import threading
import time

from gateway import COUNTERS, cell, hour, measure, report
from place import TREE, check, equal

sys.path.insert(0, f"{TREE}/tests/stats")
from counts import Counts  # noqa: E402 pylint: disable=wrong-import-position

AUDIENCES = ("citizen", "civil_servant", "press_leader")
EVENTS = ("answer/pre/a/calm", "answer/post/b/fast", "pair/right/wrong", "rest/wrong/1")


def day_of(period):
    """The day in Vietnam, seven hours ahead, and its hour."""
    at = time.gmtime(time.mktime(time.strptime(period, "%Y-%m-%dT%H:%M:%SZ")) - time.timezone + 7 * 3600)
    return time.strftime("%Y-%m-%d", at), at.tm_hour


def random_report(rng, site, period, rev):
    cells = [cell(zone, aud, lang, **{name: rng.randint(0, 30) for name in COUNTERS})
             for zone in ("cafe", "wifi") for aud in AUDIENCES for lang in ("en", "vi") if rng.random() < 0.4]
    rows = [measure(f"Q-{rng.choice('AB')}.{i}", event, rng.randint(1, 9), rng.choice(AUDIENCES), "vi")
            for i, event in enumerate(EVENTS, 1) if rng.random() < 0.6]
    return report(site, period, rev, cells, rows)


def recomputed(truth):
    """What the day tables must hold, from what was sent last of each hour; state left out."""
    cells, rows, seen = collections.Counter(), collections.Counter(), collections.Counter()
    for (site, period), (_, one) in truth.items():
        day, at = day_of(period)
        seen[site, day] += 1
        for c in one["cells"]:
            for name in COUNTERS:
                cells[site, day, c["aud"], c["lang"], name] += c[name]
            seen[site, day, at, "shown"] += c["shown"]
            seen[site, day, at, "acknowledged"] += c["acknowledged"]
        for m in one["measures"]:
            rows[site, day, m["aud"], m["lang"], m["item"], m["event"]] += m["n"]
    return +cells, +rows, +seen


def table(place, sql, columns):
    """{(keys...): number}: the last column is the number."""
    found = collections.Counter()
    for row in place.sql(sql).splitlines():
        parts = row.split("|")
        found[tuple(parts[:columns])] += int(parts[columns])
    return +found


def stats_program():
    loader = importlib.machinery.SourceFileLoader("stats_run", f"{TREE}/tests/stats/run")
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("stats_run", loader))
    loader.exec_module(module)
    return module


def tests(place):
    rng = random.Random(3833)
    place.do("area", "add", "nguyen-binh", "Nguyên Bình")
    place.do("area", "add", "bao-lac", "Bảo Lạc")
    sites = [place.site(area=area) for area in ("nguyen-binh", "nguyen-binh", "bao-lac")]
    names = "', '".join(one.site for one in sites)
    area_of = {one.site: "bao-lac" if one is sites[2] else "nguyen-binh" for one in sites}
    truth = {}

    @check("figures: sums equal recomputation after 300 random reports and replacements, rolled meanwhile")
    def _():
        done = threading.Event()
        failed = []

        def roller():
            while not done.is_set():
                one = place.command("roll")
                if one.returncode:
                    failed.append(one.stderr)

        rollers = [threading.Thread(target=roller) for _ in range(2)]
        for one in rollers:
            one.start()
        try:
            for _ in range(100):
                one = rng.choice(sites)
                batch = []
                for ago in rng.sample((*range(2, 60), *range(840, 860)), 3):  # also of a month that is over
                    period = hour(ago)
                    rev = truth.get((one.site, period), (0,))[0] + rng.choice((1, 1, 2))
                    batch.append(random_report(rng, one.site, period, rev))
                    truth[one.site, period] = (rev, batch[-1])
                status, _, answer = one.send(*sorted(batch, key=lambda r: r["period"]))
                equal(status, 200, answer)
        finally:
            done.set()
            for one in rollers:
                one.join()
        equal(failed, [])
        place.do("roll")
        equal(place.sql("select (select count(*) from dirty), (select count(*) from dirty_area)"), "0|0")
        cells, rows, seen = recomputed(truth)
        for name in COUNTERS:
            equal(table(place, f"select site_id, day, audience, lang, \"{name}\" from cell_day "
                               f"where site_id in ('{names}')", 4),
                  collections.Counter({key[:4]: n for key, n in cells.items() if key[4] == name}), name)
        equal(table(place, f"select site_id, day, received from site_day where site_id in ('{names}')", 2),
              collections.Counter({key: n for key, n in seen.items() if len(key) == 2}))

    @check("figures: sums of places equal those of their sites, by day and by hour")
    def _():
        equal(place.sql("""
            select * from ((select area_id, day, audience, lang, state, sum(shown), sum(acknowledged),
                sum(deferred) from cell_day join site using (site_id) where state < 2 group by 1, 2, 3, 4, 5)
                except (select area_id, day, audience, lang, state, shown, acknowledged, deferred
                from area_day)) x"""), "")
        _, _, seen = recomputed(truth)
        expected = collections.Counter()
        for key, n in seen.items():
            if len(key) == 4:
                expected[area_of[key[0]], key[1], str(key[2]), key[3]] += n
        equal(table(place, """select area_id, day, hour, c, n from area_hour,
              lateral (values ('shown', shown), ('acknowledged', acknowledged)) v (c, n)
              where area_id in ('nguyen-binh', 'bao-lac')""", 4), +expected)

    def measures_differ(of):
        """What is summed of answers, by place and for all, that is not what was reported."""
        _, rows, _ = recomputed(truth)
        expected = collections.Counter()
        for (site, *key), n in rows.items():
            expected[(of[site], *map(str, key))] += n
        learned = """select area_id, day, audience, lang, item, event, u.n
            from area_learning, unnest(kinds, counts) as u (kind, n) join measure_kind using (kind)
            where area_id in ('nguyen-binh', 'bao-lac')"""
        equal(table(place, learned, 6), expected)
        return place.sql("""(select day, state, item, event, audience, lang, sum(u.n) from area_learning,
                unnest(kinds, counts) as u (kind, n) join measure_kind using (kind) group by 1, 2, 3, 4, 5, 6)
            except select day, state, item, event, audience, lang, n from total_measure""") + place.sql(
            "select day from total_measure where day not in (select day from area_learning)")

    @check("figures: measures of places and of all of them equal what was reported")
    def _():
        assert int(place.sql("select count(*) from total_measure")) > 50
        equal(measures_differ(area_of), "")
        equal(place.sql("select count(*) from dirty_total"), "0")

    @check("figures: sums of all places, and hours that were received, equal those of their days")
    def _():
        equal(place.sql("""
            (select day, audience, lang, state, sum(shown), sum(acknowledged), sum(returned) from area_day
             group by 1, 2, 3, 4)
            except select day, audience, lang, state, shown, acknowledged, returned from total_day"""), "")
        equal(place.sql("""
            (select area_id, day, sum(least(received, expected_hours(enrolled_at, ended_at, day_begin(day),
                day_begin(day + 1)))) from site_day join site using (site_id)
             where approved_at is not null and due > 0 group by 1, 2)
            except select area_id, day, received from area_received"""), "")

    @check("figures: sums of months equal those of their days, whatever the days that are asked for")
    def _():
        equal(place.sql("""
            (select area_id, month_of(day), state, sum(shown), sum(answered), sum("right"), sum(acknowledged)
             from area_day group by 1, 2, 3) except select * from area_month"""), "")
        equal(place.sql("""(select day, hour, sum(shown), sum(acknowledged) from area_hour group by 1, 2)
                           except select * from total_hour"""), "")
        months = [place.sql(f"select month_of(day_of(now())) - interval '{n} months'")[:10] for n in (3, 2, 1, 0)]
        starts = [f"date '{month}' + {n}" for month in months for n in (-1, 0, 1, 14)]
        for first in starts:
            for last in starts + ["day_of(now())", "day_of(now()) - 1"]:
                span = f"({first}, {last})"
                equal(place.sql(f"select x.* from site_sums{span} x order by site_id"), place.sql(f"""
                    select site_id, sum(least(received, expected_hours(enrolled_at, ended_at, day_begin(day),
                        expected_until(day))))::bigint, sum(doubtful), sum(excluded), bit_or(flags), sum(late),
                        sum(shown), sum(acknowledged)
                    from site_day join site using (site_id) where day between {first} and {last}
                    group by site_id order by site_id"""), span)
                equal(place.sql(f"select x.* from area_sums{span} x order by area_id"), place.sql(f"""
                    select area_id, sum(shown), sum(acknowledged),
                        coalesce(sum(acknowledged) filter (where state = 1), 0)
                    from area_day where day between {first} and {last} group by area_id order by area_id"""), span)

    @check("figures: a database of schema 1 moves over with its sums, as they are and summed anew")
    def _():
        tables = ("(select site_id, day, received, due, doubtful, excluded, flags, late, shown, acknowledged "
                  "from site_day)", "site_month", "area_day", "area_hour", "area_month", "area_received", "total_day",
                  "total_hour", "total_measure")
        sums = "; ".join(f"select * from {name} x order by x::text" for name in tables)
        place.do("area", "add", "nobody-came", "Không ai đến")
        quiet = place.site(area="nobody-came")
        place.sql(f"update site set enrolled_at = now() - interval '10 hours' where site_id = '{quiet.site}'")
        quiet.send(report(quiet.site, hour(5)))
        place.do("roll")
        equal(place.sql("select received from area_received where area_id = 'nobody-came'"), "1")
        before = place.sql(sums)
        old = """set role congchao_owner;
            create table area_measure as select area_id, day, audience, lang, item, event, state, u.n
                from area_learning, unnest(kinds, counts) as u (kind, n) join measure_kind using (kind);
            create table measure_day (day date);
            truncate area_learning, measure_kind, area_received, area_month, site_month, total_day, total_hour;
            create index cell_day_day on cell_day (day);
            alter table site_day drop constraint site_day_shown_check, drop constraint site_day_acknowledged_check,
                drop column due;
            alter table site_day alter shown type bigint[] using array_fill(0::bigint, array[23]) || shown,
                alter acknowledged type bigint[] using array_fill(0::bigint, array[23]) || acknowledged,
                add constraint site_day_check check (cardinality(shown) = 24);
            update schema_version set version = 1"""
        place.sql(old)
        place.do("init")
        equal(place.sql("select max(version) from schema_version"), "2")
        equal(measures_differ(area_of), "")
        place.do("roll")
        equal(measures_differ(area_of), "")
        equal(place.sql(sums), before)
        equal(place.sql("select array_agg(conname::text order by 1) from pg_constraint where conrelid = "
                        "'site_day'::regclass and conname ~ 'shown|acknowledged|day_check'"),
              "{site_day_acknowledged_check,site_day_check,site_day_shown_check}")

    @check("figures: a site that moves takes its days along")
    def _():
        place.do("site", "set", sites[1].site, "area=bao-lac")
        place.do("roll")
        equal(measures_differ({**area_of, sites[1].site: "bao-lac"}), "")
        equal(place.sql("""select area_id, sum(shown) from area_day where area_id in ('nguyen-binh', 'bao-lac')
                           group by 1 order by 1"""),
              place.sql(f"""select area_id, sum(shown) from cell_day join site using (site_id)
                            where site_id in ('{names}') and state < 2 group by 1 order by 1"""))

    @check("figures: flags of an hour: capacity, funnel, opening hours; the next hour lends its visitors")
    def _():
        one = place.site(capacity="50", opens="07:00", closes="22:00")
        night = next(ago for ago in range(30, 54) if day_of(hour(ago))[1] == 3)
        one.send(report(one.site, hour(night), cells=[cell(shown=51, acknowledged=51, returned=0)]),
                 report(one.site, hour(night - 5), cells=[cell(shown=1, acknowledged=1)]),
                 report(one.site, hour(night - 6), cells=[cell(shown=3, acknowledged=1)]),
                 report(one.site, hour(night - 7), cells=[cell(shown=0, acknowledged=2)]),
                 report(one.site, hour(night - 8), cells=[cell(shown=1, acknowledged=4, returned=3)]),
                 report(one.site, hour(night - 9), cells=[cell(answered=1, right=2)]))
        flags = place.sql(f"select flags from report where site_id = '{one.site}' order by period").split("\n")
        equal(flags, ["9", "0", "0", "0", "0", "2"])
        # Without the visitors of the hour before, those who acknowledged at its beginning are too many.
        one.send(report(one.site, hour(night - 6), 2))
        equal(place.sql(f"select flags from report where site_id = '{one.site}' and period = "
                        f"'{hour(night - 7)}'"), "2")

    @check("figures: doubtful hours stand apart; an officer's decision moves them, and is a row")
    def _():
        one = place.site(capacity="10")
        one.send(report(one.site, hour(4), cells=[cell(shown=11)]))
        def state():
            place.do("roll")
            return place.sql(f"select state, shown from cell_day where site_id = '{one.site}'")
        equal(state(), "1|11")
        assert one.site in place.sql("select site_id from v_flagged")
        day = day_of(hour(4))[0]
        place.do("site", "include", one.site, day, day, "a wedding, we were there")
        equal(state(), "0|11")
        place.do("site", "exclude", one.site, day, day, "no wedding after all")
        equal(state(), "2|11")
        equal(place.sql(f"select verdict, decided_by from flag_decision where site_id = '{one.site}' "
                        "order by decision_id"), "include|games\nexclude|games")
        equal(place.sql(f"select sum(shown) from cell_hour where site_id = '{one.site}'"), "11")

    @check("figures: completeness is hours received of hours expected")
    def _():
        place.do("area", "add", "area-c", "C")
        one = place.site(area="area-c")
        place.sql(f"update site set enrolled_at = now() - interval '10 hours' where site_id = '{one.site}'")
        one.send(*(report(one.site, hour(ago)) for ago in (20, 6, 5, 4)))
        place.do("roll")
        received, expected = map(int, place.sql(
            "select * from completeness(day_of(now()) - 2, day_of(now()), 'area-c')").split("|"))
        assert expected in (8, 9), expected
        # The one of before its enrolment is no hour that could have been missing.
        assert 3 <= received <= min(4, expected), received
        equal(place.sql("select sum(expected) from v_completeness where area_id = 'area-c'"), str(expected))
        equal(place.sql("select active, silent, pending, flagged from v_fleet where area_id = 'area-c'"), "1|0|0|0")
        place.sql(f"update site_seen set last_at = now() - interval '25 hours' where site_id = '{one.site}'")
        equal(place.sql("select silent from v_fleet where area_id = 'area-c'"), "1")
        assert place.metric("congchao_sites_silent_24h") >= 1

    @check("figures: an hour that was not expected does not make up for one that is missing, on any page")
    def _():
        site = place.site().site
        day = place.sql("select day_of(now()) - 5")
        # Twelve hours of the first day were before its enrolment; twelve of the next did not come.
        place.sql(f"update site set enrolled_at = day_begin('{day}') + interval '12 hours' where site_id = '{site}';"
                  "insert into site_day (site_id, day, received, due, doubtful, excluded, flags, late, shown, "
                  "acknowledged) select s, d, n, 12, 0, 0, 0, 0, 0, 0 "
                  f"from (values ('{site}', date '{day}', 24), ('{site}', date '{day}' + 1, 12)) x (s, d, n);"
                  "insert into dirty_area (area_id, day) select area_id, day from site join site_day using (site_id) "
                  f"where site_id = '{site}'")
        place.do("roll")
        span = f"'{day}', date '{day}' + 1"
        equal(place.sql(f"select received, expected from sites({span}) where site_id = '{site}'"), "24|36")
        equal(place.sql(f"select hours_received, hours_expected, pct_bp from figure_sites({span}, null, 'vi', 'all') "
                        f"where site = '{site}'"), "24|36|6667")
        for one in (f"completeness({span})", f"completeness_days({span}, null)", f"completeness_areas({span})"):
            equal(place.sql(f"select sum(received), sum(expected) from {one}"),
                  place.sql(f"select sum(s.received), sum(s.expected) from sites({span}) s join site using (site_id) "
                            "where approved_at is not null"), one)
        first = f"date_trunc('month', timestamp '{day}')::date"
        equal(place.sql(f"select sum(received - r) from month_sites({first}) join (select site_id, received as r "
                        f"from sites({first}, month_end({first}))) x using (site_id)"), "0")
        place.sql(f"delete from site_day where site_id = '{site}'; update site set enrolled_at = now() "
                  f"where site_id = '{site}'")

    @check("figures: targets: a survey, a roster, and else an indication that never says met")
    def _():
        def target(audience):
            return place.sql("select measured_by, reached, denominator, percent, margin, gap, state from v_target "
                             f"where audience = '{audience}'")
        assert target("citizen").endswith("|no denominator"), target("citizen")
        place.do("population", "citizen", "2024-12-31", "1", "made up")
        assert target("citizen").endswith("|indication") and target("citizen").startswith("events|")
        place.do("survey", "citizen", "2026-01-31", "512", "1067", "Survey, made up")
        equal(target("citizen"), "survey|512|1067|48.0|3.0|2.0|not met")
        place.do("population", "civil_servant", "2025-01-01", "12500", "Department of Home Affairs")
        place.do("roster", "civil_servant", "Sở A", "2026-01-01", "100", "140", "codes")
        place.do("roster", "civil_servant", "Sở B", "2026-01-01", "90", "100", "codes")
        place.do("roster", "civil_servant", "Sở B", "2026-02-01", "97", "100", "codes")
        equal(target("civil_servant"), "roster|197|12500|1.6||83.4|not met")
        place.do("population", "civil_servant", "2026-01-01", "200", "Department of Home Affairs")
        equal(target("civil_servant"), "roster|197|200|98.5||-13.5|met")
        place.do("target", "3833/KH-UBND", "civil_servant", ">", "98.5", "roster")
        equal(target("civil_servant"), "roster|197|200|98.5||0.0|not met")
        place.do("target", "3833/KH-UBND", "civil_servant", ">=", "98.5", "roster")
        equal(target("civil_servant"), "roster|197|200|98.5||0.0|met")
        place.do("target", "3833/KH-UBND", "civil_servant", ">", "85", "roster")

    @check("figures: what was not due while a site was suspended is due once it is enrolled again, hours or not")
    def _():
        place.do("area", "add", "area-d", "D")
        site = place.site(area="area-d").site
        span = "day_of(now()) - 11, day_of(now()) - 9"

        def received():
            place.do("roll")
            equal(place.sql(f"select due from site_sums({span}) where site_id = '{site}'"),
                  place.sql(f"select received from completeness({span}, 'area-d')"))
            return place.sql(f"select received, expected from completeness({span}, 'area-d')")
        # Of this day the hours are gone.
        place.sql(f"update site set enrolled_at = now() - interval '20 days' where site_id = '{site}'; insert into "
                  "site_day (site_id, day, received, due, doubtful, excluded, flags, late, shown, acknowledged) "
                  f"values ('{site}', day_of(now()) - 10, 24, 0, 0, 0, 0, 0, 0, 0)")
        place.do("site", "suspend", site)
        equal(received(), "24|72")
        place.sql(f"update site set ended_at = now() - interval '15 days' where site_id = '{site}'; "
                  f"select site_due('{site}')")
        equal(received(), "0|0")
        place.enrol(site)
        equal(received(), "24|72")
        place.do("site", "approve", site)
        equal(received(), "24|72")

    @check("figures: questions and learning equal the gateway's own `congchao stats`")
    def _():
        stats = stats_program()
        counts = Counts()
        for item, key in stats.KEYS.items():
            for role in ("pre", "post", "only", "control", "other", "review3", "review10", "review24"):
                for option in "abc"[:2 if item == "ONE-B" else 3]:
                    for took in ("fast", "calm", "slow"):
                        if rng.random() < 0.85:
                            counts.answer(f"{item}.1", role, option, rng.randint(1, 40) + 20 * (option == key),
                                          time=took, audience=rng.choice(AUDIENCES))
            for verdict in (0, 1):
                for others in range(3):
                    counts.rest(f"{item}.1", verdict, others, rng.randint(1, 50))
        for objective in ("ONE", "TWO"):
            for audience in AUDIENCES[:2]:
                for i in range(4):
                    counts.pair(objective, i // 2, i % 2, rng.randint(1, 60), audience=audience)
        place.do("content", place.for_all("tests/golden/content/good"))
        place.do("area", "add", "stats", "S")
        one = place.site(area="stats")
        rows = [measure(item, event, n, audience, lang)
                for (_, _, audience, lang, event, item), n in sorted(counts.items())]
        for part in range(0, len(rows), 200):
            equal(one.send(report(one.site, hour(10 + part // 200), measures=rows[part:part + 200]))[0], 200)
        place.do("roll")
        with tempfile.TemporaryDirectory() as folder:
            site = stats.Site(f"{folder}/site", counts)
            questions, learning = site.json("questions"), site.json("learning")
        compare(place, questions, """select split_part(item, '.', 1), 'all', 'all', attempts, facility, facility_low,
            facility_high, pre_right::float8 / nullif(pre_n, 0), post_right::float8 / nullif(post_n, 0), discrimination
            from questions('2000-01-01', day_of(now()), 'stats')""", QUESTION)
        for name, columns in LEARNING.items():
            compare(place, [row for row in learning if row["measure"] == name],
                    f"select coalesce(audience, 'all'), coalesce(objective, 'all'), '{name}', {columns} "
                    "from learning('2000-01-01', day_of(now()), 'stats')", ("n", "percent", "ci_low", "ci_high"))

    @check("figures: sentences and the most chosen wrong option come from the content pack")
    def _():
        said = place.do("content", place.for_all("etc/content"))
        assert "lessons" in said and "questions" in said, said
        one = place.site()
        one.send(report(one.site, hour(3), measures=[
            measure("CIT-OTP-A.1", f"answer/pre/{option}/calm", n) for option, n in zip("abc", (5, 9, 7))]))
        place.do("roll")
        key, wrong, current = place.sql(
            "select key, wrong_option, current from v_question where item = 'CIT-OTP-A.1'").split("|")
        assert key != wrong and current == "t", (key, wrong, current)
        assert place.sql(f"select text from question_option where item = 'CIT-OTP-A.1' and option = '{wrong}' "
                         "and lang = 'vi'")
        equal(place.sql("select bool_or(current) from question where item like 'ONE-%'"), "f")

    @check("figures: names that a gateway makes up fill a number of kinds and no more; known ones still count")
    def _():
        one = place.site()
        known = place.sql("select item, audience from question join lesson using (objective) where question.current limit 1")
        item, audience = known.split("|")
        place.sql("insert into measure_kind (audience, lang, item, event) select 'citizen', 'vi', 'X.' || 100000 + i, "
                  "'answer/pre/a/calm' from generate_series(1, 49998 - (select count(*) from measure_kind)) i")
        one.send(report(one.site, hour(3), measures=[
            *(measure(f"Y{n}.1", "answer/pre/a/calm", 5) for n in range(5)),
            measure(item, "answer/pre/a/calm", 7, audience, "en"),
            measure(item, "answer/pre/a/calm", 9, audience, "qqq")]))
        place.do("roll")
        equal(place.sql("select count(*) filter (where item ~ '^Y' or lang = 'qqq'), sum(n) filter (where lang = 'en') "
                        "from total_measure"), "2|7")
        place.sql("delete from measure_kind where item ~ '^X.1[0-9]{5}$'")

    @check("figures: weekday and hour, funnel, versions: as often as it was counted")
    def _():
        total = place.sql("select sum(shown) from cell_day where state < 2")
        for view in ("v_hourly", "v_funnel"):
            equal(place.sql(f"select sum(shown) from {view}"), total, view)
        equal(place.sql("select sum(sites) from v_version"),
              place.sql("select count(*) from site join site_seen using (site_id) where status = 'active'"))
        assert all(row.split("|")[0] in "1234567" for row in place.sql("select * from v_hourly").splitlines())

    @check("figures: the schema comes in again over all this, and changes no figure")
    def _():
        before = place.sql("select * from v_funnel order by 1, 2, 3, 4; select * from site order by 1")
        place.do("init")
        place.do("roll")
        equal(place.sql("select * from v_funnel order by 1, 2, 3, 4; select * from site order by 1"), before)
        equal(sites[0].send(report(sites[0].site, hour(70)))[0], 200)


QUESTION = ("attempts", "facility_index", "facility_low", "facility_high", "facility_pre", "facility_post",
            "discrimination_index")
LEARNING = {
    "pre": "pairs, pre_right::float8 / nullif(pairs, 0), null, null",
    "gain": "pairs, gain, gain_low, gain_high",
    "control": "control_n, control_right::float8 / nullif(control_n, 0), control_low, control_high",
    "retention3": "r3_n, r3_right::float8 / nullif(r3_n, 0), null, null",
    "retention3_minus_control": "more3_n, more3, more3_low, more3_high",
    "retention10_minus_control": "more10_n, more10, more10_low, more10_high",
    "retention24_minus_control": "more24_n, more24, more24_low, more24_high",
}


def compare(place, expected, sql, fields):
    """Rows of the program (shares as percent, rounded; hidden under 30) and of the database."""
    found = {tuple(row.split("|")[:3]): row.split("|")[3:] for row in place.sql(sql).splitlines()}
    seen = 0
    for row in expected:
        key = (row["item"], "all", "all") if "item" in row else (row["audience"], row["objective"], row["measure"])
        assert key in found, f"{key} is not in {sorted(found)}"
        for field, text in zip(fields, found[key]):
            if row[field] is None or text == "":
                continue
            number = float(text) * (1 if field in ("n", "attempts") else 100)
            assert abs(number - row[field]) < 0.0051, f"{key} {field}: {number}, expected {row[field]}"
            seen += 1
    assert seen > len(expected) > 0, f"only {seen} numbers compared"
