"""The story that scripts/demo --department tells: a department, three places far from it, a week
of their visitors, and whether the department's figures are what the places have counted.

Everything said here has been seen happening. The department lives in a network namespace of
its own, with a PostgreSQL in a temporary folder; neither the machine's network nor a database
of its own is touched. With --keep the dashboard stays, to be looked at.
"""
import contextlib
import csv
import io
import os
import secrets
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TREE = os.path.dirname(HERE)
sys.path[1:1] = [os.path.join(TREE, "tests", name) for name in
                 ("net", "collect", "report", "dashboard")]
import house  # noqa: E402  (the path first)
import place as world  # noqa: E402
from front import certificate, nginx  # noqa: E402
from hotspot import make_users  # noqa: E402
from lab.namespace import die_with_parent, own_network, run  # noqa: E402
from mounts import mounted, own_mounts, unmount  # noqa: E402
from places import (  # noqa: E402
    DAYS, DEPARTMENT, EVENTS, PLACES, ZONE, Hotspot, day_of_seconds, midnight)
from telling import NotAsTold, chapter, listen, perform, quote, say, seen, told  # noqa: E402
from visitors import AUDIENCES, COME_AGAIN, NOON  # noqa: E402

NAME = "thongke.example.vn"
ACCOUNT = "can-bo"
STATES = {"indication": "not measured, no survey or roster has been entered",
          "no denominator": "not measured, how many they are has not been entered"}


class Department:
    """PostgreSQL, collector and nginx, and an officer with a browser."""

    def __init__(self, place):
        self.place, self.nginx, self.browser = place, None, None
        self.folder, self.password = f"{place.folder}/nginx", secrets.token_hex(6)
        self.url = place.url = f"https://{NAME}"
        place.port = 8470

    def __enter__(self):
        os.makedirs(self.folder)
        os.chmod(self.folder, 0o755)
        certificate(self.folder, NAME)
        run(["ip", "address", "add", f"{DEPARTMENT}/32", "dev", "lo"])
        self._name()
        return self

    def _name(self):
        """Who is started from here on knows the department's name, and asks no server for it."""
        for name, text in (("hosts", f"127.0.0.1 localhost\n{DEPARTMENT} {NAME}\n"),
                           ("nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n")):
            with open(f"{self.folder}/{name}", "w", encoding="ascii") as out:
                out.write(text)
            mounted("--bind", f"{self.folder}/{name}", f"/etc/{name}")

    def __exit__(self, *_):
        if self.nginx:
            self.nginx.terminate()
            self.nginx.wait(20)
        for name in ("hosts", "nsswitch.conf"):
            unmount(f"/etc/{name}")

    def open(self):
        place = self.place
        place.conf = place.write_conf("collect", house.dashboard_conf(place))
        place.do("init")
        self.content = place.do("content", place.for_all("etc/content"))
        place.do("area", "add", "cao-bang", "Cao Bằng", "province")
        for one in PLACES:
            place.do("area", "add", one["area"], one["commune"], "commune", "cao-bang")
        place.start()
        self.nginx = subprocess.Popen(nginx(place, self.folder, "443"), stdin=subprocess.DEVNULL,
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                      preexec_fn=die_with_parent)
        self._log_in()

    def _log_in(self):
        subprocess.run([world.PROGRAM, "-c", self.place.conf, "account", "add", ACCOUNT, "--role",
                        "officer"], input=self.password + "\n", text=True, check=True)
        self.browser = house.Browser(self.place.port, "")
        status = self.browser.login(ACCOUNT, self.password)[0]
        told(status == 303, f"the dashboard answered the login with {status}")

    def figure(self, name, **where):
        """A figure as the dashboard's CSV has it, for the days that were played."""
        asked = {"from": day_of_seconds(midnight(0)), "to": day_of_seconds(midnight(DAYS - 1)), **where}
        path = f"/figures/{name}.csv?" + "&".join(f"{key}={value}" for key, value in asked.items())
        status, _, text = self.browser.get(path)
        told(status == 200, f"{path}: {status}")
        return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


class Story:
    def __init__(self, department, hotspots):
        self.department, self.place, self.hotspots = department, department.place, hotspots
        self.equal = 0

    # ------------------------------------------------------------ before

    def the_department(self):
        chapter("A department")
        say("On this machine, in a network namespace of its own: nobody else's network or database "
            "is touched.")
        begun = time.monotonic()
        self.department.open()
        version = self.place.sql("select current_setting('server_version')").split()[0]
        seen("the database", f"PostgreSQL {version} in a folder of its own, {self.place.cluster.folder}, "
             "reached by a socket in it; the schema by congchao-collect init")
        seen("the content pack", self.department.content.strip())
        seen("the collector", f"congchao-collect on 127.0.0.1:{self.place.port}, with the dashboard")
        seen("in front of it", f"nginx, configured as shipped, with a certificate for {NAME} that was made just now")
        seen("ready after", f"{time.monotonic() - begun:.1f} s")

    def the_places(self):
        chapter("Three places, each a real gateway with its own portal")
        begun = time.monotonic()
        for hotspot in self.hotspots:
            hotspot.open(f"{self.department.folder}/ca.pem")
            about = hotspot.about
            seen(hotspot.id, f"{about['name']}, {about['commune']}; zone {about['zone']}, lessons "
                 f"for {next(iter(about['audiences']))}")
        seen("ready after", f"{time.monotonic() - begun:.1f} s")

    def enrolment(self):
        chapter("Enrolment: a code on a slip, typed in at the gateway")
        for hotspot in self.hotspots:
            about = hotspot.about
            self.place.do("site", "add", hotspot.id, about["name"], about["area"])
            self.place.do("site", "set", hotspot.id, f"kind={about['zone']}", "capacity=60",
                          f"opens={about['opens']:02d}:00", f"closes={about['closes']:02d}:00")
        first = self.hotspots[0]
        wrong = first.lab.gate.ctl("enrol", "0000-0000", self.department.url)
        told(wrong.returncode == 1, "a wrong code was taken")
        seen("a code that nobody has given out", wrong.stderr.strip())
        for hotspot in self.hotspots:
            code = self.place.code(hotspot.id)
            said = hotspot.ctl("enrol", code, self.department.url)
            told(f"Enrolled as {hotspot.id}." in said, said)
            if hotspot is first:
                seen("the officer's slip says", f"{code}, {self.department.url}")
                say(f"congchao enrol {code} {self.department.url}:")
                quote(said)

    # ------------------------------------------------------------ a week

    def a_week(self):
        chapter(f"A week: {DAYS} days of made-up visitors at each place")
        begun = time.monotonic()
        for day in range(DAYS):
            for begin, end in ((0, NOON), (NOON, 24)) if day in COME_AGAIN else ((0, 24),):
                for hotspot in self.hotspots:
                    hotspot.begin_hours(day, begin, end)
                for hotspot in self.hotspots:
                    hotspot.came = hotspot.visitors.end(60)["came"]
        for hotspot in self.hotspots:
            hotspot.close_up()
            told(hotspot.how_many("online") > 0, f"nobody came to {hotspot.id}")
            seen(hotspot.id, f"{hotspot.how_many('online')} visits to their end, "
                 f"{hotspot.how_many('again')} who came again on the same day, "
                 f"{hotspot.how_many('later')} who said later, {hotspot.how_many('left')} who left")
        seen("played in", f"{time.monotonic() - begun:.1f} s: every visit by HTTP through the "
             "portal's pages, some of them again on the fourth and on the seventh day")

    # ------------------------------------------------------------ reports

    def reports(self):
        chapter("The week is reported")
        first = self.hotspots[0]
        say("Nothing has been sent yet, as after a week with the line to the department cut.")
        for hotspot in self.hotspots:
            begun = time.monotonic()
            said = hotspot.ctl("report", "now")
            told("Delivered: " in said, said)
            seen(f"{hotspot.id}, congchao report now", f"{' '.join(said.split())} "
                 f"({time.monotonic() - begun:.1f} s)")
        stored = self.place.everything()
        os.unlink(f"{first.lab.folder}/report/state.db")
        seen(f"{first.id} forgets what was delivered, and sends all of it again",
             " ".join(first.ctl("report", "now").split()))
        told(self.place.everything() == stored, "what was sent twice has changed the database")
        seen("the database", "as before, to the byte: a report replaces and never adds")
        say("congchao report status, there:")
        quote(first.ctl("report", "status"))
        # The demo's only hand in the database.
        self.place.cluster.sql("update site s set enrolled_at = "
                               "(select min(period) from report r where r.site_id = s.site_id)")
        say("(The places' clocks were a week back, the department's was not: so the demo writes into its "
            "database that they were enrolled when they opened. Else no hour of the week would be "
            "expected of them.)")

    def approval(self):
        chapter("An officer approves")
        self.place.do("roll")
        before = self.department.figure("completeness")[0]
        told(before["acknowledged"] == "0", f"pending sites are counted: {before}")
        seen("before", "the three are pending: their reports are kept, and no figure has them")
        for hotspot in self.hotspots:
            self.place.do("site", "approve", hotspot.id)
        self.place.do("roll")
        now = self.department.figure("completeness")[0]
        told(now["hours_received"] == now["hours_expected"] != "0", f"hours are missing: {now}")
        seen("after", f"{now['hours_received']} hours of {now['hours_expected']} have come, "
             f"{now['acknowledged']} acknowledgements")
        told(now["acknowledged"] == now["acknowledged_unflagged"], f"some hours are doubtful: {now}")

    # ------------------------------------------------------------ equal?

    def comparison(self):
        chapter("Is it true? The dashboard's figures beside what the places have counted")
        say("On the left of each = what the place has (congchao stats --json), on its right what the "
            "dashboard shows (the CSV of its figure). “visitors” are those that pressed the button and "
            "were told “you are online”, as they know it themselves; “deferred” said later, and “returned” "
            "came again the same day and were shown only the lesson.")
        for hotspot in self.hotspots:
            self._place_equal(hotspot)
        self._questions_equal()
        self._learning_equal()
        say()
        seen("figures compared", f"{self.equal}, all of them equal")

    def _same(self, name, ours, theirs):
        told(ours == theirs, f"{name}: the place has {ours}, the dashboard {theirs}")
        self.equal += 1
        return f"{ours} = {theirs}"

    def _place_equal(self, hotspot):
        cells, days = hotspot.counted()
        about, online = hotspot.about, hotspot.online()
        print(f"\n   {hotspot.id}, {about['name']}")
        print(f"   {'':<20}{'visitors':>8}" + "".join(f"{event:>13}" for event in EVENTS))
        rows = {(row["audience"], row["lang"]): row
                for row in self.department.figure("funnel", area=about["area"])}
        told(rows.keys() == cells.keys(), f"{hotspot.id}: {cells.keys()}, and {rows.keys()}")
        for key in sorted(rows, key=lambda key: (AUDIENCES.index(key[0]), key[1])):
            said = self._same(f"{key} told online", online.get(key, 0), cells[key]["acknowledged"])
            line = [self._same(f"{hotspot.id} {key} {event}", cells[key][event], int(rows[key][event]))
                    for event in EVENTS]
            print(f"   {' '.join(key):<20}{said.split()[0]:>8}" + "".join(f"{one:>13}" for one in line))
        found = {row["day"]: row for row in self.department.figure("site_days", site=hotspot.id)}
        line = [self._same(f"{hotspot.id} {day}", days[day]["acknowledged"],
                           int(found[day]["acknowledged"])) for day in sorted(days)]
        print(f"   acknowledged by day   {', '.join(line)}")

    def _questions_equal(self):
        """How often each was answered; how many answers were right (of one question of one place
        that is hidden under 30)."""
        counted, shown, right = {}, {}, [0, 0]
        for hotspot in self.hotspots:
            right[0] += sum(row["count"] for row in hotspot.stats() if row["event"] == "right")
            for row in hotspot.lab.gate.ctl_json("stats", "questions"):
                counted[row["item"]] = counted.get(row["item"], 0) + row["attempts"]
        for row in self.department.figure("questions"):
            item = row["item"].partition(".")[0]
            shown[item] = shown.get(item, 0) + int(row["answered"])
            right[1] += int(row["right_n"])
        told(shown.keys() == counted.keys(), f"questions: {counted.keys()}, and {shown.keys()}")
        print(f"\n   answers to each of {len(shown)} questions, all places together")
        cells = [f"{item:<11}{self._same(item, counted[item], shown[item]):>8}" for item in sorted(shown)]
        for four in zip(*[iter(cells + [""] * (-len(cells) % 4))] * 4):
            print(f"   {'     '.join(four).rstrip()}")
        print(f"   of all answers right  {self._same('right answers', *right)}")

    def _learning_equal(self):
        counted = {}
        for hotspot in self.hotspots:
            for row in hotspot.lab.gate.ctl_json("stats", "learning"):
                if row["measure"] == "pre" and row["objective"] == "all":
                    counted[row["audience"]] = counted.get(row["audience"], 0) + row["n"]
        shown = {row["audience"]: int(row["answers"]) for row in self.department.figure("learning")
                 if row["objective"] == "all"}
        line = [f"{name} {self._same(name, n, shown.get(name, 0))}" for name, n in sorted(counted.items()) if n]
        print("\n   visitors asked before and after a lesson")
        quote(", ".join(line), "   ")

    # ------------------------------------------------------------ what it is for

    def the_officer(self):
        chapter("What the department sees")
        self.place.do("population", "citizen", "2024-12-31", "360000", "made up for the demo")
        self.place.do("population", "civil_servant", "2026-06-30", "12500", "made up for the demo")
        self.place.do("survey", "citizen", day_of_seconds(midnight(0)), "512", "1067", "made up for the demo")
        say("The plan's four groups. An acknowledgement is an event, not a person: only a survey or a "
            "roster can say that a target is met. (The survey, and how many people there are, were made "
            "up for the demo, and what visitors learn is made up too.)")
        for row in self.department.figure("targets", lang="en"):
            share = f"{int(row['pct_bp']) / 100:.1f} %, " if row["pct_bp"] else ""
            seen(row["name"], f"{row['comparator']} {int(row['target_bp']) / 100:.0f} % wanted: {share}"
                 f"{STATES.get(row['state'], row['state'])}; {row['acknowledged']} acknowledgements")
        missed = [row for row in self.department.figure("questions") if row["state"] != "too few"]
        if missed:
            worst = missed[0]
            seen("most missed", f"“{worst['stem']}”: {worst['right_n']} of {worst['answered']} were right; "
                 f"the wrong answer chosen most is “{worst['wrong_text']}”")
        gain = next(row for row in self.department.figure("learning")
                    if (row["audience"], row["objective"]) == ("all", "all"))
        told(gain["gain_bp"], f"no gain is shown: {gain}")
        seen("learning", f"{int(gain['before_bp']) / 100:.0f} % right before a lesson, "
             f"{int(gain['after_bp']) / 100:.0f} % after it, of {gain['answers']} pairs of answers")

    def in_short(self):
        say()
        say("That was it: three places counted what happened at their doors, and no one's name or device. "
            "Each hour went to the department as a whole, signed, over TLS; sent twice it counts once. "
            "The dashboard shows the sums, beside how many hours they are made of; {} of its figures were "
            "compared with what the places have in their own databases.".format(self.equal))


def tell(department, hotspots):
    story = Story(department, hotspots)
    for part in (story.the_department, story.the_places, story.enrolment, story.a_week, story.reports,
                 story.approval, story.comparison, story.the_officer, story.in_short):
        part()


def keep(department, listener):
    """A person takes the officer's place, in a browser of this machine."""
    place = department.place
    relay = subprocess.Popen(
        [sys.executable, os.path.join(HERE, "relay.py"), str(listener.fileno()),
         f"127.0.0.1:{place.port}", "--unchanged"], pass_fds=[listener.fileno()],
        preexec_fn=die_with_parent)
    chapter("Your turn")
    say(f"Open http://127.0.0.1:{listener.getsockname()[1]}/ in a browser on this machine, and log in:")
    quote(f"account   {ACCOUNT}\npassword  {department.password}")
    say("The database, as its owner, in another terminal:")
    quote(f"cd / && sudo -u postgres psql -h {place.cluster.folder} congchao", "   $ ")
    say("Ctrl-C ends it and tidies up.")
    try:
        while place.process.poll() is None and relay.poll() is None:
            time.sleep(0.5)
        raise NotAsTold("the collector or the relay has ended by itself")
    finally:
        relay.kill()
        relay.wait()


def play():
    staying = "--keep" in sys.argv[1:]
    listener = listen(range(8470, 8490)) if staying else None
    os.environ["TZ"] = ZONE
    make_users()
    own_mounts()
    own_network()
    with world.place() as place, Department(place) as department, contextlib.ExitStack() as stack:
        tell(department, [stack.enter_context(Hotspot(number, about))
                          for number, about in enumerate(PLACES, 1)])
        if staying:
            try:
                keep(department, listener)
            except KeyboardInterrupt:
                print()
    print()
    say("Database, servers, places and files of the demo are gone; what it had installed stays, and the "
        "system users congchao, congchao-gate and congchao-report.")


if __name__ == "__main__":
    sys.exit(perform(play))
