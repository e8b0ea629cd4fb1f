"""The figures against the same hours, summed in Python alone."""
import collections
import datetime
import math

import province
from house import world

check, equal = world.check, world.equal
Z = 1.959964


def bp(part, whole):
    """Half away from zero, as PostgreSQL's round(numeric)."""
    return str(int(10000 * part / whole + .5)) if whole else ""


def wilson(right, n):
    p = right / n
    middle, half = p + Z * Z / (2 * n), Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return (middle - half) / (1 + Z * Z / n), (middle + half) / (1 + Z * Z / n)


def raw(table):
    names = [cell[0] for cell in table[0]]
    return [dict(zip(names, (cell[0] for cell in row))) for row in table[1:]]


def tests(house):
    last = house.today - datetime.timedelta(days=1)
    first = last - datetime.timedelta(days=27)
    made = house.province
    days = [first + datetime.timedelta(days=n) for n in range(28)]
    browser = house.browser("minh")

    @check("28 days of acknowledgements, with and without flagged hours, and the 7-day sum")
    def _():
        rows = raw(browser.tables("/")["trend"])
        equal([row["day"] for row in rows], [str(day) for day in days])
        for row, day in zip(rows, days):
            equal(row["shown"], str(made.total("shown", day, day)), f"{day} shown")
            equal(row["acknowledged"], str(made.total("acknowledged", day, day)), f"{day} acknowledged")
            equal(row["acknowledged_unflagged"], str(made.total("acknowledged", day, day, doubtful=False)), f"{day} unflagged")
            equal(row["acknowledged_7_days"],
                  str(made.total("acknowledged", day - datetime.timedelta(days=6), day)), f"{day} of seven days")

    @check("completeness is hours received of hours expected, by area")
    def _():
        received = collections.Counter()
        area = {site[0]: site[2] for site in province.SITES}
        for site, hour, _, standing in made.reports:
            if standing == "active" and first <= hour.date() <= last:
                received[area[site]] += 1
        expected = collections.Counter(site[2] for site in province.SITES if site[5] == "active")
        rows = raw(browser.tables("/places")["areas"])
        equal(len(rows), 5)
        for row in rows:
            name = next(a[0] for a in province.AREAS if a[1] == row["name"])
            equal(row["pct_bp"], bp(received[name], expected[name] * 28 * 24), name)
            equal(row["acknowledged"], str(made.total("acknowledged", first, last, area=name)), name)

    @check("the funnel by group and language")
    def _():
        rows = raw(browser.tables("/lessons")["funnel"])
        names = {"Người dùng mạng": "citizen", "Cán bộ, công chức": "civil_servant",
                 "Nhân viên viễn thông, CNTT": "enterprise_staff", "Báo chí, lãnh đạo": "press_leader"}
        equal(len(rows), 8)
        for row in rows:
            where = {"audience": names[row["name"]], "lang": row["lang"]}
            for name in ("shown", "answered", "acknowledged", "released", "deferred", "returned"):
                equal(row[name], str(made.total(name, first, last, **where)), f"{where} {name}")

    @check("weekday and hour")
    def _():
        counted, sums = made.counted(), collections.Counter()
        for site, hour, _, _, *n in made.cells:
            if (site, hour) in counted and first <= hour.date() <= last:
                sums[(hour.hour, hour.isoweekday())] += n[3]
        for hour, row in enumerate(browser.tables("/places")["hours"][1:]):
            for day, cell in enumerate(row[1:], 1):
                equal(cell[0], str(sums[(hour, day)]), f"weekday {day}, {hour}:00")

    @check("questions: most missed first, with Wilson's interval and the wrong answer's text")
    def _():
        keys, answers = {}, collections.defaultdict(collections.Counter)
        for line in house.place.sql("select item, key from question").splitlines():
            item, key = line.split("|")
            keys[item] = key
        for (_, item), events in made.answers(first, last).items():
            for event, n in events.items():
                if event.startswith("answer/"):
                    answers[item][event.split("/")[2]] += n
        rows = raw(browser.tables("/lessons")["questions"])
        equal({row["item"] for row in rows}, set(answers))
        facility = []
        for row in rows:
            counts = answers[row["item"]]
            n, right = sum(counts.values()), counts[keys[row["item"]]]
            equal((row["answered"], row["pct_bp"]), (str(n), bp(right, n)), row["item"])
            low, high = wilson(right, n)
            assert abs(int(row["low_bp"]) - 10000 * low) <= 1, row
            wrong = min((-c, o) for o, c in counts.items() if o != keys[row["item"]])
            equal(row["wrong_bp"], bp(-wrong[0], n), row["item"])
            text = house.place.sql(f"select text from question_option where item = '{row['item']}' and lang = 'vi' "
                                   f"and option = '{wrong[1]}'")
            equal(row["wrong_text"], text, row["item"])
            facility.append((n < 30, right / n))
            assert high > low
        equal(facility, sorted(facility), "order")

    @check("the gain of the lesson: pairs, and hidden under 30")
    def _():
        rows = raw(browser.tables("/learning")["learning"])
        pairs = collections.Counter()
        for (_, item), events in made.answers(first, last).items():
            for event, n in events.items():
                if event.startswith("pair/"):
                    pairs[event] += n
                    pairs[(item, event)] += n
        n = sum(v for k, v in pairs.items() if isinstance(k, str))
        before = pairs["pair/right/right"] + pairs["pair/right/wrong"]
        after = pairs["pair/right/right"] + pairs["pair/wrong/right"]
        equal((rows[0]["answers"], rows[0]["before_bp"], rows[0]["after_bp"]), (str(n), bp(before, n), bp(after, n)))
        equal(int(rows[0]["gain_bp"]), int(10000 * (after - before) / n + .5))
        few = raw(browser.tables(f"/learning?from={last}&to={last}&area=nguyen-binh")["learning"])
        assert few, "nothing on one day"
        for row in few:
            shown = row["gain_bp"] != ""
            equal(shown, int(row["answers"]) >= 30, f"{row}")

    @check("targets: a share only of surveys and rosters; met, not met, and not measured")
    def _():
        table = browser.tables("/")["targets"]
        rows = {row["name"]: row for row in raw(table)}
        equal((rows["Người dùng mạng"]["pct_bp"], rows["Người dùng mạng"]["state"]), (bp(512, 1067), "not met"))
        equal((rows["Cán bộ, công chức"]["pct_bp"], rows["Cán bộ, công chức"]["state"]), (bp(11020, 12500), "met"))
        press = rows["Báo chí, lãnh đạo"]
        equal((press["pct_bp"], press["reached"], press["measured_by"]), ("", "", "events"))
        counted = made.total("acknowledged", datetime.date(2000, 1, 1), house.today, audience="press_leader")
        equal(press["acknowledged"], str(counted))

    @check("silent, pending and flagged sites are found")
    def _():
        fleet = raw(browser.tables("/")["fleet"])
        equal([sum(int(row[name]) for row in fleet) for name in ("active", "silent", "pending")], [10, 1, 1])
        def listed(show):
            return [row[0][0] for row in browser.tables(f"/sites?show={show}").get("sites", [])[1:]]
        equal(listed("silent"), ["cb-0008"])
        equal(listed("pending"), ["cb-0011", "cb-0012"])
        flagged = sorted({s for s, h, f, _ in made.reports if f and first <= h.date() <= last})
        equal(listed("flagged"), flagged)
        equal(len(listed("all")), 12)

    @check("a site's own days")
    def _():
        rows = raw(browser.tables("/sites/cb-0005")["site_days"])
        equal(len(rows), 28)
        for row in rows:
            hours = [h for s, h, _, _ in made.reports if s == "cb-0005" and str(h.date()) == row["day"]]
            equal(row["hours_received"], str(len(hours)), row["day"])
            equal(row["hours_expected"], "24", row["day"])

    @check("one area alone")
    def _():
        rows = raw(browser.tables("/?area=ha-quang")["trend"])
        equal(sum(int(row["shown"]) for row in rows), made.total("shown", first, last, area="ha-quang"))
