"""How soon a phone that nobody has seen meets the page, and how soon after the last button its
system sees the internet: ours beside openNDS, two gateways side by side, in turns.

Each turn is another device: it leases an address with udhcpc, asks as one of the systems does
(tests/net/detectors.py), walks through the pages and, after the button, asks again until what
it hears is the truth. Nobody reads: what is left is what the gateway costs.
"""
import json
import os
import shutil
import sys
import tempfile

from table import median, spread
from world import HERE, Skip

sys.path.insert(0, os.path.join(HERE, "..", "net"))
from detectors import PROBES  # noqa: E402
from harness import Lab, wait_for  # noqa: E402
from newcomer import lease  # noqa: E402
from opennds import Opennds  # noqa: E402

ROUNDS = 7


class Side:
    """A gateway and its turns: {system: [what client.py has measured]}."""

    def __init__(self, lab, peer=None):
        self.lab, self.peer = lab, peer
        self.turns = {system: [] for system in PROBES}
        self.broken = []  # visits of the peer that came to nothing, and why

    def turn(self, system):
        while True:
            try:
                return self.visit(system)
            except RuntimeError as problem:
                if not self.peer or len(self.broken) == ROUNDS:
                    raise
                self.broken.append(str(problem).strip().splitlines()[-1][:80])
                print(f"  openNDS: {self.broken[-1]}: started anew", flush=True)
                self.peer.stop()
                self.peer.start()

    def visit(self, system):
        phone = self.lab.phones[0]
        leased = lease(self.lab, phone)[0]
        done = phone.ns.run(sys.executable, "-E", f"{HERE}/client.py", system, phone.segment.v4)
        took = json.loads(done.stdout)
        took["leased"] = leased
        self.turns[system].append(took)

    def every(self, what):
        return [what(took) for turns in self.turns.values() for took in turns]


def opened(build):
    return Lab(phones=1, build=build, conf={"zones": [
        {"name": "wifi", "interfaces": ["br-lan"], "release_for": "12h"}]})


def measure(world, table):
    for program in ("busybox", "dnsmasq"):
        if not shutil.which(program):
            raise Skip(f"no {program} here")
    # A database on tmpfs would have a disk that is never slow.
    before, tempfile.tempdir = tempfile.tempdir, os.path.dirname(world.folder)
    try:
        with opened(world.build) as ours:
            beside(world, table, Side(ours))
    finally:
        tempfile.tempdir = before


def beside(world, table, ours):
    lab = opened(world.build)
    lab.want_gate = False
    with lab:
        theirs, why = None, ""
        try:
            theirs = Side(lab, Opennds(lab))
            theirs.peer.start()
        except (Skip, RuntimeError, AssertionError) as problem:
            theirs, why = None, " ".join(str(problem).split())[:160]
        try:
            for number in range(ROUNDS):
                for system in PROBES:
                    for side in (ours, theirs) if number % 2 == 0 else (theirs, ours):
                        if side:
                            side.turn(system)
        finally:
            if theirs:
                theirs.peer.stop()
    rows(table, ours, theirs, why)


def row(table, what, ours, theirs, note):
    if not theirs:
        table.row(what, f"{median(ours):.1f} ms", "", None, note=note)
        return
    ratios = [a / b for a, b in zip(ours, theirs)]
    table.row(what, f"{median(ours):.1f} ms", f"openNDS {median(theirs):.0f} ms", median(ratios),
              note=f"{spread(ratios)}; {note}")


def rows(table, ours, theirs, why):
    def page(took):
        return took["leased"] + took["page"]
    parts = ", ".join(f"{name} {median(ours.every(lambda took: took[key])):.0f}"  # noqa: B023
                      for name, key in (("lease", "leased"), ("redirect", "redirect"),
                                        ("page", "page")))
    note = why or (f"{len(theirs.broken)} visits of openNDS came to nothing: {theirs.broken[0]}"
                   if theirs.broken else "")
    row(table, "first lease to first page", ours.every(page), theirs and theirs.every(page),
        f"ours: {parts} ms" + (f"; {note}" if note else ""))
    for system in PROBES:
        got, other = (side and [took["online"] for took in side.turns[system]]
                      for side in (ours, theirs))
        answered = median([took["answered"] for took in ours.turns[system]])
        row(table, f"button to online, {system}", got, other,
            f"of ours {answered:.1f} ms until the button is answered")
