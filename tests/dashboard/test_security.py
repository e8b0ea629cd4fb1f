"""Strangers, and accounts that try what they may not: refused, logged, counted."""
import html
import re

from house import PASSWORDS, Browser, world

check, equal = world.check, world.equal
SESSION = "congchao-session"


def counted(house, name):
    return house.place.metric(f'congchao_web_total{{result="{name}"}}')


def print_of(house):
    """Everything that a form could change."""
    return house.place.sql("select s from site s order by site_id; select e from site_event e order by event_id; "
                           "select d from flag_decision d order by decision_id; select a from account a order by account; "
                           "select site_id, issued_at from enrol_code order by 1, 2")


def tests(house):
    place = house.place

    def refused(role, text):
        try:
            place.sql(f"{role}; {text}")
        except AssertionError as problem:
            assert "permission denied" in str(problem), problem
        else:
            raise AssertionError(f"{role} may {text}")
        finally:
            place.sql("reset role; reset session authorization")

    @check("without a session every page leads to the login, and nothing else is shown")
    def _():
        stranger = house.browser()
        for path in ("/", "/sites", "/sites/cb-0001", "/report", "/figures/trend.csv", "/help", "/activity"):
            status, headers, page = stranger.get(path)
            equal((status, headers["Location"], page), (303, f"{world.PREFIX}/login", ""), path)
        stranger.cookies[SESSION] = "0" * 64
        equal(stranger.get("/")[0], 303)
        stranger.cookies[SESSION] = "x" * 200
        equal(stranger.get("/")[0], 303)

    @check("a page that is not there leads nowhere else: //elsewhere is a host to a browser")
    def _():
        status, _, page = house.browser().get("//elsewhere.example/")
        equal((status, "elsewhere" in page), (404, False))

    @check("a session id that was planted is not taken over (fixation)")
    def _():
        browser = house.browser()
        token = browser.token("/login")
        browser.cookies[SESSION] = planted = "a" * 64
        status, _, _ = browser.ask("/login", {"token": token, "account": "minh", "password": PASSWORDS["minh"][1]})
        equal(status, 303)
        assert browser.cookies[SESSION] != planted
        first = browser.cookies[SESSION]
        thief = Browser(place.port, world.PREFIX)
        thief.cookies[SESSION] = planted
        equal(thief.get("/")[0], 303)
        browser.login("minh", PASSWORDS["minh"][1])
        assert browser.cookies[SESSION] != first, "the same id after another login"

    @check("sessions are kept as a keyed hash, and end by logging out")
    def _():
        browser = house.browser("minh")
        mine = browser.cookies[SESSION]
        stored = place.sql("select encode(session, 'hex') from session")
        assert mine not in stored and len(stored.splitlines()[0]) == 64
        token = browser.token("/")
        equal(browser.ask("/logout", {"token": token})[0], 303)
        browser.cookies[SESSION] = mine
        equal(browser.get("/")[0], 303, "a session that was ended")

    @check("sessions expire: idle, and after a working day")
    def _():
        for column, ago in (("seen_at", "31 minutes"), ("made_at", "601 minutes")):
            browser = house.browser("minh")
            equal(browser.get("/")[0], 200)
            place.sql(f"update session set {column} = now() - interval '{ago}' where account = 'minh'")
            equal(browser.get("/")[0], 303, column)

    @check("an account holds eight sessions, the oldest go")
    def _():
        first = house.browser("kiem")
        for n in range(8):
            place.sql(f"select session_begin('kiem', sha256('{n}'))")
        equal(place.sql("select count(*) from session where account = 'kiem'"), "8")
        equal(first.get("/")[0], 303)

    @check("behind a server with TLS the cookie is __Host-, Secure, HttpOnly and Strict")
    def _():
        browser = house.browser()
        proxied = {"X-Forwarded-For": "192.0.2.7"}
        page = browser.get("/login", headers=proxied)[2]
        token = re.search(r'name="token" value="([0-9a-f]{32})"', page).group(1)
        _, headers, _ = browser.ask("/login", {"token": token, "account": "minh", "password": PASSWORDS["minh"][1]},
                                    headers=proxied)
        line = next(one for one in headers.get_all("Set-Cookie") if "session" in one)
        assert re.fullmatch(r"__Host-congchao-session=[0-9a-f]{64}; Path=/; HttpOnly; SameSite=Strict; Secure", line), line
        _, headers, _ = house.browser().ask("/login")
        assert "Secure" not in headers["Set-Cookie"], "without TLS a browser would not send it back"

    @check("a form without its token, with another's, or sent from elsewhere does nothing (CSRF)")
    def _():
        before, forged = print_of(house), counted(house, "forged")
        officer, other = house.browser("lan"), house.browser("lan")
        token, theirs = officer.token("/sites/cb-0001"), other.token("/sites/cb-0001")
        assert token != theirs
        act = {"action": "suspend", "reason": "CSRF"}
        for form, headers in (({}, {}), ({"token": ""}, {}), ({"token": "0" * 32}, {}), ({"token": theirs}, {}),
                              ({"token": token}, {"Sec-Fetch-Site": "cross-site"}),
                              ({"token": token}, {"Sec-Fetch-Site": "same-site"}),
                              ({"token": token}, {"Content-Type": "text/plain"}),
                              ({"token": token}, {"Content-Type": "application/json"})):
            equal(officer.ask("/sites/cb-0001", {**act, **form}, headers=headers)[0], 403, f"{form} {headers}")
        equal(officer.ask("/logout", {})[0], 403)
        equal(house.browser().ask("/login", {"account": "lan", "password": PASSWORDS["lan"][1]})[0], 403)
        equal(print_of(house), before)
        equal(counted(house, "forged") - forged, 10.0)

    @check("a reader and an auditor who try to act are refused, by us and by PostgreSQL")
    def _():
        before, forbidden = print_of(house), counted(house, "forbidden")
        for name in ("minh", "kiem"):
            browser = house.browser(name)
            token = browser.token("/")
            for path, form in (("/sites/cb-0011", {"action": "approve"}), ("/sites/cb-0001", {"action": "suspend"}),
                               ("/sites/cb-0001", {"action": "code"}),
                               ("/sites/cb-0002", {"action": "include", "from": "2026-11-01", "to": "2026-11-02"}),
                               ("/sites", {"site": "cb-9999", "name": "x", "area": "cao-bang"})):
                equal(browser.ask(path, {**form, "reason": "vì sao", "token": token})[0], 403, f"{name} {path} {form}")
            page = browser.get("/sites/cb-0011")[2]
            assert "approve" not in page and "suspend" not in page, f"{name} is shown what it may not"
            role = {"minh": "reader", "kiem": "auditor"}[name]
            for text in ("select site_status('cb-0011', 'active')", "select site_add('cb-9999', 'x', 'cao-bang')",
                         "select flag_decide('cb-0002', '2026-11-01', '2026-11-02', 'include', 'reason')",
                         "select account_put('x', 'officer', '$argon2id$')", "select session_begin('lan', '\\x00')",
                         "select * from session", "select * from account", "update site set status = 'active'"):
                refused(f"set role congchao_{role}", text)
        equal(print_of(house), before)
        equal(counted(house, "forbidden") - forbidden, 10.0)
        world.wait_for("a line of it", lambda: re.search(r"dashboard: (minh|kiem) \((reader|auditor)\): /sites.*not allowed",
                                                         place.log()))

    @check("the server's own role reads no figure and no account by itself")
    def _():
        for text in ("select * from v_target", "select * from account", "select * from session",
                     "select * from figure_trend(now()::date, now()::date, null, 'vi', null)",
                     "select site_status('cb-0011', 'active')"):
            refused("set session authorization nobody", text)

    @check("what operators have typed stays text (XSS)")
    def _():
        officer = house.browser("lan")
        for path in ("/sites", "/sites/cb-0010", "/activity", "/?area=quang-hoa"):
            page = officer.get(path)[2]
            assert "<script>alert" not in page and "'quán'" not in page, path
        assert html.escape('<script>alert("x")</script> & \'quán\'').replace("&#x27;", "&#39;") in officer.get("/sites/cb-0010")[2]
        for text in ('"><script>alert(1)</script>', "' onfocus='alert(1)", "\u202eabc<b>"):
            token = officer.token("/sites/cb-0002")
            status, _, _ = officer.ask("/sites/cb-0002", {"token": token, "action": "exclude", "from": "2026-11-08",
                                                          "to": "2026-11-08", "reason": text})
            equal(status, 303)
            page = officer.get("/sites/cb-0002")[2]
            assert text not in page and html.escape(text).replace("&#x27;", "&#39;") in page, text
            assert "<b>" not in page
        reflected = officer.get('/login?lang="><script>alert(1)</script>')[2]
        assert "alert(1)" not in reflected
        stranger = house.browser()
        _, _, page = stranger.login('"><script>alert(2)</script>', "falsch")
        assert b"<script>alert(2)" not in page

    @check("what is typed is never SQL")
    def _():
        before = print_of(house)
        officer = house.browser("lan")
        for text in ("'; drop table congchao.site; --", "cb-0001' or '1'='1", "\\x27; select 1", "$1", "%27%3B"):
            quoted = text.replace("'", "%27").replace(" ", "%20").replace(";", "%3B").replace("#", "%23")
            assert officer.get(f"/sites/{quoted}")[0] in (404, 422), text
            assert officer.get(f"/figures/sites.csv?site={quoted}")[0] == 200, text
            assert officer.get(f"/?area={quoted}")[0] == 422, text
            assert officer.get(f"/?from={quoted}")[0] == 422, text
            token = officer.token("/sites")
            assert officer.ask("/sites", {"token": token, "site": text, "name": "x", "area": "cao-bang"})[0] in (404, 422), text
            assert officer.ask("/sites", {"token": token, "site": "cb-9998", "name": "x", "area": text})[0] in (404, 422), text
            assert officer.ask("/sites/cb-0001", {"token": token, "action": text})[0] == 422, text
            assert officer.ask("/sites/cb-0001", {"token": token, "action": "exclude", "from": text, "to": text,
                                                  "reason": "abc"})[0] == 422, text
            equal(house.browser().login(text, text)[0], 403, text)
        equal(print_of(house), before)

    @check("bodies that are no form, too long, or not text")
    def _():
        officer = house.browser("lan")
        token = officer.token("/sites")
        for raw in ("", "x", "&&&", f"token={token}&name=%00", f"token={token}&name=%ff", f"token={token}&name=%zz",
                    f"token={token}&" + "&".join(f"a{n}=1" for n in range(30))):
            equal(officer.ask("/sites", raw=raw)[0], 403, raw[:40])
        equal(officer.ask("/sites", raw="x" * 70000)[0], 413)
        equal(place.metric("congchao_db_up"), 1.0)

    @check("an unknown account is answered as a wrong password is, and costs the same")
    def _():
        answers = []
        for name in ("minh", "no-such-account", "x" * 31):
            status, _, page = house.browser().login(name, "a wrong password")
            answers.append((status, re.sub(rb'value="[^"]*"', b"", page)))
        equal(len(set(answers)), 1)
        equal(answers[0][0], 403)

    @check("brute force is slowed down, the right password included")
    def _():
        limited, seen = counted(house, "limited"), []
        for n in range(16):
            browser = house.browser()
            token = browser.token("/login")
            password = PASSWORDS["kiem"][1] if n == 15 else f"guess {n} of many"
            seen.append(browser.ask("/login", {"token": token, "account": "kiem", "password": password})[0])
        assert 303 not in seen and seen[-5:] == [429] * 5, seen
        assert counted(house, "limited") - limited >= 5
        equal(house.browser("minh").get("/")[0], 200, "another account")

    @check("an account that is closed is out at once")
    def _():
        browser = house.browser("minh")
        place.do("account", "close", "minh")
        equal(browser.get("/")[0], 303)
        status, _, _ = house.browser().login("minh", PASSWORDS["minh"][1])
        equal(status, 403)
        assert "minh" in place.do("account", "list")
        house.accounts()

    @check("passwords: short ones are refused, none is a word of the command or kept")
    def _():
        done = world.subprocess.run([world.PROGRAM, "-c", place.conf, "account", "add", "ngan", "--role", "reader"],
                                    input="short\n", stdout=-1, stderr=-1, text=True, check=False)
        equal((done.returncode, "12 to 128 bytes" in done.stderr), (1, True))
        for words in (("account", "add", "a b", "--role=reader"), ("account", "add", "ten", "--role=root")):
            done = world.subprocess.run([world.PROGRAM, "-c", place.conf, *words], input="a long enough one\n", stdout=-1,
                                        stderr=-1, text=True, check=False)
            equal(done.returncode, 1, words)
        stored = place.sql("select password from account")
        assert all(line.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for line in stored.splitlines()), stored
        for _, password in PASSWORDS.values():
            assert password not in place.log() and password not in stored

    @check("no log line holds what breaks a line")
    def _():
        house.browser().login("a\r\nroot: b\x1b[31m", "a wrong password")
        assert "\x1b" not in place.log() and "\nroot: b" not in place.log()

