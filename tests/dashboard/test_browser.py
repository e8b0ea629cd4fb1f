"""What people see: tests/browser/dashboard.mjs, when its packages are there (npm ci)."""
import os
import re
import shutil
import subprocess

from house import PASSWORDS, world


def tests(house):
    if not shutil.which("node") or not os.path.isdir(f"{world.TREE}/tests/browser/node_modules/playwright-core"):
        world.say("skip", "browser", "no node, or no npm ci --prefix tests/browser yet")
        return
    done = subprocess.run(["node", "tests/browser/dashboard.mjs", house.place.local(), "lan", PASSWORDS["lan"][1]],
                          cwd=world.TREE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    found = re.findall(r"^(ok|not ok) ([^:\n]*)(?:: (.*))?$", done.stdout, re.M)
    for result, name, why in found:
        world.say(result, f"browser: {name}", why)
    if not found or (done.returncode and not [1 for one in found if one[0] == "not ok"]):
        world.say("not ok", "browser", done.stdout[-400:])
