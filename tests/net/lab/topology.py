"""Phones, a gateway and an internet, wired together and taken down again, whatever happens.

phone1..n -- veth -- [ br-lan (+ br-cafe) | gateway | uplink ] -- veth -- internet
"""
import json
import os
import shutil
import subprocess
import sys
import time

from . import config, internet
from .device import HERE, Agent, Phone, Refused
from .gate import Gate, wait_for
from .namespace import Namespace, make_folder, run, sweep

TREE = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
UPLINK4, UPLINK4_FAR = "192.0.2.1", "192.0.2.254"
UPLINK6, UPLINK6_FAR = "2001:db8:ffff::1", "2001:db8:ffff::fe"
MASQUERADE = """table ip lab_nat {
  chain post {
    type nat hook postrouting priority srcnat;
    oifname "uplink" masquerade
  }
}"""


class Segment:
    """A served network: a bridge in the gateway. Number n is 10.(77+n).0.0/16, fd(77+n)::/64."""

    def __init__(self, lab, number, bridge):
        self.lab, self.bridge, self.number = lab, bridge, number
        self.net = 77 + number
        self.v4, self.v6 = f"10.{self.net}.0.1", f"fd{self.net}::1"

    def add(self):
        # An address of its own: a bridge's other one goes when the port that lent it goes.
        self.lab.gateway.ip(f"link add {self.bridge} address 02:c0:ff:00:00:{self.number:02x} "
                            "type bridge forward_delay 0",
                            f"link set {self.bridge} up",
                            f"address add {self.v4}/16 dev {self.bridge}",
                            f"address add {self.v6}/64 dev {self.bridge} nodad")
        for phone in self.lab.phones:
            if phone.segment is self:
                self.lab.gateway.ip(f"link set phone{phone.number} master {self.bridge} up")

    def remove(self):
        self.lab.gateway.ip(f"link del {self.bridge}")


class Lab:
    """See ../harness.py for how to use it."""

    def __init__(self, phones=4, segments=("br-lan",), conf=None, gate=True, build=None,
                 absent=(), https=False, dnsmasq=()):
        """absent: bridges that are not made at first. https: the internet speaks TLS, too.
        dnsmasq: more words for the gateway's."""
        self.count, self.bridges, self.absent, self.words = phones, segments, absent, dnsmasq
        self.conf_more, self.want_gate, self.https = conf or {}, gate, https
        self.build = os.path.abspath(build or os.environ.get("BUILD") or f"{TREE}/build")
        self.folder = self.gateway = self.internet = self.gate = self.certificate = None
        self.phones, self.segments, self.servers = [], [], []
        self._identity = self._turn = 0
        self.seconds = 0.0

    def __enter__(self):
        sweep()
        begun = time.monotonic()
        try:
            self._set_up()
        except BaseException:
            self.close()
            raise
        self.seconds = time.monotonic() - begun
        return self

    def __exit__(self, *_):
        self.close()

    # -------------------------------------------------- setting up

    def _set_up(self):
        self.folder = make_folder()
        self._places()
        self.settings = config.merged(config.defaults(self.folder, self.content, self.www),
                                      self.conf_more)
        self.write_conf()
        self.gateway = Namespace("gateway")
        self.internet = Namespace("internet")
        for number, bridge in enumerate(self.bridges):
            self.segments.append(Segment(self, number, bridge))
        for number in range(self.count):
            self.phones.append(Phone(self, number + 1))
        for phone in self.phones:
            phone.agent = Agent(phone.ns)
        self._internet()
        self._gateway()
        for phone in self.phones:
            phone.plug(self.segments[0])
        for segment in self.segments:
            if segment.bridge not in self.absent:
                segment.add()
        self._serve_names()
        for phone in self.phones:
            phone.renew()
        self._wait_for_the_world()
        self.gate = Gate(self, self.programs)
        if self.want_gate:
            self.gate.start()

    def _places(self):
        """What the daemons' users can read is used in place, else copied."""
        self.conf_path = f"{self.folder}/congchao.conf"
        self.content, self.www = f"{TREE}/etc/content", f"{TREE}/www/portal"
        self.programs = self.build
        if not _open_to_all(TREE) or not _open_to_all(self.build):
            self.content, self.www = f"{self.folder}/content", f"{self.folder}/www"
            self.programs = f"{self.folder}/bin"
            shutil.copytree(f"{TREE}/etc/content", self.content)
            shutil.copytree(f"{TREE}/www/portal", self.www)
            os.mkdir(self.programs)
            for name in ("congchao-gate", "congchao-portal", "congchao"):
                shutil.copy2(f"{self.build}/{name}", self.programs)
        for user in ("congchao-gate", "congchao"):
            _need_user(user)

    def write_conf(self, **more):
        """Writes the configuration again, with changes; takes effect at gate's next start."""
        self.settings = config.merged(self.settings, more)
        with open(self.conf_path, "w", encoding="utf-8") as out:
            out.write(config.text(self.settings))

    def _internet(self):
        far = self.internet
        far.ip(f"link add uplink type veth peer name uplink netns {self.gateway.name}",
               "link set uplink up",
               f"address add {UPLINK4_FAR}/24 dev uplink",
               f"address add {UPLINK6_FAR}/64 dev uplink nodad",
               *(f"address add {address}/32 dev lo" for address in
                 (internet.WEB4, internet.GARDEN4, internet.RESOLVER4, internet.LIAR4, internet.LIE4)),
               *(f"address add {address}/128 dev lo nodad" for address in
                 (internet.WEB6, internet.GARDEN6, internet.RESOLVER6, internet.LIAR6, internet.LIE6)),
               *(f"route add 10.{segment.net}.0.0/16 via {UPLINK4}" for segment in self.segments),
               *(f"route add fd{segment.net}::/64 via {UPLINK6}" for segment in self.segments))
        self.requests = f"{self.folder}/requests"
        self.servers.append(far.start(sys.executable, "-E", f"{HERE}/internet.py", self.requests,
                                      *([self._certificate()] if self.https else []),
                                      stdout=subprocess.DEVNULL))
        self._dnsmasq(far, "internet", f"--listen-address={internet.RESOLVER4},"
                      f"{internet.RESOLVER6}", "--bind-interfaces",
                      f"--address=/#/{internet.WEB4}", f"--address=/#/{internet.WEB6}",
                      "--local=/#/",  # what is neither of the two exists, and is empty
                      f"--address=/{internet.NCSI_NAME}/{internet.NCSI4}",
                      f"--address=/{internet.NCSI_NAME}/{internet.NCSI6}")

    def _certificate(self):
        """The stand-in internet's, which is its own authority; with its key in one file."""
        self.certificate = f"{self.folder}/internet.pem"
        run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
             "-nodes", "-days", "2", "-subj", "/CN=the internet", "-addext",
             "subjectAltName=" + ",".join(f"DNS:{name}" for name in internet.HTTPS_NAMES),
             "-keyout", self.certificate, "-out", f"{self.certificate}.crt"])
        with open(self.certificate, "a", encoding="ascii") as out, \
                open(f"{self.certificate}.crt", encoding="ascii") as certificate:
            out.write(certificate.read())
        return self.certificate

    def _gateway(self):
        near = self.gateway
        near.set("net/ipv4/ip_forward", 1)
        near.set("net/ipv6/conf/all/forwarding", 1)
        near.ip("link set uplink up", f"address add {UPLINK4}/24 dev uplink",
                f"address add {UPLINK6}/64 dev uplink nodad",
                f"route add default via {UPLINK4_FAR}",
                f"route add default via {UPLINK6_FAR}")
        self.masquerade()

    def masquerade(self):
        """The gateway's own NAT, in a table of its own. A flush of the ruleset takes it too;
        the internet has a way back even so."""
        self.gateway.run("nft", "-f", "-", stdin=MASQUERADE)

    def leases(self, segment):
        """dnsmasq's words about the addresses that it leases in a segment."""
        return [f"--dhcp-range=10.{segment.net}.200.10,10.{segment.net}.200.250,1h"]

    def lease_file(self):
        return f"{self.folder}/leases"

    def _serve_names(self):
        ranges = []
        for segment in self.segments:
            ranges += [f"--interface={segment.bridge}",
                       *self.leases(segment),
                       f"--dhcp-range=fd{segment.net}::,ra-only,1h"]
        self._dnsmasq(self.gateway, "gateway", "--bind-dynamic", "--no-ping",
                      "--dhcp-authoritative", "--enable-ra", f"--server={internet.RESOLVER4}",
                      f"--dhcp-leasefile={self.lease_file()}",
                      "--txt-record=who.lab,gateway", *ranges, *self.words)

    def _dnsmasq(self, namespace, name, *words):
        with open(f"{self.folder}/dnsmasq-{name}.log", "wb") as log:
            self.servers.append(namespace.start(
                "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-hosts",
                "--no-resolv", "--user=root", "--log-facility=-",
                f"--pid-file={self.folder}/dnsmasq-{name}.pid", *words, stderr=log, stdout=log))

    def _wait_for_the_world(self):
        """Before the gate stands there, the first phone must be online: else no test of a
        refusal means anything."""
        phone = self.phones[0]
        if phone.segment.bridge in self.absent:
            return

        def online():
            try:
                return (phone.fetch(timeout=1).status == 204
                        and phone.fetch(family=6, timeout=1).status == 204)
            except Refused:
                return False
        wait_for("the phone to reach the stand-in internet without a gate", online)

    # -------------------------------------------------- for the tests

    @property
    def port(self):
        return self.settings["portal"]["port"]

    def next_identity(self, segment):
        """A MAC and addresses that no device of this lab has had."""
        self._identity += 1
        high, low = divmod(self._identity, 250)
        return (f"02:c0:{segment.number:02x}:{os.getpid() & 255:02x}:{high:02x}:{low + 1:02x}",
                f"10.{segment.net}.{1 + high}.{low + 1}",
                f"fd{segment.net}::{1 + high:x}:{low + 1:x}")

    def phone(self):
        """The next phone, as a device that has never been here."""
        phone = self.phones[self._turn % len(self.phones)]
        self._turn += 1
        return phone.renew()

    def move(self, phone, segment):
        """Plugs a phone into another bridge and gives it a new identity there."""
        phone.segment = segment
        self.gateway.ip(f"link set phone{phone.number} master {segment.bridge}")
        return phone.renew()

    def seen(self):
        """The requests that have reached the stand-in internet."""
        if not os.path.exists(self.requests):
            return []
        with open(self.requests, encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    def close(self):
        if self.gate:
            self.gate.close()
        for server in self.servers:
            server.kill()
            server.wait()
        for phone in self.phones:
            phone.close()
        for namespace in (self.gateway, self.internet):
            if namespace:
                namespace.close()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.phones, self.servers = [], []
        self.gateway = self.internet = self.folder = None


def _open_to_all(path):
    while path != "/":
        if os.path.exists(path) and not os.stat(path).st_mode & 0o001:
            return False
        path = os.path.dirname(path)
    return True


def _need_user(name):
    if run(["getent", "passwd", name], check=False).returncode:
        run(["useradd", "--system", "--no-create-home", "--user-group",
             "--shell", "/usr/sbin/nologin", name])
