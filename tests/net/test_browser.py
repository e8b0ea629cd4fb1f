"""One visit in a real Chromium on the phone's own network: redirect, forms, policy, release."""
import json
import os
import shutil

from harness import TREE, WEB4, Lab, Skip

URL = "http://captive.apple.com/hotspot-detect.html"


def walk(phone, url):
    for needed, path in (("node", shutil.which("node")), ("Chromium", "/usr/bin/chromium"),
                         ("playwright-core (npm ci --prefix tests/browser)",
                          f"{TREE}/tests/browser/node_modules/playwright-core")):
        if not path or not os.path.exists(path):
            raise Skip(f"no {needed} here")
    shots = f"{TREE}/tests/browser/shots"
    os.makedirs(shots, exist_ok=True)
    done = phone.ns.run("node", f"{TREE}/tests/browser/walk.mjs", url, shots, WEB4,
                        check=False)
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


test_a_real_browser_is_led_in_learns_and_is_online.seconds = 120
