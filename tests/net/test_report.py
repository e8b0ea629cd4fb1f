"""What leaves the gateway: visits of every kind, then congchao-report as its own user, and
every byte that it sends. Counts, and nothing else of anybody.
"""
import base64
import json
import os
import pwd
import re
import socket
import subprocess
import sys
import threading
import time

from harness import status_of, wait_for
from lab.browser import AGENT
from router import Router
from test_privacy import CURIOUS, HANDSET, Visitor, end, every_kind, pseudonym, rows, settled

sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "report"))
from cert import Authority  # noqa: E402  (the path first)
from collector import Collector  # noqa: E402
from hotspot import HOUR, REPORT, hour_of, make_users, this_hour, uid  # noqa: E402

CONF = {"zones": [{"name": "wifi", "interfaces": ["br-lan"], "release_for": "1h"}],
        "portal": {"later": "10m"}}


class Wire:
    """Between the two: keeps what goes to the server as it is on the wire."""

    def __init__(self, port):
        self.to, self.seen = port, bytearray()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.to))
            for ends in ((near, far, True), (far, near, False)):
                threading.Thread(target=self._pump, args=ends, daemon=True).start()

    def _pump(self, source, target, keep):
        try:
            while data := source.recv(65536):
                if keep:
                    self.seen += data
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the other side has gone

    def close(self):
        self.listener.close()


class Department:
    """The other side: a collector, and congchao-report enrolled there, beside a lab's gate."""

    def __init__(self, lab):
        self.lab, self.folder = lab, f"{lab.folder}/department"
        self.authority = Authority(self.folder)
        self.collector = Collector(self.authority.server())
        self.wire = Wire(self.collector.port)
        self.collector.add("cb-0017", code="7KQM-29XD")
        make_users()

    def settings(self):
        return {"state": f"{self.lab.folder}/report", "ca_file": self.authority.ca}

    def do(self, *words):
        done = subprocess.run([f"{self.lab.build}/congchao", "-c", self.lab.conf_path, *words],
                              capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done
        return done

    def close(self):
        self.wire.close()
        self.collector.close()


def telling(lab, visitors):
    """{what: bytes}: what would give somebody away, in every spelling."""
    found = {what: what.encode() for what in (CURIOUS, HANDSET, "NosyBrowser", "illness", AGENT)}
    looked = rows(lab)
    keys = [row["key"] for row in looked["review_keys"]]
    assert keys and looked["reviews"], "nothing is remembered of anybody: nothing to look for"
    for number, key in enumerate(keys):
        found.update(spelt(f"key {number}", key))
    for row in looked["reviews"]:
        found.update(spelt(f"pseudonym {row['pseudonym'].hex()}", row["pseudonym"]))
    for visitor in visitors:
        found.update({f"{what} of {visitor.mac}": wanted
                      for what, wanted in visitor.spellings().items()})
        for number, key in enumerate(keys):
            found.update(spelt(f"pseudonym {number} of {visitor.mac}", pseudonym(key, visitor)))
    return found


def spelt(what, raw):
    return {f"{what}, raw": raw, f"{what}, hex": raw.hex().encode(),
            f"{what}, base64": base64.b64encode(raw).rstrip(b"="),
            f"{what}, base64 for addresses": base64.urlsafe_b64encode(raw).rstrip(b"=")}


def assert_absent(wanted, data, where):
    low = data.lower()
    for what, one in wanted.items():
        assert one not in data, f"{what} is in {where}"
        assert len(one) < 9 or one.lower() not in low, f"{what} is in {where}"


def check_words(body):
    """Every word is a name or a code; every other value a number, true, false or null."""
    def walk(value, key=""):
        if isinstance(value, dict):
            for name, one in value.items():
                walk(one, name)
        elif isinstance(value, list):
            for one in value:
                walk(one, key)
        elif isinstance(value, str):
            assert re.fullmatch({
                "site": "cb-0017", "zone": "wifi", "lang": "vi|en", "instance": "[0-9a-f]{32}",
                "aud": "citizen|civil_servant|enterprise_staff|press_leader",
                "item": r"[A-Z]+(-[A-Z0-9]+)+(\.\d+)?", "sw": r"\d+\.\d+\.\d+",
                "event": r"answer/\w+/[a-d]/\w+|rest/\w+/[0-2]|pair/\w+/\w+"
            }.get(key, r"\d{4}-\d\d-\d\dT\d\d:00:00Z"), value), f"{key}: {value}"
        else:
            assert value is None or isinstance(value, (bool, int)), f"{key}: {value}"
    walk(json.loads(body))


def sums(reports):
    found = {}
    for report in reports:
        for cell in report["cells"]:
            for event, count in cell.items():
                if isinstance(count, int):
                    found[event] = found.get(event, 0) + count
        for measure in report["measures"]:
            found["measures"] = found.get("measures", 0) + measure["n"]
    return found


def counted(lab):
    found = {}
    for row in rows(lab)["counters"]:
        name = "measures" if row["item"] else row["event"]
        found[name] = found.get(name, 0) + row["count"]
    return found


def everybody(router):
    """Two hours ago: every language, audience and way through a visit; full, then express."""
    lab = router.lab
    router.boot(wall=time.time() - 2 * HOUR, synchronised=True)
    visitors, _ = every_kind(lab)
    visitors.append(Visitor(lab, None, "en").begin().later())
    end(lab, visitors[0])
    Visitor(lab, visitors[0].phone).walk()  # asked a short while ago: returned
    settled(lab)
    lab.gate.stop()
    lab.write_conf(portal={"visit": "express"})
    router.boot(wall=time.time() - 2 * HOUR, synchronised=True)
    visitors.append(Visitor(lab).walk())
    settled(lab)
    lab.gate.stop()  # counts that nobody waits for are stored at the end at the latest
    router.boot(wall=time.time() - 2 * HOUR, synchronised=True)
    return visitors


def check_three_users(lab):
    """Three users; the reporter reads by its group."""
    gate, portal = (status_of(pid)["Uid"].split()[0] for pid in lab.gate.pids())
    assert len({gate, portal, str(uid(REPORT)[0]), "0"}) == 4
    database = os.stat(f"{lab.folder}/state/congchao.db")
    assert (str(database.st_uid), database.st_mode & 0o777) == (portal, 0o640), database
    assert pwd.getpwuid(int(portal)).pw_gid == database.st_gid
    assert os.stat(f"{lab.folder}/state").st_mode & 0o777 == 0o750


def test_nothing_leaves_but_counts():
    """No MAC, no address, no pseudonym, no name that anybody asked for: neither in what is
    encrypted nor on the wire."""
    with Router(phones=12, conf={**CONF, "site": {"id": "cb-0017"}}) as router:
        lab = router.lab
        department = Department(lab)
        try:
            lab.write_conf(report=department.settings())
            visitors = everybody(router)
            check_three_users(lab)
            wanted = telling(lab, visitors)
            with open(f"{lab.folder}/state/congchao.db", "rb") as file, \
                    open(f"{lab.folder}/state/congchao.db-wal", "rb") as log:
                stored = file.read() + log.read()
            assert bytes.fromhex(visitors[1].mac.replace(":", "")) in stored, "nothing to find"

            department.do("enrol", "7kqm-29xd", f"https://localhost:{department.wire.port}")
            key = f"{lab.folder}/report/key"  # the answer names the collector itself
            with open(key, encoding="utf-8") as text:
                changed = text.read().replace(f":{department.collector.port}", f":{department.wire.port}")
            with open(key, "w", encoding="utf-8") as text:
                text.write(changed)
            department.do("report", "now")
            requests = department.collector.requests
            assert len(requests) >= 2 and len(department.wire.seen) > sum(len(r.body) for r in requests)
            for request in requests:
                whole = json.dumps(request.headers).encode() + request.path.encode() + request.body
                assert_absent(wanted, whole, request.path)
                if request.path.endswith("/reports"):
                    check_words(request.body)
                    assert set(request.headers) == {"Host", "User-Agent", "Accept", "Content-Type",
                                                    "Content-Digest", "Signature-Input", "Signature",
                                                    "Content-Length"}, request.headers
            assert_absent(wanted, bytes(department.wire.seen), "the bytes on the wire")
            with open(f"{lab.folder}/report/state.db", "rb") as file:
                assert_absent(wanted, file.read(), "the reporter's own file")

            reports = [report for _, _, report in department.collector.stored.values()]
            assert sums(reports) == counted(lab), f"{sums(reports)}, counted {counted(lab)}"
            assert {"shown", "deferred", "returned", "measures"} <= set(sums(reports))
            assert max(hour_of(report["period"]) for report in reports) == this_hour() - HOUR

            # The gate ends in order: no log is left, and the file is read as it lies.
            lab.gate.stop()
            wait_for("the log to be gone", lambda: not os.path.exists(f"{lab.folder}/state/congchao.db-wal"))
            assert "Nothing was left" in department.do("report", "now").stdout
        finally:
            department.close()


test_nothing_leaves_but_counts.seconds = 90
