"""Three places of the department's demo, far from it: each a real gateway in namespaces of its own,
whose portal lives in a week that has passed, with a line to the network that the demo is in."""
import contextlib
import datetime
import os
import shutil

from harness import Namespace
from lab.namespace import run
from router import Router
from telling import told
from visitors import ROOM, Visitors

DEPARTMENT = "203.0.113.1"  # its address
DAYS, DAY, HOUR = 7, 86400, 3600
ZONE = "ICT-7"  # as POSIX writes it, where no list of zones is installed
HANOI = datetime.timezone(datetime.timedelta(hours=7))
TODAY = datetime.datetime.now(HANOI).replace(hour=0, minute=0, second=0, microsecond=0)
EVENTS = ("shown", "answered", "acknowledged", "released", "deferred", "returned")
PLACES = (
    {"id": "cb-0017", "name": "Nhà văn hoá Phai Khắt Nà Ngần", "area": "nguyen-binh",
     "commune": "Xã Nguyên Bình", "zone": "hall", "visitors": 15, "regulars": 12, "english": 0.05,
     "opens": 8, "closes": 21, "later": False,
     "audiences": {"citizen": 0.9, "civil_servant": 0.1}},
    {"id": "cb-0042", "name": "Bộ phận một cửa phường Thục Phán", "area": "thuc-phan",
     "commune": "Phường Thục Phán", "zone": "office", "visitors": 15, "regulars": 16,
     "english": 0.0, "opens": 7, "closes": 18, "later": False,
     "audiences": {"civil_servant": 0.7, "citizen": 0.3}},
    {"id": "cb-0103", "name": "Cà phê Cột Mốc", "area": "trung-khanh",
     "commune": "Xã Trùng Khánh", "zone": "cafe", "visitors": 20, "regulars": 12, "english": 0.3,
     "opens": 6, "closes": 23, "later": True,
     "audiences": {"citizen": 0.7, "enterprise_staff": 0.2, "press_leader": 0.1}},
)


def midnight(day):
    """Of the first of the days that are played and of those after it; the last was yesterday."""
    return int(TODAY.timestamp()) + (day - DAYS) * DAY


def day_of_seconds(seconds):
    return datetime.datetime.fromtimestamp(seconds, HANOI).date().isoformat()


def day_of(hour):
    """The local day of an hour as `congchao stats --json` has it."""
    when = datetime.datetime.strptime(hour, "%Y-%m-%dT%H:%M:%SZ")
    return when.replace(tzinfo=datetime.timezone.utc).astimezone(HANOI).date().isoformat()


class Hotspot:
    """A real gateway in namespaces of its own, its portal's clock a week ago."""

    def __init__(self, number, about):
        self.number, self.about, self.id = number, about, about["id"]
        default = next(iter(about["audiences"]))
        zone = {"name": about["zone"], "interfaces": ["br-lan"], "release_for": "2h"}
        if default != "citizen":
            zone["audience"] = default
        self.came = {}
        self.router = Router(phones=1, zone=ZONE, conf={
            "site": {"id": self.id, "name": about["name"]}, "zones": [zone],
            "portal": {"later": "10m"} if about["later"] else {},
            "limits": {"released": 4096, "visits": 512}})
        self.stack = contextlib.ExitStack()
        self.lab = self.visitors = None

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            stack.enter_context(self.router)
            self.lab = self.router.lab
            shutil.copy2(f"{self.lab.build}/congchao-report", self.lab.gate.programs)
            self._reach_the_department()
            self.visitors = stack.enter_context(
                Visitors(self.lab, Namespace("visitors"), room=ROOM))
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self.stack.close()

    def _reach_the_department(self):
        """A line from this place's internet to the network we are in."""
        far = self.lab.internet
        near, there = (f"203.0.113.{4 * self.number + i}" for i in (1, 2))
        far.ip(f"link add department type veth peer name {self.id} netns {os.getpid()}",
               "link set department up", f"address add {there}/30 dev department",
               f"route add {DEPARTMENT} via {near}")
        far.set("net/ipv4/ip_forward", 1)
        far.run("nft", "-f", "-", stdin="""table ip line {
            chain post { type nat hook postrouting priority srcnat; oifname "department" masquerade; }
        }""")
        run(["ip", "-batch", "-"],
            stdin=f"link set {self.id} up\naddress add {near}/30 dev {self.id}\n")

    def open(self, ca):
        """Opens on the first day, in the morning."""
        self.lab.write_conf(report={"state": f"{self.lab.folder}/report", "ca_file": ca})
        self.router.boot(midnight(0) + 5 * HOUR, since=-1, synchronised=True)
        self.visitors.say("open", content=self.lab.content, seed=self.number,
                          clock=f"{self.lab.folder}/router/clock", place=self.about)

    def begin_hours(self, day, begin, end):
        """Started anew: going on, the kernel would keep to the real clock and know them all."""
        self.lab.gate.stop()
        self.lab.gate.start()
        self.visitors.begin("hours", day=day, midnight=midnight(day), begin=begin, end=end)

    def close_up(self):
        """What waits to be counted is counted by a clean stop; and it is today."""
        self.lab.gate.stop()
        self.router.start()

    def ctl(self, *words):
        done = self.lab.gate.ctl(*words)
        told(done.returncode == 0, f"{self.id}: congchao {' '.join(words)}: {done.stderr}")
        return done.stdout

    def stats(self):
        return self.lab.gate.ctl_json("stats", "--from", day_of_seconds(midnight(-1)))

    def counted(self):
        """{(audience, language): {event: count}} and {day: {event: count}} of `congchao stats`."""
        cells, days = {}, {}
        for row in self.stats():
            for table, key in ((cells, (row["audience"], row["language"])),
                               (days, day_of(row["hour"]))):
                counts = table.setdefault(key, dict.fromkeys(EVENTS, 0))
                counts[row["event"]] = counts.get(row["event"], 0) + row["count"]
        return cells, days

    def online(self):
        """{(audience, language): how many visitors have acknowledged, as they know it}"""
        found = {}
        for key, n in self.came.items():
            audience, language, what = key.split(" ")
            if what in ("online", "again"):
                found[audience, language] = found.get((audience, language), 0) + n
        return found

    def how_many(self, what):
        return sum(n for key, n in self.came.items() if key.endswith(f" {what}"))
