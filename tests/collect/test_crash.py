"""The database or the collector is killed in the middle: nothing confirmed is lost, nothing twice."""
import contextlib
import http.client
import random
import signal
import threading

from gateway import cell, dumps, hour, report
from place import check, equal, wait_for


class Sender(threading.Thread):
    """A gateway that sends hours again until they are confirmed, changing some of them."""

    def __init__(self, gateway, seed, done):
        super().__init__()
        self.gateway, self.done = gateway, done
        self.rng = random.Random(seed)
        self.truth, self.confirmed, self.wrong, self.sent = {}, {}, None, 0

    def run(self):
        try:
            while not self.done.is_set():
                self.turn()
        except Exception as problem:  # pylint: disable=broad-except
            self.wrong = f"{type(problem).__name__}: {problem}"

    def turn(self):
        for ago in self.rng.sample(range(3, 40), 3):
            rev = self.truth.get(hour(ago), (0, 0))[0] + 1
            self.truth[hour(ago)] = (rev, self.rng.randint(0, 1000))
        self.send()

    def send(self):
        """Everything that is not confirmed; True when all of it is, now."""
        open_ = [(p, *now) for p, now in sorted(self.truth.items()) if self.confirmed.get(p) != now]
        if not open_:
            return True
        batch = [report(self.gateway.site, p, rev, [cell(shown=n, deferred=rev)]) for p, rev, n in open_]
        with contextlib.suppress(OSError, http.client.HTTPException):
            status, _, answer = self.gateway.send(*batch)
            self.sent += 1
            if status == 503:
                return False
            assert status == 200, (status, answer)
            for (p, rev, n), said in zip(open_, answer["results"]):
                assert (said["period"], said["rev"]) == (p, rev), said
                self.confirmed[p] = (rev, n)
            return True
        return False


def tests(place):
    def chaos(name, breaks):
        @check(name)
        def _():
            done = threading.Event()
            senders = [Sender(place.site(), seed, done) for seed in range(3)]
            for one in senders:
                one.start()
            try:
                for _ in range(3):
                    before = sum(one.sent for one in senders)
                    wait_for("requests", lambda n=before: sum(one.sent for one in senders) > n + 10)
                    breaks()
            finally:
                done.set()
                for one in senders:
                    one.join()
            equal([one.wrong for one in senders], [None] * 3)
            for one in senders:
                # Before anything is sent again: what was confirmed is there.
                stored = {row.split("|")[0]: (int(row.split("|")[1]), int(row.split("|")[2]))
                          for row in rows_of(place, one.gateway.site)}
                for period, (rev, n) in one.confirmed.items():
                    assert stored[period][0] >= rev, f"{period}: confirmed {rev}, stored {stored[period]}"
                    assert stored[period][0] > rev or stored[period][1] == n, period
                wait_for("confirmation of the rest", one.send)
                equal(rows_of(place, one.gateway.site),
                      [f"{p}|{rev}|{n}|{rev}" for p, (rev, n) in sorted(one.truth.items())])

    def database():
        place.cluster.stop("immediate")
        place.wait_up(0)
        place.cluster.start()
        place.wait_up()

    def collector():
        place.stop(signal.SIGKILL)
        place.start()

    chaos("crash: PostgreSQL stopped immediately and restarted, three times, under load", database)
    chaos("crash: the collector killed and restarted, three times, under load", collector)

    @check("crash: without a database it is 503 with Retry-After, and /metrics says so")
    def _():
        one = place.site()
        place.cluster.stop("fast")
        place.wait_up(0)
        status, headers, answer = one.send(report(one.site, hour(3)))
        equal((status, headers["Retry-After"], answer), (503, "30", {"error": "try again later"}))
        equal(one.request("/v1/enrol", dumps({"code": "AAAA-AAAA", "instance": "0" * 32, "sw": "1"}).encode())[0],
              503)
        # Who has no key learns nothing about that.
        equal(one.send(report(one.site, hour(3)), key=b"x" * 32)[0], 401)
        place.cluster.start()
        place.wait_up()
        equal(one.send(report(one.site, hour(3)))[0], 200)

    @check("crash: a commit that failed is never answered as done")
    def _():
        one = place.site()
        # Deferred to COMMIT: the rows have been answered by then.
        place.sql("""create function refuse() returns trigger language plpgsql as $$ begin
            raise 'at the last moment'; end $$;
            create constraint trigger late after insert on site_seen deferrable initially deferred
            for each row execute function refuse()""")
        try:
            equal(one.send(report(one.site, hour(3)))[0], 503)
            equal(place.stored(one.site), "")
        finally:
            place.sql("drop trigger late on site_seen; drop function refuse()")
        equal(one.send(report(one.site, hour(3)))[0], 200)

    @check("crash: a database that starts later than the collector is found")
    def _():
        place.stop()
        place.cluster.stop("fast")
        before = len(place.log())
        place.start(wait=False)
        wait_for("that it has looked", lambda: "database: " in place.log()[before:])
        place.cluster.start()
        place.wait_up()

    @check("crash: it says once that the database is gone, and once that it is there")
    def _():
        before = place.log()
        database()
        new = place.log()[len(before):].splitlines()
        lines = [line for line in new if "database:" in line]
        equal(len(lines), 2, lines)
        assert lines[1].endswith("database: connected"), lines

    @check("crash: every line of the log is the collector's own")
    def _():
        place.sql("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'congchao-collect'")
        wait_for("that it sees it", lambda: place.log().count("database: connected") > 0)
        place.wait_up()
        strange = [line for line in place.log().splitlines() if not line.startswith("congchao-collect: ")]
        equal(strange, [])


def rows_of(place, site):
    return [row for row in place.sql(f"""
        select to_char(period at time zone 'UTC', 'YYYY-MM-DD"T"HH24:00:00"Z"'), rev, shown, deferred
        from report join cell_hour using (site_id, period) where site_id = '{site}' order by 1""").splitlines()]
