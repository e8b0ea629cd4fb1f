"""A place's visitors, for the department's demo: whole days, hour by hour, each visitor a device
of its own that walks through the portal's pages. Some come again, some say "later", some leave.

    with Visitors(lab, Namespace("visitors"), room=ROOM) as visitors:
        visitors.say("open", content=folder, clock=path, place=..., seed=17)
        visitors.say("hours", day=0, midnight=seconds, begin=0, end=24)  # portal's clock goes on

Like learners.py, which plays a visit, this file is also the program inside the namespace.
"""
import os
import random
import struct
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
                                "tests", "net"))
from learners import Device, Learners, Model, Player, read_pack  # noqa: E402  (the path first)

ROOM = 600
AUDIENCES = ("citizen", "civil_servant", "enterprise_staff", "press_leader")
COME_AGAIN = (0, 3, 6)  # on these days the regulars come,
AGAIN = 0.4             # and so many of them once more after NOON
NOON = 13
LEAVE = 0.12            # so many leave before their last question,
LATER = 0.04            # and so many take the button that says so
BUSY = (0, 0, 0, 0, 0, 1, 3, 5, 6, 6, 5, 7, 6, 4, 4, 5, 6, 8, 9, 9, 8, 6, 3, 1)  # by hour
HOUR = 3600


class Town(Model):
    devices = dict.fromkeys(AUDIENCES, 0)


class Visitor(Device):
    """language: of the phone. The first of a place's audiences is its own: nobody has to tap."""

    def __init__(self, number, person, portal, language, tap):
        super().__init__(number, person, portal)
        self.language, self.headers = language, f"Accept-Language: {language}\r\n"
        if not tap:
            self.door = "/"

    def come_again(self):
        """Asked a short while ago: no question, only the lesson."""
        self.ask("GET", self.door)
        self.read_page()
        self._press("/acknowledge")

    def put_off(self):
        self.ask("GET", self.door)
        self.read_page()
        self._press("/later")

    def _press(self, path):
        self.ask("POST", path, self.form[1])
        self.read_away("/online")
        self.close()

    def leave(self, answers):
        """Gone after so many answers."""
        self.ask("GET", self.door)
        for _ in range(answers):
            self.read_page()
            self.ask("POST", self.form[0], self.form[1] + b"&choice=a")
            self.read_away("/")
            self.ask("GET", "/")
        self.read_page()
        self.close()


class Day(Player):
    def do_open(self, content, clock, place, seed):
        self.do_begin(content, clock)
        vietnamese, objectives = read_pack(content)
        self.model = Town({**vietnamese, **read_pack(content, "en")[0]}, objectives)
        self.place, self.rng = place, random.Random(seed)
        self.devices, self.came, self.again = [], {}, []
        self.regulars = [(self.rng.choice(self.hours()), self.newcomer())
                         for _ in range(place["regulars"])]
        return {}

    def hours(self):
        return range(self.place["opens"], self.place["closes"])

    def newcomer(self):
        audiences = self.place["audiences"]
        audience = self.rng.choices(list(audiences), audiences.values())[0]
        person = audience, self.rng.random() < Model.guessers, self.rng.choice((-1, 1)) * Model.ability
        language = "en" if self.rng.random() < self.place["english"] else "vi"
        visitor = Visitor(len(self.devices), person, self.portal, language,
                          audience != next(iter(audiences)))
        self.devices.append(visitor)
        return visitor

    def go_on_to(self, when):
        """Portal's clock says `when`."""
        wall_ms = struct.unpack("=qqq", self.clock[:24])[0]
        self.pass_ms(int(when * 1000) - wall_ms - time.time_ns() // 1000000)

    def arriving(self, day, hour):
        whole = sum(BUSY[h] for h in self.hours())
        expected = self.place["visitors"] * BUSY[hour] / whole
        count = int(expected) + (self.rng.random() < expected % 1)
        some = [self.newcomer() for _ in range(count)]
        if day in COME_AGAIN:
            some += [regular for at, regular in self.regulars if at == hour]
        return some

    def note(self, visitor, what):
        """Who is asked nothing has no choice of audiences: counted is the place's own."""
        audience = next(iter(self.place["audiences"])) if what == "again" else visitor.person[0]
        key = f"{audience} {visitor.language} {what}"
        self.came[key] = self.came.get(key, 0) + 1

    def part(self, visitor):
        """Gone before the end, if so: how."""
        chance = self.rng.random()
        if chance < LATER and self.place["later"]:
            visitor.put_off()
            self.note(visitor, "later")
        elif chance < LEAVE:
            visitor.leave(self.rng.randrange(3))
            self.note(visitor, "left")
        else:
            return False
        return True

    def come(self, some, day, hour):
        staying = [one for one in some if not self.part(one)]
        for guesses in (True, False):
            walking = [one for one in staying if one.person[1] == guesses]
            if walking:
                self.walk(walking, day, guesses)
        for one in staying:
            self.note(one, "online")
            if day in COME_AGAIN and hour < NOON - 3 and self.rng.random() < AGAIN:
                self.again.append((self.rng.randrange(NOON, self.place["closes"]), one))

    def do_hours(self, day, midnight, begin, end):
        """A part of a day, at whose end portal's clock says so."""
        for hour in [hour for hour in self.hours() if begin <= hour < end]:
            again = [one for at, one in self.again if at == hour]
            some = self.arriving(day, hour)
            if not some + again:
                continue
            self.go_on_to(midnight + hour * HOUR + self.rng.randrange(2, 40) * 60)
            for one in again:
                one.come_again()
                self.note(one, "again")
            self.come(some, day, hour)
        self.go_on_to(midnight + end * HOUR - 60)
        if end == 24:
            self.again = []
        return {"came": self.came}


class Visitors(Learners):
    program = os.path.abspath(__file__)


if __name__ == "__main__":
    Day((sys.argv[1], int(sys.argv[2]))).run()
