"""A phone, inside its namespace: from the first probe to the page, and from the last button to
the first truthful answer that its system hears. Started by clients.py; prints one line of JSON.

    client.py SYSTEM RESOLVER      SYSTEM as in tests/net/detectors.py

Any portal whose pages are forms will do: it fills in whatever form comes first, until it says
that the device is online. The last form is the one after which there is none.
"""
import json
import os
import sys
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "net"))
from detectors import ONLINE, PROBES, RST, WINDOWS_DNS, Answer, judge  # noqa: E402
from lab import wire  # noqa: E402
from lab.agent import fetch  # noqa: E402
from lab.browser import Browser, Page  # noqa: E402

LIMIT = 20  # seconds: a system that hears nothing true for so long has seen its sheet stay open


def resolve(resolver):
    return lambda name: wire.dns(name, "A", resolver)["found"][0]


def ms_since(begun):
    return (time.monotonic() - begun) * 1000


def ask(system, resolver):
    """The system's probe, as it asks: for Chromium with what it is led to."""
    probe, answers = PROBES[system], []
    url = probe.urls[0]
    while url and len(answers) < 5:
        try:
            got = fetch(url, agent=probe.agent, version=probe.version, resolver=resolver,
                        headers=[list(pair) for pair in probe.headers], timeout=2)
        except (OSError, KeyError, IndexError):
            return answers + [RST]
        answers.append(Answer(got["status"], got["headers"], got["body"].encode("latin-1")))
        led = answers[-1]["Location"] if 300 <= got["status"] <= 399 else None
        url = led if system == "chromium" else None
    return answers


def is_online(system, resolver):
    return judge(system, ask(system, resolver), True, WINDOWS_DNS[4]) == ONLINE


def first_form(url, answer):
    """(method, address, fields) of the form that a visitor would fill in next, or None."""
    forms = Page(answer["body"].decode("utf-8", "replace")).forms
    if answer["status"] != 200 or not forms or not forms[0]["fields"]:
        return None
    form = forms[0]
    fields = form["fields"] + form["choices"][:1]
    return form["method"], urllib.parse.urljoin(url, form["action"]), fields


def send(browser, form):
    method, url, fields = form
    if method == "POST":
        return browser.navigate("POST", url, fields)
    return browser.navigate("GET", f"{url}?{urllib.parse.urlencode(fields)}")


def is_last(form):
    """openNDS's "Continue" lands; ours is the acknowledgement."""
    return form[1].endswith("/acknowledge") or ("landing", "yes") in form[2]


def main():
    system, resolver = sys.argv[1:]
    browser = Browser(resolve(resolver), timeout=LIMIT)
    begun = time.monotonic()
    first = browser.request("GET", PROBES[system].urls[0])
    took = {"redirect": ms_since(begun), "status": first["status"]}
    url, answer = browser.navigate("GET", urllib.parse.urljoin(PROBES[system].urls[0],
                                                               first.header("Location")))
    took["page"] = ms_since(begun)
    form = first_form(url, answer)
    while not is_last(form):
        url, answer = send(browser, form)
        form = first_form(url, answer)
    begun = time.monotonic()
    method, url, fields = form
    if method == "POST":
        browser.request(method, url, fields)
    else:
        browser.request(method, f"{url}?{urllib.parse.urlencode(fields)}")
    took["answered"] = ms_since(begun)
    while not is_online(system, resolver):
        if ms_since(begun) > LIMIT * 1000:
            raise TimeoutError(f"{system} is not online after {LIMIT} s")
    took["online"] = ms_since(begun)
    browser.close()
    print(json.dumps(took))


if __name__ == "__main__":
    main()
