"""Freezing, adjusting, retaining, publishing."""
import datetime

from gateway import cell, hour, report
from place import check, equal


def first_of(month, back=0):
    for _ in range(back):
        month = (month - datetime.timedelta(days=1)).replace(day=1)
    return month


def tests(place):
    now = datetime.datetime.now(datetime.timezone.utc)
    today = (now + datetime.timedelta(hours=7)).date()
    this = today.replace(day=1)
    # The last month that can be frozen has ended ten days ago; its last days are within 60 days.
    month = first_of(this, 1 if today.day > 11 else 2)
    ago = int((now.date() - month).days) * 24 - 26 * 24  # hours: its 27th day, about noon
    name = month.strftime("%Y-%m")
    place.do("area", "add", "month", "Tháng")
    one = place.site(area="month")
    # Retention and freezing are about all that there is: only this site from here on.
    place.sql(f"delete from report where site_id <> '{one.site}'; truncate area_day, area_hour, area_received, area_learning, total_day, dirty, dirty_area;"
              f"delete from cell_day where site_id <> '{one.site}'; truncate site_day, site_month, area_month")

    @check("months: a month is frozen with its figures, its completeness and a hash")
    def _():
        one.send(report(one.site, hour(ago), cells=[cell(shown=40, acknowledged=20), cell(lang="en", shown=5)]))
        equal(place.do("freeze", name), f"{name}: issue 1\n")
        equal(place.sql("select lang, shown, acknowledged from month_cell order by lang"), "en|5|0\nvi|40|20")
        equal(place.sql("select number, frozen_by, received, expected, hash = month_hash(month) from month_issue"),
              "1|daemon|0|0|t")
        equal(place.sql("select site_id, shown from month_site where shown > 0"), f"{one.site}|45")
        equal(place.sql("select count(*) from month_target"), "4")

    @check("months: frozen again it is the same issue")
    def _():
        before = place.sql("select * from month_issue")
        equal(place.do("freeze", name), f"{name}: issue 1\n")
        equal(place.sql("select * from month_issue"), before)

    @check("months: nobody changes a frozen month, its owner neither")
    def _():
        for sql in ("update month_cell set shown = 0", "delete from month_issue", "truncate month_site",
                    "update month_target set figures = '{}'", "delete from month_measure",
                    "delete from month_adjustment"):
            try:
                place.sql(f"begin; set local role congchao_owner; {sql}; commit")
                raise ValueError(f"done: {sql}")
            except AssertionError as refused:
                assert "never changed" in str(refused), refused
            place.sql("rollback")

    @check("months: what comes later changes nothing that is frozen, and shows as a difference")
    def _():
        one.send(report(one.site, hour(ago), 2, [cell(shown=50, acknowledged=20)]))
        place.do("roll")
        equal(place.sql("select lang, shown, acknowledged from month_difference() order by lang"),
              "en|-5|0\nvi|10|0")
        equal(place.sql("select lang, shown from month_cell order by lang"), "en|5\nvi|40")

    @check("months: one that has not ended ten days ago is refused, and what is no month")
    def _():
        for word, said in ((this.strftime("%Y-%m"), "can be frozen from"), ("2026-13", ""), ("november", "expected"),
                           ("1999-01", "nothing was counted")):
            done = place.command("freeze", word)
            assert done.returncode == 1 and said in done.stderr, (word, done.stderr)

    @check("months: without a name all that are due are frozen; the issue lists adjustments, once")
    def _():
        earlier = first_of(month, 1)
        place.sql("insert into area_day (area_id, day, audience, lang, state, shown, answered, \"right\", acknowledged, "
                  f"released, deferred, returned) values ('month', '{earlier}', 'citizen', 'vi', 0, 1,1,1,1,1,1,1)")
        said = place.do("freeze").splitlines()
        equal(said, [f"{earlier.strftime('%Y-%m')}: issue 2"])
        equal(place.sql("select issue, month, lang, shown from month_adjustment order by lang"),
              f"{earlier}|{month}|en|-5\n{earlier}|{month}|vi|10")
        equal(place.sql("select * from month_difference()"), "")
        equal(place.do("freeze"), "")
        equal(place.sql("select bool_and(hash = month_hash(month)) from month_issue"), "t")

    @check("months: hours of more than 100 days ago are dropped, their sums stay")
    def _():
        old = first_of(today.replace(day=1), 5)
        after = first_of(this, 4)
        for parent in ("report", "cell_hour", "measure_hour"):
            place.sql(f"set role congchao_owner; create table {parent}_{old:%Y%m} partition of {parent} for values from "
                      f"('{old} 00:00Z') to ('{after} 00:00Z'); reset role")
        old += datetime.timedelta(days=1)  # the first one begins in the month before, in Vietnam
        place.sql(f"insert into cell_hour values ('{one.site}', '{old} 05:00Z', 'wifi', 'citizen', 'vi', 7,0,0,0,0,0,0);"
                  f"insert into report select site_id, '{old} 05:00Z', rev, digest, '{old} 06:00Z', 0, 0, 0, standing, "
                  f"key_ver, instance, settled, sw from report where site_id = '{one.site}' limit 1;"
                  f"insert into dirty values ('{one.site}', '{old}')")
        equal(place.do("retain"), "", "a day that waits to be summed")
        place.sql("select roll()")
        equal(place.do("retain"), "", "a day of its place that waits to be summed")
        place.do("roll")

        def sums_of():
            return place.sql("".join(f"select shown from {name} where day = '{old}';"
                                     for name in ("site_day", "cell_day", "area_day", "area_hour", "total_day")))
        sums = sums_of()
        equal(sums.split(), ["7"] * 5)
        equal(place.do("retain").split(), [word for parent in ("report", "measure_hour", "cell_hour")
                                           for word in ("dropped", f"{parent}_{old:%Y%m}")])
        place.sql(f"insert into dirty values ('{one.site}', '{old}'); "
                  f"insert into dirty_area select area_id, '{old}' from site where site_id = '{one.site}'")
        place.do("roll")
        equal(sums_of(), sums, "after the hours are gone")
        done = place.command("site", "exclude", one.site, str(old), str(old), "too late for that")
        assert done.returncode == 1 and "not kept" in done.stderr, done.stderr

    @check("months: partitions are there for 60 days back and two months ahead; retain makes what is missing")
    def _():
        ahead = first_of((this + datetime.timedelta(days=63)).replace(day=1))
        place.sql(f"drop table report_{ahead:%Y%m}")
        place.do("retain")
        for day in (today - datetime.timedelta(days=60), ahead):
            equal(place.sql(f"select count(*) from pg_class where relname = 'report_{day:%Y%m}'"), "1")
        assert place.metric("congchao_partitions_months_ahead") >= 2

    @check("months: old evidence and old codes go")
    def _():
        one.send({"v": 1})
        place.sql("update quarantine set last_at = now() - interval '401 days';"
                  "update enrol_code set expires_at = now() - interval '401 days'")
        place.do("retain")
        equal(place.sql("select (select count(*) from quarantine), (select count(*) from enrol_code)"), "0|0")

    @check("months: no public count under 10, and none that a subtraction would give")
    def _():
        def suppressed(*values):
            return place.sql(f"select public_suppress(array{list(values)}::bigint[])")
        equal(suppressed(10, 20, 30), "{10,20,30}")
        equal(suppressed(9, 20, 30), "{NULL,NULL,30}")
        equal(suppressed(9, 3, 30), "{NULL,NULL,30}")
        equal(suppressed(9), "{NULL}")
        equal(suppressed(9, 10), "{NULL,NULL}")
        equal(suppressed(0, 10, 11, 10), "{NULL,NULL,11,10}")
        # Two that are 7 together are no more to be found than one.
        equal(suppressed(30, 3, 4, 40), "{NULL,NULL,NULL,40}")
        equal(suppressed(0, 0, 50), "{NULL,NULL,NULL}")
        two = place.site(area="cao-bang")
        yesterday = 26
        two.send(report(two.site, hour(yesterday), cells=[
            cell(aud="citizen", shown=100), cell(aud="press_leader", shown=4), cell(aud="civil_servant", shown=50)]))
        place.do("roll")
        rows = place.sql("select dimension, name, value from v_public where counter = 'shown' and provisional "
                         f"and month = date_trunc('month', day_of('{hour(yesterday)}')::timestamp)").splitlines()
        assert "audience|press_leader|" in rows and "audience|civil_servant|" in rows, rows
        assert any(row.startswith("audience|citizen|1") for row in rows), rows
        smallest = place.sql("select min(value) from v_public")
        assert int(smallest) >= 10, smallest

    @check("months: only what 400 answers stand behind is public of learning")
    def _():
        equal(place.sql("select count(*) from v_public_learning where n < 400"), "0")
        day = today - datetime.timedelta(days=1)

        def published(*pairs):
            """Of so many pairs of each audience."""
            rows = ", ".join(f"('{day}', '{audience}', 'vi', 'x', 'pair/right/wrong', 0, {n})" for audience, n in pairs)
            place.sql("delete from total_measure where event like 'pair%'; insert into total_measure (day, audience, "
                      f"lang, item, event, state, n) values {rows}")
            return place.sql("select audience from v_public_learning where measure = 'gain' order by n").split()

        equal(published(("citizen", 900), ("civil_servant", 500)), ["civil_servant", "citizen", "all"])
        # 12 would be what all have more than these two.
        equal(published(("citizen", 900), ("civil_servant", 500), ("press_leader", 12)), ["citizen", "all"])
        place.sql("delete from total_measure where event like 'pair%'")
