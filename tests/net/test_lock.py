"""Who may do what: what each program links, holds and may call, and what it is refused when
somebody else speaks with its mouth."""
import errno
import os
import re
import shutil
import subprocess

from harness import Lab, Skip, alive, run, status_of, wait_for
from strace import Trace

HERE = os.path.dirname(os.path.abspath(__file__))
LAB = {"phones": 3}
CAP_NET_ADMIN = 1 << 12
LIBC = {"libc", "libpthread", "libdl", "libm"}

# x86-64's numbers
READ, WRITE, OPEN, MPROTECT, SOCKET, CONNECT, BIND, LISTEN = 0, 1, 2, 10, 41, 42, 49, 50
CLONE, FORK, VFORK, EXECVE, KILL, RENAME, MKDIR, LINK = 56, 57, 58, 59, 62, 82, 83, 86
UNLINK, SYMLINK, CHMOD, CHOWN, PTRACE, SETUID = 87, 88, 90, 92, 101, 105
MKNOD, PRCTL, CHROOT, MOUNT, TGKILL, OPENAT, UNSHARE = 133, 157, 161, 165, 234, 257, 272
PERF_EVENT_OPEN, PRLIMIT, PROCESS_VM_READV = 298, 302, 310
SETNS, MEMFD, BPF, EXECVEAT, USERFAULTFD, IO_URING_SETUP, CLONE3 = \
    308, 319, 321, 322, 323, 425, 435
AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET = 1, 2, 10, 16, 17
AT_FDCWD, O_WRONLY_CREAT = -100, 0o101
REFUSED = (-errno.EPERM, -errno.EACCES)


# ---------------------------------------------------------------- what is linked

def needed(path):
    """The libraries that a program names itself."""
    if not shutil.which("readelf"):
        raise Skip("no readelf here")
    listed = run(["readelf", "-d", path]).stdout
    return {name for name in re.findall(r"\(NEEDED\).*\[([\w-]+?)(?:-[\d.]+)?\.so", listed)
            if not name.startswith("ld-")} - LIBC


def loaded(path):
    """All that come with it, as ldd tells."""
    listed = run(["ldd", path]).stdout
    return set(re.findall(r"^\s*(lib[\w+-]+?)(?:-[\d.]+)?\.so", listed, re.M))


def check_links(lab, program, names, never):
    path = lab.gate.path(program)
    assert needed(path) - {"libseccomp"} == names, f"{program} links {needed(path)}"
    assert not loaded(path) & never, f"{program} loads {loaded(path) & never}"


def test_gate_links_netlink_and_no_http_or_sql(lab):
    check_links(lab, "congchao-gate", {"libnftnl", "libmnl", "libconfig", "libcares"},
                {"libmicrohttpd", "libsqlite3", "libcurl", "libpq"})


def test_portal_links_http_and_sql_and_no_netlink(lab):
    check_links(lab, "congchao-portal", {"libmicrohttpd", "libsqlite3", "libconfig", "libsodium",
                                         "libgnutls"},
                {"libnftnl", "libmnl", "libcurl", "libpq"})


def test_the_operators_program_links_no_netlink(lab):
    """Beside SQL and certificates names for the check of a garden, and what editors need: the
    preview's HTTP, QR codes, normal forms of Unicode."""
    check_links(lab, "congchao", {"libsqlite3", "libconfig", "libmicrohttpd", "libqrencode",
                                  "libutf8proc", "libgnutls", "libcares"},
                {"libnftnl", "libmnl", "libcurl", "libpq"})


# ---------------------------------------------------------------- what is held

def threads(pid):
    return [int(name) for name in os.listdir(f"/proc/{pid}/task")]


def check_threads(pid, capabilities, count):
    found = threads(pid)
    assert len(found) == count, f"{len(found)} threads"
    for thread in found:
        status = status_of(f"{pid}/task/{thread}")
        for name in ("CapPrm", "CapEff", "CapBnd"):
            assert int(status[name], 16) == capabilities, f"{name} is {status[name]}"
        assert int(status["CapInh"], 16) == 0 == int(status["CapAmb"], 16)
        assert status["NoNewPrivs"] == "1" and status["Seccomp"] == "2", status
        users, groups = set(status["Uid"].split()), set(status["Gid"].split())
        assert len(users) == 1 and "0" not in users, f"user {status['Uid']}"
        assert len(groups) == 1 and "0" not in groups, f"group {status['Gid']}"
        assert not status["Groups"].split(), f"groups {status['Groups']}"
    return status_of(pid)["Uid"].split()[0]


def test_gate_holds_one_capability_and_the_others_none_each_its_own_user(lab):
    users = (check_threads(lab.gate.pid, CAP_NET_ADMIN, 1),
             check_threads(lab.gate.portal_pid, 0, 2), check_threads(lab.gate.resolver_pid, 0, 1))
    assert len(set(users)) == 3, "one user for two: each could trace the other"


def sockets(pid):
    """The inodes of a process' sockets."""
    found = set()
    for name in os.listdir(f"/proc/{pid}/fd"):
        match = re.fullmatch(r"socket:\[(\d+)\]", os.readlink(f"/proc/{pid}/fd/{name}"))
        if match:
            found.add(match.group(1))
    return found


def of_kind(pid, *tables):
    """Inodes of all sockets of these kinds in the process' namespace."""
    found = set()
    for table in tables:
        with open(f"/proc/{pid}/net/{table}", encoding="utf-8") as lines:
            head, *rows = [line.split() for line in lines]
        column = {"netlink": -1, "packet": -1}.get(table)
        for row in rows:
            found.add(row[6] if table == "unix" else row[column] if column else row[9])
    assert head
    return found


def test_portal_has_no_netlink_socket_and_gate_no_other(lab):
    portal, gate = lab.gate.portal_pid, lab.gate.pid
    assert not sockets(portal) & of_kind(portal, "netlink", "packet", "raw", "raw6")
    assert sockets(portal) & of_kind(portal, "tcp", "tcp6"), "portal listens nowhere?"
    assert sockets(gate) & of_kind(gate, "netlink"), "gate speaks with no kernel?"
    assert not sockets(gate) & of_kind(gate, "tcp", "tcp6", "udp", "udp6", "raw", "raw6", "packet")
    assert len(sockets(gate) - of_kind(gate, "netlink")) == 2, "more than to its two children"


def test_the_resolver_inherits_nothing_but_its_socket(lab):
    resolver = lab.gate.resolver_pid
    held = {name: os.readlink(f"/proc/{resolver}/fd/{name}")
            for name in os.listdir(f"/proc/{resolver}/fd")}
    assert not sockets(resolver) & of_kind(resolver, "netlink", "packet", "raw", "raw6", "tcp")
    assert len(sockets(resolver) - of_kind(resolver, "udp", "udp6")) == 1, held
    assert {"0", "1", "2"} <= set(held) and len(held) <= 5, held


def test_no_process_is_started_from_the_probe_to_the_release(lab):
    phone = lab.phone()
    starts = "fork,vfork,clone,clone3,execve,execveat"
    with Trace(lab.gate.pids(), f"trace={starts}") as trace:
        assert phone.visit().online and phone.is_online()
        trace.stop()
        assert not trace.lines, trace.lines
    assert threads(lab.gate.pid) == [lab.gate.pid] and len(threads(lab.gate.portal_pid)) == 2
    assert threads(lab.gate.resolver_pid) == [lab.gate.resolver_pid]


# ---------------------------------------------------------------- what is refused

def injector(lab):
    path = f"{lab.folder}/inject"
    if not os.path.exists(path):
        if not shutil.which("cc"):
            raise Skip("no C compiler here")
        run(["cc", "-D_GNU_SOURCE", "-O1", "-Wall", "-Wextra", "-o", path, f"{HERE}/inject.c"])
    return path


def inject(lab, pid, number, *arguments):
    words = [str(one) if isinstance(one, int) else f"s:{one}" for one in arguments]
    done = subprocess.run([injector(lab), str(pid), str(number), *words], capture_output=True,
                          text=True, timeout=10, check=False)
    if done.returncode == 77:
        raise Skip(f"inject: {done.stdout.strip()}")
    assert done.returncode == 0, f"inject {number} {words}: {done.stderr}"
    return int(done.stdout)


def refused(lab, pid, calls):
    """Each of them, in each thread; those that were not refused are told by name."""
    wrong = []
    for thread in threads(pid):
        for name, (number, *arguments) in calls.items():
            result = inject(lab, thread, number, *arguments)
            if result not in REFUSED:
                wrong.append(f"{name}: {result}")
    assert not wrong, f"not refused: {'; '.join(wrong)}"


def neither(place):
    """What is none of their work. place: see anyones()."""
    return {
        "a netlink socket": (SOCKET, AF_NETLINK, 3, 12),
        "an inet socket": (SOCKET, AF_INET, 1, 0),
        "an inet6 socket": (SOCKET, AF_INET6, 2, 0),
        "a unix socket": (SOCKET, AF_UNIX, 1, 0),
        "a packet socket": (SOCKET, AF_PACKET, 3, 0),
        "connect": (CONNECT, 3, "\x02", 16),
        "bind": (BIND, 3, "\x02", 16),
        "listen": (LISTEN, 3, 1),
        "execve": (EXECVE, "/bin/true", 0, 0),
        "execveat": (EXECVEAT, AT_FDCWD, "/bin/true", 0, 0, 0),
        "fork": (FORK,),
        "vfork": (VFORK,),
        "clone": (CLONE, 17, 0, 0, 0, 0),
        "clone3": (CLONE3, 0, 0),
        "reading /etc/passwd": (OPEN, "/etc/passwd", 0),
        "reading /etc/passwd by openat": (OPENAT, AT_FDCWD, "/etc/passwd", 0),
        "reading /proc/self/mem": (OPENAT, AT_FDCWD, "/proc/self/mem", 2),
        "writing elsewhere by openat": (OPENAT, AT_FDCWD, f"{place}/new", O_WRONLY_CREAT, 0o600),
        "mkdir": (MKDIR, f"{place}/new", 0o700),
        "link": (LINK, "/etc/passwd", f"{place}/new"),
        "symlink": (SYMLINK, "/etc/passwd", f"{place}/new"),
        "mknod": (MKNOD, f"{place}/new", 0o10600, 0),
        "chmod": (CHMOD, f"{place}", 0o700),
        "chown": (CHOWN, f"{place}/file", 0, 0),
        "setuid": (SETUID, 0),
        "prctl": (PRCTL, 38, 0, 0, 0, 0),
        "prlimit": (PRLIMIT, 0, 7, 0, 0),
        "unshare": (UNSHARE, 0x10000000),
        "setns": (SETNS, 3, 0),
        "mount": (MOUNT, "none", f"{place}", "tmpfs", 0, 0),
        "chroot": (CHROOT, "/"),
        "bpf": (BPF, 0, 0, 0),
        "userfaultfd": (USERFAULTFD, 0),
        "io_uring": (IO_URING_SETUP, 1, 0),
        "perf": (PERF_EVENT_OPEN, 0, 0, -1, -1, 0),
        "memfd": (MEMFD, "x", 0),
    }


def against(pid):
    """What one of the two could do to the other."""
    return {"ptrace": (PTRACE, 0x4206, pid, 0, 0), "kill": (KILL, pid, 9),
            "tgkill": (TGKILL, pid, pid, 9), "reading its memory": (PROCESS_VM_READV, pid, 0, 0, 0),
            "opening its memory": (OPENAT, AT_FDCWD, f"/proc/{pid}/mem", 2)}


def anyones(lab):
    """A folder in which the file modes allow everything: what is refused there is not
    refused by them."""
    place = f"{lab.folder}/anyones"
    shutil.rmtree(place, ignore_errors=True)
    os.mkdir(place)
    with open(f"{place}/file", "w", encoding="utf-8"):
        pass
    for path in (f"{place}/file", place):
        os.chmod(path, 0o777)
    return place


def still_serves(lab, pids):
    assert lab.gate.pids() == pids and all(alive(pid) for pid in pids)
    phone = lab.phone()
    assert phone.visit().online and phone.is_online()


def test_the_injector_injects(lab):
    """Else a refusal means nothing: what is allowed is done by its hand."""
    pids = lab.gate.pids()
    assert inject(lab, lab.gate.portal_pid, OPENAT, AT_FDCWD, f"{lab.folder}/state/congchao.db",
                  0) > 2
    assert inject(lab, lab.gate.pid, WRITE, 2, "injected\n", 9) == 9
    wait_for("the line in gate's log", lambda: "injected" in lab.gate.this_run())
    assert inject(lab, lab.gate.portal_pid, READ, -1, 0, 0) == -errno.EBADF
    still_serves(lab, pids)


def test_portal_is_refused_what_it_need_not_do(lab):
    pids = lab.gate.pids()
    place = anyones(lab)
    calls = {**neither(place), **against(lab.gate.pid),
             "reading the configuration": (OPEN, lab.conf_path, 0),
             "writing the content": (OPEN, f"{lab.content}/structure.cfg", 1),
             "a new file in the content": (OPEN, f"{lab.content}/new", O_WRONLY_CREAT, 0o600),
             "a new page": (OPEN, f"{lab.www}/new.html", O_WRONLY_CREAT, 0o600),
             "reading elsewhere": (OPEN, f"{place}/file", 0),
             "writing elsewhere": (OPEN, f"{place}/new", O_WRONLY_CREAT, 0o600),
             "unlink elsewhere": (UNLINK, f"{place}/file"),
             "rename elsewhere": (RENAME, f"{place}/file", f"{place}/other"),
             "taking the database away": (RENAME, f"{lab.folder}/state/congchao.db",
                                          f"{place}/congchao.db")}
    refused(lab, lab.gate.portal_pid, calls)
    # What a reload needs.
    assert inject(lab, lab.gate.portal_pid, OPEN, f"{lab.content}/structure.cfg", 0) > 2
    assert os.listdir(place) == ["file"]
    still_serves(lab, pids)


def test_gate_is_refused_what_it_need_not_do(lab):
    pids, place = lab.gate.pids(), anyones(lab)
    calls = {**neither(place), **against(lab.gate.portal_pid),
             "reading the configuration": (OPEN, lab.conf_path, 0),
             "reading the database": (OPEN, f"{lab.folder}/state/congchao.db", 0),
             "unlink": (UNLINK, f"{lab.folder}/congchao.conf"),
             "rename": (RENAME, f"{lab.folder}/congchao.conf", f"{lab.folder}/x"),
             "more rights for its memory": (MPROTECT, 0, 0, 7)}
    refused(lab, lab.gate.pid, calls)
    assert os.listdir(place) == ["file"]
    still_serves(lab, pids)


def test_the_resolver_is_refused_what_it_need_not_do(lab):
    """Sockets of the internet are its work, and nothing else is."""
    pids, place = lab.gate.pids(), anyones(lab)
    mine = ("an inet socket", "an inet6 socket", "connect")
    calls = {name: call for name, call in neither(place).items() if name not in mine}
    calls |= {**against(lab.gate.portal_pid),
              "killing gate": (KILL, lab.gate.pid, 9), "tracing gate": (PTRACE, 0x4206, lab.gate.pid, 0, 0),
              "reading the configuration": (OPEN, lab.conf_path, 0),
              "reading the database": (OPEN, f"{lab.folder}/state/congchao.db", 0),
              "reading elsewhere": (OPEN, f"{place}/file", 0),
              "unlink elsewhere": (UNLINK, f"{place}/file"),
              "more rights for its memory": (MPROTECT, 0, 0, 7)}
    resolver = lab.gate.resolver_pid
    refused(lab, resolver, calls)
    assert inject(lab, resolver, SOCKET, AF_INET, 2, 0) > 2
    assert alive(resolver) and os.listdir(place) == ["file"]
    still_serves(lab, pids)


test_portal_is_refused_what_it_need_not_do.seconds = 90
