"""What an administrator types, and what the program says of a wrong configuration."""
import os
import signal
import stat
import subprocess

from place import PROGRAM, TREE, check, equal


def tests(place):
    def conf(text):
        path = f"{place.folder}/tried.conf"
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def tried(text):
        done = subprocess.run([PROGRAM, "-c", conf(text), "-n"], capture_output=True, text=True, check=False)
        return done.returncode, done.stderr.replace(place.folder + "/", "").splitlines()

    @check("commands: the example configuration is one")
    def _():
        done = subprocess.run([PROGRAM, "-c", f"{TREE}/etc/collect/collect.conf", "-n"], capture_output=True,
                              text=True, check=False)
        equal((done.returncode, done.stderr), (0, ""))

    @check("commands: every mistake of a configuration is told in one run, with its line")
    def _():
        equal(tried('url = "http://x";\nlisten = { address = "localhost"; port = 80; };\n'
                    'database = "host=/run password=secret";\nkey = "collect.key";\n'
                    'limits = { database = 0; answer_within = "10 s"; no = 1; };\nusers = "me";\n'), (1, [
            'tried.conf:1: url is "http://x", expected where gateways reach the collector: https://, a name, '
            'perhaps a path, no slash at its end',
            'tried.conf:2: listen.address is "localhost", expected an IP address, such as "127.0.0.1"',
            "tried.conf:2: listen.port is 80, expected a number from 1024 to 65535",
            'tried.conf:3: database is "host=/run password=secret", expected a connection string of libpq '
            "without a password (peer, or ~/.pgpass)",
            'tried.conf:4: key is "collect.key", expected an absolute path of at most 220 bytes',
            "tried.conf:5: limits.database is 0, expected a number from 1 to 16",
            'tried.conf:5: limits.answer_within is "10 s", expected a time from 1s to 60s, such as "10s"',
            'tried.conf:5: unknown key "no", expected connections, database, queue or answer_within',
            "tried.conf:6: users is a text, expected a group { }"]))

    @check("commands: without an address for gateways there is no configuration")
    def _():
        equal(tried(""), (1, ["tried.conf: url is missing, expected where gateways reach the collector: https://, "
                              "a name, perhaps a path, no slash at its end"]))

    @check("commands: the key is made for the server's user alone, and is not made again")
    def _():
        key = f"{place.folder}/collect.key"
        found = os.stat(key)
        equal((stat.S_IMODE(found.st_mode), found.st_uid), (0o400, 65534))
        with open(key, encoding="ascii") as file:
            before = file.read()
        equal((len(before), int(before, 16) > 0), (65, True))
        place.do("init")
        with open(key, encoding="ascii") as file:
            equal(file.read(), before)

    def with_key(name, make, said):
        @check(f"commands: a key that {name} is refused")
        def _():
            path = f"{place.folder}/bad.key"
            subprocess.run(["rm", "-rf", path], check=True)
            make(path)
            with open(place.conf, encoding="utf-8") as file:
                text = file.read().replace(f"{place.folder}/collect.key", path)
            done = subprocess.run([PROGRAM, "-c", conf(text)], capture_output=True, text=True, check=False, timeout=20)
            equal(done.returncode, 1)
            assert said in done.stderr, done.stderr

    def key_file(text, mode, owner=65534):
        def make(path):
            with open(path, "w", encoding="ascii") as file:
                file.write(text)
            os.chmod(path, mode)
            os.chown(path, owner, 0)
        return make

    good = "00" * 32 + "\n"
    with_key("others may read", key_file(good, 0o440), "may be read by others, expected mode 0400")
    with_key("is another user's", key_file(good, 0o400, 1), "belongs to another user")
    with_key("is too short", key_file("00" * 31 + "\n", 0o400), "is no key, expected 64 hex digits")
    with_key("is too long", key_file("00" * 33 + "\n", 0o400), "is no key")
    with_key("is no hex", key_file("zz" * 32 + "\n", 0o400), "is no key")
    with_key("is a folder", os.mkdir, "is no regular file")
    with_key("is a link", lambda path: os.symlink(f"{place.folder}/collect.key", path), "Too many levels")
    with_key("is not there", lambda path: None, "No such file")

    @check("commands: the server is nobody, without rights, and can neither write nor execute")
    def _():
        with open(f"/proc/{place.process.pid}/status", encoding="ascii") as file:
            status = {line.split(":")[0]: line.split(":", 1)[1].strip() for line in file}
        equal(status["Uid"].split(), ["65534"] * 4)
        equal((status["CapEff"], status["CapBnd"], status["NoNewPrivs"]), ("0" * 16, "0" * 16, "1"))
        assert status["Seccomp"] == "2" or "built without seccomp" in place.log(), status["Seccomp"]

    @check("commands: a second server on the same port says so and ends")
    def _():
        done = subprocess.run([PROGRAM, "-c", place.conf], capture_output=True, text=True, check=False, timeout=20)
        equal((done.returncode, f"127.0.0.1 port {place.port}: Address already in use" in done.stderr), (1, True))

    @check("commands: what is asked wrongly is refused")
    def _():
        for words, code, said in ((["sit"], 2, 'no command "sit"'), (["site"], 2, "no command"),
                                  (["site", "add", "x"], 2, "takes ID NAME AREA"), (["roll", "now"], 2, "no further"),
                                  (["site", "add", "X 1", "n", "cao-bang"], 1, "a-z, 0-9"),
                                  (["site", "add", "x", "n", "nowhere"], 1, "no area"),
                                  (["site", "approve", "nobody"], 1, 'no site "nobody"'),
                                  (["site", "set", "nobody", "colour=red"], 1, "expected name="),
                                  (["population", "all", "2020-01-01", "1", "s"], 1, "no audience"),
                                  (["content", "/nowhere"], 1, "cannot be read"), (["-x"], 2, "usage")):
            done = place.command(*words)
            equal(done.returncode, code, words)
            assert said in done.stderr, (words, done.stderr)

    @check("commands: a site is there once, approved after it is enrolled")
    def _():
        place.do("site", "add", "c-1", "Nhà văn hoá Phai Khắt Nà Ngần", "cao-bang")
        assert "already" in place.command("site", "add", "c-1", "x", "cao-bang").stderr
        assert "not been enrolled" in place.command("site", "approve", "c-1").stderr
        listed = place.do("site", "list")
        assert "c-1" in listed and "Nhà văn hoá Phai Khắt Nà Ngần" in listed and "pending" in listed, listed

    @check("commands: names of sites are data, whatever is in them")
    def _():
        name = "'; drop table congchao.site; -- <script>alert(1)</script> \"x\" \\"
        place.do("site", "add", "c-2", name, "cao-bang")
        equal(place.sql("select name from site where site_id = 'c-2'"), name)

    @check("commands: /metrics is what Prometheus reads")
    def _():
        lines = place.metrics().splitlines()
        typed = {line.split()[2] for line in lines if line.startswith("# TYPE")}
        for line in lines:
            if not line.startswith("#"):
                name, value = line.rsplit(" ", 1)
                float(value)
                base = name.split("{")[0]
                assert base in typed or base.rsplit("_", 1)[0] in typed, line
        equal(len([line for line in lines if line.startswith("# TYPE")]), len(typed), "each type once")
        assert not [line for line in lines if "c-1" in line], "no site is named"

    @check("commands: interrupted it ends, with 0")
    def _():
        equal(place.stop(signal.SIGINT), 0)
        place.start()
