"""What is left of a person on the disk: a MAC while it is released, and what a device has
learned under a pseudonym until the pseudonym's key is destroyed. Nothing else, in any row,
any file, any byte of paths.state, nor in the log.
"""
import base64
import hashlib
import ipaddress
import os
import re
import shutil
import sqlite3
import urllib.parse

from harness import wait_for
from lab.browser import AGENT, Page
from router import DAY, MORNING, Router

CURIOUS = "secret-clinic-of-phai-khat.example"  # the name that a visitor asked for
HANDSET = "NosyBrowser/77.31 (a telling handset)"
CONF = {"zones": [{"name": "wifi", "interfaces": ["br-lan"], "release_for": "1h"}],
        "portal": {"later": "10m"}}
EVENTS = {"shown", "answered", "right", "acknowledged", "released", "deferred", "returned"}
COLUMNS = {"leases": {"id", "mac", "zone", "expires_ms"},
           "reviews": {"id", "born", "pseudonym", "objective", "day"},
           "review_keys": {"born", "key"},
           "counters": {"hour", "zone", "audience", "language", "event", "item", "count"},
           "pending": {"boot_id", "minute", "zone", "audience", "language", "event", "item",
                       "count"},
           "owed": {"zone", "audience", "language", "count"},
           "meta": {"key", "value"}}


# ---------------------------------------------------------------- what visitors do

class Visitor:
    """A phone whose owner tries everything that the pages offer. Remembers who it was."""

    def __init__(self, lab, phone=None, language="vi", audience=None):
        self.phone, self.language, self.audience = phone or lab.phone(), language, audience
        self.mac, self.v4, self.v6 = self.phone.mac, self.phone.v4, self.phone.v6
        self.seen = set()
        self.page = None

    def ask(self, url, method="GET", body=None):
        headers = [["Accept-Language", self.language]]
        if body is not None:
            headers.append(["Content-Type", "application/x-www-form-urlencoded"])
        for _ in range(4):
            reply = self.phone.fetch(url, method=method, headers=headers, body=body,
                                     agent=HANDSET)
            if reply.status not in (302, 303):
                break
            url = urllib.parse.urljoin(url, reply["Location"])
            method, body = "GET", None
            headers = headers[:1]
        assert reply.status == 200, f"{method} {url}: {reply}"
        self.page, self.text = Page(reply.text), reply.text
        return self

    def begin(self):
        """As a phone does: it asks for a page of its own, by a name, and is led here."""
        reply = self.phone.fetch(f"http://{CURIOUS}/private?illness=7731", agent=HANDSET,
                                 to=self.phone.segment.v4)
        assert reply.status == 302, reply
        self.ask(f"{self.phone.portal}/?lang={self.language}")
        if self.audience:
            self.ask(f"{self.phone.portal}/?audience={self.audience}")
        return self

    def audiences(self):
        return [link.partition("audience=")[2] for link in self.page.links if "audience=" in link]

    def look_around(self):
        """Links that lead somewhere new: a similar question, for one."""
        for link in self.page.links:
            if link.startswith("/") and "=" not in link and link not in self.seen | {"/"}:
                self.seen.add(link)
                self.ask(self.phone.portal + link)
                return True
        return False

    def post(self, choose=-1):
        form = next(form for form in self.page.forms if form["method"] == "POST")
        fields = list(form["fields"])
        if form["choices"]:
            fields.append(form["choices"][choose % len(form["choices"])])
        self.ask(self.phone.portal + form["action"], "POST", urllib.parse.urlencode(fields))

    def later(self):
        button = re.search(r'formaction="([^"]+)"', self.text)
        assert button, "\"later\" is not offered"
        form = next(form for form in self.page.forms if form["method"] == "POST")
        self.ask(self.phone.portal + button[1], "POST", urllib.parse.urlencode(form["fields"]))
        return self

    def walk(self, choose=-1):
        """To the end, whatever forms come: the page without one says "online"."""
        self.begin()
        for step in range(16):
            if not self.look_around():
                if not self.page.forms:
                    break
                self.post(choose + step)
        assert '<body class="online">' in self.text, self.page.title
        return self

    def spellings(self):
        """{what: bytes}: everything that would give this device away."""
        mac = bytes.fromhex(self.mac.replace(":", ""))
        found = {"MAC": mac, "MAC backwards": mac[::-1], "MAC in base64": base64.b64encode(mac),
                 "IPv4 in bytes": ipaddress.ip_address(self.v4).packed,
                 "IPv4": self.v4.encode(), "IPv6": self.v6.encode(),
                 "IPv6 in bytes": ipaddress.ip_address(self.v6).packed}
        for name, between in (("plain", ""), ("colons", ":"), ("dashes", "-"), ("spaces", " ")):
            found[f"MAC in hex, {name}"] = mac.hex(between).encode() if between \
                else mac.hex().encode()
        groups = mac.hex()
        found["MAC in hex, dots"] = f"{groups[:4]}.{groups[4:8]}.{groups[8:]}".encode()
        return found


# ---------------------------------------------------------------- what is on the disk

def files(lab):
    """{name: bytes} of everything in paths.state."""
    folder, found = f"{lab.folder}/state", {}
    for name in os.listdir(folder):
        with open(f"{folder}/{name}", "rb") as file:
            found[name] = file.read()
    assert "congchao.db" in found, f"no database in {sorted(found)}"
    return found


def where(lab, wanted):
    """The files that have these bytes, in capitals or not."""
    return [name for name, data in files(lab).items()
            if wanted in data or (len(wanted) > 8 and wanted.lower() in data.lower())]


def rows(lab):
    """{table: [row as a dictionary]}, from a copy: looking must not change it."""
    folder = f"{lab.folder}/privacy"
    shutil.rmtree(folder, ignore_errors=True)
    os.mkdir(folder)
    for ending in ("", "-wal"):
        if os.path.exists(f"{lab.folder}/state/congchao.db{ending}"):
            shutil.copy(f"{lab.folder}/state/congchao.db{ending}", f"{folder}/db{ending}")
    db = sqlite3.connect(f"{folder}/db")
    db.row_factory = sqlite3.Row
    names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {name: [dict(row) for row in db.execute(f"SELECT * FROM {name}")] for name in names}
    columns = {name: {row[1] for row in db.execute(f"PRAGMA table_info({name})")}
               for name in names}
    db.close()
    assert columns == COLUMNS, f"the schema is another: {columns}"
    return found


def check_rows(lab, languages, audiences):
    """Each row has what it may have, and no more. A column that is new is a failure above."""
    found = rows(lab)
    telling = set(languages) | set(audiences) | EVENTS
    for table, listed in found.items():
        for row in listed:
            words = {value for value in row.values() if isinstance(value, str)}
            if any(isinstance(value, bytes) for value in row.values()):
                assert table in ("leases", "reviews", "review_keys"), f"bytes in {table}: {row}"
                assert not words & telling, f"{table}: {words & telling} beside a device"
            if table in ("counters", "pending", "owed"):
                assert row["language"] in languages and row["audience"] in audiences, row
                assert row["zone"] == "wifi", row
            if table in ("counters", "pending"):
                measure = r"(answer/\w+/[a-d]/\w+|rest/\w+/[0-2]|pair/\w+/\w+)"
                if row["item"]:
                    assert re.fullmatch(measure, row["event"]), row
                    assert re.fullmatch(r"[A-Z]+(-[A-Z0-9]+)+(\.\d+)?", row["item"]), row
                else:
                    assert row["event"] in EVENTS, row
            if table == "meta":
                assert re.fullmatch("boot_id|boot_ms|wall_seconds|wall_max|offset:.*",
                                    row["key"]), row
            if table == "reviews":
                assert len(row["pseudonym"]) == 16 and row["day"] - row["born"] in range(30), row
                assert re.fullmatch(r"[A-Z]+(-[A-Z0-9]+)+", row["objective"]), row
    return found


def check_bytes(lab, gone=(), present=()):
    """No byte is left of those who are gone; of those who are released, the MAC alone."""
    for what in (CURIOUS, "illness=7731", HANDSET, AGENT, "NosyBrowser"):
        assert not where(lab, what.encode()), f"{what} is in {where(lab, what.encode())}"
    for visitor in gone:
        for what, wanted in visitor.spellings().items():
            wait_for(f"the {what} of {visitor.mac} to leave {where(lab, wanted)}",
                     lambda wanted=wanted: not where(lab, wanted), 15, 0.2)
    for visitor in present:
        for what, wanted in visitor.spellings().items():
            if what != "MAC":
                assert not where(lab, wanted), f"{what} of {visitor.mac}: {where(lab, wanted)}"


def check_log(lab, visitors):
    log = "\n".join(lab.gate.lines)
    for visitor in visitors:
        for wanted in (visitor.mac, visitor.mac.replace(":", ""), visitor.v4, visitor.v6):
            assert wanted not in log, f"{wanted} is in the log"
    assert CURIOUS not in log and "NosyBrowser" not in log


def pseudonym(key, visitor):
    return hashlib.blake2b(bytes.fromhex(visitor.mac.replace(":", "")), key=key,
                           digest_size=16).digest()


def days_of(found, key, visitor):
    """The days of which something is remembered of a device, by who has the key."""
    name = pseudonym(key, visitor)
    return {row["day"] for row in found["reviews"] if row["pseudonym"] == name}


def settled(lab):
    """Everything is counted and nothing is owed."""
    wait_for("all releases to be counted", lambda: not any(
        row["count"] for row in rows(lab)["owed"]), 10, 0.1)
    wait_for("what waited to have its hour", lambda: not rows(lab)["pending"], 10, 0.1)


# ---------------------------------------------------------------- the tests

def every_kind(lab):
    """Visitors in every language and of every audience. Returns them, and the audiences."""
    first = Visitor(lab).begin()
    audiences = first.audiences()
    assert len(audiences) >= 2, f"nothing to choose: {first.page.links}"
    visitors = [first.walk()]
    for number, audience in enumerate(audiences):
        for language in ("vi", "en"):
            visitors.append(Visitor(lab, None, language, audience).walk(number))
    return visitors, audiences


def end(lab, visitor):
    done = lab.gate.ctl("revoke", visitor.mac)
    assert done.returncode == 0, done


def test_a_month_of_visits_leaves_no_trace_of_anybody():
    """Day 0: all come. Day 3: one returns. Day 31: the key of day 0 is gone from the bytes."""
    with Router(phones=12, conf=CONF) as router:
        lab = router.lab
        router.boot(wall=MORNING, synchronised=True)
        today = MORNING // DAY
        visitors, audiences = every_kind(lab)
        postponed = Visitor(lab, None, "en").begin().later()
        visitors.append(postponed)
        settled(lab)
        known = (("vi", "en"), set(audiences))
        found = check_rows(lab, *known)
        assert len(found["leases"]) >= len(visitors)
        assert [row["born"] for row in found["review_keys"]] == [today]
        key = found["review_keys"][0]["key"]
        returning, once = visitors[1], visitors[2]
        # What is looked for below can be found: it is there now.
        assert where(lab, key) and where(lab, returning.spellings()["MAC"])
        assert days_of(found, key, returning) == {today} == days_of(found, key, once)
        assert where(lab, pseudonym(key, once))
        assert not days_of(found, key, postponed), "who postponed has learned nothing"
        check_bytes(lab, present=visitors)

        for visitor in visitors[:3]:
            end(lab, visitor)
        check_bytes(lab, gone=visitors[:3], present=visitors[3:])
        Visitor(lab, visitors[0].phone).walk()  # asked a short while ago: not again today
        settled(lab)
        counted = {row["event"] for row in check_rows(lab, *known)["counters"]}
        assert EVENTS <= counted, f"not every way was gone: {EVENTS - counted} are missing"
        assert any("/retry" in visitor.seen for visitor in visitors), "no similar question"
        router.pass_time(3 * DAY)  # the others' releases end by themselves
        back = Visitor(lab, returning.phone, "en", audiences[-1]).walk()
        settled(lab)
        found = check_rows(lab, *known)
        assert days_of(found, key, back) == {today, today + 3}, "the device was not recognised"
        check_bytes(lab, gone=[v for v in visitors if v.mac != back.mac], present=[back])
        assert [bytes.fromhex(back.mac.replace(":", ""))] == \
            [row["mac"] for row in found["leases"]]

        router.power_cut()
        router.boot(wall=MORNING + 29 * DAY, synchronised=True)
        assert where(lab, key), "the last day of its month"
        end(lab, back)
        router.pass_time(2 * DAY)
        for what in (key, pseudonym(key, returning), pseudonym(key, once)):
            wait_for("what ended with its month to leave the files",
                     lambda what=what: not where(lab, what), 15, 0.2)
        again = Visitor(lab, back.phone).walk()
        settled(lab)
        found = check_rows(lab, *known)
        assert [row["born"] for row in found["review_keys"]] == [today + 31]
        assert {row["day"] for row in found["reviews"]} == {today + 31}
        end(lab, again)
        check_bytes(lab, gone=visitors)
        check_log(lab, visitors)
        told = lab.gate.ctl("stats", "--json", "--from", "2026-01-01").stdout
        assert '"acknowledged"' in told and not any(v.mac in told for v in visitors)
        lab.gate.stop()
        check_bytes(lab, gone=visitors)


def test_remember_for_0_remembers_nothing_and_forgets_what_was():
    """Express, too. First with, then without a memory: the keys leave with the first start."""
    with Router(phones=6, conf={**CONF, "portal": {"visit": "express", "later": "10m"}}) as router:
        lab = router.lab
        router.boot(wall=MORNING - 245 * DAY)  # nobody knows the day yet
        early = Visitor(lab).begin()
        known = (("vi", "en"), set(early.audiences()))
        early.walk()
        wait_for("it to be counted", lambda: any(row["event"] == "released"
                                                 for row in rows(lab)["pending"]))
        found = check_rows(lab, *known)
        assert not found["reviews"] and not found["review_keys"] and not found["counters"]
        check_bytes(lab, present=[early])
        router.clock_is_set(MORNING)
        # Seen with the next thing that is stored: an express visit may be over before that.
        visitor = Visitor(lab, None, "en").begin()
        wait_for("what waited to have its hour", lambda: not rows(lab)["pending"], 10, 0.1)
        visitor.walk()
        settled(lab)
        found = check_rows(lab, *known)
        key = found["review_keys"][0]["key"]
        assert days_of(found, key, visitor) == {MORNING // DAY}
        lab.gate.stop()
        lab.write_conf(portal={"remember_for": 0})
        lab.gate.start()
        for what in (key, pseudonym(key, visitor)):
            wait_for("it to be forgotten", lambda what=what: not where(lab, what), 15, 0.2)
        Visitor(lab, None, "vi").walk()
        settled(lab)
        found = rows(lab)
        assert not found["reviews"] and not found["review_keys"], found


test_a_month_of_visits_leaves_no_trace_of_anybody.seconds = 120
