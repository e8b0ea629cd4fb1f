"""A full day of all sites, its sums, a year of sums; and how long the dashboard waits for its figures."""
import time

from table import median, spread

FULL = 60000  # sites, for which all is printed as well
ROLLED = 50   # days of sites in a transaction
HOURS = ("report", "cell_hour", "measure_hour")
SUMS = ("site_day", "cell_day", "area_day", "area_hour", "area_received", "area_learning", "total_day",
        "total_hour", "total_measure")
OF_ALL = ("total_day", "total_hour", "total_measure")  # of the same size for any number of sites
YEAR = 364
PATIENCE = 1.0  # seconds for a page


def seconds(work, *arguments):
    begun = time.monotonic()
    work(*arguments)
    return time.monotonic() - begun


def megabytes(count):
    return f"{count / 1e9:.2f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"


def sizes(department, names):
    """{table: (rows, bytes with indexes)} of all its partitions."""
    rows = department.sql(f"""
        select coalesce(p.relname, c.relname), sum(c.reltuples)::bigint,
               sum(pg_total_relation_size(c.oid))::bigint
        from pg_class c left join pg_inherits i on i.inhrelid = c.oid left join pg_class p on p.oid = i.inhparent
        where c.relnamespace = 'congchao'::regnamespace and c.relkind = 'r' and c.reltuples > 0
          and coalesce(p.relname, c.relname) in ('{"', '".join(names)}') group by 1""")
    return {row.split("|")[0]: tuple(map(int, row.split("|")[1:])) for row in rows.splitlines()}


def size_rows(department, table, names, what):
    found, share = sizes(department, names), FULL / len(department.sites)
    for name in names:
        rows, size = found[name]
        table.row(f"{what}, {name}", megabytes(size),
                  note=f"{rows:,} rows of {size / rows:.0f} bytes with indexes")
    whole = sum(size for _, size in found.values())
    scaled = sum(size * (1 if name in OF_ALL else share) for name, (_, size) in found.items())
    table.row(f"{what}, all", megabytes(whole),
              "" if share == 1 else f"{megabytes(scaled)} of {FULL:,} sites")


def day(department, table):
    """One day, as the gateways would have reported it; loaded at once."""
    took = seconds(department.sql, f"select bench.hours({department.yesterday}, {department.measures})")
    department.sql("vacuum analyze")
    table.row(f"a day of {len(department.sites):,} sites, loaded", f"{took:.1f} s",
              note=f"24 reports each; 16 hours with 6 cells and {department.measures} measures")
    size_rows(department, table, HOURS, "a day of hours")


def roll(department, table):
    """Each report makes a day dirty: as many days of sites in a second as reports, at most."""
    sites = len(department.sites)
    department.sql(f"insert into congchao.dirty select site_id, {department.yesterday} from congchao.site")
    turns, done = [], 0
    while done < sites:
        begun = time.monotonic()
        count = int(department.sql(f"select congchao.roll({ROLLED})"))
        turns.append((time.monotonic() - begun) / max(count, 1))
        done += count
    each = sum(turns) / len(turns)
    table.row("roll-up, days of sites", f"{1 / each:.0f}/s", f"needed {FULL * 24 / 86400:.1f}/s",
              86400 / (FULL * 24) / each, ">= 1", each <= 86400 / (FULL * 24),
              f"{ROLLED} to a transaction, {ROLLED * median(turns) * 1000:.0f} ms, "
              f"{ROLLED * max(turns) * 1000:.0f} at most")
    areas = int(department.sql("select count(*) from congchao.dirty_area"))
    took = seconds(department.sql, f"select congchao.roll_area({areas}), congchao.roll_total()")
    table.row("roll-up, days of areas", f"{took / areas * 1000:.0f} ms", note=f"{areas} areas of 20 sites")
    department.sql("vacuum analyze")
    size_rows(department, table, SUMS, "the day's sums")


def year(department, table):
    """The day's sums once more for each of the days before it, and their months frozen."""
    department.sql(f"select bench.partitions({department.yesterday} - {YEAR})")
    took = sum(seconds(department.sql, f"select bench.repeat('{name}', {department.yesterday}, {YEAR})")
               for name in SUMS) + seconds(department.sql, "select bench.months()")
    department.sql("vacuum analyze")
    table.row("a year of sums, loaded", f"{took:.0f} s")
    size_rows(department, table, SUMS, "a year of sums")
    frozen = seconds(department.place.do, "freeze")
    months = int(department.sql("select count(*) from congchao.month_issue"))
    table.row("a month frozen", f"{frozen / max(months, 1):.2f} s", note=f"{months} months")


def figures(department, table, when):
    """Each figure as the dashboard asks for it, for 28 days and all places, and for one place."""
    names = department.sql("""select proname from pg_proc where pronamespace = 'congchao'::regnamespace
        and proname ~ '^figure_' and pronargs = 5 order by 1""").splitlines()
    asked = [(name, f"select count(f::text) from congchao.{name}({department.yesterday} - 27, "
                    f"{department.yesterday}, {{}}, 'vi', {{}}) f") for name in names]
    area, site = (department.sql(f"select {key} from congchao.site order by site_id limit 1")
                  for key in ("area_id", "site_id"))
    slowest = []
    for name, text in asked:
        of_site = name in ("figure_site", "figure_site_days")
        sql = text.format("null", f"'{site}'" if of_site else "null")
        took = sorted(seconds(department.sql, sql) for _ in range(3))
        note = f"3 times, {took[0] * 1000:.0f} to {took[2] * 1000:.0f} ms"
        if "{}" in text and not of_site:
            one = sorted(seconds(department.sql, text.format(f"'{area}'", "null")) for _ in range(3))[1]
            note += f"; of one area {one * 1000:.0f} ms"
        slowest.append((took[1], name, note))
    for took, name, note in sorted(slowest, reverse=True)[:department.shown]:
        table.row(f"{name.removeprefix('figure_')}, {when}", f"{took * 1000:.0f} ms", "", None,
                  f"< {PATIENCE:.0f} s", took < PATIENCE, note)
    rest = sorted(slowest, reverse=True)[department.shown:]
    if rest:
        table.row(f"{len(rest)} other figures, {when}", f"{rest[0][0] * 1000:.0f} ms", "at most")


def pages(department, table, when):
    """Whole pages over HTTP: all figures of one, in one transaction. The month is the one under way."""
    month = department.sql(f"select to_char({department.yesterday}, 'YYYY-MM')")
    for name, path in (("first", "/"), ("lessons", "/lessons"), ("learning", "/learning"), ("places", "/places"),
                       ("sites", "/sites"), ("one site", f"/sites/{department.sites[0]}"),
                       ("month's report", f"/report?month={month}")):
        took = []
        for _ in range(3):
            begun = time.monotonic()
            status, _, text = department.browser.get(path)
            took.append(time.monotonic() - begun)
            if status != 200:
                raise RuntimeError(f"{path} was answered {status}")
        table.row(f"page, {name}, {when}", f"{median(took) * 1000:.0f} ms", "", None, f"< {PATIENCE:.0f} s",
                  median(took) < PATIENCE, f"{len(text) / 1000:.0f} kB; 3 times, {min(took) * 1000:.0f} to "
                  f"{max(took) * 1000:.0f} ms")
