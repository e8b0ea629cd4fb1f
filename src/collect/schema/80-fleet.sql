-- Sites and how complete their reports are: beside every number.

-- An hour is expected when it has ended an hour ago: its report has had its time.
create function expected_until(p_day date) returns timestamptz
language sql stable parallel safe
begin atomic
	select least(day_begin(p_day + 1), now() - interval '1 hour');
end;

-- Of a site what a reader may know: no address, no key.
create view site_of_reader as
select site_id, name, area_id, kind, status, capacity, opens, closes, enrolled_at, approved_at, ended_at
from site;
create view site_seen_of_reader as
select site_id, last_at, sw, unsent, oldest_unsent, skew_s from site_seen;

-- The day of which not all hours are expected yet; or the first of two.
create function live_day() returns date
language sql stable parallel safe
begin atomic
	select day_of(now() - interval '1 hour');
end;

-- The months that lie in some days, from starts until before ends; none: both are the first
-- day. What is left are days before starts, and from ends on.
create function whole_months(p_from date, p_to date, out starts date, out ends date)
language sql immutable parallel safe set search_path = congchao, pg_temp as $$
	select case when first < last then first else p_from end,
	       case when first < last then last else p_from end
	from (select (month_of(p_from - 1) + interval '1 month')::date as first,
	             month_of(p_to + 1) as last) m
$$;

-- How many hours were expected of each site; most were enrolled all the time, and all of
-- these have the same.
create function expected_sites(p_from date, p_to date)
returns table (site_id text, area_id text, approved boolean, expected bigint)
language sql stable set search_path = congchao, pg_temp as $$
	select site_id, area_id, approved_at is not null,
	       case when enrolled_at <= day_begin(p_from) and ended_at is null
	            then (select expected_hours(day_begin(p_from), null, day_begin(p_from), expected_until(p_to)))
	            else expected_hours(enrolled_at, ended_at, day_begin(p_from), expected_until(p_to)) end
	from site_of_reader
$$;

-- Of days that are under way: hours that are in due and not expected yet, as what to add.
create function due_early(p_from date, p_to date)
returns table (site_id text, area_id text, day date, due bigint)
language sql stable set search_path = congchao, pg_temp as $$
	with live as materialized (
		select * from site_day where day >= greatest(p_from, live_day()) and day <= p_to
	)
	select site_id, area_id, day, least(0, expected_hours(enrolled_at, ended_at, day_begin(day),
	                                                      expected_until(day)) - due)
	from live join site_of_reader using (site_id)
$$;

-- Of sites that have reported. due: hours that were received of those expected. What was
-- counted before the enrolment is counted, and is nothing that could have been missing.
create function site_sums(p_from date, p_to date)
returns table (site_id text, due bigint, doubtful bigint, excluded bigint, flags int, late bigint,
	shown bigint, acknowledged bigint)
language sql stable set search_path = congchao, pg_temp as $$
	with months as materialized (
		select * from whole_months(p_from, p_to)
	), parts as (
		select site_id, sum(due) as due, sum(doubtful) as doubtful, sum(excluded) as excluded,
		       bit_or(flags) as flags, sum(late) as late, sum(shown)::bigint as shown,
		       sum(acknowledged)::bigint as acknowledged
		from site_day where day >= p_from and day < (select starts from months) group by site_id
		union all
		select site_id, sum(due), sum(doubtful), sum(excluded), bit_or(flags), sum(late),
		       sum(shown)::bigint, sum(acknowledged)::bigint
		from site_day where day >= (select ends from months) and day <= p_to group by site_id
		union all
		select site_id, sum(due), sum(doubtful), sum(excluded), bit_or(flags), sum(late),
		       sum(shown)::bigint, sum(acknowledged)::bigint
		from site_month
		where month >= (select starts from months) and month < (select ends from months) group by site_id
		union all
		select site_id, due, 0, 0, 0, 0, 0, 0 from due_early(p_from, p_to)
	)
	select site_id, sum(due)::bigint, sum(doubtful)::bigint, sum(excluded)::bigint, bit_or(flags),
	       sum(late)::bigint, sum(shown)::bigint, sum(acknowledged)::bigint
	from parts group by site_id
$$;

-- One row a site for some days.
create function sites(p_from date, p_to date)
returns table (site_id text, name text, area_id text, kind text, status text, received bigint,
	expected bigint, doubtful bigint, excluded bigint, flags int, late bigint, shown bigint,
	acknowledged bigint)
language sql stable set search_path = congchao, pg_temp as $$
	select s.site_id, s.name, s.area_id, s.kind, s.status, coalesce(d.due, 0), e.expected,
	       coalesce(d.doubtful, 0), coalesce(d.excluded, 0), coalesce(d.flags, 0),
	       coalesce(d.late, 0), coalesce(d.shown, 0), coalesce(d.acknowledged, 0)
	from site_of_reader s join expected_sites(p_from, p_to) e using (site_id)
		left join site_sums(p_from, p_to) d using (site_id)
$$;

-- One row a site, as it is now; the last seven days of its reports.
create view v_site as
select s.site_id, s.name, s.area_id, s.kind, s.status, s.enrolled_at, s.approved_at, s.ended_at,
       s.capacity, s.opens, s.closes, n.last_at, n.last_period, n.sw, n.unsent, n.oldest_unsent,
       n.skew_s, w.received, w.expected, w.doubtful, w.excluded, w.flags, w.shown, w.acknowledged,
       s.status = 'active' and coalesce(n.last_at, s.enrolled_at) < now() - interval '24 hours'
           as silent
from site s
	join sites(day_of(now()) - 6, day_of(now())) w using (site_id)
	left join site_seen n using (site_id);

-- The first question of each morning, by area.
create view v_fleet as
select a.area_id, a.name,
       count(*) filter (where status = 'active') as active,
       count(*) filter (where silent) as silent,
       count(*) filter (where status = 'pending' and enrolled_at is not null) as pending,
       count(*) filter (where status = 'active' and doubtful > 0) as flagged,
       count(*) filter (where status = 'suspended') as suspended,
       count(*) filter (where status = 'revoked') as revoked,
       min(oldest_unsent) filter (where status = 'active') as oldest_unsent
from v_site s join area a using (area_id)
group by a.area_id, a.name;

-- Which software speaks.
create view v_version as
select coalesce(sw, '') as sw, count(*) as sites
from site join site_seen using (site_id) where status = 'active' group by 1;

-- Hours that want an officer's eye: doubtful ones of the last 35 days, by day.
create view v_flagged as
select d.site_id, s.name, s.area_id, d.day, d.flags & doubtful_flags() as flags, d.doubtful as hours
from site_day d join site s using (site_id)
where d.doubtful > 0 and d.day > day_of(now()) - 35;
