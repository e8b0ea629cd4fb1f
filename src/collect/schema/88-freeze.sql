-- Closing a month, ten days after its end.

-- Frozen is frozen, for the owner too.
create function month_refuse() returns trigger
language plpgsql as $$
begin
	raise 'a frozen month is never changed' using errcode = 'CC409';
end $$;

do $$
declare
	t text;
begin
	foreach t in array array['issue', 'cell', 'measure', 'site', 'target', 'adjustment'] loop
		execute format('create trigger frozen before update or delete or truncate on month_%s '
		               'for each statement execute function month_refuse()', t);
	end loop;
end $$;

-- Of everything that is frozen of a month, in one order: the same rows, the same hash.
create function month_hash(p_month date) returns bytea
language sql stable set search_path = congchao, pg_temp set timezone = 'UTC' as $$
	select sha256(convert_to(concat_ws(E'\n',
		(select string_agg(c::text, E'\n' order by c.day, c.area_id, c.audience, c.lang, c.state)
		 from month_cell c where month = p_month),
		(select string_agg(m::text, E'\n' order by m.audience, m.lang, m.item, m.event, m.state)
		 from month_measure m where month = p_month),
		(select string_agg(s::text, E'\n' order by s.site_id) from month_site s where month = p_month),
		(select string_agg(t::text, E'\n' order by t.plan, t.audience)
		 from month_target t where month = p_month),
		(select string_agg(a::text, E'\n' order by a.month, a.area_id, a.audience, a.lang, a.state)
		 from month_adjustment a where issue = p_month)), 'UTF8'))
$$;

-- What the days say now minus what the issues up to now have said, where it is not nothing.
create function month_difference()
returns table (month date, area_id text, audience text, lang text, state smallint,
	shown bigint, answered bigint, "right" bigint, acknowledged bigint, released bigint,
	deferred bigint, returned bigint)
language sql stable set search_path = congchao, pg_temp as $$
	with side as (
		select month_of(day) as month, area_id, audience, lang, state, shown,
		       answered, "right", acknowledged, released, deferred, returned
		from area_day where month_of(day) in (select month from month_issue)
		union all
		select month, area_id, audience, lang, state, -shown, -answered, -"right", -acknowledged,
		       -released, -deferred, -returned from month_cell
		union all
		select month, area_id, audience, lang, state, -shown, -answered, -"right", -acknowledged,
		       -released, -deferred, -returned from month_adjustment
	), total as (
		select month, area_id, audience, lang, state, sum(shown)::bigint as shown,
		       sum(answered)::bigint as answered, sum("right")::bigint as "right",
		       sum(acknowledged)::bigint as acknowledged, sum(released)::bigint as released,
		       sum(deferred)::bigint as deferred, sum(returned)::bigint as returned
		from side group by 1, 2, 3, 4, 5
	)
	select * from total t
	where (t.shown, t.answered, t.right, t.acknowledged, t.released, t.deferred, t.returned)
	      <> (0, 0, 0, 0, 0, 0, 0)
$$;

-- Months that can be frozen and are not, oldest first: since the first day there is.
create function months_due() returns setof date
language sql stable security definer set search_path = congchao, pg_temp as $$
	select m::date
	from (select date_trunc('month', min(day)::timestamp) as first from area_day) f,
		generate_series(f.first, day_of(now())::timestamp, '1 month') m
	where now() >= day_begin((m + interval '1 month 10 days')::date)
	  and m::date not in (select month from month_issue)
	order by m
$$;

-- Freezes a month; the number of its issue. Frozen before: that number.
create function freeze(p_month date, p_who text default session_user) returns int
language plpgsql security definer set search_path = congchao, pg_temp as $$
declare
	ends date := (p_month + interval '1 month')::date;
	issue month_issue;
begin
	perform pg_advisory_xact_lock(hashtext('congchao roll')); -- no sum changes meanwhile
	select * into issue from month_issue where month = p_month;
	if found then
		return issue.number;
	elsif extract(day from p_month) <> 1 then
		raise '% is no month, expected its first day', p_month using errcode = 'CC422';
	elsif now() < day_begin(ends + 10) then
		raise '% can be frozen from % on: reports may still come', to_char(p_month, 'YYYY-MM'),
			ends + 10 using errcode = 'CC409';
	elsif not exists (select from area_day where day < ends) then
		raise 'nothing was counted in %, and nothing before', to_char(p_month, 'YYYY-MM')
			using errcode = 'CC409';
	elsif exists (select from dirty where day >= p_month and day < ends)
	   or exists (select from dirty_area where day >= p_month and day < ends)
	   or exists (select from dirty_total where day >= p_month and day < ends) then
		raise 'days of % have yet to be summed: congchao-collect roll', to_char(p_month, 'YYYY-MM')
			using errcode = 'CC409';
	end if;
	insert into month_adjustment select p_month, d.* from month_difference() d;
	insert into month_cell
	select p_month, day, area_id, audience, lang, state, shown, answered, "right", acknowledged,
	       released, deferred, returned
	from area_day where day >= p_month and day < ends;
	insert into month_measure
	select p_month, audience, lang, item, event, state, n
	from measure_sums(p_month, ends - 1, null);
	insert into month_site
	select p_month, site_id, name, area_id, status, received, expected, doubtful, excluded, flags,
	       shown, acknowledged
	from sites(p_month, ends - 1);
	insert into month_target select p_month, t.plan, t.audience, to_jsonb(t) from v_target t;
	insert into month_issue (month, number, frozen_by, received, expected, hash)
	select p_month, (select coalesce(max(number), 0) + 1 from month_issue), p_who, c.received,
	       c.expected, month_hash(p_month)
	from completeness(p_month, ends - 1) c
	returning * into issue;
	return issue.number;
end $$;
