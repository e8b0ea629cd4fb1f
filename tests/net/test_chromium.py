"""A real Chromium that opens an HTTPS page at the gate: it opens its own sign-in tab, and loads
the page again when the visit is over. Nothing but the gate tells it to."""
import base64
import hashlib
import json
import os
import re
import shutil
import subprocess

from harness import TREE, Lab, Skip, run

URL = "https://example.org/"
NEEDED = {"node": shutil.which("node"), "Chromium": "/usr/bin/chromium",
          "openssl": shutil.which("openssl"), "unshare": shutil.which("unshare"),
          "playwright-core (npm ci --prefix tests/browser)":
              f"{TREE}/tests/browser/node_modules/playwright-core"}


def need():
    for name, path in NEEDED.items():
        if not path or not os.path.exists(path):
            raise Skip(f"no {name} here")
    done = subprocess.run(["unshare", "--mount", "true"], check=False, stderr=subprocess.DEVNULL)
    if done.returncode:
        raise Skip("no mount namespaces here")


def key_of(certificate):
    """As --ignore-certificate-errors-spki-list wants it."""
    text = run(["openssl", "x509", "-in", certificate, "-noout", "-pubkey"]).stdout
    key = base64.b64decode(re.sub("-----[^-]+-----", "", text))
    return base64.b64encode(hashlib.sha256(key).digest()).decode()


def browse(lab, phone):
    """What happened, by name."""
    shots, profile = f"{TREE}/tests/browser/shots", f"{lab.folder}/profile"
    for folder in (shots, profile):
        os.makedirs(folder, exist_ok=True)
    with open(f"{lab.folder}/resolv.conf", "w", encoding="utf-8") as out:
        out.write(f"nameserver {phone.segment.v4}\n")
    done = phone.ns.run(
        "unshare", "--mount", "--propagation", "private", "sh", "-c",
        'mount --bind "$0" /etc/resolv.conf && exec "$@"', f"{lab.folder}/resolv.conf",
        "node", f"{TREE}/tests/browser/signin.mjs", URL, profile, key_of(lab.certificate), shots,
        check=False, timeout=170)
    assert done.returncode == 0, done.stderr.strip() or done.stdout
    return {line["what"]: line for line in map(json.loads, done.stdout.splitlines())}


def test_chromium_opens_its_sign_in_tab_and_reloads_the_page():
    need()
    with Lab(phones=1, https=True) as lab:
        phone, before = lab.phone(), len(lab.seen())
        happened = browse(lab, phone)
        assert happened["broken"]["error"] == "ERR_SSL_PROTOCOL_ERROR", happened["broken"]
        assert happened["opened"]["url"] in (f"{phone.portal}/", f"{phone.portal6}/"), happened
        assert happened["online"]["url"].split("?")[0].endswith("/online"), happened["online"]
        assert happened["reloaded"]["url"] == URL, happened
        assert happened["reloaded"]["title"] == "the internet", happened
        assert phone.mac in lab.gate.released()
        seen = [(one["port"], one["host"], one["path"]) for one in lab.seen()[before:]]
        assert (443, "example.org", "/") in seen, f"{seen}"
        # It has asked for itself whether the internet is there, and heard the truth.
        assert any(path == "/generate_204" and port == 80 for port, _, path in seen), f"{seen}"
        if os.environ.get("VERBOSE"):
            print({name: line["seconds"] for name, line in happened.items()})


test_chromium_opens_its_sign_in_tab_and_reloads_the_page.seconds = 240
