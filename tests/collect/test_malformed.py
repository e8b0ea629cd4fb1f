"""What is no report: its exact answer, and nothing stored."""
import http.client
import json
import random

try:
    import jsonschema
except ImportError:
    jsonschema = None

from gateway import cell, dumps, hour, measure, report
from place import PREFIX, TREE, check, equal, say, status_of

DEEP = 9


def unlike(one, path, value):
    """one with another value at a path; value Ellipsis: without it."""
    copy = json.loads(json.dumps(one))
    at = copy
    for step in path[:-1]:
        at = at[step]
    if value is ...:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return copy


def tests(place):
    one, two = place.site(), place.site()
    good = report(one.site, hour(4), cells=[cell(shown=1)],
                  measures=[measure("CIT-OTP-A.1", "answer/pre/b/calm", 3)])

    def malformed(name, body, status=422, error=None, path="/v1/reports"):
        @check(f"malformed: {name}: {status}, nothing stored")
        def _():
            before = place.everything()
            got, _, answer = one.post(path, body)
            equal(got, status, answer)
            if error:
                equal(answer, {"error": error})
            equal(place.everything(), before)

    json_error, list_error = "expected JSON", "expected a list of 1 to 48 reports"
    malformed("nothing", b"", error=json_error)
    malformed("blanks", b"   \n", error=json_error)
    malformed("garbage", b"\x01\x02}{][", error=json_error)
    malformed("a report cut off", dumps([good]).encode()[:-9], error=json_error)
    malformed("two documents", b"[{}][{}]", error=json_error)
    malformed("a byte order mark", b"\xef\xbb\xbf[{}]", error=json_error)
    malformed("a NUL byte", dumps([good]).encode().replace(b"wifi", b"wi\0fi"),
              error="a NUL byte, expected JSON")
    malformed("an escaped NUL", b'[{"v":"\\u0000"}]', error=json_error)
    malformed("half a surrogate", b'[{"v":"\\ud800"}]', error=json_error)
    malformed("a number that nothing can hold", b'[{"v":1e999999}]', error=json_error)
    for name, bad in (("a lone continuation", b"\x80"), ("an overlong slash", b"\xc0\xaf"),
                      ("an overlong slash in three bytes", b"\xe0\x80\xaf"), ("a surrogate", b"\xed\xa0\x80"),
                      ("beyond U+10FFFF", b"\xf4\x90\x80\x80"), ("a character cut off", b"\xe1\xba")):
        malformed(f"wrong UTF-8: {name}", b'["' + bad + b'"]', error="expected UTF-8")
    malformed("wrong UTF-8 at the very end", b"[{}]\xe1\xba", error="expected UTF-8")
    for open_, close in ((b"[", b"]"), (b'{"a":', b"}")):
        malformed(f"nested {DEEP} deep in {open_.decode()}", open_ * DEEP + b"1" + close * DEEP,
                  error="nested too deeply, expected at most 8 levels")
    malformed("30,000 open brackets", b"[" * 30000, error="nested too deeply, expected at most 8 levels")
    malformed("an object", b'{"results":[]}', error=list_error)
    malformed("a number", b"1", error=list_error)
    malformed("null", b"null", error=list_error)
    malformed("an empty list", b"[]", error=list_error)
    malformed("a list of numbers", b"[1,2]", error=list_error)
    malformed("a list with one number", dumps([good, 1]).encode(), error=list_error)
    malformed("49 reports", dumps([good] * 49).encode(), error=list_error)
    malformed("70 kB", b"[" + b" " * 70000 + b"]", 413,
              error="too large, expected at most 64 KiB")
    malformed("64 KiB and one byte", b" " * 65537, 413, error="too large, expected at most 64 KiB")
    malformed("rotation without an instance", b"{}", 422, "expected instance", "/v1/rotate")
    malformed("rotation with an instance that is none", b'{"instance":"x"}', 422, "expected instance",
              "/v1/rotate")

    @check("malformed: brackets in a text are no levels, and 64 KiB are not too much")
    def _():
        text = "[" * 20 + '\\"' + "{" * 20
        body = dumps([report(one.site, hour(50), note=text)]).encode()
        equal(one.post("/v1/reports", body + b" " * (65536 - len(body)))[0], 200)

    with open(f"{TREE}/etc/report.schema.json", encoding="utf-8") as file:
        schema = json.load(file)
    if jsonschema:
        validator = jsonschema.Draft202012Validator(schema)
    else:
        say("skip", "malformed: the JSON schema", "no python3-jsonschema here (scripts/deps test)")

    def fits(*reports):
        """Whether the schema says so, too; what it cannot say is in `beyond`."""
        return validator.is_valid(list(reports)) if jsonschema else None

    @check("malformed: the JSON schema is one, and the reports that are stored fit it")
    def _():
        if not jsonschema:
            return
        jsonschema.Draft202012Validator.check_schema(schema)
        validator.validate([good])
        validator.validate([report("a", hour(2)), unlike(good, ["health"], ...)])
        assert not fits() and not fits(*[good] * 49) and not validator.is_valid(good)

    def refused(name, path, value, reason, beyond=False):
        @check(f"malformed: {name}: the schema does not fit it")
        def _():
            assert beyond or fits(unlike(good, path, value)) in (False, None)

        @check(f"malformed: {name}: refused with its reason, nothing stored")
        def _():
            before = place.stored(one.site)
            status, _, answer = one.send(unlike(good, path, value))
            equal((status, answer["results"][0]["code"]), (422, 11), answer)
            assert reason in answer["results"][0]["reason"], answer
            equal(place.stored(one.site), before)

    for field in ("v", "site", "period", "len", "rev", "final", "sw", "instance", "cells", "measures"):
        refused(f"no {field}", [field], ..., f"{field}: expected")
        refused(f"{field} is null", [field], None, f"{field}: expected")
    refused("no clk.settled", ["clk", "settled"], ..., "clk.settled")
    refused("v is 2", ["v"], 2, "v: expected 1")
    refused("v is a text", ["v"], "1", "v: expected 1")
    refused("len is 60", ["len"], 60, "len")
    refused("rev is 0", ["rev"], 0, "rev")
    refused("rev is a fraction", ["rev"], 1.5, "rev")
    refused("rev overflows", ["rev"], 2 ** 31, "rev")
    refused("instance in upper case", ["instance"], "A" * 32, "instance")
    refused("health.unsent is negative", ["health", "unsent"], -1, "health.unsent")
    refused("cells is an object", ["cells"], {}, "cells: expected a list")
    refused("a cell is a number", ["cells"], [1], "cells")
    for field in good["cells"][0]:
        refused(f"a cell without {field}", ["cells", 0, field], ..., "cells: a field")
    for field in ("shown", "answered", "right", "acknowledged", "released", "deferred", "returned"):
        refused(f"{field} is negative", ["cells", 0, field], -1, "cells: a field")
        refused(f"{field} overflows", ["cells", 0, field], 2 ** 31, "cells: a field")
    refused("a counter of a thousand digits", ["cells", 0, "shown"], 10 ** 1000, "cells: a field")
    refused("a counter that is a fraction", ["cells", 0, "shown"], 1.5, "cells: a field")
    refused("a counter of 1.0", ["cells", 0, "shown"], 1.0, "cells: a field", beyond=True)
    refused("a revision of 1.0", ["rev"], 1.0, "rev", beyond=True)
    refused("a measure of 1.0", ["measures", 0, "n"], 1.0, "measures: a field", beyond=True)
    refused("a length of 3600.0", ["len"], 3600.0, "len", beyond=True)
    refused("a counter that is a text", ["cells", 0, "shown"], "1", "cells: a field")
    refused("a counter that is true", ["cells", 0, "shown"], True, "cells: a field")
    refused("an unknown audience", ["cells", 0, "aud"], "public", "cells: unknown audience")
    refused("an empty audience", ["cells", 0, "aud"], "", "cells: a field")
    refused("a language that is none", ["cells", 0, "lang"], "vi'; drop table report; --", "cells: a field")
    refused("a language of four letters", ["cells", 0, "lang"], "viet", "cells: a field")
    refused("a language of one letter", ["cells", 0, "lang"], "v", "cells: a field")
    refused("a zone of 33 characters", ["cells", 0, "zone"], "z" * 33, "cells: a field")
    refused("an item of 64 characters", ["measures", 0, "item"], "A" * 64 + ".1", "measures: a field")
    refused("an item's revision of six digits", ["measures", 0, "item"], "A.100000", "measures: a field")
    refused("an item's revision of 0", ["measures", 0, "item"], "A.0", "measures: a field")
    refused("an item with a line's end", ["measures", 0, "item"], "A.1\n", "measures: a field", beyond=True)
    refused("a number of 19 digits", ["cells", 0, "shown"], 10 ** 18, "cells: a field")
    refused("the same cell twice", ["cells"], [cell(shown=1), cell(shown=2)], "cells: the same one twice",
            beyond=True)
    for field in good["measures"][0]:
        refused(f"a measure without {field}", ["measures", 0, field], ..., "measures: a field")
    refused("a measure of 0", ["measures", 0, "n"], 0, "measures: a field")
    refused("a measure that overflows", ["measures", 0, "n"], 2 ** 31, "measures: a field")
    refused("an unknown audience of a measure", ["measures", 0, "aud"], "all", "measures: unknown audience")
    refused("an unknown event", ["measures", 0, "event"], "answer/pre/e/calm", "measures: unknown event")
    refused("an item that is none", ["measures", 0, "item"], "A.1; --", "measures: a field")
    refused("the same measure twice", ["measures"], good["measures"] * 2, "measures: the same one twice")

    @check("malformed: unknown fields are ignored, wherever they are")
    def _():
        more = report(one.site, hour(40), cells=[{**cell(shown=1), "x": [1]}], x={"y": None},
                      measures=[{**good["measures"][0], "z": "…"}])
        equal(one.send(more)[0], 200)

    @check("malformed: an unknown question is stored and flagged, never lost")
    def _():
        new = report(one.site, hour(41), measures=[measure("NEW-Q-Z.7", "answer/control/d/slow", 2)])
        equal(one.send(new)[0], 200)
        equal(place.sql(f"select m.item, n, flags from measure_hour m join report using (site_id, period) "
                        f"where site_id = '{one.site}' and period = '{hour(41)}'"), "NEW-Q-Z.7|2|16")

    @check("malformed: the database knows the same measures as src/common/measure.c")
    def _():
        roles = ("pre", "post", "only", "control", "other", "review3", "review10", "review24")
        events = [f"answer/{role}/{option}/{time}" for role in roles for option in "abcd"
                  for time in ("fast", "calm", "slow")]
        events += [f"rest/{v}/{n}" for v in ("wrong", "right") for n in range(3)]
        events += [f"pair/{v}/{w}" for v in ("wrong", "right") for w in ("wrong", "right")]
        equal(len(events), 8 * 4 * 3 + 2 * 3 + 2 * 2)  # MEASURE_CODE__MAX
        known = ",".join(f"'{event}'" for event in events)
        equal(place.sql(f"select count(*) from unnest(array[{known}]) e where is_measure(e)"), str(len(events)))
        equal(place.sql("select count(*) from unnest(array['shown', 'answer/pre/b', 'answer/pre/b/calm/x', "
                        "'rest/right/3', 'pair/right', '', E'answer/pre/b/calm\\n']) e where is_measure(e)"), "0")

    @check("malformed: of 150 strange batches none is a 503, and what is refused is not stored")
    def _():
        rng = random.Random(29)
        strange = (None, True, -1, 0, 1, 1.0, 1e300, 10 ** 30, "", "\u00e9", "x" * 300, "1", [], [[]], {}, {"a": 1},
                   "2026-13-01T00:00:00Z", "9999-99-99T99:00:00Z", "2026-02-29T24:00:00Z", [None], [True], [{}],
                   "'", "\\", "%s", "NaN", "Infinity", "\n", ...)
        paths = [(f,) for f in good] + [("cells", 0, f) for f in good["cells"][0]] + \
            [("measures", 0, f) for f in good["measures"][0]] + [("clk", "settled"), ("health", "unsent"),
                                                                ("health", "oldest_unsent"), ("cells", 0), ("measures", 0)]
        for _ in range(150):
            batch = []
            for ago in rng.sample(range(3, 90), 3):
                strangely = {**good, "period": hour(ago), "rev": rng.randint(1, 9)}
                for path in rng.sample(paths, rng.randint(1, 3)):
                    try:
                        strangely = unlike(strangely, path, rng.choice(strange))
                    except (KeyError, IndexError, TypeError):
                        pass
                batch.append(strangely)
            before = place.sql(f"select count(*) from report where site_id = '{two.site}'")
            status, _, answer = two.send(*batch)
            assert status in (200, 409, 422), (status, answer, batch)
            new = [said["code"] for said in answer["results"]].count(0)
            equal(place.sql(f"select count(*) from report where site_id = '{two.site}'"), str(int(before) + new))

    def spoken(name, text, status):
        @check(f"malformed: {name}: {status}, nothing stored")
        def _():
            before = place.everything()
            equal(status_of(place.raw(text.replace("\n", "\r\n").encode())), status)
            equal(place.everything(), before)

    head = f"POST {PREFIX}/v1/reports HTTP/1.1\nHost: x\nConnection: close\n"
    spoken("no Content-Length", f"{head}\n", 411)
    spoken("chunks", f"{head}Transfer-Encoding: chunked\n\n0\n\n", 411)
    spoken("a length of 20 digits", f"{head}Content-Length: 99999999999999999999\n\n", 413)
    spoken("GET", head.replace("POST", "GET") + "\n", 405)
    spoken("PUT", head.replace("POST", "PUT") + "Content-Length: 0\n\n", 405)
    spoken("another address", head.replace("/v1/reports", "/v1/report") + "Content-Length: 0\n\n", 404)
    spoken("the address without its prefix", head.replace(PREFIX, "") + "Content-Length: 0\n\n", 404)
    spoken("a way up", head.replace("/v1/reports", "/../v1/reports") + "Content-Length: 0\n\n", 404)

    @check("malformed: no HTTP at all is closed")
    def _():
        assert status_of(place.raw(b"\x16\x03\x01\r\n\r\n")) in (0, 400)

    @check("malformed: a request that stops in the middle stores nothing and holds nobody up")
    def _():
        before = place.everything()
        half = http.client.HTTPConnection("127.0.0.1", place.port, timeout=10)
        half.putrequest("POST", f"{PREFIX}/v1/reports")
        half.putheader("Content-Length", "100")
        half.endheaders(b"[{")
        equal(one.send(good)[0], 200)
        half.close()
        assert place.everything() != before

    @check("malformed: nothing of a body is in the log, and no key")
    def _():
        log = place.log()
        for secret in (one.key.hex(), "drop table", '"cells"', "NEW-Q-Z"):
            assert secret not in log, secret
        assert all(32 <= ord(c) < 127 or c == "\n" for c in log), "a line that a terminal would obey"
