"""A device that nobody has seen, and that asks for its address as a phone does."""
import json
import os
import time

SCRIPT = """#!/bin/sh
[ "$1" = bound ] || exit 0
ip address replace "$ip/16" dev "$interface"
ip route replace default via "$router"
"""


def lease(lab, phone):
    """A new MAC and a lease for it. Milliseconds, and what udhcpc has said."""
    script = f"{lab.folder}/udhcpc"
    if not os.path.exists(script):
        with open(script, "w", encoding="utf-8") as out:
            out.write(SCRIPT)
        os.chmod(script, 0o755)
    mac = lab.next_identity(phone.segment)[0]
    # Up as it is: a bridge takes a port that comes up a moment later, and drops what is sent.
    phone.ns.ip("address flush dev wlan0", f"link set wlan0 address {mac}")
    begun = time.monotonic()
    done = phone.ns.run("busybox", "udhcpc", "-f", "-n", "-q", "-t", "3", "-T", "2", "-i", "wlan0",
                        "-s", script)
    taken = (time.monotonic() - begun) * 1000
    phone.mac = mac
    phone.v4 = next(entry["local"] for entry in json.loads(phone.ns.run(
        "ip", "-j", "address", "show", "dev", "wlan0").stdout)[0]["addr_info"]
        if entry["family"] == "inet")
    return taken, done.stdout + done.stderr
