"""A real NetworkManager in a namespace of ours.

It has a /run, a bus and a folder of connections of its own, and knows nothing of this machine's.
"""
import re
import shutil
import subprocess

from harness import Skip, wait_for

NEEDED = ("NetworkManager", "nmcli", "dbus-daemon", "unshare", "stdbuf")
SCRIPT = """set -e
mount -t sysfs -o ro sysfs /sys
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/lib/NetworkManager
mount --bind "$1/resolv.conf" /etc/resolv.conf
[ -z "$2" ] || mount --bind "$2" /etc/NetworkManager/dnsmasq-shared.d
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
unmanaged-devices=*,except:interface-name:{device}
[connectivity]
uri=http://network-test.debian.org/nm
interval=20
"""


class NetworkManager:
    """Runs in a namespace, for one device, until it is closed. shared: the folder that is to
    be its dnsmasq-shared.d."""

    def __init__(self, namespace, folder, device, resolver="127.0.0.1", shared=""):
        self.ns, self.folder, self.device = namespace, folder, device
        for name, text in (("resolv.conf", f"nameserver {resolver}\n"), ("nm.sh", SCRIPT),
                           ("NetworkManager.conf", CONF.format(device=device))):
            with open(f"{self.folder}/{name}", "w", encoding="utf-8") as out:
                out.write(text)
        with open(f"{self.folder}/nm.log", "wb") as log:
            self.process = self.ns.start("unshare", "--mount", "--propagation", "private", "sh",
                                         f"{self.folder}/nm.sh", self.folder, shared, stdout=log,
                                         stderr=log)
        self.monitor = None

    def _inside(self, *words):
        return ["nsenter", f"--mount=/proc/{self.process.pid}/ns/mnt", *words]

    def log(self):
        with open(f"{self.folder}/nm.log", encoding="utf-8", errors="replace") as lines:
            return [line.rstrip() for line in lines]

    def nmcli(self, *words, check=True):
        return self.ns.run(*self._inside("nmcli", *words), check=check).stdout.strip()

    def wait_ready(self):
        def ready():
            if self.process.poll() is not None:
                if any("ermission denied" in line or "not permitted" in line
                       for line in self.log()):
                    raise Skip(f"NetworkManager may not start here: {self.log()[-1]}")
                raise AssertionError(f"it has ended: {self.log()[-3:]}")
            return self.nmcli("-t", "-f", "RUNNING", "general", check=False) == "running"
        wait_for("NetworkManager to be running", ready, 20)
        self.monitor = self.ns.start(*self._inside("stdbuf", "-oL", "nmcli", "monitor"),
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
        shown = self.nmcli("-t", "-f", "GENERAL", "device", "show", self.device)
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
