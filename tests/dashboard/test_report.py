"""The monthly report: provisional, then frozen for ever; on A4 by WeasyPrint; and what is public."""
import datetime
import json
import os
import re
import shutil
import subprocess
import threading

import province
from house import world

check, equal = world.check, world.equal
SHOTS = f"{world.TREE}/tests/browser/shots"

def month_of(day):
    return day.replace(day=1), (day.replace(day=1) + datetime.timedelta(days=32)).replace(day=1) - datetime.timedelta(days=1)

def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))

def number(value):
    return f"{value:,}".replace(",", ".")

def tests(house):
    place, made = house.place, house.province
    reader = house.browser("minh")
    # The last month that can be frozen: it has ended ten days ago.
    first, last = month_of(month_of(house.today - datetime.timedelta(days=10))[0] - datetime.timedelta(days=1))
    month = f"{first:%Y-%m}"

    def total(name, **where):
        return made.total(name, first, last, **where)

    @check("a month that is not frozen says so, with the numbers as they are now")
    def _():
        page = text_of(reader.get(f"/report?month={month}")[2])
        assert "Bản tạm" in page and "chưa chốt" in page
        expected = (f"có {number(total('shown'))} lượt xem bài học và {number(total('acknowledged'))} lượt xác nhận "
                    f"({number(total('acknowledged', doubtful=False))} nếu không kể giờ bị gắn cờ)")
        assert expected in page, expected
        assert "Trong 4 mục tiêu của kế hoạch, 2 mục tiêu đã đo được và 1 mục tiêu đã đạt." in page
        weeks = reader.tables(f"/report?month={month}")["month_weeks"]
        equal(sum(int(row[3][0]) for row in weeks[1:]), total("acknowledged"))

    @check("a frozen month has its number and hash, and says the same for ever")
    def _():
        place.do("freeze", month)
        before = text_of(reader.get(f"/report?month={month}")[2])
        stored = place.sql(f"select number, encode(hash, 'hex') from month_issue where month = '{first}'")
        number_, found = stored.split("|")
        assert "Bản tạm" not in before and found in before and f"Số: {number_}" in before
        place.sql(f"update cell_hour set acknowledged = acknowledged + 1000 where site_id = 'cb-0001' and lang = 'vi' "
                  f"and audience = 'citizen' and period >= '{last - datetime.timedelta(days=3)}' and period < '{last}'; "
                  f"select site_dirty('cb-0001')")
        place.do("roll")
        after = text_of(reader.get(f"/report?month={month}")[2])
        strip = re.compile(r"Số lượt xác nhận (tăng|giảm).*?\)\.")
        equal(strip.sub("", after), strip.sub("", before), "another report")
        equal(place.sql(f"select encode(month_hash('{first}'), 'hex')"), found)

    @check("on A4 by WeasyPrint: pages of text, nothing cut, numbers of pages")
    def _():
        for needed in ("weasyprint", "pdftotext", "pdftoppm", "pdfinfo"):
            assert shutil.which(needed), f"no {needed} here (scripts/deps test)"
        os.makedirs(SHOTS, exist_ok=True)
        page, pdf = f"{place.folder}/temp/report.html", f"{place.folder}/report.pdf"
        place.do("report", month, page)
        with open(page, encoding="utf-8") as file:
            made_by_command = text_of(file.read())
        shown = text_of(reader.get(f"/report?month={month}")[2])
        equal(made_by_command[made_by_command.index("Tóm tắt"):], shown[shown.index("Tóm tắt"):], "the command's report")
        done = subprocess.run(["weasyprint", "-q", "-s", f"{world.TREE}/www/dashboard/style.css", page, pdf],
                              stderr=subprocess.PIPE, check=False)
        os.remove(page)
        equal(done.returncode, 0, done.stderr.decode())
        info = subprocess.run(["pdfinfo", pdf], stdout=subprocess.PIPE, text=True, check=True).stdout
        assert "A4" in info, info
        pages = int(re.search(r"Pages:\s+(\d+)", info).group(1))
        subprocess.run(["pdftoppm", "-r", "60", "-png", pdf, f"{SHOTS}/report"], check=True)
        assert 2 <= pages <= 8, f"{pages} pages"
        text = re.sub(r"\s+", " ", subprocess.run(["pdftotext", pdf, "-"], stdout=subprocess.PIPE, text=True,
                                                  check=True).stdout)

        for words in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Tóm tắt", "Xã Trùng Khánh",
                      number(total("acknowledged"))):
            assert words in text, f"no {words}"
        boxes = subprocess.run(["pdftotext", "-bbox", pdf, "-"], stdout=subprocess.PIPE, text=True, check=True).stdout
        wide = [(found[2], float(found[1])) for found in re.finditer(r'xMax="([\d.]+)" yMax="[\d.]+">([^<]*)<', boxes)]
        edge = (210 - 15) / 25.4 * 72 + .1
        assert len(wide) > 200
        equal([word for word in wide if word[1] > edge], [], "in the right margin")
        for n in range(1, pages + 1):
            assert re.search(rf"\b{n} ?/ ?{pages}\b", text), f"page {n} has no number"
        for words in ("CSV", "Đăng xuất", "Đến nội dung"):
            assert words not in text, f"{words} is printed"

    @check("the command wants a month, and a dashboard")
    def _():
        for month_, conf in (("2026-13", place.conf), ("x", place.conf), ("last", place.write_conf("without"))):
            done = place.command("report", month_, f"{place.folder}/temp/x.html", conf=conf)
            equal((done.returncode, "report takes a month" in done.stderr), (1, True), month_)

    @check("public figures need no account, may be kept, and have no cell under 10")
    def _():
        stranger = house.browser()
        status, headers, page = stranger.get("/public")
        equal((status, headers["Cache-Control"], headers.get("Set-Cookie")), (200, "public, max-age=600", None))
        assert "Đăng xuất" not in page
        status, headers, page = stranger.get("/public.json")
        equal((status, headers["Content-Type"]), (200, "application/json; charset=utf-8"))
        data = json.loads(page)
        assert data["public"] and data["public_months"]
        for row in data["public"]:
            assert row["value"] is None or row["value"] >= 10, row
            equal(row["suppressed"], row["value"] is None)
        for row in data["public_learning"]:
            assert row["answers"] >= 400, row
        months = {row["month"][:7] for row in data["public_months"]}
        assert month in months
        area = {a[0]: a[1] for a in province.AREAS}
        now = [row for row in data["public"] if row["month"][:7] == month and row["dimension"] == "area"
               and row["counter"] == "acknowledged"]
        assert now and all(row["name"] == area[row["code"]] for row in now)
        equal(stranger.get("/public/public.csv")[0], 200)
        equal(stranger.get("/public/trend.csv")[0], 404)

    @check("strangers have one question for the database at a time, whatever they ask for")
    def _():
        stranger = house.browser()
        before = stranger.get("/public")[2]
        answers = []
        asking = threading.Thread(target=lambda: answers.append(house.browser().ask("/public/public.xlsx")))
        with place.cluster.session("lock table area_day in access exclusive mode"):
            asking.start()
            world.wait_for("the question", lambda: place.sql(
                "select count(*) from pg_stat_activity where wait_event_type = 'Lock'") == "1")
            status, headers, page = stranger.get("/public?from=2001-01-01&to=2001-02-01&area=x&site=y")
            equal((status, page == before, headers["Cache-Control"], headers["Vary"]),
                  (200, True, "public, max-age=600", "Cookie"))
            status, headers, _ = stranger.get("/public/public_months.xlsx")
            equal((status, headers["Cache-Control"], headers["Retry-After"]), (503, "no-store", "30"))
            # Whoever logs in does not wait.
            equal(house.browser("minh").get("/help")[0], 200)
        asking.join(30)
        equal((answers[0][0], answers[0][1]["Content-Disposition"][:31]), (200, 'attachment; filename="congchao-'))
        again = stranger.ask("/public/public.xlsx")
        equal((again[2] == answers[0][2], again[1]["Content-Disposition"]), (True, answers[0][1]["Content-Disposition"]))

    @check("a language that is asked for stays between the server and who asks")
    def _():
        _, headers, page = house.browser().get("/public?lang=en")
        assert "congchao-lang=en" in headers["Set-Cookie"] and 'lang="en"' in page
        equal((headers["Cache-Control"], headers["Vary"]), ("private, max-age=600", "Cookie"))

    @check("a small cell cannot be found by subtraction")
    def _():
        few = f"'{last}', 'press_leader', 'km', 0, 4, 3, 2, 3, 3, 0, 0"
        place.sql(f"insert into area_day values ('nguyen-binh', {few}); insert into total_day values ({few})")
        # In Vietnamese the answer from before is good for a minute.
        data = json.loads(house.browser().get("/public.json?lang=en")[2])
        place.sql("delete from area_day where lang = 'km'; delete from total_day where lang = 'km'")
        langs = [row for row in data["public"] if row["month"][:7] == month and row["dimension"] == "lang"
                 and row["counter"] == "acknowledged"]
        equal(len([row for row in langs if row["value"] is None]), 2, f"{langs}")
