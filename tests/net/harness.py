"""The whole gateway in network namespaces: what every test in this folder stands on.

    from harness import Lab, wait_for

    with Lab(phones=2, conf={"when_down": "closed"}) as lab:
        phone = lab.phone()                 # a device nobody has seen, held
        assert phone.fetch().status == 302  # one request, no redirect followed
        visit = phone.visit()               # the whole visit, as a browser without script
        assert visit.online and phone.is_online() and phone.is_online(family=6)
        lab.gate.ctl("revoke", phone.mac)   # the operator's program

Lab(phones=4, segments=("br-lan",), conf=None, gate=True, build=None, absent=(), https=False,
    dnsmasq=())
    conf     changes to the configuration, merged over the defaults of lab/config.py
    gate     False: congchao-gate is not started; lab.gate.start() does it
    build    where the programs are; else $BUILD, else build/
    absent   bridges (of segments) not made at first: lab.segments[0].add(), .remove()
    https    the stand-in internet speaks TLS at 443 (lab.certificate), and echoes there as well
    dnsmasq  more words for the gateway's dnsmasq
    lab.phone()         the next Phone in turn, with a new MAC and new addresses
    lab.phones          all of them; lab.move(phone, segment) plugs one in elsewhere
    lab.gateway         Namespace: .run("nft", ...), .ip("link set ..."), .start(...), .set(path, v)
    lab.internet        Namespace of the stand-in internet; lab.seen(): the requests it saw
    lab.gate            Gate, below
    lab.write_conf(**changes)   the configuration again, for the next start
    lab.conf_path, lab.folder, lab.settings, lab.masquerade()

Gate
    start(wait=True, wrapper=()), wait_ready(), stop(), kill(), restart(), signal(n), wait()
    pid, portal_pid, running, this_run() (log lines), lines (of all runs)
    ctl(*words) (returncode, stdout, stderr), ctl_json(*words)
    released() {mac: seconds left}, rules(), ruleset() (text), table_stands(), nft(*words), flows(address)

Phone
    mac, v4, v6, portal, portal6 (URLs), joined, ns, segment
    renew(mac, v4, v6)  another device (or the same MAC at another address)
    fetch(url, method, headers=[[k, v]], body=str, family=4, to=address, host=False, agent=None,
          version="1.0", ca=FILE of the authorities to trust, for https)
                        -> Reply: status, ["Header"], body, text, close (said), closed (done), ms
    visit(url, family=4, language="vi", choose="first"|"last"|n, stop_after=forms, ca=FILE)
                        -> Visit: online, pages [{url, status, lang, title, texts, forms, html}],
                           steps [{method, url, status, ms}], last, ms
    begin_visit(), end_visit()  the same while the test does something else
    dns(name, kind, server, transport), tcp(address, port), udp(address, port), tls(address)
    connect(address, port, ca=FILE, name=NAME) -> Wire: send, receive, echo, receive_all,
                                                        half_close, close
    exchange(text)      raw bytes (latin-1) to the portal: {data, ended}
    is_online(family)   does the real internet answer its probe
    agent.call(name, ...)   anything else in lab/agent.py: crowd, half_open

Writing tests (run by ./run): a file test_THEME.py with functions test_plain_name. An argument
named lab gets the file's own Lab, made once from its LAB = {...}; without it a test makes its
own. raise Skip("why") skips. test_x.seconds = 90 allows more than the default of 60.
Errors of a connection (refused, closed, silent) are raised as Refused.
"""
from lab.config import Raw  # noqa: F401
from lab.device import PROBE, Phone, Refused, Visit, Wire  # noqa: F401
from lab.gate import Gate, alive, status_of, wait_for  # noqa: F401
from lab.internet import (  # noqa: F401
    GARDEN4, GARDEN6, LIAR4, LIAR6, LIE4, LIE6, RESOLVER4, RESOLVER6, WEB4, WEB6)
from lab.namespace import Namespace, run  # noqa: F401
from lab.topology import TREE, Lab  # noqa: F401


class Skip(Exception):
    """Raised by a test that cannot run on this machine; the text says what is missing."""
