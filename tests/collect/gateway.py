"""A gateway's side of the reports, as congchao-report-format(5) has it, in a few lines.

Written from the standards (RFC 9421, RFC 9530) and not from the collector's code, so that
the two can be held against each other. By hand: python3 gateway.py --help
"""
import argparse
import base64
import hashlib
import hmac
import http.client
import json
import sys
import time
import urllib.parse

INSTANCE = "0123456789abcdef0123456789abcdef"
COUNTERS = ("shown", "answered", "right", "acknowledged", "released", "deferred", "returned")


def dumps(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def hour(ago):
    """The hour that began so many whole hours before the one that has not ended."""
    return time.strftime("%Y-%m-%dT%H:00:00Z", time.gmtime(time.time() - ago * 3600))


def cell(zone="wifi", aud="citizen", lang="vi", **counts):
    return {"zone": zone, "aud": aud, "lang": lang, **{name: counts.get(name, 0) for name in COUNTERS}}


def measure(item, event, n, aud="citizen", lang="vi"):
    return {"aud": aud, "lang": lang, "item": item, "event": event, "n": n}


def report(site, period, rev=1, cells=(), measures=(), **more):
    return {"v": 1, "site": site, "period": period, "len": 3600, "rev": rev, "final": True,
            "sw": "0.1.0", "instance": INSTANCE, "clk": {"settled": True}, "cells": list(cells),
            "measures": list(measures), "health": {"unsent": 0, "oldest_unsent": None}, **more}


def digest_of(one):
    return hashlib.sha256((dumps(one["cells"]) + dumps(one["measures"])).encode()).hexdigest()


def sign(key, site, version, path, body, created=None):
    """The three headers for a POST of body."""
    digest = "sha-256=:" + base64.b64encode(hashlib.sha256(body).digest()).decode() + ":"
    created = int(time.time()) if created is None else created
    params = (f'("@method" "@path" "content-digest");created={created};keyid="{site}#{version}"'
              ';alg="hmac-sha256"')
    base = (f'"@method": POST\n"@path": {path}\n"content-digest": {digest}\n'
            f'"@signature-params": {params}')
    mac = base64.b64encode(hmac.new(key, base.encode(), hashlib.sha256).digest()).decode()
    return {"Content-Digest": digest, "Signature-Input": "sig1=" + params,
            "Signature": f"sig1=:{mac}:"}


class Gateway:
    """An enrolled site: its key, and where it reports to."""

    def __init__(self, url, site, version, key, connect=None):
        self.url = urllib.parse.urlsplit(url)
        self.site, self.version, self.key = site, version, key
        self.connect = connect or (lambda: http.client.HTTPConnection(self.url.netloc, timeout=30))

    def request(self, path, body, headers=None):
        """Status, headers, and the answer (JSON where it is some)."""
        connection = self.connect()
        try:
            connection.request("POST", self.url.path + path, body,
                               {"Content-Type": "application/json", **(headers or {})})
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        try:
            return answer.status, answer.headers, json.loads(text)
        except ValueError:
            return answer.status, answer.headers, text

    def post(self, path, body, version=None, key=None, site=None, created=None, **more):
        signed = sign(key or self.key, site or self.site, version or self.version,
                      self.url.path + path, body, created)
        return self.request(path, body, {**signed, **more})

    def send(self, *reports, **how):
        return self.post("/v1/reports", dumps(list(reports)).encode(), **how)


def enrol(url, code, instance=INSTANCE, **more):
    """Status and answer; Gateway(**) of it is Gateway(url, site, version, key)."""
    return Gateway(url, "", 0, b"").request(
        "/v1/enrol", dumps({"code": code, "instance": instance, "sw": "0.1.0"}).encode(), more)


def main():
    parser = argparse.ArgumentParser(description="Sends one empty hour, to try a collector.")
    parser.add_argument("url", help="http://127.0.0.1:8470, with the path of the configured url")
    parser.add_argument("code", help="a one-time code (congchao-collect site code)")
    asked = parser.parse_args()
    status, _, answer = enrol(asked.url, asked.code)
    print(status, answer)
    if status != 200:
        return 1
    gateway = Gateway(asked.url, answer["site"], answer["key_version"], bytes.fromhex(answer["key"]))
    status, _, answer = gateway.send(report(gateway.site, hour(2), cells=[cell(shown=2, acknowledged=1)]))
    print(status, answer)
    return 0 if status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
