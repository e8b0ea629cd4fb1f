"""New content while visitors read the old one: congchao reload, and SIGHUP."""
import os
import re
import shutil
import signal

from harness import TREE, Lab, wait_for

MARK = "Câu hỏi đã sửa"


class Pack:
    """A lab with a content pack of its own, to be edited."""

    def __init__(self, **conf):
        self.lab, self.conf = Lab(phones=6, gate=False), conf

    def __enter__(self):
        self.lab.__enter__()
        try:
            self.folder = f"{self.lab.folder}/content"
            shutil.copytree(f"{TREE}/etc/content", self.folder)
            self.lab.write_conf(paths={"content": self.folder}, **self.conf)
            self.lab.gate.start()
        except BaseException:
            self.lab.close()
            raise
        return self

    def __exit__(self, *_):
        self.lab.close()

    def edit(self, change, name="text/vi.cfg"):
        path = f"{self.folder}/{name}"
        with open(path, encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(change(text))

    def mark(self, mark=MARK):
        """Every question now begins with the mark."""
        self.edit(lambda text: re.sub(r'stem = "(?:%s[^:]*: )?' % MARK, f'stem = "{mark}: ', text))

    def shown(self, phone, path="/"):
        return phone.fetch(phone.portal + path, host=True).text


def question_of(page):
    return re.search(r"<legend>(.*?)</legend>", page).group(1)


def log_has(lab, text):
    return [line for line in lab.gate.this_run() if text in line]


def test_a_visit_goes_on_with_what_it_began_with():
    with Pack() as pack:
        lab = pack.lab
        reading, fresh = lab.phone(), lab.phone()
        before = pack.shown(reading)
        pack.mark()
        done = lab.gate.ctl("reload")
        assert done.returncode == 0 and "shown from now on" in done.stdout, done
        assert question_of(pack.shown(reading)) == question_of(before)
        assert MARK in pack.shown(fresh)
        visit = reading.visit()
        assert visit.online and not [page for page in visit.pages if MARK in page["html"]]
        assert fresh.visit().online


def test_a_broken_pack_is_refused_and_the_old_one_stays():
    with Pack() as pack:
        lab = pack.lab
        pack.mark()
        pack.edit(lambda text: text.replace('key = "a";', 'key = "x";', 1), "structure.cfg")
        done = lab.gate.ctl("reload")
        assert done.returncode == 1 and "the old one stays" in done.stderr, done
        assert log_has(lab, "structure.cfg:"), lab.gate.this_run()
        phone = lab.phone()
        assert MARK not in pack.shown(phone) and phone.visit().online
        pack.edit(lambda text: text.replace('key = "x";', 'key = "a";', 1), "structure.cfg")
        assert lab.gate.ctl("reload").returncode == 0
        assert MARK in pack.shown(lab.phone())


def test_a_hangup_of_gate_or_of_portal_is_a_reload():
    with Pack() as pack:
        lab = pack.lab
        for number, pid in enumerate(lab.gate.pids()):
            pack.mark(f"{MARK} {number}")
            os.kill(pid, signal.SIGHUP)
            wait_for("the reload in the log", lambda: len(log_has(lab, "is shown from now on")) > number)
            assert f"{MARK} {number}" in pack.shown(lab.phone())
        assert lab.gate.running and lab.phone().visit().online


def test_no_more_editions_than_visitors_can_read():
    with Pack() as pack:
        lab = pack.lab
        codes = []
        for number in range(4):
            pack.shown(lab.phone())
            pack.mark(f"{MARK} {number}")
            codes.append(lab.gate.ctl("reload").returncode)
        assert codes == [0, 0, 0, 1], codes
        assert log_has(lab, "visitors still read 3 earlier readings")
        for phone in lab.phones[:4]:
            assert phone.visit().online
        assert lab.gate.ctl("reload").returncode == 0


def test_new_pages_are_taken_with_new_content():
    with Pack() as pack:
        lab = pack.lab
        www = f"{lab.folder}/www"
        shutil.copytree(f"{TREE}/www/portal", www)
        lab.write_conf(paths={"content": pack.folder, "www": www})
        lab.gate.restart()
        with open(f"{www}/top.html", "a", encoding="utf-8") as file:
            file.write("<p>A new line at the top</p>\n")
        assert "A new line" not in pack.shown(lab.phone())
        assert lab.gate.ctl_json("reload")["questions"] >= 30
        assert "A new line" in pack.shown(lab.phone())
