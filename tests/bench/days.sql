-- A department that is full: so many sites, one whole day of their hours as ingest() would
-- have left it, and a year of the sums that roll() has made of that day, in statements of
-- whole sets: what is measured is what comes after. 24 reports a day and site; 16 hours with
-- visitors, in each of these 6 cells (3 audiences, 2 languages) and p_measures measures.
create schema if not exists bench;
set search_path = bench, congchao, public;

-- Any number from 0, the same each time.
create or replace function bench.pick(text, bigint) returns bigint
language sql immutable parallel safe as $$
	select abs(hashtextextended($1, 0)) % $2
$$;

-- 20 sites to a commune.
create or replace function bench.sites(p_sites int) returns void language sql as $$
	insert into congchao.area (area_id, name, parent)
	select format('c-%s', to_char(i, 'FM00000')), format('Xã %s', i), 'province'
	from generate_series(1, greatest(1, p_sites / 20)) i on conflict do nothing;
	insert into congchao.site (site_id, name, area_id, status, key_ver, instance, capacity,
		enrolled_at, approved_at)
	select format('s-%s', to_char(i, 'FM00000')), format('Điểm %s', i),
	       format('c-%s', to_char(1 + i % greatest(1, p_sites / 20), 'FM00000')), 'active', 1,
	       '0123456789abcdef0123456789abcdef', 500, now() - interval '400 days', now() - interval '400 days'
	from generate_series(1, p_sites) i;
	insert into congchao.site_seen (site_id, last_at, last_period, sw, unsent)
	select site_id, now() - interval '1 hour', date_trunc('hour', now()) - interval '2 hours', '0.1.0', 0
	from congchao.site;
$$;

create or replace view bench.cell as
select a.audience, l.lang
from (values ('citizen'), ('civil_servant'), ('enterprise_staff')) a (audience),
	(values ('vi'), ('en')) l (lang);

-- What may be answered: as many different measures as one hour takes.
create table if not exists bench.measure as
select row_number() over () - 1 as place, q.item, l.audience,
       format('answer/%s/%s/calm', r.role, o.option) as event
from congchao.question q join congchao.lesson l using (objective),
	(values ('pre'), ('post'), ('control'), ('review3')) r (role),
	(values ('a'), ('b'), ('c')) o (option)
where q.current
union all
select 600 + row_number() over (), q.item, l.audience, format('rest/%s/%s', v.verdict, n)
from congchao.question q join congchao.lesson l using (objective),
	(values ('right'), ('wrong')) v (verdict), generate_series(0, 2) n
where q.current
union all
select 1000 + row_number() over (), l.objective, l.audience, format('pair/%s/%s', x.v, y.v)
from congchao.lesson l, (values ('right'), ('wrong')) x (v), (values ('right'), ('wrong')) y (v)
where l.current;

create or replace function bench.hours(p_day date, p_measures int) returns void language plpgsql as $$
declare
	begins timestamptz := congchao.day_begin(p_day);
	kinds bigint := (select count(*) from bench.measure);
begin
	create temp table numbered on commit drop as
	select (row_number() over (order by place) - 1)::int as n, item, audience, event from bench.measure;
	create unique index on numbered (n);
	analyze numbered;
	insert into congchao.report
	select s.site_id, begins + h * interval '1 hour', 1, sha256(convert_to(s.site_id || h, 'UTF8')),
	       begins + (h + 1) * interval '1 hour' + interval '20 minutes', 0, 0, 0, 'active', 1,
	       s.instance, true, '0.1.0'
	from congchao.site s, generate_series(0, 23) h;
	insert into congchao.cell_hour
	select s.site_id, begins + h * interval '1 hour', 'wifi', c.audience, c.lang, 3 + n, 2 + n, 1 + n,
	       1 + n, 1 + n, 0, 0
	from congchao.site s, generate_series(7, 22) h, bench.cell c,
		lateral (select bench.pick(s.site_id || h || c.audience, 5)::int as n) x;
	insert into congchao.measure_hour
	select s.site_id, begins + h * interval '1 hour', m.audience, 'vi', m.item, m.event, 1 + first % 3
	from congchao.site s, generate_series(7, 22) h,
		lateral (select bench.pick(s.site_id || h, kinds)::int as first) f,
		generate_series(0, p_measures - 1) k, numbered m
	where m.n = (first + k * 37) % kinds;
end $$;

-- Partitions of years that are over: partitions() makes those of now.
create or replace function bench.partitions(p_from date) returns void language plpgsql as $$
declare
	starts date;
	parent text;
begin
	for starts in select generate_series(date_trunc('year', p_from), now(), interval '1 year') loop
		foreach parent in array array['site_day', 'cell_day'] loop
			if to_regclass(parent || to_char(starts, '_YYYY')) is null then
				execute format('create table congchao.%I partition of congchao.%I for values from (%L) to (%L)',
				               parent || to_char(starts, '_YYYY'), parent, starts,
				               (starts + interval '1 year')::date);
				execute format('alter table congchao.%I owner to congchao_owner',
				               parent || to_char(starts, '_YYYY'));
			end if;
		end loop;
	end loop;
end $$;

-- What roll() and roll_area() have made of a day, once for each of the p_days before it; in
-- the order of days, as it would have come. The key is made at the end: into a key that is
-- there a year would take hours.
create or replace function bench.repeat(p_table text, p_day date, p_days int) returns void
language plpgsql as $$
declare
	key text := (select pg_get_constraintdef(oid) from pg_constraint
	             where conrelid = ('congchao.' || p_table)::regclass and contype = 'p');
	names text := (select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
	               where attrelid = ('congchao.' || p_table)::regclass and attnum > 0
	                 and not attisdropped and attname <> 'day');
begin
	execute format('create temp table one_day on commit drop as select %s from congchao.%I where day = $1',
	               names, p_table) using p_day;
	execute format('alter table congchao.%I drop constraint %I', p_table, p_table || '_pkey');
	for n in reverse p_days .. 1 loop
		execute format('insert into congchao.%I (day, %s) select $1, %2$s from one_day', p_table, names)
		using p_day - n;
	end loop;
	execute format('alter table congchao.%I add %s', p_table, key);
end $$;

-- The months of these days, as roll_months() and roll_area_day() sum them.
create or replace function bench.months() returns void language sql as $$
	truncate congchao.site_month, congchao.area_month;
	insert into congchao.site_month (site_id, month, due, doubtful, excluded, flags, late, shown, acknowledged)
	select site_id, congchao.month_of(day), sum(due), sum(doubtful), sum(excluded), bit_or(flags),
	       sum(late), sum(shown), sum(acknowledged)
	from congchao.site_day group by 1, 2;
	insert into congchao.area_month (area_id, month, state, shown, answered, "right", acknowledged)
	select area_id, congchao.month_of(day), state, sum(shown), sum(answered), sum("right"), sum(acknowledged)
	from congchao.area_day group by 1, 2, 3;
$$;
