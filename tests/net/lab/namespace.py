"""Network namespaces of our own, named cc<pid>-<n>-NAME, and the programs in them.

The host's own network is never touched: every interface is made inside a namespace.
What a killed run has left behind is removed by the next one (sweep).
"""
import ctypes
import os
import re
import shutil
import signal
import subprocess
import tempfile

PREFIX = "cc"
PR_SET_PDEATHSIG = 1
CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent():
    """For preexec_fn: what we start does not outlive us, even if we are killed; and a Ctrl-C is
    for us alone, who then end it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def end_with_parent():
    """As die_with_parent, for what has to tidy up after itself."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def own_network():
    """This process, and what it starts, from here on in a network of its own: a loopback that
    nobody else has. It ends with the last of them."""
    if _libc.unshare(CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "unshare")
    run(["ip", "link", "set", "lo", "up"])


def run(command, check=True, stdin=None, timeout=60):
    """Runs a command to its end; its output as text. An error carries what it printed."""
    done = subprocess.run(command, input=stdin, capture_output=True, text=True,
                          timeout=timeout, check=False)
    if check and done.returncode:
        raise RuntimeError(f"{' '.join(command)}: exit {done.returncode}: "
                           f"{(done.stderr or done.stdout).strip()}")
    return done


class Namespace:
    """One network namespace; removed, with every process in it, by close()."""

    made = 0

    def __init__(self, name):
        Namespace.made += 1
        self.name = f"{PREFIX}{os.getpid()}-{Namespace.made}-{name}"
        self.enter = ["nsenter", f"--net=/run/netns/{self.name}", "--"]
        run(["ip", "netns", "add", self.name])
        try:
            self.ip("link set lo up")
            # Duplicate address detection holds a fresh IPv6 address back for two seconds.
            self.set("net/ipv6/conf/default/accept_dad", 0)
            self.set("net/ipv6/conf/default/accept_ra", 0)
        except BaseException:
            self.close()
            raise

    def run(self, *command, **options):
        return run([*self.enter, *command], **options)

    def ip(self, *lines, check=True):
        """Each line is a command of ip(8); all of them in one process."""
        return run([*self.enter, "ip", "-batch", "-"], stdin="\n".join(lines) + "\n",
                   check=check)

    def set(self, path, value):
        """Writes one /proc/sys value of this namespace: set('net/ipv4/ip_forward', 1)."""
        self.run("sh", "-c", f"echo {value} > /proc/sys/{path}")

    def start(self, *command, **options):
        """Starts a program in the namespace; it dies with us."""
        options.setdefault("stdin", subprocess.DEVNULL)
        return subprocess.Popen([*self.enter, *command], preexec_fn=die_with_parent, **options)

    def pids(self):
        return [int(pid) for pid in run(["ip", "netns", "pids", self.name], check=False)
                .stdout.split()]

    def close(self):
        _remove(self.name)


def _remove(name):
    for pid in run(["ip", "netns", "pids", name], check=False).stdout.split():
        try:
            os.kill(int(pid), signal.SIGKILL)
        except ProcessLookupError:
            pass
    run(["ip", "netns", "del", name], check=False)


def _dead(pid):
    return not os.path.exists(f"/proc/{pid}")


def sweep():
    """Removes the namespaces and folders of runs whose process is gone."""
    for line in run(["ip", "netns", "list"], check=False).stdout.splitlines():
        found = re.match(rf"({PREFIX}(\d+)-\S+)", line)
        if found and _dead(found.group(2)):
            _remove(found.group(1))
    for name in os.listdir(tempfile.gettempdir()):
        found = re.fullmatch(r"congchao-lab-(\d+)-\w+", name)
        if found and _dead(found.group(1)):
            shutil.rmtree(os.path.join(tempfile.gettempdir(), name), ignore_errors=True)


def make_folder():
    """A folder that the daemons' users may enter."""
    folder = tempfile.mkdtemp(prefix=f"congchao-lab-{os.getpid()}-")
    os.chmod(folder, 0o755)
    return folder
