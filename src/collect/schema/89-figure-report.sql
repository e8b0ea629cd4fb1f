-- The monthly report: of a frozen month what was frozen, for ever the same; of another one
-- what is known now, and the report says so. p_from is the month, with the parameters of all
-- figures.

create function month_end(p_from date) returns date
language sql immutable parallel safe as $$
	select (date_trunc('month', p_from::timestamp) + interval '1 month')::date - 1
$$;

create function is_frozen(p_month date) returns boolean
language sql stable set search_path = congchao, pg_temp as $$
	select exists (select from month_issue where month = p_month)
$$;

create function month_cells(p_month date)
returns table (day date, area_id text, audience text, lang text, state smallint, shown bigint,
	answered bigint, "right" bigint, acknowledged bigint, released bigint)
language sql stable set search_path = congchao, pg_temp as $$
	select day, area_id, audience, lang, state, shown, answered, "right", acknowledged, released
	from month_cell where month = p_month
	union all
	select day, area_id, audience, lang, state, shown, answered, "right", acknowledged, released
	from area_day where day between p_month and month_end(p_month) and not is_frozen(p_month)
$$;

-- The same of all places.
create function month_days(p_month date)
returns table (day date, audience text, lang text, state smallint, shown bigint, answered bigint,
	acknowledged bigint)
language sql stable set search_path = congchao, pg_temp as $$
	select day, audience, lang, state, sum(shown)::bigint, sum(answered)::bigint,
	       sum(acknowledged)::bigint
	from month_cell where month = p_month group by day, audience, lang, state
	union all
	select day, audience, lang, state, shown, answered, acknowledged
	from total_day where day between p_month and month_end(p_month) and not is_frozen(p_month)
$$;

create function month_sites(p_month date)
returns table (site_id text, name text, area_id text, status text, received bigint, expected bigint,
	doubtful bigint, excluded bigint, flags int, shown bigint, acknowledged bigint)
language sql stable set search_path = congchao, pg_temp as $$
	select site_id, name, area_id, status, received, expected, doubtful, excluded, flags, shown,
	       acknowledged
	from month_site where month = p_month
	union all
	select site_id, name, area_id, status, received, expected, doubtful, excluded, flags, shown,
	       acknowledged
	from sites(p_month, month_end(p_month))
	where not is_frozen(p_month)
$$;

create function month_measures(p_month date)
returns table (audience text, item text, event text, n bigint)
language sql stable set search_path = congchao, pg_temp as $$
	select audience, item, event, sum(n)::bigint from month_measure
	where month = p_month group by audience, item, event
	union all
	select audience, item, event, sum(n)::bigint
	from measure_sums(p_month, month_end(p_month), null) where not is_frozen(p_month)
	group by audience, item, event
$$;

create function figure_month(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (month date, number int, frozen_at timestamptz, hash text, hours_received bigint,
	hours_expected bigint, pct_bp int, shown bigint, acknowledged bigint,
	acknowledged_unflagged bigint, acknowledged_before bigint, sites bigint, sites_reporting bigint,
	sites_flagged bigint)
language sql stable set search_path = congchao, pg_temp as $$
	select m, i.number, i.frozen_at, encode(i.hash, 'hex'), h.received, h.expected,
	       bp(h.received, h.expected), c.shown, c.acknowledged, c.clean, b.acknowledged, s.active,
	       s.reporting, s.flagged
	from month_of(p_from) m
		left join month_issue i on i.month = m
		cross join lateral (select coalesce(sum(shown), 0)::bigint as shown,
			coalesce(sum(acknowledged), 0)::bigint as acknowledged,
			coalesce(sum(acknowledged) filter (where state = 0), 0)::bigint as clean
			from month_days(m)) c
		cross join lateral (select coalesce(sum(acknowledged), 0)::bigint as acknowledged
			from month_days((m - interval '1 month')::date)) b
		cross join lateral (select count(*) filter (where status = 'active') as active,
			count(*) filter (where received > 0) as reporting,
			count(*) filter (where doubtful > 0) as flagged from month_sites(m)) s
		cross join lateral (select coalesce(i.received, x.received) as received,
			coalesce(i.expected, x.expected) as expected
			from completeness(m, month_end(m), null) x) h
$$;

create function figure_month_targets(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (audience text, name text, plan text, comparator text, target_bp int, reached bigint,
	denominator bigint, pct_bp int, margin_bp int, gap_bp int, measured_by text, state text,
	source text, source_date date, acknowledged bigint)
language sql stable set search_path = congchao, pg_temp as $$
	select t.audience, name_of(t.audience, p_lang), t.plan, t.comparator, (100 * t.target)::int,
	       case when t.measured_by <> 'events' then t.reached end,
	       case when t.measured_by <> 'events' then t.denominator end,
	       case when t.measured_by <> 'events' then bp(t.reached, t.denominator) end,
	       (100 * t.margin)::int,
	       case when t.measured_by <> 'events' then greatest(0,
	           (100 * t.target)::int - bp(t.reached, t.denominator)) end,
	       t.measured_by, t.state, t.source, t.source_date, n.acknowledged
	from (select x.* from month_target f,
	             jsonb_populate_record(null::v_target, f.figures) x where f.month = month_of(p_from)
	      union all select * from v_target where not is_frozen(month_of(p_from))) t
		cross join lateral (select coalesce(sum(acknowledged), 0)::bigint as acknowledged
		                    from month_days(month_of(p_from)) c where c.audience = t.audience) n
	order by t.plan, t.place
$$;

create function figure_month_weeks(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (starts date, ends date, shown bigint, acknowledged bigint,
	acknowledged_unflagged bigint)
language sql stable set search_path = congchao, pg_temp as $$
	select greatest(w, m), least(w + 6, month_end(m)), coalesce(sum(c.shown), 0)::bigint,
	       coalesce(sum(c.acknowledged), 0)::bigint,
	       coalesce(sum(c.acknowledged) filter (where c.state = 0), 0)::bigint
	from month_of(p_from) m
		cross join lateral (select g::date as w from generate_series(
			date_trunc('week', m::timestamp), month_end(m)::timestamp, '1 week') g) g
		left join (select * from month_days(month_of(p_from))) c on c.day between w and w + 6
	group by w, m order by w
$$;

create function figure_month_audiences(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (audience text, name text, lang text, shown bigint, answered bigint,
	acknowledged bigint, acknowledged_unflagged bigint, pct_bp int)
language sql stable set search_path = congchao, pg_temp as $$
	select c.audience, coalesce(name_of(c.audience, p_lang), c.audience), c.lang,
	       sum(c.shown)::bigint, sum(c.answered)::bigint, sum(c.acknowledged)::bigint,
	       coalesce(sum(c.acknowledged) filter (where c.state = 0), 0)::bigint,
	       bp(sum(c.acknowledged), sum(c.shown))
	from month_days(month_of(p_from)) c left join audience a using (audience)
	group by c.audience, c.lang, a.place order by a.place, c.audience, sum(c.shown) desc
$$;

create function figure_month_questions(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (item text, stem text, answered bigint, right_n bigint, pct_bp int, low_bp int,
	high_bp int, wrong_option text, wrong_text text, wrong_bp int)
language sql stable set search_path = congchao, pg_temp as $$
	with answers as (
		select m.item, split_part(m.event, '/', 3) as option, sum(m.n)::bigint as n
		from month_measures(month_of(p_from)) m where m.event like 'answer/%' group by 1, 2
	), scored as (
		select a.item, sum(a.n)::bigint as n,
		       coalesce(sum(a.n) filter (where a.option = q.key), 0)::bigint as r,
		       (array_agg(a.option order by a.n desc, a.option) filter (where a.option <> q.key))[1] as w,
		       max(a.n) filter (where a.option <> q.key) as wn
		from answers a join question q using (item) group by a.item
	)
	select s.item, coalesce(t.stem, s.item), s.n, s.r, bp(s.r, s.n), bp_of(w.low), bp_of(w.high),
	       s.w, o.text, bp(s.wn, s.n)
	from scored s
		cross join lateral wilson(s.r, s.n) w
		left join lateral (select stem from question_text x where x.item = s.item
		                   order by x.lang = p_lang desc, x.lang = 'vi' desc limit 1) t on true
		left join lateral (select text from question_option x
		                   where x.item = s.item and x.option = s.w
		                   order by x.lang = p_lang desc, x.lang = 'vi' desc limit 1) o on true
	where s.n >= 30 order by s.r::float8 / s.n, s.n desc, s.item limit 10
$$;

create function figure_month_areas(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (area text, name text, sites bigint, shown bigint, acknowledged bigint,
	acknowledged_unflagged bigint, hours_received bigint, hours_expected bigint, pct_bp int)
language sql stable set search_path = congchao, pg_temp as $$
	select a.area_id, a.name, coalesce(s.n, 0), coalesce(c.shown, 0), coalesce(c.acknowledged, 0),
	       coalesce(c.clean, 0), coalesce(s.received, 0), coalesce(s.expected, 0),
	       bp(s.received, s.expected)
	from area a
		left join (select area_id, count(*) filter (where status = 'active') as n,
		                  sum(received)::bigint as received, sum(expected)::bigint as expected
		           from month_sites(month_of(p_from)) group by area_id) s using (area_id)
		left join (select area_id, sum(shown)::bigint as shown,
		                  sum(acknowledged)::bigint as acknowledged,
		                  coalesce(sum(acknowledged) filter (where state = 0), 0)::bigint as clean
		           from month_cells(month_of(p_from)) group by area_id) c using (area_id)
	where s.n > 0 or c.shown > 0 order by coalesce(c.acknowledged, 0) desc, a.name
$$;

-- Of decisions a reader sees what the report prints.
create function exclusion_reason(p_site text, p_from date, p_to date) returns text
language sql stable security definer set search_path = congchao, pg_temp as $$
	select reason from flag_decision
	where site_id = p_site and verdict = 'exclude' and from_day <= p_to and to_day >= p_from
	order by decision_id desc limit 1
$$;

-- Sites that want a word: silent ones, flagged ones, those whose hours do not count.
create function figure_month_sites(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (site text, name text, status text, hours_received bigint, hours_expected bigint,
	pct_bp int, doubtful_hours bigint, excluded_hours bigint, flags int, flag_names text, reason text)
language sql stable set search_path = congchao, pg_temp as $$
	select s.site_id, s.name, s.status, s.received, s.expected, bp(s.received, s.expected),
	       s.doubtful, s.excluded, s.flags, flag_names(s.flags, p_lang),
	       exclusion_reason(s.site_id, month_of(p_from), month_end(p_from))
	from month_sites(month_of(p_from)) s
	where s.doubtful > 0 or s.excluded > 0 or s.status <> 'active' or s.received * 2 < s.expected
	order by s.excluded desc, s.doubtful desc, s.site_id limit 100
$$;

create function figure_month_adjustments(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (month date, area text, audience text, shown bigint, acknowledged bigint)
language sql stable set search_path = congchao, pg_temp as $$
	select a.month, coalesce(r.name, a.area_id), coalesce(name_of(a.audience, p_lang), a.audience),
	       sum(a.shown)::bigint, sum(a.acknowledged)::bigint
	from month_adjustment a left join area r using (area_id)
	where a.issue = month_of(p_from) group by a.month, a.area_id, r.name, a.audience
	order by a.month, a.area_id, a.audience
$$;

create function figure_issues(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (month date, number int, frozen_at timestamptz, hours_received bigint,
	hours_expected bigint, pct_bp int, hash text)
language sql stable set search_path = congchao, pg_temp as $$
	select month, number, frozen_at, received, expected, bp(received, expected), encode(hash, 'hex')
	from month_issue order by month desc
$$;
