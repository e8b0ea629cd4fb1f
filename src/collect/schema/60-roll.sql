-- Roll-ups: whole days, recomputed from the hours.

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

-- Does an hour count (0), count with a doubt (1), or not (2)? What came while the site was
-- pending counts once it is approved; what came while it was suspended never does; what an
-- officer has decided about the day outweighs the flags, and never a suspension.
create function hours_of(p_site text, p_day date)
returns table (period timestamptz, flags int, late_h int, state smallint)
language plpgsql stable set search_path = congchao, pg_temp as $$
#variable_conflict use_column
declare
	decided text := (select verdict from flag_decision
	                 where site_id = p_site and p_day between from_day and to_day
	                 order by decision_id desc limit 1);
	approved timestamptz := (select approved_at from site where site_id = p_site);
	doubtful int := doubtful_flags();
begin
	return query
	select period, flags, late_h,
	       case when standing = 'suspended' then 2
	            when standing = 'pending' and not coalesce(received_at <= approved, false) then 2
	            when decided = 'exclude' then 2
	            when decided = 'include' then 0
	            when flags & doubtful <> 0 then 1
	            else 0 end::smallint
	from report
	where site_id = p_site and period >= day_begin(p_day) and period < day_begin(p_day + 1);
end $$;

create function roll_day(p_site text, p_day date) returns void
language plpgsql set search_path = congchao, pg_temp as $$
begin
	delete from site_day where site_id = p_site and day = p_day;
	delete from cell_day where site_id = p_site and day = p_day;
	delete from measure_day where site_id = p_site and day = p_day;
	insert into site_day
	with by_hour as (
		select extract(hour from h.period at time zone 'Asia/Ho_Chi_Minh') as hour,
		       sum(c.shown) as shown, sum(c.acknowledged) as acknowledged
		from hours_of(p_site, p_day) h
			join cell_hour c on c.site_id = p_site and c.period = h.period
		where h.state < 2 group by 1
	)
	select p_site, p_day, count(*), count(*) filter (where state = 1),
	       count(*) filter (where state = 2), bit_or(flags), count(*) filter (where late_h >= 24),
	       (select array_agg(coalesce(c.shown, 0) order by h) from generate_series(0, 23) h
	        left join by_hour c on c.hour = h),
	       (select array_agg(coalesce(c.acknowledged, 0) order by h) from generate_series(0, 23) h
	        left join by_hour c on c.hour = h)
	from hours_of(p_site, p_day) having count(*) > 0;
	insert into cell_day
	select p_site, p_day, c.audience, c.lang, h.state, sum(c.shown), sum(c.answered),
	       sum(c.right), sum(c.acknowledged), sum(c.released), sum(c.deferred), sum(c.returned)
	from hours_of(p_site, p_day) h join cell_hour c on c.site_id = p_site and c.period = h.period
	group by c.audience, c.lang, h.state;
	insert into measure_day
	select p_site, p_day, m.audience, m.lang, m.item, m.event, h.state, sum(m.n)
	from hours_of(p_site, p_day) h join measure_hour m on m.site_id = p_site and m.period = h.period
	group by m.audience, m.lang, m.item, m.event, h.state;
end $$;

-- Recomputes up to n days of sites, oldest names first as ingest() locks them; how many they
-- were. It holds the rows that ingest waits for: at most about 50 at a time.
create function roll(n int default 50) returns int
language plpgsql security definer set search_path = congchao, pg_temp as $$
declare
	kept timestamptz := kept_from();
	d dirty;
	done int := 0;
begin
	perform pg_advisory_xact_lock(hashtext('congchao roll'));
	for d in select * from dirty order by site_id, day limit n loop
		delete from dirty where site_id = d.site_id and day = d.day;
		-- Of a day whose hours are gone the sums are all there is: they stay.
		if day_begin(d.day) >= kept then
			perform roll_day(d.site_id, d.day);
			insert into dirty_area (area_id, day)
			select area_id, d.day from site where site_id = d.site_id
			on conflict (area_id, day) do update set since = now();
		end if;
		done := done + 1;
	end loop;
	return done;
end $$;

create function roll_area_day(p_area text, p_day date) returns void
language plpgsql set search_path = congchao, pg_temp as $$
begin
	delete from area_day where area_id = p_area and day = p_day;
	delete from area_hour where area_id = p_area and day = p_day;
	insert into area_day
	select p_area, p_day, c.audience, c.lang, c.state, sum(c.shown), sum(c.answered),
	       sum(c.right), sum(c.acknowledged), sum(c.released), sum(c.deferred), sum(c.returned)
	from site s join cell_day c on c.site_id = s.site_id
	where s.area_id = p_area and c.day = p_day and c.state < 2
	group by c.audience, c.lang, c.state;
	insert into area_hour
	select p_area, p_day, h.place - 1, sum(h.shown), sum(h.acknowledged)
	from site s join site_day d on d.site_id = s.site_id,
		unnest(d.shown, d.acknowledged) with ordinality as h (shown, acknowledged, place)
	where s.area_id = p_area and d.day = p_day
	group by h.place having sum(h.shown) + sum(h.acknowledged) > 0;
	perform roll_area_measure(p_area, p_day);
end $$;

-- The same for places, after the sites.
create function roll_area(n int default 50) returns int
language plpgsql security definer set search_path = congchao, pg_temp as $$
declare
	d dirty_area;
	done int := 0;
begin
	perform pg_advisory_xact_lock(hashtext('congchao roll'));
	for d in select * from dirty_area order by area_id, day limit n loop
		delete from dirty_area where area_id = d.area_id and day = d.day;
		perform roll_area_day(d.area_id, d.day);
		done := done + 1;
	end loop;
	if done < n then
		perform roll_total();
	end if;
	return done;
end $$;

-- All days of a site are to be summed again: its standing, or a decision about it, changed.
create function site_dirty(p_site text) returns void
language sql set search_path = congchao, pg_temp as $$
	insert into dirty (site_id, day)
	select distinct p_site, day_of(period) as day from report
	where site_id = p_site and period >= kept_from() order by day
	on conflict (site_id, day) do update set since = now()
$$;
