"""Who may not speak: one answer for all of them, and nothing stored."""
import base64

from gateway import Gateway, cell, dumps, hour, report, sign
from place import PREFIX, check, equal

PATH = f"{PREFIX}/v1/reports"


def tests(place):
    one = place.site()
    good = report(one.site, hour(4), cells=[cell(shown=1)])
    body = dumps([good]).encode()
    headers = sign(one.key, one.site, one.version, PATH, body)
    answers = set()

    def denied(name, headers, body=body, path="/v1/reports", gateway=one):
        @check(f"denied: {name}: 401, nothing stored")
        def _():
            before, refused = place.everything(), place.metric('congchao_reports_total{result="denied"}')
            status, said, answer = gateway.request(path, body, headers)
            equal(status, 401, answer)
            equal(said["WWW-Authenticate"], "Signature")
            answers.add((dumps(answer), said["Content-Length"]))
            equal(place.everything(), before)
            equal(place.metric('congchao_reports_total{result="denied"}'), refused + 1)

    def signed(key=one.key, site=one.site, version=one.version, path=PATH):
        return sign(key, site, version, path, body)

    def changed(**parts):
        return {name: parts.get(name.replace("-", "_"), value) for name, value in headers.items()}

    def without(name):
        return {key: value for key, value in headers.items() if key != name}

    params = headers["Signature-Input"]
    denied("no signature", {})
    for name in headers:
        denied(f"no {name}", without(name))
        denied(f"an empty {name}", {**headers, name: ""})
    denied("a tampered body", headers, body.replace(b'"shown":1', b'"shown":9'))
    denied("a body cut off by one byte", headers, body[:-1])
    denied("a tampered body with its own digest",
           {**headers, "Content-Digest": sign(b"", "x", 1, "", b"[]")["Content-Digest"]}, b"[]")
    denied("the signature of another address", signed(path=f"{PREFIX}/v1/rotate"))
    denied("a signature for reports at another address", headers, path="/v1/rotate")
    denied("a wrong key", signed(key=b"k" * 32))
    denied("no key", signed(key=b""))
    denied("an unknown site", signed(site="nobody-here"))
    denied("an unknown site that is signed with a valid key", signed(site="nobody-here", key=one.key))
    denied("another site with this site's key", signed(site=place.site().site))
    denied("a later key version", signed(version=2))
    denied("key version 0", changed(Signature_Input=params.replace("#1", "#0")))
    denied("a key version that is no number", changed(Signature_Input=params.replace("#1", "#1x")))
    denied("a key version beyond all numbers", changed(Signature_Input=params.replace("#1", "#" + "9" * 30)))
    denied("a changed time", changed(Signature_Input=params.replace("created=1", "created=2")))
    denied("no time", changed(Signature_Input=params.split(";created")[0] + ";keyid" +
                              params.split(";keyid")[1]))
    denied("another algorithm", changed(Signature_Input=params.replace("hmac-sha256", "none")))
    denied("fewer components", changed(Signature_Input=params.replace(' "content-digest"', "")))
    denied("components in another order", changed(
        Signature_Input=params.replace('"@method" "@path"', '"@path" "@method"')))
    denied("another digest algorithm", changed(
        Content_Digest=headers["Content-Digest"].replace("sha-256", "sha-512")))
    denied("a signature in base64url", changed(Signature="sig1=:" + base64.urlsafe_b64encode(
        base64.b64decode(headers["Signature"][6:-1]) or b"\xff").decode().rstrip("=") + ":"))
    denied("a signature that is too short", changed(Signature="sig1=:AAAA:"))
    denied("a signature under another name", changed(Signature=headers["Signature"].replace("sig1", "sig2")))
    denied("a site name of 64 characters", signed(site="a" * 64))
    denied("a header of 4 kB", changed(Signature_Input=params + ";x=" + "y" * 4000))

    @check("denied: two signatures in one request: 401, nothing stored")
    def _():
        before = place.everything()
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        answer = place.raw((f"POST {PATH} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{head}"
                            f"Signature: {headers['Signature']}\r\nContent-Length: {len(body)}\r\n\r\n"
                            ).encode() + body)
        assert answer.startswith(b"HTTP/1.1 401"), answer[:80]
        equal(place.everything(), before)

    @check("denied: every one of them gets the same answer")
    def _():
        equal(len(answers), 1, answers)

    # Keys that were valid once.
    again = place.enrol(one.site)
    place.do("site", "approve", one.site)
    denied("an old key, when the site has no previous version (null)", headers)

    @check("denied: the new key of that site is let in")
    def _():
        equal((again.version, again.send(good)[0]), (2, 200))

    @check("denied: a key is valid only by what is known: no null lets one in")
    def _():
        rows = place.sql("""
            select v, k, p, u, key_valid(v, k, p, now() + u) from
                unnest(array[1, 2, 3, 0, null]) v, unnest(array[2, 0, null]) k, unnest(array[1, 0, null]) p,
                unnest(array[interval '1 day', interval '-1 day', null]) u""").splitlines()
        equal(len(rows), 5 * 3 * 3 * 3)
        for row in rows:
            ver, current, previous, until, valid = row.split("|")
            expected = ver not in ("", "0") and (
                ver == current or (ver == previous and until == "1 day"))
            equal(valid, "t" if expected else "f", row)

    second = place.site()
    old = Gateway(second.url.geturl(), second.site, second.version, second.key)
    status, _, answer = second.post("/v1/rotate", dumps({"instance": "f" * 32}).encode())
    second.version, second.key = answer["key_version"], bytes.fromhex(answer["key"])

    @check("denied: after a rotation both versions are let in")
    def _():
        equal((status, second.version), (200, 2))
        equal(second.send(report(second.site, hour(3)))[0], 200)
        equal(old.send(report(second.site, hour(4)))[0], 200)

    place.sql(f"update site set prev_until = now() - interval '1 second' where site_id = '{second.site}'")
    denied("the previous version after its 14 days",
           sign(old.key, old.site, old.version, PATH, body), gateway=old)
    place.sql(f"update site set prev_until = null where site_id = '{second.site}'")
    denied("a previous version without an end", sign(old.key, old.site, old.version, PATH, body))

    third = place.site()
    place.do("site", "revoke", third.site, "sold")
    denied("a revoked site, at its next request", sign(third.key, third.site, 1, PATH, body))
    for junk in (b"garbage", b"\xff", b"[" * 20):
        denied(f"a revoked site, whatever it sends ({junk[:3]})", sign(third.key, third.site, 1, PATH, junk), junk)
    denied("a revoked site that wants another key", sign(third.key, third.site, 1, f"{PREFIX}/v1/rotate", b"x"), b"x",
           "/v1/rotate")

    @check("denied: a revoked site gets no code and is not approved again")
    def _():
        equal(place.command("site", "code", third.site).returncode, 1)
        equal(place.command("site", "approve", third.site).returncode, 1)

    fourth = place.site()
    place.do("site", "suspend", fourth.site)

    @check("denied: a suspended site is let in and not counted")
    def _():
        equal(fourth.send(report(fourth.site, hour(3), cells=[cell(shown=5)]))[0], 200)
        place.do("roll")
        equal(place.sql(f"select state, shown from cell_day where site_id = '{fourth.site}'"), "2|5")
