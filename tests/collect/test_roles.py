"""Each role does what it has to, and nothing else."""
from place import check, equal

FIGURES = ("v_target", "v_funnel", "v_hourly", "v_question", "v_learning", "v_completeness", "v_fleet", "v_site",
           "v_version", "v_flagged", "v_public", "v_public_learning", "month_issue", "month_cell", "area_day", "cell_day",
           "area_learning", "question", "population")
EVIDENCE = ("quarantine", "site_event", "site_seen", "report", "cell_hour", "measure_hour", "flag_decision")
SECRET = ("enrol_code", "enrol_try")
READS = {  # role: (may read, may not)
    "ingest": ((), (*FIGURES, *EVIDENCE, *SECRET, "site")),
    "keeper": ((), (*FIGURES, *EVIDENCE, *SECRET, "site")),
    "reader": (FIGURES, (*EVIDENCE, *SECRET, "site")),
    "officer": ((*FIGURES, *EVIDENCE, "site"), SECRET),
    "auditor": ((*FIGURES, *EVIDENCE, *SECRET, "site"), ()),
}
CALLS = {  # a call: who may make it
    "ingest('x', 1, 1, '[]')": ("ingest",),
    "enrol(sha256('x'), repeat('0', 32), '1', sha256('y'))": ("ingest",),
    "rotate('x', 1, repeat('0', 32))": ("ingest",),
    "health()": ("ingest",),
    "roll(0)": ("keeper",),
    "roll_area(0)": ("keeper",),
    "roll_total(0)": ("keeper",),
    "retain()": ("keeper",),
    "partitions()": ("keeper",),
    "months_due()": ("keeper",),
    "freeze('1999-01-01')": ("keeper",),
    "area_add('x', 'X')": ("officer",),
    "site_add('x-1', 'X', 'nowhere')": ("officer",),
    "site_code('x-1', sha256('x'))": ("officer",),
    "site_status('x-1', 'active')": ("officer",),
    "site_edit('x-1', null, null, null, null, null, null, null)": ("officer",),
    "flag_decide('x-1', '2026-01-01', '2026-01-01', 'exclude', 'why')": ("officer",),
    "population_put('citizen', '2020-01-01', 1, 's')": ("officer",),
    "survey_put('citizen', '2020-01-01', 1, 1, 's')": ("officer",),
    "roster_put('citizen', 'a', '2020-01-01', 1, 1, 's')": ("officer",),
    "target_put('p', 'citizen', '>', 1, 'events')": ("officer",),
    "content_begin()": ("officer",),
    "questions('2026-01-01', '2026-01-01')": ("reader", "officer", "auditor"),
    "learning('2026-01-01', '2026-01-01')": ("reader", "officer", "auditor"),
    "completeness('2026-01-01', '2026-01-01')": ("reader", "officer", "auditor"),
    "sites('2026-01-01', '2026-01-01')": ("reader", "officer", "auditor"),
    "hourly('2026-01-01', '2026-01-01')": ("reader", "officer", "auditor"),
}
# What the others are made of, and what nobody is to call alone.
INNER = ("site_note('x', 'y', 'z')", "site_must_exist('x')", "quarantine_put('x', 1, 'y', 'z')", "site_dirty('x')",
         "roll_days('{x}', '{2026-01-01}')", "roll_area_day('x', '2026-01-01')", "flags_put(null, now())",
         "seen_put('x', 1, '{}')", "rows_put('x', now(), '{}')", "site_of_key('x', 1)",
         "login_put('x', 'congchao_owner')")


def tests(place):
    def refusal(role, sql):
        """What the database says against it; nothing is done."""
        try:
            place.sql(f"begin; set local role congchao_{role}; {sql}")
        except AssertionError as refused:
            return str(refused)
        finally:
            place.sql("rollback")
        return ""

    def tries(role, sql):
        """Is it let? What else goes wrong is not about rights."""
        said = refusal(role, sql)
        return "permission denied" not in said and "must be owner" not in said

    for role, (may, not_) in READS.items():
        @check(f"roles: {role} reads {'what it has to' if may else 'no table'}, and nothing else")
        def _(role=role, may=may, not_=not_):
            for table in may:
                assert tries(role, f"select * from {table} limit 1"), f"{table} is refused"
            for table in not_:
                assert not tries(role, f"select * from {table} limit 1"), f"{table} is let"

        @check(f"roles: {role} writes to no table")
        def _(role=role):
            for table in place.sql("select relname from pg_class where relnamespace = 'congchao'::regnamespace "
                                   "and relkind in ('r', 'p')").splitlines():
                for sql in (f"delete from {table}", f"truncate {table}", f"drop table {table}",
                            f"insert into {table} default values",
                            f"update {table} set {column_of(place, table)} = null"):
                    assert not tries(role, sql), f"{sql} is let"

    @check("roles: each function is called by whom it is for, and by nobody else")
    def _():
        for call, whose in CALLS.items():
            for role in READS:
                equal(tries(role, f"select {call}"), role in whose, f"{role} {call}:")

    @check("roles: no function is anybody's by default, the inner ones are nobody's")
    def _():
        for call in INNER:
            for role in READS:
                assert not tries(role, f"select {call}"), f"{role}: {call}"
        equal(place.sql("""select proname from pg_proc p where pronamespace = 'congchao'::regnamespace
                           and has_function_privilege('public', oid, 'execute')"""), "")

    @check("roles: functions with rights of their own cannot be led astray by a search path")
    def _():
        equal(place.sql("""select proname from pg_proc where pronamespace = 'congchao'::regnamespace and prosecdef
                           and not coalesce(proconfig, '{}') @> array['search_path=congchao, pg_temp']"""), "")

    @check("roles: everything is owned by a role that nobody can log in as, and that is no superuser")
    def _():
        equal(place.sql("""select distinct r.rolname, rolcanlogin, rolsuper from pg_class c join pg_roles r
                           on r.oid = relowner where relnamespace = 'congchao'::regnamespace
                           union select distinct r.rolname, rolcanlogin, rolsuper from pg_proc join pg_roles r
                           on r.oid = proowner where pronamespace = 'congchao'::regnamespace"""),
              "congchao_owner|f|f")

    @check("roles: the collector's own login may only do what the role ingest may")
    def _():
        equal(place.cluster.sql("select session_user", "nobody"), "nobody")
        for sql in ("select * from site", "select roll(1)", "set role congchao_officer", "set role congchao_owner"):
            try:
                place.cluster.sql(sql, "nobody")
                raise ValueError(f"{sql} is let")
            except AssertionError as refused:
                assert "permission denied" in str(refused), refused

    @check("roles: a command that is not its user's to run fails, and says so")
    def _():
        path = place.write_conf("wrong")
        with open(path, encoding="utf-8") as conf:
            text = conf.read().replace('keeper = "daemon"', 'keeper = "games"')
        with open(path, "w", encoding="utf-8") as conf:
            conf.write(text)
        done = place.command("roll", conf=path)
        equal(done.returncode, 1)
        assert "permission denied for function roll" in done.stderr, done.stderr


def column_of(place, table):
    return place.sql(f"select quote_ident(attname) from pg_attribute where attrelid = '{table}'::regclass "
                     "and attnum > 0 and not attisdropped and attidentity = '' limit 1")
