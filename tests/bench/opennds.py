"""openNDS 9.10 of Debian 12, in a lab's gateway, from a copy that starts.

As packaged it does not start on today's kernel: it makes iptables' INPUT and FORWARD chains
with a priority that iptables then refuses (EOPNOTSUPP), and it needs a folder below /run. The
copy is repaired in these two points and in no other. It sees mounts and processes of its own,
with a copy of /etc, because it writes to /etc/hosts and /etc/dnsmasq.conf and restarts dnsmasq.
"""
import os
import shutil
import subprocess

from world import Skip

PACKAGED = "/usr/lib/opennds"
CONF = """GatewayInterface {interface}
GatewayPort 2050
DebugLevel 1
login_option_enabled 1
FirewallRuleSet authenticated-users {{
}}
FirewallRuleSet preauthenticated-users {{
}}
FirewallRuleSet users-to-router {{
    FirewallRule allow udp port 53
    FirewallRule allow tcp port 53
    FirewallRule allow udp port 67
    FirewallRule allow tcp port 80
}}
"""
REPAIRS = (("hook input priority -100", "hook input priority 0"),
           ("hook forward priority -100", "hook forward priority 0"))
START = """set -e
mount --bind {folder}/lib /usr/lib/opennds
mount --bind {folder}/etc /etc
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /tmp
mkdir -p /run/tmpfiles.d
ln -s {leases} /tmp/dhcp.leases
export PATH={folder}/bin:$PATH
exec unshare --pid --fork --kill-child --mount-proc opennds -f -c {folder}/opennds.conf
"""


class Opennds:
    """start(), stop(); starts counts how often it had to be started."""

    def __init__(self, lab):
        self.lab, self.process, self.starts = lab, None, 0
        for program in ("opennds", "iptables"):
            if not shutil.which(program):
                raise Skip(f"openNDS: no {program} here (Debian: opennds, iptables)")
        self.folder = f"{lab.folder}/opennds"
        os.mkdir(self.folder)
        shutil.copytree(PACKAGED, f"{self.folder}/lib")
        subprocess.run(["cp", "-a", "/etc", f"{self.folder}/etc"], check=True)
        self._repair()
        os.mkdir(f"{self.folder}/bin")
        for name in ("systemctl", "logger"):  # not this machine's services, not its log
            with open(f"{self.folder}/bin/{name}", "w", encoding="utf-8") as out:
                out.write("#!/bin/sh\n")
            os.chmod(f"{self.folder}/bin/{name}", 0o755)
        with open(f"{self.folder}/opennds.conf", "w", encoding="utf-8") as out:
            out.write(CONF.format(interface=lab.segments[0].bridge))

    def _repair(self):
        path = f"{self.folder}/lib/libopennds.sh"
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for wrong, right in REPAIRS:
            text = text.replace(wrong, right)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def start(self):
        self.starts += 1
        with open(f"{self.folder}/log", "ab") as log:
            self.process = self.lab.gateway.start(
                "unshare", "--mount", "--propagation", "private", "sh", "-c",
                START.format(folder=self.folder, leases=self.lab.lease_file()),
                stdout=log, stderr=subprocess.STDOUT)
        wait_for_text(f"{self.folder}/log", "openNDS is now running", self.starts, self.process)

    @property
    def running(self):
        return self.process is not None and self.process.poll() is None

    def stop(self):
        if self.running:
            self.process.kill()
        if self.process:
            self.process.wait()


def wait_for_text(path, text, often, process, seconds=40):
    from harness import wait_for

    def said():
        with open(path, encoding="utf-8", errors="replace") as log:
            heard = log.read()
        if heard.count(text) >= often:
            return True
        if process.poll() is not None:
            raise RuntimeError(f"openNDS has ended: {heard[-500:]}")
        return False
    wait_for("openNDS to run", said, seconds, 0.1)
