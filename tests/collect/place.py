"""A PostgreSQL of its own in a temporary folder, and a collector in front of it."""
import contextlib
import hashlib
import http.client
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

import gateway

TREE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(TREE, os.environ.get("BUILD", "build"))
PROGRAM = f"{BUILD}/congchao-collect"
POSTGRES = "/usr/lib/postgresql/15/bin"
PREFIX = "/attt"
counts = {"ok": 0, "not ok": 0, "skip": 0}


def say(result, name, why=""):
    counts[result] += 1
    print(f"{result} {name}: {why}" if why else f"{result} {name}", flush=True)


def check(name):
    """A test: whatever it returns or raises is what is wrong."""
    def run(test):
        try:
            wrong = test()
        except Exception as problem:  # pylint: disable=broad-except
            here = problem.__traceback__
            while here.tb_next and here.tb_next.tb_frame.f_code.co_filename.startswith(TREE):
                here = here.tb_next
            wrong = f"{type(problem).__name__}: {problem} (line {here.tb_lineno})"
        say("not ok" if wrong else "ok", name, " | ".join(str(wrong).splitlines()) if wrong else "")
        return test
    return run


def equal(got, expected, what=""):
    assert got == expected, f"{what} {got!r}, expected {expected!r}".strip()


def wait_for(what, ready, seconds=20):
    """Calls ready() until it is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = ready()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"{what}: not within {seconds} s")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def as_user(name):
    """For subprocess: how to be that user. Root is what runs the tests; nobody else can."""
    user = pwd.getpwnam(name)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


class Cluster:
    """initdb in a folder of its own, reached by a socket in it; users are let in by name (peer)."""

    def __init__(self, folder):
        self.folder = f"{folder}/pg"
        self.data = f"{self.folder}/data"
        self.shell = None

    def begin(self):
        os.makedirs(self.folder)
        shutil.chown(self.folder, "postgres", "postgres")
        self.call("initdb", "-D", self.data, "-A", "peer", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        with open(f"{self.data}/postgresql.conf", "a", encoding="utf-8") as conf:
            conf.write(f"listen_addresses = ''\nunix_socket_directories = '{self.folder}'\n"
                       "fsync = off\nmax_connections = 60\nlog_min_messages = fatal\n")
        self.start()

    def call(self, program, *words):
        done = subprocess.run([f"{POSTGRES}/{program}", *words], stdin=subprocess.DEVNULL, cwd="/",
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False, **as_user("postgres"))
        assert done.returncode == 0, f"{program}: {done.stdout}"

    def start(self):
        self.call("pg_ctl", "-w", "-D", self.data, "-l", f"{self.folder}/log", "start")

    def stop(self, mode="immediate"):
        self.close()
        self.call("pg_ctl", "-w", "-D", self.data, "-m", mode, "stop")

    def close(self):
        if self.shell is not None:
            self.shell.stdin.close()
            self.shell.wait(10)
        self.shell = None

    def end(self):
        """Whatever it is doing: it may just have been started by who was interrupted."""
        for _ in range(100):
            with contextlib.suppress(Exception):
                self.stop()
            if not os.path.exists(f"{self.data}/postmaster.pid"):
                break
            time.sleep(0.1)

    def psql(self, user, database):
        return {"args": ["psql", "-h", self.folder, "-d", database, "-AtXq", "-v", "ON_ERROR_STOP=1"],
                "cwd": "/", "stdout": subprocess.PIPE, "text": True, **as_user(user)}

    def sql(self, text, user="postgres", database="congchao"):
        """What psql prints; AssertionError with what it says when it fails."""
        done = subprocess.run(**self.psql(user, database), input=f"set search_path = congchao;\n{text}",
                              stderr=subprocess.PIPE, check=False)
        assert done.returncode == 0, done.stderr.strip()
        return done.stdout.rstrip("\n")

    def ask(self, text):
        """The same as postgres, in one session that stays: most of a test's time is starting psql."""
        if self.shell is None or self.shell.poll() is not None:
            words = self.psql("postgres", "congchao")
            words["args"] = [word for word in words["args"] if word != "ON_ERROR_STOP=1"] + ["X=1"]
            self.shell = subprocess.Popen(  # pylint: disable=consider-using-with
                **words, stdin=subprocess.PIPE, stderr=subprocess.STDOUT)
            self.shell.stdin.write("set search_path = congchao;\n")
        self.shell.stdin.write(f"{text}\n;\n\\echo :the end\n")
        self.shell.stdin.flush()
        lines = []
        for line in self.shell.stdout:
            if line == ":the end\n":
                break
            lines.append(line)
        text = "".join(lines).rstrip("\n")
        assert "ERROR:  " not in text and "connection to server" not in text, text
        return text

    @contextlib.contextmanager
    def session(self, text, user="postgres"):
        """A session that has done text and keeps its transaction open."""
        with subprocess.Popen(**self.psql(user, "congchao"), stdin=subprocess.PIPE) as psql:
            psql.stdin.write(f"set search_path = congchao;\nbegin;\n{text};\n\\echo ready\n")
            psql.stdin.flush()
            while psql.stdout.readline().strip() != "ready":
                assert psql.poll() is None, "psql has ended"
            try:
                yield psql
            finally:
                psql.stdin.close()
                psql.wait(10)


class Place:
    """The database with a schema in it, the collector, and what tests ask of both."""

    def __init__(self, folder, begin=True):
        self.folder = folder
        self.url = f"https://department.example{PREFIX}"
        self.log_path = f"{folder}/log"
        self.log_file = open(self.log_path, "ab")  # pylint: disable=consider-using-with
        self.process = None
        self.sites = 0
        self.port = free_port()
        self.conf = self.write_conf("collect")
        self.cluster = Cluster(folder)
        self.sql = self.cluster.ask
        if begin:
            self.begin()

    def begin(self):
        """A server, and an empty database in it."""
        self.cluster.begin()
        self.cluster.sql("create database congchao", database="postgres")

    def write_conf(self, name, more=""):
        """A configuration; the users are three that every Debian has."""
        path = f"{self.folder}/{name}.conf"
        with open(path, "w", encoding="utf-8") as conf:
            conf.write(f'url = "{self.url}";\nlisten = {{ port = {self.port}; }};\n'
                       f'database = "host={self.folder}/pg dbname=congchao";\n'
                       f'key = "{self.folder}/collect.key";\n'
                       'users = { collect = "nobody"; keeper = "daemon"; officer = "games"; '
                       f'owner = "postgres"; }};\n{more}')
        return path

    def for_all(self, path):
        """A copy of what lies in the tree that every user can read: a clone may be in /root, or
        in somebody's home."""
        return shutil.copytree(f"{TREE}/{path}", f"{self.folder}/{path}")

    def command(self, *words, conf=None):
        return subprocess.run([PROGRAM, "-c", conf or self.conf, *words], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)

    def do(self, *words):
        done = self.command(*words)
        assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
        return done.stdout

    def start(self, conf=None, wait=True):
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            [PROGRAM, "-c", conf or self.conf], stdin=subprocess.DEVNULL, stdout=self.log_file,
            stderr=self.log_file,
            # Under the sanitizers: the search for leaks would read /proc, which is locked away.
            env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"})
        if wait:
            self.wait_up()

    def stop(self, how=signal.SIGTERM):
        if self.process is None:
            return None
        self.process.send_signal(how)
        code = self.process.wait(20)
        self.process = None
        return code

    def wait_up(self, up=1):
        wait_for(f"congchao_db_up {up}", lambda: f"congchao_db_up {up}\n" in self.metrics())

    def metrics(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=10) as answer:
                return answer.read().decode()
        except OSError:
            assert self.process.poll() is None, f"the collector has ended: {self.log()[-300:]}"
            return ""

    def metric(self, name):
        return float(next((line.rsplit(" ", 1)[1] for line in self.metrics().splitlines()
                           if line.startswith(name + " ")), "nan"))

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def local(self):
        """Where a gateway would reach it without the server in front."""
        return f"http://127.0.0.1:{self.port}{PREFIX}"

    def site(self, status="active", **how):
        """A new site with a gateway that is enrolled."""
        self.sites += 1
        name = f"t-{self.sites:04d}"
        self.do("site", "add", name, f"Điểm {self.sites}", how.pop("area", "cao-bang"))
        if how:
            self.do("site", "set", name, *(f"{key}={value}" for key, value in how.items()))
        one = self.enrol(name)
        if status == "active":
            self.do("site", "approve", name)
        return one

    def code(self, site):
        return self.do("site", "code", site).splitlines()[0]

    def enrol(self, site, instance=gateway.INSTANCE):
        status, _, answer = gateway.enrol(self.local(), self.code(site), instance)
        assert status == 200, answer
        return gateway.Gateway(self.local(), answer["site"], answer["key_version"],
                               bytes.fromhex(answer["key"]))

    def stored(self, site):
        """All that is stored of a site's hours, as one text."""
        return self.sql(f"""
            select period, rev, encode(digest, 'hex'), flags from report where site_id = '{site}' order by 1;
            select * from cell_hour where site_id = '{site}' order by 1, 2, 3, 4, 5;
            select * from measure_hour where site_id = '{site}' order by 1, 2, 3, 4, 5, 6""")

    def everything(self):
        """A print of all that reports can write: the same one, nothing was stored."""
        return hashlib.sha256(self.sql("""
            select r from report r order by r; select c from cell_hour c order by c;
            select m from measure_hour m order by m; select site_id, day from dirty order by 1, 2;
            select site_id, encode(fingerprint, 'hex'), code, times from quarantine order by 1, 2, 3;
            select * from site_seen order by 1""").encode()).hexdigest()

    def raw(self, text):
        """Sends bytes as they are; all that comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as one:
            one.sendall(text)
            answer = b""
            with contextlib.suppress(ConnectionResetError):
                while more := one.recv(65536):
                    answer += more
            return answer

    def close(self):
        with contextlib.suppress(Exception):
            self.stop(signal.SIGKILL)
        self.cluster.end()
        self.log_file.close()


@contextlib.contextmanager
def place():
    """Made and taken away again, whatever happens in between."""
    def ended(*_):
        sys.exit(1)

    signal.signal(signal.SIGTERM, ended)
    folder = tempfile.mkdtemp(prefix="congchao-")
    os.chmod(folder, 0o755)
    one = None
    try:
        one = Place(folder, begin=False)
        one.begin()
        yield one
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if one:
            one.close()
        for _ in range(100):  # initdb, interrupted, takes a moment to be gone
            shutil.rmtree(folder, ignore_errors=True)
            if not os.path.exists(folder):
                break
            time.sleep(0.1)


def status_of(answer):
    """Of what raw() has brought."""
    head = answer.split(b"\r\n", 1)[0].split(b" ")
    return int(head[1]) if len(head) > 1 else 0


__all__ = ["http", "gateway", "check", "equal", "say", "wait_for", "place", "status_of", "TREE", "BUILD",
           "PROGRAM", "PREFIX", "POSTGRES", "counts", "as_user", "free_port"]
