"""A made-up province: seven areas, a dozen sites, seven weeks of hours. The same every time.

Hours are written as ingest() would have stored them, then summed by the schema's own
roll(); figures() computes what the dashboard must show from the same hours, in Python alone.
"""
import collections
import datetime
import hashlib
import random

ZONE = datetime.timezone(datetime.timedelta(hours=7))
AREAS = (("cao-bang", "Cao Bằng", "province"), ("thuc-phan", "Phường Thục Phán", "commune"),
         ("trung-khanh", "Xã Trùng Khánh", "commune"), ("nguyen-binh", "Xã Nguyên Bình", "commune"),
         ("ha-quang", "Xã Hà Quảng", "commune"), ("quang-hoa", "Xã Quảng Hòa", "commune"))
# id, name, area, visitors of a good hour, share of hours that arrive, status
SITES = (("cb-0001", "Cà phê Phố Đi Bộ Kim Đồng", "thuc-phan", 9, .99, "active"),
         ("cb-0002", "Bến xe khách Cao Bằng", "thuc-phan", 12, .97, "active"),
         ("cb-0003", "Trung tâm phục vụ hành chính công", "thuc-phan", 7, 1, "active"),
         ("cb-0004", "Nhà văn hoá Phai Khắt Nà Ngần", "nguyen-binh", 3, .93, "active"),
         ("cb-0005", "Khu du lịch thác Bản Giốc", "trung-khanh", 10, .9, "active"),
         ("cb-0006", "Nhà sàn homestay Khuổi Ky", "trung-khanh", 2, .96, "active"),
         ("cb-0007", "Khu di tích Pác Bó", "ha-quang", 6, .98, "active"),
         ("cb-0008", "Trạm y tế xã Hà Quảng", "ha-quang", 2, .7, "active"),
         ("cb-0009", "Chợ Quảng Uyên", "quang-hoa", 5, .95, "active"),
         ("cb-0010", '<script>alert("x")</script> & \'quán\'', "quang-hoa", 2, .95, "active"),
         ("cb-0011", "=HYPERLINK(\"http://x\")", "quang-hoa", 3, 1, "pending"),
         ("cb-0012", "Quán nước chờ cấp mã", "nguyen-binh", 0, 0, "new"))
AUDIENCES = (("citizen", .72), ("civil_servant", .14), ("enterprise_staff", .08), ("press_leader", .06))
COUNTERS = ("shown", "answered", "right", "acknowledged", "released", "deferred", "returned")
DAYS = 48
CAPACITY = {"cb-0002": 14}  # some hours are over it


def hours_of_day(weekday, hour):
    """How busy it is, 0 to 1."""
    base = (0, 0, 0, 0, 0, .1, .3, .5, .6, .6, .55, .7, .6, .4, .45, .5, .6, .8, 1, 1, .9, .6, .3, .1)[hour]
    return base * (1.25 if weekday >= 5 else 1)


class Province:
    def __init__(self, now, seed=2026):
        self.random = random.Random(seed)
        self.now = now
        self.first = (now.astimezone(ZONE) - datetime.timedelta(days=DAYS)).replace(
            hour=0, minute=0, second=0, microsecond=0)
        self.reports, self.cells, self.measures = [], [], []

    def make(self, questions):
        """questions: (item, objective, audience, key, options) of the content pack."""
        by_audience = collections.defaultdict(list)
        for question in questions:
            by_audience[question[2]].append(question)
        for site in SITES:
            hour = self.first
            while hour < self.now - datetime.timedelta(hours=2):
                silent = site[0] == "cb-0008" and hour > self.now - datetime.timedelta(hours=40)
                if self.random.random() < site[4] and not silent:
                    self.hour(site, hour, by_audience)
                hour += datetime.timedelta(hours=1)
        return self

    def hour(self, site, hour, by_audience):
        busy = hours_of_day(hour.weekday(), hour.hour) * site[3]
        shown = int(self.random.gauss(busy, busy ** .5 / 2) + .5) if busy else 0
        rows = collections.Counter()
        for _ in range(max(0, shown)):
            audience = self.random.choices([a for a, _ in AUDIENCES], [w for _, w in AUDIENCES])[0]
            lang = "vi" if self.random.random() < .93 else "en"
            self.visit(site, hour, audience, lang, rows, by_audience[audience])
        flags = 1 if site[0] in CAPACITY and shown > CAPACITY[site[0]] else 0
        standing = "pending" if site[5] == "pending" else "active"
        self.reports.append((site[0], hour, flags, standing))
        for (audience, lang), counts in self.by_cell(rows).items():
            self.cells.append((site[0], hour, audience, lang, *(counts[name] for name in COUNTERS)))

    @staticmethod
    def by_cell(rows):
        cells = collections.defaultdict(collections.Counter)
        for (audience, lang, name), n in rows.items():
            cells[(audience, lang)][name] += n
        return cells

    def visit(self, site, hour, audience, lang, rows, questions):
        rows[(audience, lang, "shown")] += 1
        chance = self.random.random()
        if chance > .86:
            rows[(audience, lang, "deferred" if chance > .96 else "shown")] += chance > .96
            return
        first = self.random.choice(questions)
        sibling = self.random.choice([q for q in questions if q[1] == first[1] and q[0] != first[0]] or [first])
        hard = .35 + int(hashlib.sha256(first[1].encode()).hexdigest()[:4], 16) / 65536 * .5
        before = self.answer(site, hour, audience, lang, first, "pre", hard)
        after = self.answer(site, hour, audience, lang, sibling, "post", min(.97, hard + .22))
        self.measures.append((site[0], hour, audience, lang, first[1],
                              f"pair/{'right' if before else 'wrong'}/{'right' if after else 'wrong'}"))
        if self.random.random() < .3:
            role = self.random.choice(("control", "review3", "review10", "review24"))
            more = {"control": 0, "review3": .18, "review10": .14, "review24": .1}[role]
            self.answer(site, hour, audience, lang, self.random.choice(questions), role, hard + more)
        rows[(audience, lang, "answered")] += 1
        rows[(audience, lang, "right")] += after
        rows[(audience, lang, "acknowledged")] += 1
        rows[(audience, lang, "released")] += 1
        rows[(audience, lang, "returned")] += self.random.random() < .2

    def answer(self, site, hour, audience, lang, question, role, chance):
        right = self.random.random() < chance
        wrong = [o for o in "abcd"[:question[4]] if o != question[3]]
        option = question[3] if right else (wrong[0] if self.random.random() < .7 else self.random.choice(wrong))
        time = "fast" if self.random.random() < .06 else "calm"
        self.measures.append((site[0], hour, audience, lang, question[0], f"answer/{role}/{option}/{time}"))
        return right

    def write(self, sql):
        """Into the database, as owner."""
        enrolled = (self.first - datetime.timedelta(hours=1)).isoformat()
        lines = []
        for area in AREAS[1:]:
            lines.append(f"select congchao.area_add('{area[0]}', '{area[1]}', '{area[2]}', 'cao-bang');")
        for site in SITES:
            name = site[1].replace("'", "''")
            lines.append(f"insert into site (site_id, name, area_id, status, key_ver, enrolled_at, approved_at, capacity)"
                         f" values ('{site[0]}', '{name}', '{site[2]}', '{'active' if site[5] == 'active' else 'pending'}',"
                         f" 1, {'null' if site[5] == 'new' else repr(enrolled)},"
                         f" {repr(enrolled) if site[5] == 'active' else 'null'}, {CAPACITY.get(site[0], 'null')});")
        sql("\n".join(lines))
        digest = "\\\\x" + "00" * 32
        sql("copy report from stdin;\n" + "".join(
            f"{s}\t{h.isoformat()}\t1\t{digest}\t{(h + datetime.timedelta(hours=1)).isoformat()}\t0\t0\t{f}\t{st}\t1\t"
            f"00000000-0000-0000-0000-000000000000\tt\t0.1.0\n" for s, h, f, st in self.reports) + "\\.\n")
        sql("copy cell_hour from stdin;\n" + "".join(
            f"{s}\t{h.isoformat()}\twifi\t{a}\t{l}\t" + "\t".join(map(str, n)) + "\n"
            for s, h, a, l, *n in self.cells) + "\\.\n")
        sums = collections.Counter(self.measures)
        sql("copy measure_hour from stdin;\n" + "".join(
            f"{s}\t{h.isoformat()}\t{a}\t{l}\t{i}\t{e}\t{n}\n" for (s, h, a, l, i, e), n in sums.items()) + "\\.\n")
        last = {}
        for s, h, _, _ in self.reports:
            last[s] = max(h, last.get(s, h))
        sql("".join(f"insert into site_seen (site_id, last_at, last_period, sw, unsent) values ('{s}', "
                    f"'{(h + datetime.timedelta(hours=1)).isoformat()}', '{h.isoformat()}', '0.1.0', 0);\n"
                    for s, h in last.items()))
        sql("insert into dirty (site_id, day) select distinct site_id, day_of(period) from report;")

    # ------------------------------------------------ the same figures, computed apart

    def counted(self):
        """(site, hour) that count, and whether they are doubtful."""
        return {(s, h): bool(f) for s, h, f, standing in self.reports if standing == "active"}

    def total(self, name, first, last, doubtful=None, **where):
        """Sum of a counter over local days first to last."""
        counted, at, total = self.counted(), COUNTERS.index(name), 0
        area = {site[0]: site[2] for site in SITES}
        for s, h, audience, lang, *n in self.cells:
            if (s, h) not in counted or not first <= h.date() <= last:
                continue
            if doubtful is not None and counted[(s, h)] != doubtful:
                continue
            if where.get("area") not in (None, area[s]) or where.get("audience") not in (None, audience):
                continue
            if where.get("lang") not in (None, lang):
                continue
            total += n[at]
        return total

    def answers(self, first, last):
        """item -> option -> role -> n"""
        counted = self.counted()
        out = collections.defaultdict(collections.Counter)
        for s, h, audience, _, item, event in self.measures:
            if (s, h) in counted and first <= h.date() <= last:
                out[(audience, item)][event] += 1
        return out
