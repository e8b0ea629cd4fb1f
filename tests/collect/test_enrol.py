"""How a gateway comes by its key, and how it loses it."""
import threading

from gateway import INSTANCE, Gateway, cell, dumps, enrol, hour, report
from place import check, equal, wait_for

OTHER = "fedcba9876543210fedcba9876543210"


def tests(place):
    url = place.local()
    used = {"from": 0}

    def somewhere():
        """An address that has not tried anything yet."""
        used["from"] += 1
        return {"X-Forwarded-For": f"203.0.113.{used['from']}"}

    def new_site():
        place.sites += 1
        name = f"e-{place.sites:04d}"
        place.do("site", "add", name, "Nhà văn hoá", "cao-bang")
        return name

    def gateway_of(answer):
        return Gateway(url, answer["site"], answer["key_version"], bytes.fromhex(answer["key"]))

    def meanwhile(text, request):
        """The answer to a request that comes while a transaction that has done text is open."""
        answers = []
        asking = threading.Thread(target=lambda: answers.append(request()))
        with place.cluster.session(text) as psql:
            asking.start()
            wait_for("the request waits for the site", lambda: place.sql(
                "select count(*) from pg_stat_activity where wait_event_type = 'Lock'") == "1")
            psql.stdin.write("commit;\n")
        asking.join(30)
        return answers[0]

    @check("enrol: a code becomes a key, once; the site is pending until it is approved")
    def _():
        site = new_site()
        code = place.code(site)
        assert len(code) == 9 and code[4] == "-", code
        status, headers, answer = enrol(url, code)
        equal(status, 200)
        equal(headers["Cache-Control"], "no-store")
        equal({**answer, "key": len(answer["key"])},
              {"site": site, "key_version": 1, "key": 64, "url": place.url})
        one = gateway_of(answer)
        equal(one.send(report(site, hour(3), cells=[cell(shown=5)]))[0], 200)
        place.do("roll")
        equal(place.sql(f"select status, (select sum(shown) from cell_day where site_id = '{site}' and state < 2) "
                        f"from site where site_id = '{site}'"), "pending|")
        place.do("site", "approve", site)
        place.do("roll")
        equal(place.sql(f"select sum(shown) from cell_day where site_id = '{site}' and state < 2"), "5")
        equal(enrol(url, code, OTHER, **somewhere())[0], 403)

    @check("enrol: typed badly it is the same code")
    def _():
        site = new_site()
        code = place.code(site)
        typed = " " + code.lower().replace("-", "").replace("0", "o").replace("1", "l") + "- "
        equal(enrol(url, typed)[0], 200, (code, typed))

    @check("enrol: a gateway that has not had the answer may ask again, another may not")
    def _():
        code = place.code(new_site())
        first, again = enrol(url, code), enrol(url, code)
        equal((again[0], again[2]), (200, first[2]))
        equal(enrol(url, code, OTHER, **somewhere())[0], 403)

    @check("enrol: wrong, expired and replaced codes get the same answer")
    def _():
        site = new_site()
        old = place.code(site)
        answers = [enrol(url, old.translate(str.maketrans("0123", "3210")) + "Z", **somewhere())]
        answers.append(enrol(url, "AAAA-AAAA", **somewhere()))
        new = place.code(site)
        answers.append(enrol(url, old, **somewhere()))
        place.sql(f"update enrol_code set expires_at = now() where site_id = '{site}'")
        answers.append(enrol(url, new, **somewhere()))
        for status, _, answer in answers:
            equal((status, answer), (403, {"error": "this code is not valid"}))

    @check("enrol: after five wrong codes an address waits, others do not")
    def _():
        here, code = somewhere(), place.code(new_site())
        equal([enrol(url, "0000-0000", **here)[0] for _ in range(5)], [403] * 5)
        status, headers, answer = enrol(url, code, **here)
        equal((status, headers["Retry-After"]), (429, "3600"), answer)
        # What a stranger puts in front is not believed: the last one is the server's own.
        forged = {"X-Forwarded-For": "198.51.100.7, " + here["X-Forwarded-For"]}
        equal(enrol(url, code, **forged)[0], 429)
        equal(enrol(url, code, **somewhere())[0], 200)
        place.sql("update enrol_try set at = at - interval '61 minutes'")
        equal(enrol(url, "0000-0000", **here)[0], 403)

    @check("enrol: what is no enrolment is refused: 422")
    def _():
        one = Gateway(url, "", 0, b"")
        for body in (b"", b"[]", b"{}", b'{"code":"AAAA-AAAA"}', b'{"code":"AAAA-AAAA","instance":"x","sw":"1"}',
                     b'{"code":1,"instance":"' + OTHER.encode() + b'","sw":"1"}',
                     b'{"code":"A","code":"B","instance":"' + OTHER.encode() + b'","sw":"1"}',
                     b'{"code":"AAAA-AAAA","instance":"' + OTHER.encode() + b'","sw":"' + b"1" * 40 + b'"}',
                     b'{"code":"AAAA-AAAA","instance":"' + OTHER.encode() + b'","sw":"1"} x',
                     b'{"code":"\\u0041","instance":"' + OTHER.encode() + b'","sw":"1"}'):
            equal(one.request("/v1/enrol", body, somewhere())[0], 422, body)

    @check("enrol: neither a code nor a key nor an address is in the database")
    def _():
        site, here = new_site(), somewhere()
        code = place.code(site)
        enrol(url, "0000-0000", **here)
        equal(enrol(url, code, **here)[0], 200)
        dump = place.sql("select c from enrol_code c; select t from enrol_try t; select s from site s; "
                         "select e from site_event e").lower()
        key = next(line for line in open(f"{place.folder}/collect.key", encoding="ascii"))
        for secret in (code.lower(), code.replace("-", "").lower(), here["X-Forwarded-For"], key.strip()):
            assert secret not in dump, secret

    @check("enrol: a new gateway on an old site: the old key is void at once, the old hours still count")
    def _():
        site = new_site()
        old = place.enrol(site)
        place.do("site", "approve", site)
        equal(old.send(report(site, hour(5), cells=[cell(shown=3)]))[0], 200)
        new = place.enrol(site, OTHER)
        equal((new.version, old.send(report(site, hour(4)))[0]), (2, 401))
        equal(new.send(report(site, hour(4), cells=[cell(shown=10)], instance=OTHER))[0], 200)
        place.do("roll")
        equal(place.sql(f"select state, shown from cell_day where site_id = '{site}' order by state"),
              "0|3\n2|10")
        place.do("site", "approve", site)
        place.do("roll")
        equal(place.sql(f"select state, shown from cell_day where site_id = '{site}'"), "0|13")

    @check("enrol: rotation gives the next key; who has not had the answer gets it again")
    def _():
        one = place.enrol(new_site())
        body = dumps({"instance": "0" * 32}).encode()
        first, again = one.post("/v1/rotate", body), one.post("/v1/rotate", body)
        equal((first[0], first[2]["key_version"], again[2]), (200, 2, first[2]))
        new = Gateway(url, one.site, 2, bytes.fromhex(first[2]["key"]))
        equal((new.send(report(one.site, hour(3)))[0], one.send(report(one.site, hour(4)))[0]), (200, 200))
        days = place.sql(f"select round(extract(epoch from prev_until - now()) / 86400) from site "
                         f"where site_id = '{one.site}'")
        equal(days, "14")
        status, headers, _ = new.post("/v1/rotate", body)
        equal((status, headers["Retry-After"]), (429, "3600"))
        place.sql(f"update site set prev_until = now() + interval '13 days' where site_id = '{one.site}'")
        equal(new.post("/v1/rotate", body)[2]["key_version"], 3)

    @check("enrol: a key that becomes void while it asks for the next one gets none: 401")
    def _():
        one = place.site()
        status, _, answer = meanwhile(
            f"update site set key_ver = key_ver + 1, prev_key_ver = null where site_id = '{one.site}'",
            lambda: one.post("/v1/rotate", dumps({"instance": INSTANCE}).encode()))
        equal((status, "key" in answer), (401, False))

    @check("enrol: a second instance on one site is flagged")
    def _():
        one = place.enrol(new_site())
        equal(one.send(report(one.site, hour(3)), report(one.site, hour(2), instance=OTHER))[0], 200)
        equal(place.sql(f"select flags & 32 from report where site_id = '{one.site}' order by period"), "0\n32")

    @check("enrol: what comes in the moment of the approval is counted, of a revocation refused")
    def _():
        one = place.site(status="pending")
        sent = report(one.site, hour(3), cells=[cell(shown=5)])
        equal(meanwhile(f"select site_status('{one.site}', 'active')", lambda: one.send(sent))[0], 200)
        place.do("roll")
        equal(place.sql(f"select state, shown from cell_day where site_id = '{one.site}'"), "0|5")
        sent = report(one.site, hour(4), cells=[cell(shown=5)])
        equal(meanwhile(f"select site_status('{one.site}', 'revoked')", lambda: one.send(sent))[0], 401)
        equal(place.sql(f"select count(*) from report where site_id = '{one.site}'"), "1")

    @check("enrol: what was done to a site, and by whom, is written down")
    def _():
        site = new_site()
        place.enrol(site)
        for words in (("approve", site), ("suspend", site, "two gateways"), ("approve", site), ("revoke", site)):
            place.do("site", *words)
        equal(place.sql(f"select what, who, note from site_event where site_id = '{site}' order by event_id"),
              "add|games|\ncode|games|\nenrol|gateway|version 0.1.0\nactive|games|\n"
              "suspended|games|two gateways\nactive|games|\nrevoked|games|")
