"""Many at once, and more than it takes."""
import concurrent.futures
import random

from gateway import cell, digest_of, hour, measure, report
from place import check, equal, wait_for


def at_once(calls):
    with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
        return [one.result() for one in [pool.submit(call) for call in calls]]


def tests(place):
    def code(answer):
        return answer[2]["results"][0]["code"]

    @check("crowd: the same report from 8 connections at once is stored once")
    def _():
        one = place.site()
        for ago in range(3, 13):
            same = report(one.site, hour(ago), cells=[cell(shown=ago)],
                          measures=[measure("CIT-OTP-A.1", "rest/right/1", 2)])
            answers = at_once([lambda: one.send(same)] * 8)
            equal(sorted(map(code, answers)), [0] + [1] * 7)
            equal({answer[2]["results"][0]["digest"] for answer in answers}, {digest_of(same)})
        equal(place.sql(f"select count(*), sum(shown) from cell_hour where site_id = '{one.site}'"), "10|75")

    @check("crowd: of 8 revisions at once the highest is what stays")
    def _():
        one = place.site()
        for ago in range(3, 8):
            versions = [report(one.site, hour(ago), rev, [cell(shown=rev)]) for rev in range(1, 9)]
            random.Random(ago).shuffle(versions)
            answers = at_once([lambda v=v: one.send(v) for v in versions])
            assert set(map(code, answers)) <= {0, 2, 4}, answers
        equal(place.sql(f"select rev, shown, count(*) from report join cell_hour using (site_id, period) "
                        f"where site_id = '{one.site}' group by 1, 2"), "8|8|5")

    @check("crowd: batches of the same hours in opposite order do not wait for each other for ever")
    def _():
        one = place.site()
        hours = [report(one.site, hour(ago), cells=[cell(shown=1)]) for ago in range(3, 33)]
        answers = at_once([lambda: one.send(*hours), lambda: one.send(*reversed(hours))] * 4)
        equal([answer[0] for answer in answers], [200] * 8)
        equal(place.sql(f"select count(*), sum(shown) from cell_hour where site_id = '{one.site}'"), "30|30")

    one = place.site()
    lock = f"select from site_seen where site_id = '{one.site}' for update"

    @check("crowd: a hundred requests over four connections to the database")
    def _():
        many = [place.site() for _ in range(10)]
        answers = at_once([lambda g=g, n=n: g.send(report(g.site, hour(n + 3), cells=[cell(shown=1)]))
                           for g in many for n in range(4)])
        equal({answer[0] for answer in answers}, {200})
        equal(place.sql("select count(*) from pg_stat_activity where application_name = 'congchao-collect'"), "4")

    def restart(more):
        place.stop()
        place.start(place.write_conf("small", more))

    one.send(report(one.site, hour(90)))
    restart('limits = { database = 1; queue = 2; answer_within = "60s"; };\n')

    @check("crowd: what is more than the queue takes is refused at once, 503 with Retry-After")
    def _():
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            with place.cluster.session(lock):
                sent = [pool.submit(one.send, report(one.site, hour(3 + i))) for i in range(6)]
                # One is at work, two wait; the others are answered while these are not.
                wait_for("three answers", lambda: sum(f.done() for f in sent) >= 3)
                done = [f.result() for f in sent if f.done()]
                equal([(status, headers["Retry-After"]) for status, headers, _ in done], [(503, "30")] * 3)
        equal(sorted(f.result()[0] for f in sent), [200] * 3 + [503] * 3)
        equal(place.sql(f"select count(*) from report where site_id = '{one.site}' and period > '{hour(80)}'"), "3")

    restart('limits = { answer_within = "1s"; };\n')

    @check("crowd: a statement that takes too long is given up, and nothing of it is stored")
    def _():
        before = place.stored(one.site)
        with place.cluster.session(lock):
            status, headers, answer = one.send(report(one.site, hour(50)))
        equal((status, headers["Retry-After"], answer), (503, "30", {"error": "try again later"}))
        equal(place.stored(one.site), before)
        equal(one.send(report(one.site, hour(50)))[0], 200)

    @check("crowd: more connections than there may be wait their turn")
    def _():
        restart("limits = { connections = 4; };\n")
        two = place.site()
        answers = at_once([lambda n=n: two.send(report(two.site, hour(n))) for n in range(3, 15)])
        equal({answer[0] for answer in answers}, {200})

    restart("")

    @check("crowd: asked to end it still answers what has begun")
    def _():
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            with place.cluster.session(lock):
                late = pool.submit(one.send, report(one.site, hour(60)))
                wait_for("the request", lambda: place.sql(
                    "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%ingest%'") == "1")
                place.process.terminate()
            equal(late.result(20)[0], 200)
        equal(place.process.wait(20), 0)
        place.process = None
        place.start()
        equal(code(one.send(report(one.site, hour(60)))), 1)
