"""The collector with its dashboard over a made-up province, and a browser without a screen."""
import datetime
import html.parser
import http.client
import os
import re
import subprocess
import sys
import urllib.parse

TREE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, f"{TREE}/tests/collect")
import place as world  # noqa: E402 pylint: disable=wrong-import-position
import province  # noqa: E402 pylint: disable=wrong-import-position

PASSWORDS = {"lan": ("officer", "mat khau cua Lan 1"), "minh": ("reader", "mat khau cua Minh 2"),
             "kiem": ("auditor", "mat khau cua Kiem 3")}


class Tables(html.parser.HTMLParser):
    """id -> rows of (data-raw, text); the first row is the names of the columns."""

    def __init__(self, text):
        super().__init__()
        self.tables, self.rows, self.cell = {}, None, None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "table":
            self.rows = self.tables.setdefault(attrs["id"].removeprefix("t-"), [])
        elif tag == "tr" and self.rows is not None:
            self.rows.append([])
        elif tag in ("td", "th") and self.rows is not None:
            self.cell = [attrs.get("data-name") or attrs.get("data-raw") or "", attrs.get("data-high"), ""]
            self.rows[-1].append(self.cell)

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.cell = None
        elif tag == "table":
            self.rows = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell[2] += data


class Browser:
    """Keeps cookies, follows nothing, and can be made to lie."""

    def __init__(self, port, prefix):
        self.port, self.prefix, self.cookies = port, prefix, {}

    def ask(self, path, form=None, headers=None, method=None, raw=None):
        body = raw if raw is not None else urllib.parse.urlencode(form) if form is not None else None
        sent = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())} if self.cookies else {}
        if form is not None or raw is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            link.request(method or ("POST" if body is not None else "GET"), self.prefix + path, body,
                         {**sent, **(headers or {})})
            answer = link.getresponse()
            data = answer.read()
        finally:
            link.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, value = line.split(";")[0].split("=", 1)
            if "Max-Age=0" in line:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return answer.status, answer.headers, data

    def get(self, path, **how):
        status, headers, data = self.ask(path, **how)
        return status, headers, data.decode("utf-8", "replace")

    def token(self, path):
        status, _, text = self.get(path)
        assert status == 200, f"{path}: {status}"
        return re.search(r'name="token" value="([0-9a-f]{32})"', text).group(1)

    def login(self, name, password, headers=None):
        """As often as it takes: of all logins so many a second are let in."""
        def tried():
            page = self.get("/login", headers=headers)[2]
            token = re.search(r'name="token" value="([0-9a-f]{32})"', page).group(1)
            answer = self.ask("/login", {"token": token, "account": name, "password": password}, headers=headers)
            return answer if answer[0] != 429 else None
        return world.wait_for("a login", tried)

    def tables(self, path):
        status, _, text = self.get(path)
        assert status == 200, f"{path}: {status}"
        return Tables(text).tables


class House:
    def __init__(self, place):
        self.place = place
        now = datetime.datetime.now(province.ZONE).replace(minute=0, second=0, microsecond=0)
        self.today = now.date()
        self.province = province.Province(now)

    def fill(self):
        place = self.place
        place.do("content", place.for_all("etc/content"), "vi", "en")
        rows = place.sql("select item, q.objective, audience, key, options from question q join lesson l using (objective) "
                         "where q.current order by item").splitlines()
        questions = [(*row.split("|")[:4], int(row.split("|")[4])) for row in rows]
        self.province.make(questions).write(place.cluster.sql)
        place.do("population", "citizen", "2024-12-31", "360000", "Cục Thống kê tỉnh, người dùng Internet ước tính")
        place.do("population", "civil_servant", "2026-06-30", "12500", "Sở Nội vụ")
        place.do("survey", "citizen", "2026-10-15", "512", "1067", "Khảo sát hộ gia đình, 3 xã")
        place.do("roster", "civil_servant", "UBND tỉnh", "2026-11-20", "11020", "12000", "Mã dùng một lần, Sở KH&CN")
        place.do("roll")

    def accounts(self):
        for name, (role, password) in PASSWORDS.items():
            done = subprocess.run([world.PROGRAM, "-c", self.place.conf, "account", "add", name, "--role", role],
                                  input=password + "\n", stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                  check=False)
            assert done.returncode == 0, done.stderr

    def browser(self, name=None):
        one = Browser(self.place.port, world.PREFIX)
        if name:
            status, headers, _ = one.login(name, PASSWORDS[name][1])
            assert status == 303 and headers["Location"] == f"{world.PREFIX}/", (status, headers["Location"])
        return one


def dashboard_conf(place):
    """What the configuration of the tests has more than the collector's."""
    temp = f"{place.folder}/temp"
    os.makedirs(temp)
    os.chmod(temp, 0o777)
    www = place.for_all("www/dashboard")
    return f'dashboard = {{ www = "{www}"; temp = "{temp}"; }};\n'
