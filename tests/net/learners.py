"""Visitors who learn and forget by known probabilities, each a device of its own in one
namespace, walked through the portal's pages. Like crowd.py, which plays the devices, this file
is also the program inside the namespace.

    with Learners(lab, Namespace("crowd"), room=model.devices) as learners:
        learners.say("begin", content=folder, clock=path)
        said = learners.say("day", day=3)   # all devices come back: how many were right of what

A page says nothing of a question but its text: which it is, and which option is right, is
looked up in the content pack.
"""
import html
import json
import mmap
import os
import random
import re
import socket
import struct
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from crowd import FORM, TOKEN, Crowd, address_of  # noqa: E402  (the path first)

STEM = re.compile(rb"<legend>(.*?)</legend>", re.S)
FLIGHT = 250      # devices whose visits go on at the same time
READ_MS = 6000    # to read a page, for who reads it: by portal's clock
ROLES = ("control", "retention3", "retention10", "retention24")


def read_pack(folder, language="vi"):
    """{stem: (id, objective, key, options)} and {audience: [objective]}"""
    with open(f"{folder}/structure.cfg", encoding="utf-8") as file:
        structure = file.read()
    with open(f"{folder}/text/{language}.cfg", encoding="utf-8") as file:
        stems = dict(re.findall(r'^\t([A-Z][\w-]*) : \{[^{}]*?stem = "([^"]*)"', file.read(), re.M))
    questions, objectives = {}, {}
    for name, audience, objective, options, key in re.findall(
            r'\{ id = "([\w-]+)";[^{}]*?audience = "(\w+)";[^{}]*?objective = "([\w-]+)";'
            r'[^{}]*?options = \[([^\]]*)\]; key = "(\w)"', structure):
        assert stems[name] not in questions, f"{name} has the stem of another"
        questions[stems[name]] = name, objective, key, re.findall(r"\w", options)
        if objective not in objectives.setdefault(audience, []):
            objectives[audience].append(objective)
    return questions, objectives


class Model:
    """What is true of the visitors. Every probability is made here, by a seed."""

    devices = {"citizen": 1000, "civil_servant": 600}
    guessers = 0.15   # who choose blindly, within a second
    ability = 0.18    # half of the others are so much better, half so much worse
    keep = {"control": 0.0, "retention3": 0.85, "retention10": 0.6, "retention24": 0.35}

    def __init__(self, questions, objectives, seed=3833):
        rng = random.Random(seed)
        self.questions = questions
        self.objectives = {name: objectives[name] for name in self.devices}
        self.before = {one: rng.uniform(0.30, 0.55) for some in self.objectives.values()
                       for one in some}
        self.rate = {one: rng.uniform(0.1, 0.5) for one in self.before}
        self.forms = {}  # objective: {id: how much easier than its siblings}
        for name, objective, _, _ in questions.values():
            if objective in self.before:
                self.forms.setdefault(objective, {})[name] = rng.uniform(-0.05, 0.05)

    def right(self, objective, name, role):
        """How likely somebody of middling ability who reads answers it right."""
        before = self.before[objective] + self.forms[objective][name]
        after = before + self.rate[objective] * (1 - before)
        share = 0 if role == "pre" else 1 if role == "post" else self.keep.get(role, 0.0)
        return before + share * (after - before)

    def truth(self, objective, role, read=False):
        """The same of all visitors; read: of those alone who do not guess."""
        forms = self.forms[objective]
        reading = sum(self.right(objective, name, role) for name in forms) / len(forms)
        options = [len(options) for name, _, _, options in self.questions.values() if name in forms]
        blind = sum(1 / n for n in options) / len(forms)
        return reading if read else (1 - self.guessers) * reading + self.guessers * blind

    def people(self, rng):
        """[(audience, guesses, ability)]: exact shares, in any order."""
        found = []
        for audience, n in self.devices.items():
            blind = round(n * self.guessers)
            found += [(audience, True, 0)] * blind
            found += [(audience, False, self.ability * (-1) ** i) for i in range(n - blind)]
        rng.shuffle(found)
        return found

    def answer(self, rng, person, stem, role):
        """(chosen option, right?)"""
        name, objective, key, options = self.questions[stem]
        _, guesses, ability = person
        chance = 1 / len(options) if guesses else self.right(objective, name, role) + ability
        if rng.random() < chance:
            return key, True
        return rng.choice([option for option in options if option != key]), False


def review_of(days):
    return "retention3" if days <= 6 else "retention10" if days <= 16 else "retention24"


# ---------------------------------------------------------------- inside the namespace

class Device:
    """One visitor's browser. Asking and reading are apart: many are asked, then all are read."""

    headers = ""

    def __init__(self, number, person, portal):
        self.number, self.person, self.portal = number, person, portal
        self.door = f"/?audience={person[0]}"
        self.taught = {}  # objective: on which day
        self.wire, self.form, self.stem = None, None, None

    def ask(self, method, path, body=b""):
        if self.wire is None:
            self.wire = socket.create_connection(self.portal, 20, (address_of(self.number), 0))
        head = (f"{method} {path} HTTP/1.1\r\nHost: {self.portal[0]}:{self.portal[1]}\r\n"
                f"{self.headers}")
        if body:
            head += ("Content-Type: application/x-www-form-urlencoded\r\n"
                     f"Content-Length: {len(body)}\r\n")
        self.wire.sendall(head.encode() + b"\r\n" + body)

    def read(self):
        """(status, location, page)"""
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, page = data.partition(b"\r\n\r\n")
        fields = dict(line.lower().split(": ", 1) for line in head.decode("latin-1").split("\r\n")
                      if ": " in line)
        while len(page) < int(fields.get("content-length", 0)):
            page += self._more()
        return int(head.split(b" ")[1]), fields.get("location"), page

    def _more(self):
        data = self.wire.recv(65536)
        if not data:
            raise EOFError(f"device {self.number}: the portal has hung up")
        return data

    def read_page(self):
        status, _, page = self.read()
        token, form, stem = TOKEN.search(page), FORM.search(page), STEM.search(page)
        if status != 200 or not form:
            raise EOFError(f"device {self.number}: {status} {page[:200]}")
        self.form = form.group(1).decode(), b"token=" + token.group(1)
        self.stem = html.unescape(stem.group(1).decode()) if stem else None

    def read_away(self, to):
        status, location, _ = self.read()
        if status != 303 or location.partition("?")[0] != to:
            raise EOFError(f"device {self.number}: {status} {location}, expected {to}")

    def close(self):
        self.wire.close()
        self.wire = None


class Player:
    def __init__(self, portal):
        self.portal, self.rng = portal, random.Random(1907)
        self.model, self.devices, self.clock = None, [], None
        self.seen = {}  # what visitors did: {"objective measure": [right, n]}, and pairs

    def do_begin(self, content, clock):
        self.model = Model(*read_pack(content))
        self.devices = [Device(number, person, self.portal)
                        for number, person in enumerate(self.model.people(self.rng))]
        with open(clock, "r+b") as file:
            self.clock = mmap.mmap(file.fileno(), 24)
        return {}

    def pass_ms(self, ms):
        wall, boot, synchronised = struct.unpack("=qqq", self.clock[:24])
        self.clock[:24] = struct.pack("=qqq", wall + ms, boot + ms, synchronised)

    def count(self, audience, objective, measure, right):
        for one in (objective, "all"):
            cell = self.seen.setdefault(f"{audience} {one} {measure}", [0, 0])
            cell[0] += right
            cell[1] += 1

    def role_of(self, device, number, day):
        objective = self.model.questions[device.stem][1]
        if number < 2:
            return objective, ("pre", "post")[number]
        if objective not in device.taught:
            return objective, "other" if device.taught else "control"
        return objective, review_of(day - device.taught[objective])

    def answer(self, device, number, day):
        audience, guesses, _ = device.person
        objective, role = self.role_of(device, number, day)
        option, right = self.model.answer(self.rng, device.person, device.stem, role)
        device.ask("POST", device.form[0], device.form[1] + b"&choice=" + option.encode())
        if role != "other":  # counted, but no measure of learning
            self.count(audience, objective, role, right)
        if number < 2 and not guesses:
            self.count(audience, objective, f"{role}_read", right)
        return objective

    def walk(self, devices, day, guesses):
        """All of them at once, page by page, so that one clock is right for all."""
        lessons = {}
        for device in devices:
            device.ask("GET", device.door)
        for number in range(3):
            for device in devices:
                device.read_page()
            if not guesses:
                self.pass_ms(READ_MS)
            for device in devices:
                lessons.setdefault(device, self.answer(device, number, day))
            for device in devices:
                device.read_away("/")
                device.ask("GET", "/")
        for device in devices:
            device.read_page()
            device.ask("POST", *device.form)
        for device in devices:
            device.read_away("/online")
            device.taught[lessons[device]] = day
            device.close()

    def do_day(self, day):
        for guesses in (True, False):
            some = [device for device in self.devices if device.person[1] == guesses]
            for i in range(0, len(some), FLIGHT):
                self.walk(some[i:i + FLIGHT], day, guesses)
        return {"seen": self.seen}

    def run(self):
        for line in sys.stdin:
            call = json.loads(line)
            try:
                said = getattr(self, "do_" + call.pop("do"))(**call)
                print(json.dumps({"done": True, **said}), flush=True)
            except (OSError, EOFError) as problem:
                print(json.dumps({"error": f"{type(problem).__name__}: {problem}"}), flush=True)


# ---------------------------------------------------------------- beside the tests

class Learners(Crowd):
    program = os.path.abspath(__file__)


if __name__ == "__main__":
    Player((sys.argv[1], int(sys.argv[2]))).run()
