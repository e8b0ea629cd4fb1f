"""What a stranger may send, and what it must not do: no crash, no release, nobody else's
state. Every test ends with the same three questions (unharmed)."""
import contextlib
import time
import urllib.parse

from harness import WEB4, WEB6, Refused, Skip, wait_for
from harness import status_of as process

LAB = {"phones": 5}
GARBAGE = bytes(range(256)).decode("latin-1")


@contextlib.contextmanager
def unharmed(lab):
    """The same two processes, no new element, and another phone completes its visit."""
    pids, before = lab.gate.pids(), set(lab.gate.released())
    yield
    assert lab.gate.pids() == pids and lab.gate.running, "gate or portal is another process"
    added = set(lab.gate.released()) - before
    assert not added, f"released: {added}"
    other = lab.phone()
    assert other.visit().online and other.is_online(), "another phone cannot visit now"


def status_of(text):
    """The status of a raw answer; 0 when the connection was closed without one."""
    words = text.split(" ", 2)
    return int(words[1]) if text.startswith("HTTP/1.") and len(words) > 1 else 0


def post(phone, path, fields, **options):
    """A form as a list of pairs; Reply."""
    body = fields if isinstance(fields, str) else urllib.parse.urlencode(fields)
    headers = options.pop("headers", [["Content-Type", "application/x-www-form-urlencoded"]])
    return phone.fetch(phone.portal + path, "POST", body=body, headers=headers, **options)


def form_of(phone, forms=0):
    """The form that this phone has before it after posting that many: (path, token, choices)."""
    page = phone.visit(f"{phone.portal}/", stop_after=forms).last
    form = page["forms"][0]
    return (form["action"], dict(form["fields"])["token"],
            [value for _, value in form["choices"]])


def held(phone):
    return phone.fetch().status == 302


def raw_get(phone, target, more="", version="HTTP/1.1"):
    return (f"GET {target} {version}\r\nHost: {phone.segment.v4}:2080\r\n"
            f"Connection: close\r\n{more}\r\n")


# ---------------------------------------------------------------- too slow, too many

def test_slow_clients_keep_nobody_waiting(lab):
    slow = lab.phone()
    request = raw_get(slow, "/", "X-Slow: " + "a" * 100 + "\r\n")
    with unharmed(lab):
        wires = [slow.connect(slow.segment.v4, lab.port) for _ in range(12)]
        for second in range(4):
            begun = time.monotonic()
            for wire in wires:
                wire.send(request[second])
            visit = lab.phones[(lab.phones.index(slow) + 1) % 5].renew().visit()
            assert visit.online and visit.ms < 2000, f"{visit.ms:.0f} ms beside slow clients"
            time.sleep(max(0, 1 - (time.monotonic() - begun)))  # one byte a second
            # the visit above has added its own device
            lab.gate.ctl("revoke", lab.phones[(lab.phones.index(slow) + 1) % 5].mac)
        for wire in wires:
            wire.close()


def test_a_slow_client_is_closed_in_the_end(lab):
    slow = lab.phone()
    with unharmed(lab):
        wire = slow.connect(slow.segment.v4, lab.port)
        text, sent = raw_get(slow, "/", "X-Slow: " + "a" * 500 + "\r\n"), 0

        def closed():
            nonlocal sent
            try:
                wire.send(text[sent])
                sent += 1
                return wire.receive(1) == ""
            except Refused:
                return True
        wait_for("the slow connection to be closed", closed, 90, 0)


test_a_slow_client_is_closed_in_the_end.seconds = 120


def test_ten_thousand_half_open_connections(lab):
    flooder = lab.phone()
    flooder.ns.run("nft", "-f", "-", stdin="table ip quiet {\n chain out {\n type filter hook "
                   "output priority 0;\n tcp flags rst drop;\n }\n}\n")
    try:
        with unharmed(lab):
            for _ in range(2):
                flooder.agent.call("half_open", source=flooder.v4, address=flooder.segment.v4,
                                   port=lab.port, count=10000)
            begun = time.monotonic()
            other = lab.phone()
            assert other.visit().online
            assert time.monotonic() - begun < 5, "a visit is slow beside half-open connections"
            lab.gate.ctl("revoke", other.mac)
    finally:
        flooder.ns.run("nft", "delete", "table", "ip", "quiet")


def test_ten_thousand_connections_from_one_device(lab):
    crowd = lab.phone()
    with unharmed(lab):
        stayed = crowd.agent.call("crowd", address=crowd.segment.v4, port=lab.port, count=10000,
                                  data="GET / HTTP/1.1\r\n", seconds=2)
        assert 1 <= stayed <= 10000
        open_now = lab.gateway.run("ss", "-tHn", "state", "established",
                                   f"( sport = :{lab.port} )").stdout.splitlines()
        assert len(open_now) <= 32, f"{len(open_now)} connections of one device are open"
        crowd.agent.call("close_all")


def test_a_device_over_its_connections_is_refused_at_once_and_can_come_back(lab):
    phone = lab.phone()
    with unharmed(lab):
        for count in range(16):
            phone.connect(*((WEB4, 80) if count % 2 else (phone.segment.v4, lab.port)))
        for where in ((phone.segment.v4, lab.port), (WEB4, 80), (WEB6, 80)):
            assert phone.tcp(*where)["result"] == "reset", f"{where}"
        phone.agent.call("close_all")
        wait_for("its connections to be forgotten", lambda: phone.tcp(
            phone.segment.v4, lab.port)["result"] == "open", 20, 0.2)


# ---------------------------------------------------------------- too large

def test_headers_of_64_kib(lab):
    phone = lab.phone()
    with unharmed(lab):
        for target, more in (("/", "X-Large: " + "a" * 65536 + "\r\n"),
                             ("/" + "a" * 65536, ""),
                             ("/", "".join(f"X-{n}: {'b' * 50}\r\n" for n in range(1100)))):
            answer = phone.exchange(raw_get(phone, target, more))
            status = status_of(answer["data"])
            assert answer["ended"] and (status == 0 or 400 <= status < 500), \
                f"{status} {answer['ended']}"


def test_a_large_header_gets_a_clear_answer(lab):
    phone = lab.phone()
    answer = phone.exchange(raw_get(phone, "/", "X-Large: " + "a" * 65536 + "\r\n"))
    assert 400 <= status_of(answer["data"]) < 500, f"{answer['data'][:60]!r}"


def test_a_body_without_end(lab):
    phone = lab.phone()
    with unharmed(lab):
        path, token, choices = form_of(phone)
        head = (f"POST {path} HTTP/1.1\r\nHost: {phone.segment.v4}:2080\r\n"
                "Content-Type: application/x-www-form-urlencoded\r\n")
        begin = f"token={token}&choice={choices[0]}&more="
        for way in ("Content-Length: 1000000000000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n"):
            chunked = "chunked" in way
            wire = phone.connect(phone.segment.v4, lab.port)
            piece = "a" * 4096
            first = f"{len(begin):x}\r\n{begin}\r\n" if chunked else begin
            later = f"{len(piece):x}\r\n{piece}\r\n" if chunked else piece
            sent, answer = 0, None
            try:
                wire.send(head + way + first)
                while answer is None and sent < 4 << 20:
                    wire.send(later)
                    sent += len(piece)
                    answer = wire.receive(0.01)
            except Refused:
                answer = answer or ""
            assert answer is not None, f"{sent} bytes were taken without a word"
            status = status_of(answer)
            assert status == 0 or 400 <= status < 500, answer[:60]
            wire.close()
        assert held(phone)


def test_a_body_over_4_kib_is_413(lab):
    phone = lab.phone()
    with unharmed(lab):
        path, token, choices = form_of(phone)
        reply = post(phone, path, f"token={token}&choice={choices[0]}&x={'a' * 5000}")
        assert reply.status == 413, f"{reply}"


# ---------------------------------------------------------------- malformed

def test_bad_percent_encoding(lab):
    phone = lab.phone()
    with unharmed(lab):
        path, token, _ = form_of(phone)
        for body in ("token=%zz&choice=%", f"token={token}&choice=%4", "%=%&%%%", "%00=%00",
                     f"token={token}&choice=%61%00", f"token={token}%00&choice=a"):
            reply = post(phone, path, body)
            assert 400 <= reply.status < 500, f"{body}: {reply.status}"
        for target in ("/%zz", "/%", "/%00", "/?lang=%zz", "/?lang=%00vi", "/%c0%ae%c0%ae/"):
            status = status_of(phone.exchange(raw_get(phone, target))["data"])
            assert status in (200, 302) or 400 <= status < 500, f"{target}: {status}"
        assert held(phone)


def test_nuls_and_control_characters(lab):
    phone = lab.phone()
    with unharmed(lab):
        for text in ("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n",
                     "GET / HTTP/1.1\r\nHo\0st: a\r\n\r\n", "\0" * 2000 + "\r\n\r\n",
                     raw_get(phone, "/", "X: \x01\x02\x7f\0\r\n"),
                     raw_get(phone, "/\x01\x1b[2J")):
            answer = phone.exchange(text + "\r\n\r\n", timeout=2)
            status = status_of(answer["data"])
            assert status in (0, 200, 302, 511) or 400 <= status < 500, f"{text[:30]!r}: {status}"
        path, token, _ = form_of(phone)
        assert 400 <= post(phone, path, f"token={token}\0&choice=a\0").status < 500
        logged = "".join(lab.gate.this_run())
        assert "\x1b" not in logged and "\0" not in logged, "a visitor's bytes are in the log"


def test_dot_dot_paths(lab):
    phone = lab.phone()
    with unharmed(lab):
        for target in ("/../../../../etc/passwd", "/..%2f..%2f..%2fetc%2fpasswd", "/./../x",
                       "//etc/passwd", "/online/../../etc/passwd", "..", "*",
                       f"http://{phone.segment.v4}:2080/../etc/passwd"):
            answer = phone.exchange(raw_get(phone, target))["data"]
            status = status_of(answer)
            assert status in (200, 302) or 400 <= status < 500, f"{target}: {status}"
            assert "root:" not in answer


def test_what_is_not_http(lab):
    phone = lab.phone()
    with unharmed(lab):
        hello = "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + GARBAGE * 2
        for text in (hello, GARBAGE * 20, "\r\n" * 500, "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
                     "GET / HTTP/1.1\r\nHost a\r\n\r\n", "G" * 70000, " / HTTP/1.1\r\n\r\n",
                     "GET / HTTP/1.1\r\n Host: folded\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                     "POST /answer HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                     "POST /answer HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 9\r\n\r\nx",
                     "POST /answer HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"):
            for address, port in ((WEB4, 80), (phone.segment.v4, lab.port)):
                try:
                    phone.exchange(text, address, port, timeout=0.5)
                except Refused:
                    pass
        assert held(phone)


def test_two_requests_in_one_packet(lab):
    phone = lab.phone()
    with unharmed(lab):
        line = f"Host: {phone.segment.v4}:2080\r\n"
        answer = phone.exchange(f"GET / HTTP/1.1\r\n{line}\r\nGET /nowhere HTTP/1.1\r\n{line}"
                                "Connection: close\r\n\r\n")["data"]
        assert answer.count("HTTP/1.1 ") == 2 and " 302 " in answer, answer[:200]


def test_a_vanishing_client(lab):
    """Sends a request and resets the connection before the answer."""
    phone = lab.phone()
    with unharmed(lab):
        gone = 0
        for _ in range(50):
            try:
                wire = phone.connect(phone.segment.v4, lab.port)
                wire.send(raw_get(phone, "/"))
                wire.close()
                gone += 1
            except Refused:
                pass  # more than 16 at a time: the portal has not seen yet that they are gone
        assert gone >= 16
        path, token, _ = form_of(lab.phone())
        phone = lab.phone()
        for _ in range(12):
            wire = phone.connect(phone.segment.v4, lab.port)
            wire.send(f"POST {path} HTTP/1.1\r\nHost: {phone.segment.v4}:2080\r\n"
                      f"Content-Length: 90\r\n\r\ntoken={token[:5]}")
            wire.close()


def test_other_methods_on_the_portals_host_are_405(lab):
    phone = lab.phone()
    with unharmed(lab):
        for method in ("PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"):
            reply = phone.fetch(f"{phone.portal}/", method)
            assert reply.status == 405, f"{method}: {reply.status}"
        reply = phone.fetch(f"{phone.portal}/acknowledge")
        assert reply.status in (302, 405), f"GET /acknowledge: {reply.status}"


# ---------------------------------------------------------------- parameters and tokens

def test_every_parameter_missing_or_repeated_is_400(lab):
    phone = lab.phone()
    with unharmed(lab):
        path, token, choices = form_of(phone)
        good = choices[0]
        for fields in ([], [("token", token)], [("choice", good)],
                       [("token", token), ("token", token), ("choice", good)],
                       [("token", token), ("choice", good), ("choice", choices[-1])],
                       [("token", token), ("choice", "")], [("token", token), ("choice", "e")],
                       [("token", token), ("choice", "aa")], [("token", token), ("choice", "A")],
                       [("token", token), ("choice", good * 1000)],
                       [("Token", token), ("Choice", good)]):
            reply = post(phone, path, fields)
            assert reply.status == 400, f"{fields}: {reply.status}"
            assert "<form" in reply.text or "href" in reply.text, "no way on from the error page"
        assert phone.visit(f"{phone.portal}/", stop_after=0).last["forms"], "the visit is lost"
        assert held(phone)


def test_a_wrong_token_is_403(lab):
    phone = lab.phone()
    with unharmed(lab):
        path, token, choices = form_of(phone)
        other = ("0" if token[0] != "0" else "1") + token[1:]
        for wrong in (other, "0" * len(token), token[:-1], token + "0", "x" * 500):
            reply = post(phone, path, [("token", wrong), ("choice", choices[0])])
            assert reply.status in ((403,) if len(wrong) == len(token) else (400, 403)), \
                f"{len(wrong)} characters: {reply.status}"
        assert held(phone)


def test_a_post_in_another_form_of_body_is_refused(lab):
    phone = lab.phone()
    with unharmed(lab):
        path, token, choices = form_of(phone)
        for kind, body in (("application/json", f'{{"token": "{token}", "choice": "a"}}'),
                           ("text/plain", f"token={token}"), ("", "")):
            headers = [["Content-Type", kind]] if kind else []
            reply = post(phone, path, body, headers=headers)
            assert 400 <= reply.status < 500, f"{kind}: {reply.status}"
        assert choices and held(phone)


def test_other_peoples_tokens_are_403_and_leave_their_visit_alone(lab):
    victim, thief = lab.phone(), lab.phone()
    with unharmed(lab):
        path, token, choices = form_of(victim)
        form_of(thief)
        reply = post(thief, path, [("token", token), ("choice", choices[0])])
        assert reply.status == 403, f"{reply.status}"
        assert form_of(victim)[1] == token or form_of(victim)[2] == choices, \
            "the victim's visit has moved"
        path, token, _ = form_of(victim, 3)
        reply = post(thief, path, [("token", token)])
        assert reply.status == 403, f"acknowledge: {reply.status}"
        assert held(thief) and held(victim)
    assert victim.visit().online, "the victim cannot end its visit"


def test_a_post_without_a_visit_is_403(lab):
    phone = lab.phone()
    with unharmed(lab):
        for path, fields in (("/answer", [("token", "0" * 32), ("choice", "a")]),
                             ("/acknowledge", [("token", "0" * 32)])):
            reply = post(phone, path, fields)
            assert reply.status == 403, f"{path}: {reply.status}"
        assert held(phone)


def test_an_acknowledgement_before_the_answers_releases_nobody(lab):
    phone = lab.phone()
    with unharmed(lab):
        for answered in range(3):
            _, token, _ = form_of(phone, 0 if answered == 0 else 1)
            reply = post(phone, "/acknowledge", [("token", token)])
            assert 300 <= reply.status < 500 and "online" not in (reply["Location"] or ""), \
                f"after {answered} answers: {reply}"
        assert held(phone)


def test_a_replayed_answer_is_not_an_error_and_counts_nothing(lab):
    phone = lab.phone()
    with unharmed(lab):
        path, token, choices = form_of(phone)
        for _ in range(3):
            reply = post(phone, path, [("token", token), ("choice", choices[0])])
            assert reply.status == 303 and urllib.parse.urlparse(reply["Location"]).path == "/", \
                f"{reply}"
        second = form_of(phone)
        assert second[1] != token or second[2] != choices, "the first question is still there"
        assert held(phone)


def test_a_replayed_acknowledgement_does_not_prolong_a_release(lab):
    phone = lab.phone()
    path, token, _ = form_of(phone, 3)
    assert post(phone, path, [("token", token)]).status == 303 and phone.is_online()
    left = lab.gate.released()[phone.mac]
    wait_for("a second to pass", lambda: lab.gate.released()[phone.mac] < left, 5)
    with unharmed(lab):
        reply = post(phone, path, [("token", token)])
        assert reply.status in (303, 403), f"{reply}"
        assert lab.gate.released()[phone.mac] < left


def test_a_token_from_before_a_revocation_releases_nobody(lab):
    phone = lab.phone()
    path, token, _ = form_of(phone, 3)
    assert post(phone, path, [("token", token)]).status == 303
    lab.gate.ctl("revoke", phone.mac)
    with unharmed(lab):
        reply = post(phone, path, [("token", token)])
        assert "online" not in (reply["Location"] or ""), f"{reply}"
        assert held(phone)


def test_headers_that_claim_another_address_are_ignored(lab):
    released, phone = lab.phone(), lab.phone()
    assert released.visit().online
    with unharmed(lab):
        claims = [["X-Forwarded-For", released.v4], ["X-Real-IP", released.v4],
                  ["Forwarded", f"for={released.v4}"], ["Client-IP", released.v4]]
        assert phone.fetch(f"{phone.portal}/online", headers=claims).status == 302
        path, token, choices = form_of(phone)
        reply = post(released, path, [("token", token), ("choice", choices[0])])
        assert reply.status in (303, 403)
        assert held(phone)


def test_a_device_at_two_addresses_has_one_visit(lab):
    """The visit belongs to the MAC: begun over IPv4 it goes on over IPv6."""
    phone = lab.phone()
    path, token, choices = form_of(phone)
    body = urllib.parse.urlencode([("token", token), ("choice", choices[0])])
    reply = phone.fetch(phone.portal6 + path, "POST", body=body, family=6,
                        headers=[["Content-Type", "application/x-www-form-urlencoded"]])
    assert reply.status == 303, f"{reply}"
    assert phone.visit(f"{phone.portal6}/").online


def test_pages_carry_the_promises_in_their_headers(lab):
    phone = lab.phone()
    reply = phone.fetch(f"{phone.portal}/")
    assert "default-src 'none'" in (reply["Content-Security-Policy"] or ""), f"{reply.headers}"
    assert reply["Set-Cookie"] is None and reply["Cache-Control"] == "no-store"
    assert len(reply.body) <= 14 * 1024 and "<script" not in reply.text


def test_memory_does_not_grow_with_what_strangers_send(lab):
    """The second 400 requests of every kind need no more memory than the first 400."""
    with open(f"/proc/{lab.gate.portal_pid}/maps", encoding="utf-8") as maps:
        if "asan" in maps.read():
            raise Skip("AddressSanitizer keeps freed memory by itself")
    phone = lab.phone()
    path, token, _ = form_of(phone)
    host = f"Host: {phone.segment.v4}:2080\r\n"
    close = "Connection: close\r\n"
    texts = ["GET / HTTP/1.1\r\nHost: elsewhere\r\n\r\n", f"GET / HTTP/1.1\r\n{host}{close}\r\n",
             f"GET /../%zz HTTP/1.1\r\n{host}{close}\r\n", GARBAGE + "\r\n\r\n",
             f"GET / HTTP/1.1\r\n{host}X: {'a' * 40000}\r\n\r\n",
             f"POST {path} HTTP/1.1\r\n{host}{close}Content-Length: 5000\r\n\r\n{'b' * 5000}",
             f"POST {path} HTTP/1.1\r\n{host}{close}Content-Length: 900\r\n\r\ntoken={token}",
             f"POST {path} HTTP/1.1\r\n{host}{close}Content-Type: application/x-www-form-urlencoded"
             f"\r\nContent-Length: 39\r\n\r\ntoken={'0' * 32}"]

    def grown():
        phone.agent.call("repeat", address=phone.segment.v4, port=lab.port, texts=texts,
                         rounds=400)
        return [int(process(pid)["VmRSS"].split()[0]) for pid in lab.gate.pids()]
    with unharmed(lab):
        first, second = grown(), grown()
        assert all(b - a < 64 for a, b in zip(first, second)), \
            f"gate and portal: {first} kB, then {second} kB"
