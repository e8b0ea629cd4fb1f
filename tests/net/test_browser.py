"""One visit in a real Chromium on the phone's own network: redirect, forms, policy, release."""
import json
import os
import shutil

from authority import URL as SECURE
from authority import Authority
from harness import TREE, WEB4, Lab, Skip

URL = "http://captive.apple.com/hotspot-detect.html"


def walk(phone, url, address=WEB4):
    for needed, path in (("node", shutil.which("node")), ("Chromium", "/usr/bin/chromium"),
                         ("playwright-core (npm ci --prefix tests/browser)",
                          f"{TREE}/tests/browser/node_modules/playwright-core")):
        if not path or not os.path.exists(path):
            raise Skip(f"no {needed} here")
    shots = f"{TREE}/tests/browser/shots"
    os.makedirs(shots, exist_ok=True)
    done = phone.ns.run("node", f"{TREE}/tests/browser/walk.mjs", url, shots,
                        address, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_real_browser_is_led_in_learns_and_is_online():
    with Lab(phones=1) as lab:
        phone = lab.phone()
        pages = walk(phone, URL)
        visit, after = pages[:-1], pages[-1]
        assert [page["choices"] > 0 for page in visit] == [True, True, True, False, False]
        assert visit[0]["url"] == f"{phone.portal}/" and visit[0]["lang"] == "vi"
        assert visit[3]["button"] == "Tôi đã hiểu – Vào mạng"
        assert visit[4]["url"] == f"{phone.portal}/online"
        for page in visit:
            assert not page["complaints"], page["complaints"]
            # The policy let the page's own style in.
            assert page["background"] not in ("rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"), page
            assert "không bao giờ hỏi mật khẩu" in page["text"]
        assert after["url"] == URL and "Success" in after["text"], after
        assert phone.mac in lab.gate.released()


def test_a_real_browser_stays_at_https_from_the_question_to_the_end():
    """As the API's user-portal-url opens it: forms, redirects and policy at one origin."""
    authority = Authority()
    with Lab(phones=1, conf={"portal": authority.portal()}) as lab:
        phone = lab.phone()
        pages = walk(phone, SECURE, phone.segment.v4)
        assert len(pages) == 6, pages
        for page in pages:
            assert page["url"].startswith(SECURE), page["url"]
            assert not page["complaints"], page["complaints"]
            assert page["background"] not in ("rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"), page
        assert pages[4]["url"] == f"{SECURE}online"
        assert phone.mac in lab.gate.released()


for _test in (test_a_real_browser_is_led_in_learns_and_is_online,
              test_a_real_browser_stays_at_https_from_the_question_to_the_end):
    _test.seconds = 120
