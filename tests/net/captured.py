"""A stand-in (standin.py) in the place of congchao-portal, beside a copy of congchao-gate."""
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap

from harness import Skip, wait_for

HERE = os.path.dirname(os.path.abspath(__file__))


def interpreter():
    """A Python that portal's user may run: ours may lie in somebody's home."""
    for path in (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"):
        try:
            subprocess.run([path, "-c", ""], user="congchao", group="congchao", extra_groups=[],
                           cwd="/", check=True, capture_output=True)
            return path
        except (OSError, subprocess.CalledProcessError):
            pass
    raise Skip("no python3 that the user congchao may run")


def place(lab):
    """The folder with the copy of gate and the stand-in, made once for a lab."""
    folder = f"{lab.folder}/standin"
    if not os.path.exists(folder):
        os.mkdir(folder)
        shutil.copy2(lab.gate.path("congchao-gate"), folder)
        with open(f"{HERE}/standin.py", encoding="utf-8") as source, \
                open(f"{folder}/congchao-portal", "w", encoding="utf-8") as out:
            out.write(f"#!{interpreter()} -EB\n{source.read()}")
        os.chmod(f"{folder}/congchao-portal", 0o755)
        lab.gate.programs = folder
    return folder


def begin(lab, case, **conf):
    """Starts gate with a stand-in that plays the case: Python, in the words of standin.py."""
    place(lab)
    if conf:
        lab.write_conf(**conf)
    with open(f"{lab.folder}/case.py", "w", encoding="utf-8") as out:
        out.write(textwrap.dedent(case))
    lab.gate.start(wait=False)


def said(lab):
    return [line.partition("standin: ")[2] for line in lab.gate.this_run() if "standin: " in line]


def ends(lab, why="malformed"):
    """gate has stopped by itself, has said why, and what it guards is guarded."""
    assert lab.gate.wait(10) == 1
    lines = [line for line in lab.gate.this_run() if line.startswith("congchao-gate:")]
    assert any(re.search(why, line) for line in lines), f"{why}: {lines}"


def goes_on(lab):
    """The case is played to its end and gate still answers. Its lines."""
    wait_for("the case to be played", lambda: "done" in said(lab) or not lab.gate.running, 20)
    assert lab.gate.running, f"gate has ended: {lab.gate.this_run()[-5:]}"
    lines = said(lab)[:-1]
    released = lab.gate.released()
    lab.gate.stop()
    return lines, released


def present(phone):
    """Makes the kernel know it as a neighbour; the rest of its words for a packet."""
    assert phone.dns("who.lab", "TXT").get("found") == ["gateway"]
    return f'address="{phone.v4}", device="{phone.mac}"'


def neighbours(lab):
    """The MACs that the kernel knows on the served interface."""
    listed = json.loads(lab.gateway.run("ip", "-j", "neigh", "show", "dev", "br-lan").stdout)
    return {entry["lladdr"] for entry in listed if "lladdr" in entry}
