-- A department that is full: so many sites, one whole day of their hours, a year of its sums.
-- Written as ingest() and roll() would have left it, in statements of whole sets: what is
-- measured is what comes after. Of statistics: 24 reports a day and site; 16 hours with
-- visitors, in each of these 6 cells (3 audiences, 2 languages) and :measures measures.
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
		foreach parent in array array['site_day', 'cell_day', 'measure_day'] loop
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

-- The sums of days as roll() and roll_area() make them, without their hours.
create or replace function bench.year(p_from date, p_to date) returns void language sql as $$
	select bench.partitions(p_from);
	insert into congchao.site_day
	select s.site_id, d::date, 24, 0, 0, 0, 0, x.shown, x.shown
	from congchao.site s, generate_series(p_from, p_to, interval '1 day') d,
		(select array_agg(case when h between 7 and 22 then 30 else 0 end::bigint order by h) as shown
		 from generate_series(0, 23) h) x;
	insert into congchao.cell_day
	select s.site_id, d::date, c.audience, c.lang, 0, 80 + n, 64 + n, 48 + n, 48 + n, 48 + n, 0, 0
	from congchao.site s, generate_series(p_from, p_to, interval '1 day') d, bench.cell c,
		lateral (select bench.pick(s.site_id || d || c.audience, 16) as n) x;
	insert into congchao.area_day
	select s.area_id, d.day, d.audience, d.lang, d.state, sum(d.shown), sum(d.answered), sum(d.right),
	       sum(d.acknowledged), sum(d.released), sum(d.deferred), sum(d.returned)
	from congchao.cell_day d join congchao.site s using (site_id)
	where d.day between p_from and p_to group by 1, 2, 3, 4, 5;
	insert into congchao.area_hour
	select s.area_id, d.day, h.place - 1, sum(h.shown), sum(h.acknowledged)
	from congchao.site s join congchao.site_day d using (site_id),
		unnest(d.shown, d.acknowledged) with ordinality as h (shown, acknowledged, place)
	where d.day between p_from and p_to and h.shown > 0 group by 1, 2, 3;
$$;

create or replace function bench.measure_sums(p_from date, p_to date, p_measures int) returns void
language sql as $$
	insert into congchao.measure_day
	select s.site_id, d::date, m.audience, 'vi', m.item, m.event, 0, 1 + first % 7
	from congchao.site s, generate_series(p_from, p_to, interval '1 day') d,
		lateral (select bench.pick(s.site_id || d, kinds)::int as first, kinds
		         from (select count(*) as kinds from bench.measure) k) f,
		generate_series(0, p_measures - 1) k,
		(select (row_number() over (order by place) - 1)::int as n, item, audience, event
		 from bench.measure) m
	where m.n = (first + k * 37) % kinds;
	insert into congchao.area_measure
	select s.area_id, m.day, m.audience, m.lang, m.item, m.event, m.state, sum(m.n)
	from congchao.measure_day m join congchao.site s using (site_id)
	where m.day between p_from and p_to group by 1, 2, 3, 4, 5, 6, 7;
	insert into congchao.total_measure
	select day, audience, lang, item, event, state, sum(n) from congchao.area_measure
	where day between p_from and p_to group by 1, 2, 3, 4, 5, 6;
$$;
