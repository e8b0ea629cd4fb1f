-- How complete the reports are, beside every number: of sites that have ever been approved,
-- by day and place.

-- Hours that came of those expected; in two rows where a day is under way.
create function received_cells(p_from date, p_to date, p_area text)
returns table (day date, area_id text, received bigint)
language sql stable set search_path = congchao, pg_temp as $$
	select day, area_id, received
	from area_received
	where day >= p_from and day <= p_to and (p_area is null or area_id = p_area)
	union all
	select day, area_id, sum(due)::bigint
	from due_early(p_from, p_to) join site_of_reader using (site_id, area_id)
	where approved_at is not null and (p_area is null or area_id = p_area)
	group by day, area_id
$$;

-- On the days in which it was enrolled or ended a site has hours of its own; between these
-- all have the same: +1 site from a day on, -1 from another. Without p_split of all places
-- together.
create function expected_cells(p_from date, p_to date, p_area text, p_split boolean)
returns table (day date, area_id text, expected bigint)
language sql stable set search_path = congchao, pg_temp as $$
	with days as (
		select g::date as day, day_begin(g::date) as starts, expected_until(g::date) as ends
		from generate_series(p_from, p_to, interval '1 day') g
	), counted as (
		select case when p_split then area_id else '' end as area_id, enrolled_at, ended_at, day_of(ended_at) as last,
		       case when enrolled_at <= day_begin(p_from) then p_from - 1 else day_of(enrolled_at) end as first
		from site_of_reader
		where approved_at is not null and enrolled_at is not null and (p_area is null or area_id = p_area)
	), change as (
		select first + 1 as day, area_id, count(*) as sites from counted
		where first < p_to and first + 1 < coalesce(last, p_to + 1) group by 1, 2
		union all
		select last, area_id, -count(*) from counted
		where first + 1 < last and last <= p_to group by 1, 2
	), whole as (
		select day, area_id, sum(coalesce(c.sites, 0)) over (partition by area_id order by day) as sites
		from days cross join (select distinct area_id from counted) a
			left join (select day, area_id, sum(sites) as sites from change group by 1, 2) c
				using (day, area_id)
	), part as (
		select d.day, c.area_id, sum(expected_hours(c.enrolled_at, c.ended_at, d.starts, d.ends)) as hours
		from counted c cross join lateral (select c.first union select c.last) x (day)
			join days d on d.day = x.day
		group by d.day, c.area_id
	)
	select day, w.area_id, (w.sites * expected_hours(d.starts, null, d.starts, d.ends)
	                        + coalesce(p.hours, 0))::bigint
	from whole w join days d using (day) left join part p using (day, area_id)
$$;

create function completeness_areas(p_from date, p_to date)
returns table (area_id text, received bigint, expected bigint)
language sql stable set search_path = congchao, pg_temp as $$
	select area_id, coalesce(r.received, 0), e.expected
	from (select area_id, sum(expected)::bigint as expected
	      from expected_sites(p_from, p_to) where approved group by area_id) e
		left join (select area_id, sum(received)::bigint as received
		           from received_cells(p_from, p_to, null) group by area_id) r using (area_id)
$$;

create function completeness_days(p_from date, p_to date, p_area text)
returns table (day date, received bigint, expected bigint)
language sql stable set search_path = congchao, pg_temp as $$
	select g::date, coalesce(r.received, 0), coalesce(e.expected, 0)
	from generate_series(p_from, p_to, interval '1 day') g
		left join expected_cells(p_from, p_to, p_area, false) e on e.day = g::date
		left join (select day, sum(received)::bigint as received
		           from received_cells(p_from, p_to, p_area) group by day) r on r.day = g::date
$$;

create function completeness(p_from date, p_to date, p_area text default null)
returns table (received bigint, expected bigint)
language sql stable set search_path = congchao, pg_temp as $$
	select (select coalesce(sum(received), 0)::bigint from received_cells(p_from, p_to, p_area)),
	       (select coalesce(sum(expected), 0)::bigint from expected_sites(p_from, p_to)
	        where approved and (p_area is null or area_id = p_area))
$$;

-- The last 35 days, by day and area.
create view v_completeness as
select day, area_id, coalesce(r.received, 0) as received, e.expected
from expected_cells(day_of(now()) - 34, day_of(now()), null, true) e
	left join (select day, area_id, sum(received)::bigint as received
	           from received_cells(day_of(now()) - 34, day_of(now()), null) group by 1, 2) r
		using (day, area_id)
where e.expected > 0;
