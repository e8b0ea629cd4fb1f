"""The real curl, asking as each system asks: what it gets before the release, and the truth."""
import json
import os
import shutil
import subprocess

from detectors import APPLE, FIREFOX, PROBES, WINDOWS
from harness import WEB4, WEB6, Skip

LAB = {"phones": 2, "https": True}
WEB = {4: WEB4, 6: f"[{WEB6}]"}
PROBE = "http://connectivitycheck.gstatic.com/generate_204"
# What the internet itself says to each system.
TRUTH = {"android": (204, b""), "chromeos": (204, b""), "chromium": (204, b""),
         "apple": (200, APPLE), "windows": (200, WINDOWS), "firefox": (200, FIREFOX),
         "networkmanager": (200, b"NetworkManager is online\n")}
SSL_CONNECT_ERROR = 35


def words(family, *more):
    """Every name is where the lab's internet has it. A line of JSON for each transfer goes to
    stderr, which curl does not keep to itself until it ends."""
    if not shutil.which("curl"):
        raise Skip("no curl here")
    return ["curl", "--silent", "--max-time", "30", "--connect-to", f"::{WEB[family]}:",
            "--write-out", "%{stderr}%{json}\\n", *more]


def ask(lab, phone, family, *more):
    """What curl says of one request, and the body."""
    path = f"{lab.folder}/body"
    done = phone.ns.run(*words(family, "--output", path, *more), check=False)
    with open(path, "rb") if os.path.exists(path) else open(os.devnull, "rb") as body:
        text = body.read()
    if os.path.exists(path):
        os.remove(path)
    return json.loads(done.stderr), text


def as_each_system(lab, phone):
    """(system, family, where, what curl says, body) for every probe that there is."""
    for system, probe in PROBES.items():
        for family in (4, 6):
            for url in probe.urls:
                more = [f"--http{probe.version}", "--user-agent", probe.agent or ""]
                for name, value in probe.headers:
                    more += ["--header", f"{name}: {value}"]
                said, body = ask(lab, phone, family, *more, url)
                yield system, family, f"{system} over IPv{family}: {url}", said, body


def test_each_system_is_led_to_the_portal_and_then_told_the_truth(lab):
    phone = lab.phone()
    for system, family, where, said, body in as_each_system(lab, phone):
        portal = phone.portal6 if family == 6 else phone.portal
        assert (said["http_code"], said["redirect_url"]) == (302, f"{portal}/"), f"{where}: {said}"
        assert said["size_download"] == len(body) > 4, f"{where}: {said}"
    assert phone.visit().online
    for system, family, where, said, body in as_each_system(lab, phone):
        assert (said["http_code"], body) == TRUTH[system], f"{where}: {said['http_code']} {body}"


def test_https_is_an_alert_and_then_the_site_itself(lab):
    phone = lab.phone()
    for family in (4, 6):
        said, body = ask(lab, phone, family, "https://example.org/")
        assert said["exitcode"] == SSL_CONNECT_ERROR and "alert internal error" in \
            said["errormsg"] and not body, f"IPv{family}: {said['errormsg']}"
    assert phone.visit().online
    for family in (4, 6):
        said, body = ask(lab, phone, family, "--cacert", f"{lab.certificate}.crt",
                         "https://example.org/")
        assert said["http_code"] == 200 and said["ssl_verify_result"] == 0, f"{said}"
        assert b"the internet" in body


def test_the_same_curl_asks_again_after_the_release_and_hears_the_truth(lab):
    """It would go on with the connection on which it has been led to the portal."""
    for family in (4, 6):
        phone, pipe = lab.phone(), f"{lab.folder}/pipe{family}"
        os.mkfifo(pipe)
        transfers = [word for url in (PROBE, f"file://{pipe}", PROBE)
                     for word in ("--output", "/dev/null", url)]
        curl = phone.ns.start(*words(family, *transfers), stderr=subprocess.PIPE, text=True)
        try:
            first = json.loads(curl.stderr.readline())
            assert first["http_code"] == 302, f"IPv{family}: {first['http_code']}"
            assert phone.visit(family=family).online
            with open(pipe, "w", encoding="ascii") as out:  # it has waited for this
                out.write("go on\n")
            again = json.loads(curl.stderr.readlines()[-1])
        finally:
            curl.kill()
            curl.wait()
            curl.stderr.close()
        assert (again["http_code"], again["num_connects"]) == (204, 1), f"IPv{family}: {again}"
