-- Roll-ups, never incremented: days of sites are recomputed from their hours, months from
-- days, places from sites, and all together from places.

-- The first moment of which all hours are still kept.
create function kept_from() returns timestamptz
language sql stable set search_path = congchao, pg_temp as $$
	select to_timestamp(min(substr(relname, 8)) || ' +00', 'YYYYMM TZH')
	from pg_class where relnamespace = 'congchao'::regnamespace and relname ~ '^report_\d{6}$'
$$;

create function doubtful_flags() returns int
language sql stable set search_path = congchao, pg_temp as $$
	select coalesce(bit_or(flag), 0) from flag where doubtful
$$;

-- Whole hours of p_from .. p_to in which a site was enrolled and not ended.
create function expected_hours(p_enrolled timestamptz, p_ended timestamptz, p_from timestamptz,
                               p_to timestamptz) returns bigint
language sql immutable parallel safe as $$
	select case when p_enrolled is null then 0 else greatest(0,
		floor(extract(epoch from least(p_to, coalesce(p_ended, p_to))) / 3600)
		- ceil(extract(epoch from greatest(p_from, p_enrolled)) / 3600)) end::bigint
$$;

-- How many of the hours received of a day were expected: of it as a whole.
create function due_of(p_received bigint, p_enrolled timestamptz, p_ended timestamptz, p_day date)
returns bigint language sql immutable parallel safe as $$
	select least(p_received, expected_hours(p_enrolled, p_ended, day_begin(p_day), day_begin(p_day + 1)))
$$;

-- The hours of some sites' days. Does one count (0), count with a doubt (1), or not (2)? What
-- came while the site was pending counts once it is approved; what came while it was
-- suspended never does; what an officer has decided about the day outweighs the flags, and
-- never a suspension. No SET here: its callers' plans take it in.
create function hours_of(p_sites text[], p_days date[])
returns table (site_id text, day date, period timestamptz, flags int, late_h int, state smallint)
language sql stable
begin atomic
	select w.site_id, w.day, r.period, r.flags, r.late_h,
	       case when r.standing = 'suspended' then 2
	            when r.standing = 'pending' and not coalesce(r.received_at <= s.approved_at, false) then 2
	            when v.verdict = 'exclude' then 2
	            when v.verdict = 'include' then 0
	            when r.flags & (select doubtful_flags()) <> 0 then 1
	            else 0 end::smallint
	from unnest(p_sites, p_days) as w (site_id, day)
		join site s on s.site_id = w.site_id
		left join lateral (select verdict from flag_decision d
		                   where d.site_id = w.site_id and w.day between d.from_day and d.to_day
		                   order by decision_id desc limit 1) v on true
		join report r on r.site_id = w.site_id and r.period >= day_begin(w.day)
			and r.period < day_begin(w.day + 1);
end;

create function month_of(p_day date) returns date
language sql immutable parallel safe as $$ select date_trunc('month', p_day::timestamp)::date $$;

-- From their days, whose hours may be gone.
create function roll_months(p_sites text[], p_days date[]) returns void
language plpgsql set search_path = congchao, pg_temp as $$
begin
	delete from site_month m using unnest(p_sites, p_days) as w (site_id, day)
	where m.site_id = w.site_id and m.month = month_of(w.day);
	insert into site_month (site_id, month, due, doubtful, excluded, flags, late, shown, acknowledged)
	select m.site_id, m.month, sum(d.due), sum(d.doubtful), sum(d.excluded), bit_or(d.flags), sum(d.late),
	       sum(d.shown), sum(d.acknowledged)
	from (select distinct site_id, month_of(day) as month from unnest(p_sites, p_days) as w (site_id, day)) m
		join site_day d on d.site_id = m.site_id and d.day >= m.month
			and d.day < (m.month + interval '1 month')::date
	group by m.site_id, m.month;
end $$;

create function roll_days(p_sites text[], p_days date[]) returns void
language plpgsql set search_path = congchao, pg_temp as $$
begin
	delete from site_day d using unnest(p_sites, p_days) as w (site_id, day)
	where d.site_id = w.site_id and d.day = w.day;
	delete from cell_day d using unnest(p_sites, p_days) as w (site_id, day)
	where d.site_id = w.site_id and d.day = w.day;
	with hours as materialized (
		select * from hours_of(p_sites, p_days)
	), cells as materialized (
		select h.site_id, h.day, c.audience, c.lang, h.state, sum(c.shown) as shown,
		       sum(c.answered) as answered, sum(c.right) as "right", sum(c.acknowledged) as acknowledged,
		       sum(c.released) as released, sum(c.deferred) as deferred, sum(c.returned) as returned
		from hours h join cell_hour c on c.site_id = h.site_id and c.period = h.period
		group by h.site_id, h.day, c.audience, c.lang, h.state
	), put as (
		insert into cell_day (site_id, day, audience, lang, state, shown, answered, "right",
			acknowledged, released, deferred, returned) select * from cells
	)
	insert into site_day (site_id, day, received, due, doubtful, excluded, flags, late, shown, acknowledged)
	select h.site_id, h.day, h.received,
	       due_of(h.received, s.enrolled_at, s.ended_at, h.day), h.doubtful, h.excluded, h.flags, h.late,
	       coalesce(c.shown, 0), coalesce(c.acknowledged, 0)
	from (select site_id, day, count(*) as received, count(*) filter (where state = 1) as doubtful,
	             count(*) filter (where state = 2) as excluded, bit_or(flags) as flags,
	             count(*) filter (where late_h >= 24) as late
	      from hours group by site_id, day) h join site s using (site_id)
		left join (select site_id, day, sum(shown) as shown, sum(acknowledged) as acknowledged
		           from cells where state < 2 group by site_id, day) c using (site_id, day);
end $$;

-- Recomputes up to n days of sites; how many they were. It locks the days of a site in the
-- order in which ingest() does, which waits for them: at most about 50 at a time.
create function roll(n int default 50) returns int
language plpgsql security definer set search_path = congchao, pg_temp as $$
declare
	kept timestamptz;
	sites text[];
	days date[];
begin
	perform pg_advisory_xact_lock(hashtext('congchao roll'));
	kept := kept_from(); -- retain() has that lock, too
	select array_agg(site_id), array_agg(day) into sites, days
	from (select site_id, day from dirty order by site_id, day limit n for update) d;
	-- A statement after the locks: it sees all that was committed before them.
	delete from dirty d using unnest(sites, days) as w (site_id, day)
	where d.site_id = w.site_id and d.day = w.day;
	n := coalesce(cardinality(sites), 0);
	-- Of a day whose hours are gone the sums are all there is: they stay.
	select array_agg(w.site_id), array_agg(w.day) into sites, days
	from unnest(sites, days) as w (site_id, day) where day_begin(w.day) >= kept;
	perform roll_days(sites, days);
	perform roll_months(sites, days);
	insert into dirty_area (area_id, day)
	select distinct s.area_id, w.day
	from unnest(sites, days) as w (site_id, day) join site s using (site_id) order by 1, 2
	on conflict (area_id, day) do update set since = now();
	return n;
end $$;

-- What only the hours tell: of a day whose hours are gone it stays where it was counted.
create function roll_area_hours(p_area text, p_day date) returns void
language plpgsql set search_path = congchao, pg_temp as $$
declare
	sites text[] := array(select site_id from site where area_id = p_area order by site_id);
	days date[] := array_fill(p_day, array[cardinality(sites)]);
begin
	delete from area_hour where area_id = p_area and day = p_day;
	insert into area_hour (area_id, day, hour, shown, acknowledged)
	select p_area, p_day, extract(hour from h.period at time zone 'Asia/Ho_Chi_Minh') as hour,
	       sum(c.shown), sum(c.acknowledged)
	from hours_of(sites, days) h join cell_hour c on c.site_id = h.site_id and c.period = h.period
	where h.state < 2 group by 3 having sum(c.shown) + sum(c.acknowledged) > 0;
	perform roll_area_learning(p_area, p_day, sites, days);
end $$;

create function roll_area_day(p_area text, p_day date) returns void
language plpgsql set search_path = congchao, pg_temp as $$
begin
	delete from area_day where area_id = p_area and day = p_day;
	insert into area_day (area_id, day, audience, lang, state, shown, answered, "right",
		acknowledged, released, deferred, returned)
	select p_area, p_day, c.audience, c.lang, c.state, sum(c.shown), sum(c.answered),
	       sum(c.right), sum(c.acknowledged), sum(c.released), sum(c.deferred), sum(c.returned)
	from site s join cell_day c on c.site_id = s.site_id
	where s.area_id = p_area and c.day = p_day and c.state < 2
	group by c.audience, c.lang, c.state;
	delete from area_month where area_id = p_area and month = month_of(p_day);
	insert into area_month (area_id, month, state, shown, answered, "right", acknowledged)
	select p_area, month_of(p_day), state, sum(shown), sum(answered), sum("right"), sum(acknowledged)
	from area_day where area_id = p_area and day >= month_of(p_day)
		and day < (month_of(p_day) + interval '1 month')::date
	group by state;
	delete from area_received where area_id = p_area and day = p_day;
	insert into area_received (area_id, day, received)
	select p_area, p_day, sum(d.due)
	from site s join site_day d on d.site_id = s.site_id
	where s.area_id = p_area and d.day = p_day and s.approved_at is not null having sum(d.due) > 0;
	insert into dirty_total (day) values (p_day) on conflict (day) do update set since = now();
end $$;

-- The same for places, after the sites.
create function roll_area(n int default 50) returns int
language plpgsql security definer set search_path = congchao, pg_temp as $$
declare
	kept timestamptz;
	d dirty_area;
	done int := 0;
begin
	perform pg_advisory_xact_lock(hashtext('congchao roll'));
	kept := kept_from();
	for d in select * from dirty_area order by area_id, day limit n loop
		delete from dirty_area where area_id = d.area_id and day = d.day;
		perform roll_area_day(d.area_id, d.day);
		if day_begin(d.day) >= kept then
			perform roll_area_hours(d.area_id, d.day);
		end if;
		done := done + 1;
	end loop;
	return done;
end $$;

-- And for all of them, after the places: a day of three thousand places takes a second.
create function roll_total(n int default 2) returns int
language plpgsql security definer set search_path = congchao, pg_temp as $$
declare
	d dirty_total;
	done int := 0;
begin
	perform pg_advisory_xact_lock(hashtext('congchao roll'));
	for d in select * from dirty_total order by day limit n loop
		delete from dirty_total where day = d.day;
		delete from total_day where day = d.day;
		insert into total_day (day, audience, lang, state, shown, answered, "right", acknowledged,
			released, deferred, returned)
		select d.day, audience, lang, state, sum(shown), sum(answered), sum("right"),
		       sum(acknowledged), sum(released), sum(deferred), sum(returned)
		from area_day where day = d.day group by audience, lang, state;
		delete from total_hour where day = d.day;
		insert into total_hour (day, hour, shown, acknowledged)
		select d.day, hour, sum(shown), sum(acknowledged) from area_hour where day = d.day group by hour;
		delete from total_measure where day = d.day;
		insert into total_measure (day, audience, lang, item, event, state, n)
		select d.day, k.audience, k.lang, k.item, k.event, l.state, l.n
		from (select a.state, u.kind, sum(u.n) as n
		      from area_learning a, unnest(a.kinds, a.counts) as u (kind, n)
		      where a.day = d.day group by a.state, u.kind) l join measure_kind k using (kind);
		done := done + 1;
	end loop;
	return done;
end $$;

-- Which of a site's hours were expected has changed: of all its days, for that needs no hours.
create function site_due(p_site text) returns void
language plpgsql set search_path = congchao, pg_temp as $$
begin
	perform pg_advisory_xact_lock(hashtext('congchao roll'));
	update site_day d set due = due_of(received, s.enrolled_at, s.ended_at, day)
	from site s where s.site_id = p_site and d.site_id = p_site;
	perform roll_months(array_agg(p_site), array_agg(month))
	from (select distinct month_of(day) as month from site_day where site_id = p_site) m;
	insert into dirty_area (area_id, day)
	select area_id, day from site_day join site using (site_id) where site_id = p_site order by day
	on conflict (area_id, day) do update set since = now();
end $$;

-- All days of a site are to be summed again: its standing, or a decision about it, changed.
create function site_dirty(p_site text) returns void
language sql set search_path = congchao, pg_temp as $$
	insert into dirty (site_id, day)
	select distinct p_site, day_of(period) as day from report
	where site_id = p_site and period >= kept_from() order by day
	on conflict (site_id, day) do update set since = now()
$$;
