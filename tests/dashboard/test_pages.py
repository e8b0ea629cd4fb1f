"""Every page for each role, in both languages: there, complete, in the voice that was agreed."""
import hashlib
import re
import unicodedata

from house import world

check, equal = world.check, world.equal
PAGES = ("/", "/lessons", "/learning", "/places", "/sites", "/sites?show=flagged", "/sites/cb-0002", "/sites/cb-0010",
         "/report?month=2026-10", "/report", "/help")
FORBIDDEN = (r"<script(?! src=)", r"\sstyle\s*=", r"\son[a-z]+\s*=", r"https?://(?!department)", r"\{\{")


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def tests(house):
    @check("every page is there for an officer, in both languages")
    def _():
        browser = house.browser("lan")
        for lang in ("vi", "en"):
            for path in PAGES + ("/activity",):
                status, headers, page = browser.get(path + ("&" if "?" in path else "?") + f"lang={lang}")
                equal((status, headers["Content-Type"]), (200, "text/html; charset=utf-8"), path)
                assert f'<html lang="{lang}">' in page, f"{path}: another language"
                equal(len(re.findall("<h1", page)), 1, f"{path}: h1")
                equal(page, unicodedata.normalize("NFC", page), f"{path}: NFC")
                for pattern in FORBIDDEN:
                    found = re.search(pattern, page.replace('=HYPERLINK(&quot;http://x&quot;)', ""))
                    assert not found, f"{path} holds {found and found.group(0)}"

    @check("the headers let nothing else run, and nothing be kept")
    def _():
        browser = house.browser("lan")
        _, headers, _ = browser.get("/")
        equal(headers["Content-Security-Policy"],
              "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
              "frame-ancestors 'none'; base-uri 'none'")
        equal(headers["Cache-Control"], "no-store")
        equal(headers["X-Content-Type-Options"], "nosniff")

    @check("files are kept for ever by their version, and only those that are named are there")
    def _():
        browser = house.browser()
        for name in ("style.css", "dashboard.js", "charts.js", "charts.LICENSE.txt"):
            status, headers, _ = browser.get(f"/static/{name}")
            equal((status, "immutable" in headers["Cache-Control"]), (200, True), name)
        for name in ("", "../text/vi.cfg", "head.html", "%2e%2e/style.css", "..%2ftext/vi.cfg", "/etc/passwd",
                     "style.css/"):
            equal(browser.get(f"/static/{name}")[0], 404, name)

    @check("acknowledgements are never called people")
    def _():
        browser = house.browser("minh")
        for lang, words in (("vi", r"[\d.]+ (người|khách|dân)\b"), ("en", r"[\d,]+ (people|persons|users|visitors)\b")):
            for path in PAGES:
                page = text_of(browser.get(path + ("&" if "?" in path else "?") + f"lang={lang}")[2])
                found = re.search(words, page)
                assert not found, f"{path}: {found and found.group(0)}"

    @check("beside every number stands how complete it is, and the total without flagged hours")
    def _():
        browser = house.browser("minh")
        for path in ("/", "/lessons", "/learning", "/places", "/sites"):
            page = browser.get(path)[2]
            assert re.search(r"Độ đầy đủ của báo cáo:</strong> \d\d,\d\s%", page), f"{path}: no completeness"
        names = [cell[0] for cell in browser.tables("/")["trend"][0]]
        equal(names, ["day", "shown", "acknowledged", "acknowledged_unflagged", "acknowledged_7_days", "pct_bp"])

    @check("a language is kept, and numbers are written in its way")
    def _():
        browser = house.browser("minh")
        assert re.search(r"\d\d,\d\s%", browser.get("/")[2])
        assert "48.0%" in browser.get("/?lang=en")[2]
        assert '<html lang="en">' in browser.get("/places")[2]

    @check("what is not there, or is for the other method, is answered as a page")
    def _():
        browser = house.browser("lan")
        equal(browser.get("/nothing")[0], 404)
        equal(browser.get("/sites/no-such-site")[0], 404)
        equal(browser.ask("/help", {"a": "b"})[0], 405)
        equal(browser.ask("/logout")[0], 405)
        for query in ("from=2026-02-31", "from=2026-11-20&to=2026-11-01", "from=x", "area=A%27--", "to=1999-01-01"):
            equal(browser.get(f"/?{query}")[0], 422, query)
        equal(browser.get("/report?month=2026-13")[0], 422)

    @check("the chart file is the one that was built, with its licence")
    def _():
        folder = f"{world.TREE}/www/dashboard/charts"
        with open(f"{folder}/charts.js", "rb") as file:
            found = hashlib.sha256(file.read()).hexdigest()
        with open(f"{folder}/charts.sha256", encoding="ascii") as file:
            equal(found, file.read().split()[0])
        with open(f"{folder}/charts.LICENSE.txt", encoding="utf-8") as file:
            assert "Apache License" in file.read()
