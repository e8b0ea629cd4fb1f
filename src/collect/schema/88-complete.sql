-- How complete the reports are, as completeness() has it, for pages that want it of each day
-- and each place: one pass over the days of sites. Most sites were enrolled all the
-- time; only for the others is expected_hours() asked.

create function completeness_cells(p_from date, p_to date, p_area text)
returns table (day date, area_id text, received bigint, expected bigint)
language sql stable set search_path = congchao, pg_temp as $$
	with days as (
		select g::date as day, day_begin(g::date) as starts, expected_until(g::date) as ends,
		       expected_hours(day_begin(g::date), null, day_begin(g::date),
		                      expected_until(g::date)) as hours
		from generate_series(p_from, p_to, interval '1 day') g
	), counted as (
		select site_id, area_id, enrolled_at, ended_at,
		       coalesce(enrolled_at <= day_begin(p_from) and ended_at is null, false) as whole
		from site where approved_at is not null and (p_area is null or area_id = p_area)
	), received as (
		select d.day, c.area_id, sum(least(s.received, case when c.whole then d.hours
			else expected_hours(c.enrolled_at, c.ended_at, d.starts, d.ends) end)) as hours
		from site_day s join days d using (day) join counted c using (site_id)
		where s.day between p_from and p_to group by d.day, c.area_id
	), expected as (
		select day, area_id, sum(hours) as hours from (
			select d.day, c.area_id, c.sites * d.hours as hours
			from days d cross join (select area_id, count(*) as sites from counted
			                        where whole group by area_id) c
			union all
			select d.day, c.area_id, expected_hours(c.enrolled_at, c.ended_at, d.starts, d.ends)
			from days d cross join counted c where not c.whole) x
		group by day, area_id
	)
	select e.day, e.area_id, coalesce(r.hours, 0)::bigint, e.hours::bigint
	from expected e left join received r using (day, area_id)
$$;

-- The last 35 days, by day and area.
create view v_completeness as
select day, area_id, received, expected
from completeness_cells(day_of(now()) - 34, day_of(now()), null) where expected > 0;

create function completeness_areas(p_from date, p_to date)
returns table (area_id text, received bigint, expected bigint)
language sql stable set search_path = congchao, pg_temp as $$
	select area_id, sum(received)::bigint, sum(expected)::bigint
	from completeness_cells(p_from, p_to, null) group by area_id
$$;

create function completeness_days(p_from date, p_to date, p_area text)
returns table (day date, received bigint, expected bigint)
language sql stable set search_path = congchao, pg_temp as $$
	select g::date, coalesce(sum(c.received), 0)::bigint, coalesce(sum(c.expected), 0)::bigint
	from generate_series(p_from, p_to, interval '1 day') g
		left join completeness_cells(p_from, p_to, p_area) c on c.day = g::date
	group by g
$$;

create function completeness_total(p_from date, p_to date, p_area text)
returns table (received bigint, expected bigint)
language sql stable set search_path = congchao, pg_temp as $$
	select coalesce(sum(received), 0)::bigint, coalesce(sum(expected), 0)::bigint
	from completeness_cells(p_from, p_to, p_area)
$$;

-- Of a site what a reader may know: no address, no key.
create view site_of_reader as
select site_id, name, area_id, kind, status, capacity, opens, closes, enrolled_at, approved_at, ended_at
from site;
create view site_seen_of_reader as
select site_id, last_at, sw, unsent, oldest_unsent, skew_s from site_seen;

-- sites() without its price: what a page shows of each site for some days. Of whole days all
-- that was received was expected; only for the others is expected_hours() asked.
create function site_sums(p_from date, p_to date)
returns table (site_id text, received bigint, doubtful bigint, excluded bigint, flags int,
	shown bigint, acknowledged bigint)
language sql stable set search_path = congchao, pg_temp as $$
	with whole as (
		select site_id, enrolled_at, ended_at, case when enrolled_at <= day_begin(p_from)
			and ended_at is null then day_of(now() - interval '1 hour') end as before
		from site_of_reader
	)
	select d.site_id, d.received, d.doubtful, d.excluded, d.flags, coalesce(c.shown, 0),
	       coalesce(c.acknowledged, 0)
	from (select site_id, sum(case when day < before then received
	                          else least(received, expected_hours(enrolled_at, ended_at,
	                                     day_begin(day), expected_until(day))) end)::bigint as received,
	             sum(doubtful)::bigint as doubtful,
	             sum(excluded)::bigint as excluded, bit_or(flags) as flags
	      from site_day join whole using (site_id)
	      where day between p_from and p_to group by site_id) d
		left join (select site_id, sum(shown)::bigint as shown,
		                  sum(acknowledged)::bigint as acknowledged
		           from cell_day where day between p_from and p_to and state < 2
		           group by site_id) c using (site_id)
$$;
