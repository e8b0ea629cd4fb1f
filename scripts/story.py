"""The story that scripts/demo tells: one phone, from its first packet to its release, then
four places with an audience each, and the phone again, three days later.

Everything said here has been seen happening: a step that did not happen as told ends the
story with exit 1. With --keep the lab stays, and a person can take the phone's place.
"""
import html
import os
import re
import subprocess
import sys
import textwrap
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TREE = os.path.dirname(HERE)
sys.path.insert(0, os.path.join(TREE, "tests", "net"))
from harness import LIAR4, WEB4, WEB6, wait_for  # noqa: E402  (the path first)
from lab.namespace import die_with_parent  # noqa: E402
from router import Router  # noqa: E402
from telling import WIDTH, NotAsTold, chapter, listen, perform, quote, say, seen, told  # noqa: E402

# A place of each kind: bridge, name of the zone, whose lessons, what it is.
PLACES = (("br-lan", "hall", None, "a village hall"),
          ("br-office", "office", "civil_servant", "a commune's office"),
          ("br-shop", "telecom", "enterprise_staff", "a telecom company's shop"),
          ("br-news", "newsroom", "press_leader", "a newsroom"))


CONF = {"site": {"name": "Nhà văn hoá Phai Khắt Nà Ngần"},
        "zones": [{"name": zone, "interfaces": [bridge], "release_for": "12h",
                   **({"audience": audience} if audience else {})}
                  for bridge, zone, audience, _ in PLACES]}


def question_of(page):
    """What the page asks: the line before its first option."""
    return page["texts"][page["texts"].index(page["forms"][0]["labels"][0]) - 1]


def heading_of(page):
    return html.unescape(re.search(r"<h1[^>]*>(.*?)</h1>", page["html"], re.S)[1])


class Story:
    def __init__(self, router):
        self.router, self.lab = router, router.lab
        self.phone = self.lab.phones[0]
        self.frame = set()  # lines that every page has, once they have been shown

    def since_joined(self):
        return f"{time.monotonic() - self.phone.joined:.2f} s after the phone joined"

    # ------------------------------------------------------------ before

    def the_place(self):
        chapter("A place with Wi-Fi")
        say("A phone, a gateway and a small internet, each in a network namespace of its own on "
            "this machine. The host's network is not touched.")
        seen("the gateway", f"{self.phone.segment.v4} and {self.phone.segment.v6}, with dnsmasq "
             "for DHCP and DNS, and Cổng Chào")
        seen("the internet", f"{WEB4} and {WEB6}: it answers every system's probe truthfully")
        seen("ready after", f"{self.lab.seconds:.1f} s; {self.lab.gate.this_run()[-1]}")

    def joining(self):
        chapter("A phone joins")
        leased = self._lease()
        seen("the phone", f"{self.phone.mac}, a device nobody has seen before")
        if leased:
            seen("DHCP", f"gave it {self.phone.v4}, {self.since_joined()}")
        else:
            seen("its address", f"{self.phone.v4} (no busybox here to ask for one by DHCP)")

    def _lease(self):
        """A real lease, if busybox is here to ask for one."""
        phone, script = self.phone, f"{self.lab.folder}/lease.sh"
        with open(script, "w", encoding="utf-8") as out:
            out.write('#!/bin/sh\n[ "$1" = bound ] && echo "bound $ip"\nexit 0\n')
        os.chmod(script, 0o755)
        phone.renew()
        phone.ns.ip(f"address del {phone.v4}/16 dev wlan0")
        try:
            got = phone.ns.run("busybox", "udhcpc", "-i", "wlan0", "-fnq", "-t5", "-T1", "-s",
                               script, check=False).stdout.split()
        except FileNotFoundError:
            got = []
        if "bound" in got:
            phone.v4 = got[got.index("bound") + 1]
        phone.ns.ip(f"address add {phone.v4}/16 dev wlan0",
                    f"route replace default via {phone.segment.v4}")
        return bool(got)

    def held(self):
        chapter("Held at the gate: whatever the phone tries is answered at once")
        phone = self.phone
        reply = phone.fetch()
        told(reply.status == 302, f"the first probe got {reply.status}, not 302")
        seen("GET http://connectivitycheck.gstatic.com/generate_204",
             f"{reply.status}, Location: {reply['Location']}, {reply.ms:.1f} ms, "
             f"{self.since_joined()}")
        reply = phone.fetch(family=6)
        told(reply.status == 302, f"over IPv6 the probe got {reply.status}, not 302")
        seen("the same over IPv6", f"{reply.status}, Location: {reply['Location']}")
        found = phone.tls(WEB4)
        told(found["result"] == "alert internal error", f"HTTPS got no TLS alert: {found}")
        seen("HTTPS", f"a TLS alert after {found['ms']:.1f} ms: a browser looks for the portal then")
        found = phone.tcp(WEB4, 853)
        told(found["result"] == "reset", f"DNS over TLS was not refused: {found}")
        seen("any other port", f"refused with a reset after {found['ms']:.2f} ms: nothing hangs")
        found = phone.udp(WEB4, 443)
        told(found["result"] == "icmp" and found["icmp"]["code"] == 13,
             f"QUIC was not refused: {found}")
        seen("QUIC", f"refused with ICMP admin-prohibited after {found['ms']:.2f} ms")
        found = phone.dns("example.org", server=LIAR4)
        told(found.get("found") == [WEB4], f"DNS: {found}")
        seen("DNS, asked of another resolver", f"answered by the gateway's own, truthfully: {WEB4}")

    # ------------------------------------------------------------ the visit

    def the_visit(self):
        chapter("The visit: three questions, one lesson, in the phone's language")
        phone = self.phone
        visit = phone.visit(choose="first")
        for number, page in enumerate(visit.pages):
            told(page["status"] == 200, f"page {number + 1} has status {page['status']}")
            told(page["lang"] == "vi", f"page {number + 1} is in {page['lang']}, not in vi")
        told(visit.online, f"the visit did not end online: {visit}")
        told(len(visit.pages) == 5, f"{len(visit.pages)} pages, not five")
        for title, page in zip(("The first page", "Answered; the second", "Answered; the third",
                                "Answered; the last"), visit.pages):
            self._show(title, page)
            self.frame = set.intersection(*(set(one["texts"]) for one in visit.pages))
        told(any("Vào mạng" in text for text in visit.pages[3]["texts"]), "no button to go online")
        posted, last = visit.steps[-2:]
        say()
        say("The phone presses the button. The acknowledgement is stored, the device is released, "
            "and only then it is told:")
        seen("POST /acknowledge", f"{posted['status']}, {posted['ms']:.1f} ms")
        seen("GET /online", f"{last['status']}, {self.since_joined()} (a person takes about a "
             "minute to read)")
        self._show("The page says", visit.last)
        seen("every step of the visit", " ".join(str(step["status"]) for step in visit.steps))

    def _show(self, title, page):
        """A page's lines, without those that all pages share, and which answer was chosen."""
        labels = page["forms"][0]["labels"] if page["forms"] else []
        lines = []
        for text in page["texts"]:
            if text in labels:
                lines.append(("(•) " if text == labels[0] else "( ) ") + text)
            elif text not in self.frame and len(text) > 1:
                lines.append(textwrap.fill(text, WIDTH - 5))
        say()
        say(f"{title}:")
        quote("\n".join(lines))

    def online(self):
        chapter("Online, and it is true")
        phone = self.phone
        for family in (4, 6):
            reply = phone.fetch(family=family)
            told(reply.status == 204, f"IPv{family}: the probe got {reply.status}")
            seen(f"the probe over IPv{family}", f"{reply.status}, from the internet itself")
        told(phone.tcp(WEB4, 443)["result"] == "open", "HTTPS is still refused")
        told(phone.udp(WEB6, 443)["result"] == "answer", "QUIC is still refused")
        seen("HTTPS and QUIC", "open")

    # ------------------------------------------------------------ what the operator sees

    def the_operator(self):
        chapter("What the operator sees")
        gate, phone = self.lab.gate, self.phone
        told(phone.mac in gate.released(), "the phone is not in the set")
        say("In the kernel, one element for the phone, with the time left (nft list set inet "
            "congchao released):")
        quote(gate.nft("list", "set", "inet", "congchao", "released").stdout)
        for words, why in ((("status",), "congchao status:"),
                           (("visitors",), "congchao visitors:")):
            self._command(words, why)
        wait_for("the counters of the three answers", lambda: sum(
            one["count"] for one in gate.ctl_json("stats") if one["event"] == "answered") == 3,
            30, 0.1)
        self._command(("stats",), "congchao stats, the counters: numbers by the hour, no device:")

    def _command(self, words, why, wanted=None):
        done = self.lab.gate.ctl(*words)
        told(done.returncode == 0, f"congchao {' '.join(words)}: {done.stderr}")
        say(why)
        quote("\n".join(filter(wanted, done.stdout.splitlines())) if wanted else done.stdout)

    def revoked(self):
        chapter("The operator revokes the release")
        phone = self.phone
        wire = phone.connect(WEB4, 443)
        told(wire.echo(), "the open connection does not work")
        self._command(("revoke", phone.mac), f"congchao revoke {phone.mac}:")
        begun = time.monotonic()
        told(phone.tcp(WEB6, 853)["result"] == "reset", "a new connection is still possible")
        wait_for("the open connection to be cut", lambda: not wire.echo(), 2)
        seen("a connection that was open", "cut off "
             f"{(time.monotonic() - begun) * 1000:.0f} ms later; new ones are refused at once")
        reply = phone.fetch()
        told(reply.status == 302, f"the probe got {reply.status}")
        seen("the next probe", f"{reply.status}: the phone stands before the gate again")

    # ------------------------------------------------------------ learning

    def four_audiences(self):
        chapter("Four places, four audiences")
        say("The plan has four groups of people. A zone says whose lessons its visitors get; each "
            "visitor may choose others by one tap, and nobody is asked who they are.")
        for number, (_, zone, audience, what) in enumerate(PLACES[1:], start=1):
            phone = self.lab.phones[number]
            self.lab.move(phone, self.lab.segments[number])
            visit = phone.visit()
            told(visit.online, f"the visit in {what} did not end online: {visit}")
            told(self._acknowledged(audience) == 1, f"nothing was counted for {audience}")
            seen(f"{what} (zone {zone}, {audience})", question_of(visit.pages[0]))
        self._one_tap()
        say("What is counted for each audience: numbers by the hour, and no device beside them.")
        quote("\n".join(f"{name:<18}{self._acknowledged(name)} acknowledged"
                        for name in ("citizen", *(place[2] for place in PLACES[1:]))))

    def _one_tap(self):
        phone = self.lab.phones[4]
        before = phone.fetch(f"{phone.portal}/").text
        told("/?audience=press_leader" in before, "the first page offers no choice")
        visit = phone.visit(f"{phone.portal}/?audience=press_leader")
        told(visit.online and self._acknowledged("press_leader") == 2,
             "the tap on another audience was not followed")
        seen("in the village hall, someone taps “Báo chí, lãnh đạo”", question_of(visit.pages[0]))

    def _acknowledged(self, audience):
        return sum(one["count"] for one in self.lab.gate.ctl_json("stats")
                   if one["event"] == "acknowledged" and one["audience"] == audience)

    def three_days_later(self):
        chapter("Three days later")
        say("The gate is started again, with its clock three days on (the demo's trick: nobody "
            "wants to wait). The phone's release has ended; what it learned is remembered for 30 "
            "days under a pseudonym: objectives and days, nothing else.")
        self.lab.gate.stop()
        self.router.start(days=3)
        visit = self.phone.visit(choose="last")
        told(visit.online, f"the second visit did not end online: {visit}")
        told("Ôn lại" in "".join(visit.pages[2]["texts"]), "the third question is no review")
        seen("its first page says", heading_of(visit.pages[0]))
        seen("a question from a lesson it has not had yet", question_of(visit.pages[0]))
        seen("and one for review, of what it learned three days ago", question_of(visit.pages[2]))
        self.lab.gate.ctl("revoke", self.phone.mac)
        again = self.phone.visit()
        told(again.online and len(again.pages) == 2, "the third visit of the phone has questions")
        seen("the same day, its release ended by the operator", "no question, only its lesson once "
             f"more: “{heading_of(again.pages[0])}”")
        wait_for("the review to be counted", lambda: "No review answers" not in
                 self.lab.gate.ctl("stats", "learning").stdout, 10, 0.2)
        self._command(("stats", "learning"), "congchao stats learning, from its tables the lines "
                      "of all together: measured from counters alone, and no percentage is shown "
                      "under 30 answers:", lambda line: line.startswith(("AUDIENCE", "all ")))

    def flushed(self):
        chapter("Someone flushes the firewall")
        self.lab.gate.nft("flush", "ruleset", check=False)
        self.lab.masquerade()
        reply = self.lab.phones[5].fetch()
        told(reply.status == 302, f"after nft flush ruleset the probe got {reply.status}")
        seen("after nft flush ruleset", f"{reply.status}: the table belongs to congchao-gate "
             "alone, and goes only with it")


def tell(router):
    story = Story(router)
    for part in (story.the_place, story.joining, story.held, story.the_visit, story.online,
                 story.the_operator, story.revoked, story.four_audiences, story.three_days_later,
                 story.flushed):
        part()


def keep(lab):
    """A person takes the place of a second phone: a page on this machine's loopback."""
    phone = lab.phones[5].renew()
    listener = listen(range(2080, 2100))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    relay = subprocess.Popen(
        [*phone.ns.enter, sys.executable, os.path.join(HERE, "relay.py"),
         str(listener.fileno()), f"{phone.segment.v4}:{lab.port}"],
        pass_fds=[listener.fileno()], preexec_fn=die_with_parent)
    # By the process: the namespace's name is mounted where only this demo sees it.
    enter = f"nsenter --target {lab.gate.pid} --net --"
    chapter("Your turn")
    say(f"Open {url} in a browser on this machine: you are a second phone, {phone.mac}, and the "
        "page is what it would see.")
    say("In another terminal, as root, the operator's view:")
    quote(f"{enter} {lab.gate.path('congchao')} -c {lab.conf_path} status\n"
          f"{enter} {lab.gate.path('congchao')} -c {lab.conf_path} revoke {phone.mac}\n"
          f"{enter} nft list table inet congchao", "   $ ")
    say("Ctrl-C ends it and tidies up.")
    try:
        while lab.gate.running and relay.poll() is None:
            time.sleep(0.5)
        raise NotAsTold("the gate or the relay has ended by itself: "
                        f"{' | '.join(lab.gate.this_run()[-3:])}")
    finally:
        relay.kill()
        relay.wait()


def play():
    with Router(phones=6, segments=[place[0] for place in PLACES], conf=CONF) as router:
        lab = router.lab
        router.start()
        tell(router)
        if "--keep" in sys.argv[1:]:
            try:
                keep(lab)
            except KeyboardInterrupt:
                print()
    print()
    say("That was the main job; every line above has been seen happening. Namespaces, processes "
        "and files of the demo are gone; what it had installed stays, and the system users "
        "congchao and congchao-gate.")


if __name__ == "__main__":
    sys.exit(perform(play))
