"""CSV by a strict parser and .xlsx by another program's reader, both equal to the page."""
import datetime
import io
import os
import re
import sys

from house import world

sys.path.append("/usr/lib/python3/dist-packages")  # Debian's, where another python comes first
import openpyxl  # noqa: E402 pylint: disable=wrong-import-position

check, equal = world.check, world.equal
FIGURES = {"targets": "/", "fleet": "/", "trend": "/", "funnel": "/lessons", "lessons": "/lessons",
           "questions": "/lessons", "learning": "/learning", "retention": "/learning", "areas": "/places",
           "sites": "/sites", "site_days": "/sites/cb-0002", "flagged": "/activity", "month_weeks": "/report?month=2026-11"}


def strict(data, separator=","):
    """RFC 4180, and nothing but: a byte more or less is an error."""
    assert data.startswith(b"\xef\xbb\xbf"), "no byte order mark"
    text = data[3:].decode("utf-8")
    rows, at = [], 0
    while at < len(text):
        row = []
        while True:
            if text[at] == '"':
                end = at + 1
                while True:
                    end = text.index('"', end)
                    if text[end:end + 2] != '""':
                        break
                    end += 2
                row.append(text[at + 1:end].replace('""', '"'))
                at = end + 1
            else:
                found = re.compile(f'[^"\r\n{separator}]*').match(text, at)
                row.append(found.group(0))
                at = found.end()
            if text[at] == separator:
                at += 1
                continue
            equal(text[at:at + 2], "\r\n", f"after {row}")
            at += 2
            break
        rows.append(row)
    equal(len({len(row) for row in rows}), 1, "rows of different length")
    return rows



def link_of(browser, name, path, kind):
    page = browser.get(path)[2]
    found = re.search(rf'href="{world.PREFIX}(/figures/{name}\.{kind}\?[^"]*)"', page)
    assert found, f"{path} has no link to {name}.{kind}"
    return found.group(1).replace("&amp;", "&")



def same(cell, text, column, where):
    value = cell.value
    if value is None:
        equal(text, "", where)
    elif isinstance(value, bool):
        equal(str(value).lower(), text, where)
    elif isinstance(value, datetime.datetime):
        assert text.startswith(value.strftime("%Y-%m-%d") if len(text) == 10 else value.strftime("%Y-%m-%dT%H:%M")), where
    elif isinstance(value, (int, float)):
        factor = 10000 if column.endswith("_bp") else 7 if column == "acknowledged_7_days" else 1
        equal(str(round(value * factor)), text, where)
        equal(cell.number_format != "General", True, f"{where}: a format")
    else:
        equal(cell.data_type, "s", f"{where}: a text, no formula")
        if column not in ("state", "measured_by", "lang", "audience", "status", "basis", "verdict", "what"):
            equal(value, text.removeprefix("'") if value[0] in "=+-@" else text, where)


def tests(house):
    browser = house.browser("lan")

    @check("every figure's CSV is RFC 4180, integers and ISO dates, and says what the page says")
    def _():
        for name, path in FIGURES.items():
            status, headers, data = browser.ask(link_of(browser, name, path, "csv"))
            equal((status, headers["Content-Type"]), (200, "text/csv; charset=utf-8; header=present"), name)
            assert re.match(rf"attachment; filename=\"congchao-{name}-.*\.csv\"; filename\*=UTF-8''", headers["Content-Disposition"])
            rows = strict(data)
            table = browser.tables(path)[name]
            equal(len(rows), len(table), f"{name}: rows")
            for i, cell in enumerate(table[0]):
                at = rows[0].index(cell[0])
                for line, row in zip(rows[1:], table[1:]):
                    html = row[i][0]
                    csv = line[at]
                    if "T" in csv and re.match(r"\d{4}-\d\d-\d\dT", csv):
                        equal(csv[:19], html[:19].replace(" ", "T"), f"{name} {cell[0]}")
                    elif csv in ("true", "false"):
                        equal(csv[0], html, f"{name} {cell[0]}")
                    else:
                        equal(csv.removeprefix("'") if html[:1] in "=+-@" and html else csv, html, f"{name} {cell[0]}")
            for line in rows[1:]:
                for value in line:
                    assert not re.fullmatch(r"-?\d+[.,]\d+", value), f"{name}: {value} is no integer"

    @check("every figure's spreadsheet, read by openpyxl, equals its CSV")
    def _():
        for name, path in FIGURES.items():
            rows = strict(browser.ask(link_of(browser, name, path, "csv"))[2])
            status, headers, data = browser.ask(link_of(browser, name, path, "xlsx"))
            equal(status, 200, name)
            assert headers["Content-Type"].endswith("spreadsheetml.sheet")
            sheet = openpyxl.load_workbook(io.BytesIO(data)).active
            equal((sheet.freeze_panes, sheet.max_row, sheet.max_column), ("A2", len(rows), len(rows[0])), name)
            for y, line in enumerate(rows[1:], 2):
                for x, text in enumerate(line, 1):
                    cell = sheet.cell(y, x)
                    same(cell, text, rows[0][x - 1], f"{name} {cell.coordinate}")

    @check("what a stranger has typed is no formula")
    def _():
        rows = strict(browser.ask("/figures/sites.csv")[2])
        name = next(row[1] for row in rows if row[0] == "cb-0011")
        equal(name, "'=HYPERLINK(\"http://x\")")
        sheet = openpyxl.load_workbook(io.BytesIO(browser.ask("/figures/sites.xlsx")[2])).active
        cell = next(row[1] for row in sheet.iter_rows() if row[0].value == "cb-0011")
        equal((cell.data_type, cell.value), ("s", '=HYPERLINK("http://x")'))

    @check("with a semicolon for those who open it by hand")
    def _():
        rows = strict(browser.ask("/figures/trend.csv?sep=semicolon")[2], ";")
        equal(len(rows[0]), 8)

    @check("nothing is left in the folder of spreadsheets")
    def _():
        equal(os.listdir(f"{house.place.folder}/temp"), [])

    @check("a figure that is not there, or not for this account")
    def _():
        for path in ("nothing.csv", "trend", "trend.pdf", "../figures/trend.csv", ".csv", "trend.csv.csv", "public.csv"):
            equal(browser.ask(f"/figures/{path}")[0], 404, path)
        reader = house.browser("minh")
        for name in ("events", "decisions", "accounts"):
            equal(reader.ask(f"/figures/{name}.csv")[0], 403, name)
        equal(browser.ask("/figures/accounts.csv")[0], 403)
        equal(house.browser("kiem").ask("/figures/accounts.csv")[0], 200)
        equal(house.browser().ask("/figures/trend.csv")[0], 303)
