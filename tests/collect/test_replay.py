"""Every row of the replay table: what comes twice, late, too early, or contradicts itself."""
import json
import time

from gateway import cell, digest_of, dumps, hour, measure, report, sign
from place import check, equal


def codes(answer):
    return [one["code"] for one in answer["results"]]


def tests(place):
    one = place.site()
    first = report(one.site, hour(5), cells=[cell(shown=4, answered=3, right=2, acknowledged=2, released=2),
                                             cell(lang="en", shown=1)],
                   measures=[measure("CIT-OTP-A.1", "answer/pre/b/calm", 3)])

    @check("replay: a new report is stored and answered with its digest")
    def _():
        status, headers, answer = one.send(first)
        equal(status, 200)
        equal(answer, {"results": [{"period": first["period"], "code": 0, "result": "new", "rev": 1,
                                    "digest": digest_of(first)}]})
        assert headers["Cache-Control"] == "no-store" and headers["Date"]
        equal(place.sql(f"select sum(shown), sum(\"right\") from cell_hour where site_id = '{one.site}'"), "5|2")

    @check("replay: the same revision and digest changes nothing: 1, 200")
    def _():
        before = place.stored(one.site)
        status, _, answer = one.send(first)
        equal((status, codes(answer), answer["results"][0]["digest"]), (200, [1], digest_of(first)))
        equal(place.stored(one.site), before)

    @check("replay: the same request byte by byte is harmless")
    def _():
        body = dumps([first]).encode()
        headers = sign(one.key, one.site, one.version, one.url.path + "/v1/reports", body)
        before = place.everything()
        for _ in range(3):
            equal(one.request("/v1/reports", body, headers)[0], 200)
        equal(place.everything(), before)

    @check("replay: the same revision with other counts is refused, kept and flagged: 3, 409")
    def _():
        other = {**first, "cells": [cell(shown=9)]}
        before = place.stored(one.site).replace("|16\n", "|80\n", 1)
        for times in (1, 2):
            status, _, answer = one.send(other)
            equal((status, codes(answer)), (409, [3]))
            equal(answer["results"][0]["digest"], digest_of(first))
            equal(place.sql("select code, times, body from quarantine where site_id = "
                            f"'{one.site}'"), f"3|{times}|{dumps(other)}")
        equal(place.stored(one.site), before)

    @check("replay: a higher revision replaces every row of the hour: 4, 200")
    def _():
        newer = report(one.site, first["period"], 3, [cell(lang="en", shown=7)],
                       [measure("CIT-APK-A.1", "answer/post/a/slow", 1)])
        status, _, answer = one.send(newer)
        equal((status, codes(answer), answer["results"][0]["rev"]), (200, [4], 3))
        equal(place.sql(f"select zone, lang, shown from cell_hour where site_id = '{one.site}'"), "wifi|en|7")
        equal(place.sql(f"select item, n from measure_hour where site_id = '{one.site}'"), "CIT-APK-A.1|1")
        first.update(newer)

    @check("replay: a lower revision is ignored and told what is stored: 2, 200")
    def _():
        before = place.stored(one.site)
        status, _, answer = one.send({**first, "rev": 2, "cells": []})
        equal((status, codes(answer)), (200, [2]))
        equal((answer["results"][0]["rev"], answer["results"][0]["digest"]), (3, digest_of(first)))
        equal(place.stored(one.site), before)

    @check("replay: an empty hour is stored as one in which nobody came")
    def _():
        equal(codes(one.send(report(one.site, hour(6)))[2]), [0])
        equal(place.sql(f"select count(*) from report where site_id = '{one.site}'"), "2")

    def refused(name, code, reason, **changes):
        @check(f"replay: {name}: {code}, 422")
        def _():
            before = place.stored(one.site)
            status, _, answer = one.send({**report(one.site, hour(7)), **changes})
            equal((status, codes(answer)), (422, [code]))
            assert reason in answer["results"][0]["reason"], answer
            equal(place.stored(one.site), before)
            kept = place.sql(f"select code, reason, body from quarantine where site_id = '{one.site}' "
                             "order by first_at desc, last_at desc limit 1").split("|", 2)
            equal(kept[:2], [str(code), answer["results"][0]["reason"]])
            assert json.loads(kept[2])["site"], kept

    refused("an hour that lies ahead", 11, "future", period=hour(-2))
    refused("a time that is not on the hour", 11, "period", period=hour(7).replace(":00:00Z", ":30:00Z"))
    refused("a day that does not exist", 11, "period", period="2026-02-30T08:00:00Z")
    refused("the 24th hour, which is the next day's first", 11, "period", period=hour(30)[:11] + "24:00:00Z")
    refused("an hour in local time", 11, "period", period=hour(7).replace("Z", "+07:00"))
    refused("another site than the key's", 11, "site", site="t-9999")
    refused("an hour of more than 60 days ago", 12, "60 days", period=hour(24 * 61))
    refused("an hour that has not ended", 11, "final", final=False)

    @check("replay: 15 minutes ahead is not the future yet, 16 are")
    def _():
        equal(place.sql("select is_future('2026-01-01 08:00Z', '2026-01-01 07:45Z'), "
                        "is_future('2026-01-01 08:00Z', '2026-01-01 07:44Z')"), "f|t")

    @check("replay: late but within 60 days is stored with how late, and its day is to be summed")
    def _():
        place.sql("delete from dirty")
        equal(codes(one.send(report(one.site, hour(24 * 59), cells=[cell(shown=1)]))[2]), [0])
        equal(place.sql(f"select late_h from report where site_id = '{one.site}' order by period limit 1"),
              str(24 * 59 - 1))
        assert place.sql(f"select count(*) from dirty where site_id = '{one.site}'") in ("1", "2")

    @check("replay: a gateway's wrong clock is no reason to refuse; it is stored and flagged")
    def _():
        status, _, answer = one.send(report(one.site, hour(8)), created=1)
        equal((status, codes(answer)), (200, [0]))
        skew, flags = place.sql(f"select skew_s, flags from report where site_id = '{one.site}' and period = "
                                f"'{hour(8)}'").split("|")
        assert abs(int(skew) + time.time()) < 60 and int(flags) & 4, (skew, flags)
        equal(one.send(report(one.site, hour(9)), created=99999999999)[0], 200)

    @check("replay: each report of a batch stands alone, answered in order")
    def _():
        batch = [report(one.site, hour(20)), {"v": 1}, report(one.site, hour(19), cells=[cell(shown=-1)]),
                 report(one.site, first["period"], 3, [cell(shown=99)]), report(one.site, hour(18))]
        status, _, answer = one.send(*batch)
        equal((status, codes(answer)), (409, [0, 11, 11, 3, 0]))
        equal([r["period"] for r in answer["results"]],
              [hour(20), None, hour(19), first["period"], hour(18)])
        equal(place.sql(f"select count(*) from report where site_id = '{one.site}' and period in "
                        f"('{hour(20)}', '{hour(19)}', '{hour(18)}')"), "2")

    @check("replay: 48 reports in one request")
    def _():
        two = place.site()
        status, _, answer = two.send(*(report(two.site, hour(60 - i)) for i in range(48)))
        equal((status, codes(answer)), (200, [0] * 48))

    @check("replay: evidence of a gateway gone mad is bounded")
    def _():
        two = place.site()
        for part in range(5):
            two.send(*({"v": 1, "n": part * 48 + i} for i in range(48)))
        equal(place.sql(f"select count(*) from quarantine where site_id = '{two.site}'"), "200")
