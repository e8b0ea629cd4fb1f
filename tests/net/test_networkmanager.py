"""A real NetworkManager in a phone's namespace: none, portal, full, and nothing between.

It has a /run, a bus and a folder of connections of its own, and knows nothing of this machine's.
"""
import re
import shutil
import subprocess

from harness import Lab, Skip, wait_for

NEEDED = ("NetworkManager", "nmcli", "dbus-daemon", "unshare", "stdbuf")
SCRIPT = """set -e
mount -t sysfs -o ro sysfs /sys
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/lib/NetworkManager
mount --bind "$1/resolv.conf" /etc/resolv.conf
mkdir -p /run/dbus /run/empty
mkdir -m 700 /run/connections
dbus-daemon --system --nofork --nopidfile &
until [ -S /run/dbus/system_bus_socket ]; do sleep 0.02; done
exec NetworkManager --debug --config="$1/NetworkManager.conf" --config-dir=/run/empty \\
	--system-config-dir=/run/empty
"""
# All three folders must be named, or Debian's own settings are mixed in.
CONF = """[main]
plugins=keyfile
dhcp=internal
dns=none
auth-polkit=false
no-auto-default=*
[keyfile]
path=/run/connections
[connectivity]
uri=http://network-test.debian.org/nm
interval=20
"""


class NetworkManager:
    """Runs on a phone's wlan0 until it is closed."""

    def __init__(self, lab, phone, resolver):
        self.phone, self.folder = phone, lab.folder
        for name, text in (("resolv.conf", f"nameserver {resolver}\n"), ("nm.sh", SCRIPT),
                           ("NetworkManager.conf", CONF)):
            with open(f"{self.folder}/{name}", "w", encoding="utf-8") as out:
                out.write(text)
        phone.ns.ip("address flush dev wlan0 scope global", "link set wlan0 down")
        with open(f"{self.folder}/nm.log", "wb") as log:
            self.process = phone.ns.start("unshare", "--mount", "--propagation", "private", "sh",
                                          f"{self.folder}/nm.sh", self.folder, stdout=log,
                                          stderr=log)
        self.monitor = None

    def _inside(self, *words):
        return ["nsenter", f"--mount=/proc/{self.process.pid}/ns/mnt", *words]

    def log(self):
        with open(f"{self.folder}/nm.log", encoding="utf-8", errors="replace") as lines:
            return [line.rstrip() for line in lines]

    def nmcli(self, *words, check=True):
        return self.phone.ns.run(*self._inside("nmcli", *words), check=check).stdout.strip()

    def wait_ready(self):
        def ready():
            if self.process.poll() is not None:
                if any("ermission denied" in line or "not permitted" in line
                       for line in self.log()):
                    raise Skip(f"NetworkManager may not start here: {self.log()[-1]}")
                raise AssertionError(f"it has ended: {self.log()[-3:]}")
            return self.nmcli("-t", "-f", "RUNNING", "general", check=False) == "running"
        wait_for("NetworkManager to be running", ready, 20)
        self.monitor = self.phone.ns.start(*self._inside("stdbuf", "-oL", "nmcli", "monitor"),
                                           stdout=open(f"{self.folder}/monitor", "wb"),
                                           env={"LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/bin"})
        wait_for("nmcli to listen", lambda: "running" in self.told(), 10)

    def told(self):
        with open(f"{self.folder}/monitor", encoding="utf-8") as text:
            return text.read()

    def states(self):
        """What connectivity has been since the beginning."""
        return re.findall(r"Connectivity is now '(\w+)'", self.told())

    def of_family(self, family):
        shown = self.nmcli("-t", "-f", "GENERAL", "device", "show", "wlan0")
        return re.search(rf"IP{family}-CONNECTIVITY:\d \((\w+)\)", shown)[1]

    def close(self):
        for process in (self.monitor, self.process):
            if process:
                process.kill()
                process.wait()


def need():
    missing = [name for name in NEEDED if not shutil.which(name)]
    if missing:
        raise Skip(f"no {', '.join(missing)} here")
    done = subprocess.run(["unshare", "--mount", "true"], check=False, stderr=subprocess.DEVNULL)
    if done.returncode:
        raise Skip("no mount namespaces here")


def check(family):
    need()
    with Lab(phones=1) as lab:
        phone = lab.phone()
        portal = phone.portal6 if family == 6 else phone.portal
        manager = NetworkManager(lab, phone, phone.segment.v6 if family == 6 else phone.segment.v4)
        try:
            manager.wait_ready()
            assert manager.nmcli("-t", "-f", "CONNECTIVITY", "general") == "none"
            methods = {4: "disabled", 6: "disabled", family: "auto"}
            manager.nmcli("connection", "add", "type", "ethernet", "ifname", "wlan0", "con-name",
                          "lab", "autoconnect", "no", "ipv4.method", methods[4], "ipv6.method", methods[6],
                          "ethernet.cloned-mac-address", phone.mac)
            manager.nmcli("--wait", "20", "connection", "up", "lab")
            wait_for("NetworkManager to see the portal", lambda: "portal" in manager.states())
            assert manager.of_family(family) == "portal"
            assert "/nm" not in [one["path"] for one in lab.seen()], "its probe was let through"
            assert phone.visit(f"{portal}/", family=family).online
            wait_for("NetworkManager to see the internet", lambda: "full" in manager.states(), 30)
            assert manager.of_family(family) == "full"
            assert "/nm" in [one["path"] for one in lab.seen()], "it has not asked the internet"
            return manager.states()
        finally:
            manager.close()


def test_none_portal_full_and_nothing_between():
    states = check(4)
    assert states == ["portal", "full"], f"none, then {states}"


def test_none_portal_full_with_ipv6_alone():
    states = check(6)
    assert states == ["portal", "full"], f"none, then {states}"
