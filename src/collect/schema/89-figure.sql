-- The dashboard's figures: one function a table, the columns as the CSV names them. All take
-- the same parameters (days, place, language of names, site), so that one piece of code asks
-- for any of them. Integers only: a share is in basis points (pct_bp: 4250 is 42.50 %).

create function figure_completeness(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (hours_received bigint, hours_expected bigint, pct_bp int, acknowledged bigint,
	acknowledged_unflagged bigint, shown bigint)
language sql stable set search_path = congchao, pg_temp as $$
	select c.received, c.expected, bp(c.received, c.expected), f.acknowledged,
	       f.clean, f.shown
	from completeness(p_from, p_to, p_area) c,
		(select coalesce(sum(acknowledged), 0)::bigint as acknowledged,
		        coalesce(sum(acknowledged) filter (where state = 0), 0)::bigint as clean,
		        coalesce(sum(shown), 0)::bigint as shown
		 from funnel(p_from, p_to, p_area)) f
$$;

-- Of counted acknowledgements no share is made: they are events, not people.
create function figure_targets(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (audience text, name text, plan text, comparator text, target_bp int, reached bigint,
	denominator bigint, pct_bp int, margin_bp int, gap_bp int, basis text, measured_by text,
	state text, source text, source_date date, acknowledged bigint, acknowledged_unflagged bigint,
	acknowledged_period bigint, acknowledged_before bigint)
language sql stable set search_path = congchao, pg_temp as $$
	select t.audience, name_of(t.audience, p_lang), t.plan, t.comparator, (100 * t.target)::int,
	       case when t.measured_by <> 'events' then t.reached end,
	       case when t.measured_by <> 'events' then t.denominator else t.people end,
	       case when t.measured_by <> 'events' then bp(t.reached, t.denominator) end,
	       (100 * t.margin)::int,
	       case when t.measured_by <> 'events' then greatest(0,
	           (100 * t.target)::int - bp(t.reached, t.denominator)) end,
	       t.basis, t.measured_by, t.state, t.source, t.source_date, t.acknowledged,
	       t.acknowledged - t.acknowledged_doubtful, n.period, n.before
	from v_target t cross join lateral (
		select coalesce(sum(f.acknowledged) filter (where day >= p_from), 0)::bigint as period,
		       coalesce(sum(f.acknowledged) filter (where day < p_from), 0)::bigint as before
		from funnel(p_from - (p_to - p_from + 1), p_to, null) f where f.audience = t.audience) n
	order by t.plan, t.place
$$;

create function figure_fleet(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (area text, name text, active bigint, silent bigint, pending bigint, flagged bigint,
	suspended bigint, revoked bigint, hours_received bigint, hours_expected bigint, pct_bp int,
	oldest_unsent timestamptz)
language sql stable set search_path = congchao, pg_temp as $$
	with doubted as (
		select distinct site_id from site_day where day > day_of(now()) - 7 and doubtful > 0
	), fleet as (
		select s.area_id, count(*) filter (where s.status = 'active') as active,
		       count(*) filter (where s.status = 'active'
		                        and coalesce(n.last_at, s.enrolled_at) < now() - interval '24 hours') as silent,
		       count(*) filter (where s.status = 'pending' and s.enrolled_at is not null) as pending,
		       count(d.site_id) filter (where s.status = 'active') as flagged,
		       count(*) filter (where s.status = 'suspended') as suspended,
		       count(*) filter (where s.status = 'revoked') as revoked,
		       min(n.oldest_unsent) filter (where s.status = 'active') as oldest_unsent
		from site_of_reader s left join site_seen_of_reader n using (site_id) left join doubted d using (site_id)
		group by s.area_id
	)
	select a.area_id, a.name, f.active, f.silent, f.pending, f.flagged, f.suspended, f.revoked,
	       coalesce(c.received, 0)::bigint, coalesce(c.expected, 0)::bigint,
	       bp(c.received, c.expected), f.oldest_unsent
	from fleet f join area a using (area_id)
		left join completeness_areas(p_from, p_to) c using (area_id)
	where p_area is null or a.area_id = p_area order by a.name, a.area_id
$$;

create function figure_versions(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (software text, sites bigint)
language sql stable set search_path = congchao, pg_temp as $$
	select sw, sites from v_version order by sites desc, sw
$$;

-- By day; the sum of the last seven days is what their mean is made of.
create function figure_trend(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (day date, shown bigint, acknowledged bigint, acknowledged_unflagged bigint,
	acknowledged_7_days bigint, hours_received bigint, hours_expected bigint, pct_bp int)
language sql stable set search_path = congchao, pg_temp as $$
	select d.day, d.shown, d.acknowledged, d.clean, d.week, c.received, c.expected,
	       bp(c.received, c.expected)
	from (
		select g::date as day, coalesce(sum(f.shown), 0)::bigint as shown,
		       coalesce(sum(f.acknowledged), 0)::bigint as acknowledged,
		       coalesce(sum(f.acknowledged) filter (where f.state = 0), 0)::bigint as clean,
		       sum(coalesce(sum(f.acknowledged), 0)) over
		           (order by g rows between 6 preceding and current row)::bigint as week
		from generate_series(p_from - 6, p_to, interval '1 day') g
			left join funnel(p_from - 6, p_to, p_area) f on f.day = g::date
		group by g) d join completeness_days(p_from, p_to, p_area) c on c.day = d.day
	order by d.day
$$;

create function figure_funnel(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (audience text, name text, lang text, shown bigint, answered bigint,
	acknowledged bigint, pct_bp int, acknowledged_unflagged bigint, released bigint,
	deferred bigint, returned bigint)
language sql stable set search_path = congchao, pg_temp as $$
	select f.audience, coalesce(name_of(f.audience, p_lang), f.audience), f.lang,
	       sum(f.shown)::bigint, sum(f.answered)::bigint, sum(f.acknowledged)::bigint,
	       bp(sum(f.acknowledged), sum(f.shown)),
	       coalesce(sum(f.acknowledged) filter (where f.state = 0), 0)::bigint,
	       sum(f.released)::bigint, sum(f.deferred)::bigint, sum(f.returned)::bigint
	from funnel(p_from, p_to, p_area) f left join audience a using (audience)
	group by f.audience, f.lang, a.place order by a.place, f.audience, sum(f.shown) desc, f.lang
$$;

-- What is counted of a lesson are its questions, before and after it.
create function figure_lessons(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (objective text, title text, audience text, before_n bigint, before_right bigint,
	before_bp int, after_n bigint, after_right bigint, after_bp int)
language sql stable set search_path = congchao, pg_temp as $$
	select q.objective, title_of(q.objective, p_lang), min(q.audience),
	       sum(q.pre_n)::bigint, sum(q.pre_right)::bigint,
	       case when sum(q.pre_n) >= 30 then bp(sum(q.pre_right), sum(q.pre_n)) end,
	       sum(q.post_n)::bigint, sum(q.post_right)::bigint,
	       case when sum(q.post_n) >= 30 then bp(sum(q.post_right), sum(q.post_n)) end
	from questions(p_from, p_to, p_area) q
	where q.objective is not null group by q.objective
	order by sum(q.pre_n) desc, q.objective
$$;

-- Most missed first; those with too few answers to say so after them.
create function figure_questions(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (item text, stem text, answered bigint, right_n bigint, pct_bp int, low_bp int,
	high_bp int, wrong_option text, wrong_text text, wrong_n bigint, wrong_bp int, fast_n bigint,
	state text, objective text)
language sql stable set search_path = congchao, pg_temp as $$
	select q.item, coalesce(t.stem, q.item), q.attempts, q.right_n, bp_of(q.facility),
	       bp_of(q.facility_low), bp_of(q.facility_high), q.wrong_option, o.text, q.wrong_n,
	       bp(q.wrong_n, q.attempts), q.fast, case when q.known then q.state else 'unknown' end,
	       q.objective
	from questions(p_from, p_to, p_area) q
		left join lateral (select stem from question_text x where x.item = q.item
		                   order by x.lang = p_lang desc, x.lang = 'vi' desc limit 1) t on true
		left join lateral (select text from question_option x
		                   where x.item = q.item and x.option = q.wrong_option
		                   order by x.lang = p_lang desc, x.lang = 'vi' desc limit 1) o on true
	order by q.attempts < 30, q.facility nulls last, q.attempts desc, q.item
$$;

-- Nothing is said of fewer than 30, as the gateway does.
create function figure_learning(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (audience text, name text, objective text, title text, answers bigint, before_bp int,
	after_bp int, gain_bp int, low_bp int, high_bp int, state text)
language sql stable set search_path = congchao, pg_temp as $$
	select coalesce(l.audience, 'all'), coalesce(name_of(l.audience, p_lang), all_of(p_lang)),
	       coalesce(l.objective, 'all'), coalesce(title_of(l.objective, p_lang), l.objective, all_of(p_lang)), l.pairs,
	       case when l.pairs >= 30 then bp(l.pre_right, l.pairs) end,
	       case when l.pairs >= 30 then bp(l.post_right, l.pairs) end,
	       case when l.pairs >= 30 then bp_of(l.gain) end,
	       case when l.pairs >= 30 then bp_of(l.gain_low) end,
	       case when l.pairs >= 30 then bp_of(l.gain_high) end, score_state(l.pairs)
	from learning(p_from, p_to, p_area) l left join audience a using (audience)
	where l.pairs > 0
	order by l.audience is not null, a.place, l.objective is not null, l.pairs desc, l.objective
$$;

create function figure_retention(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (audience text, name text, days int, answers bigint, answers_control bigint,
	remembered_bp int, control_bp int, more_bp int, low_bp int, high_bp int, state text)
language sql stable set search_path = congchao, pg_temp as $$
	select coalesce(l.audience, 'all'), coalesce(name_of(l.audience, p_lang), all_of(p_lang)), r.days, r.n, l.control_n,
	       case when r.n >= 30 then bp(r.hit, r.n) end,
	       case when l.control_n >= 30 then bp(l.control_right, l.control_n) end,
	       case when r.less >= 30 then bp_of(r.more) end,
	       case when r.less >= 30 then bp_of(r.low) end,
	       case when r.less >= 30 then bp_of(r.high) end, score_state(coalesce(r.less, 0))
	from learning(p_from, p_to, p_area) l left join audience a using (audience),
		lateral (values (3, l.r3_right, l.r3_n, l.more3_n, l.more3, l.more3_low, l.more3_high),
		                (10, l.r10_right, l.r10_n, l.more10_n, l.more10, l.more10_low, l.more10_high),
		                (24, l.r24_right, l.r24_n, l.more24_n, l.more24, l.more24_low, l.more24_high))
			r (days, hit, n, less, more, low, high)
	where l.objective is null and r.n > 0
	order by l.audience is not null, a.place, r.days
$$;

create function figure_areas(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (area text, name text, sites bigint, shown bigint, acknowledged bigint,
	acknowledged_unflagged bigint, hours_received bigint, hours_expected bigint, pct_bp int)
language sql stable set search_path = congchao, pg_temp as $$
	select a.area_id, a.name, coalesce(s.sites, 0), coalesce(f.shown, 0), coalesce(f.acknowledged, 0),
	       coalesce(f.acknowledged - f.doubtful, 0), coalesce(c.received, 0), coalesce(c.expected, 0),
	       bp(c.received, c.expected)
	from area a
		left join (select area_id, count(*) as sites from site
		           where status = 'active' group by area_id) s using (area_id)
		left join area_sums(p_from, p_to) f using (area_id)
		left join completeness_areas(p_from, p_to) c using (area_id)
	where (p_area is null or a.area_id = p_area) and (s.sites > 0 or c.expected > 0 or f.shown > 0)
	order by coalesce(f.acknowledged, 0) desc, a.name
$$;

-- All of them, also those in which nothing was: a hole in a heat map would be a puzzle.
create function figure_hours(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (hour int, weekday int, shown bigint, acknowledged bigint)
language sql stable set search_path = congchao, pg_temp as $$
	select h, w, coalesce(x.shown, 0), coalesce(x.acknowledged, 0)
	from generate_series(0, 23) h cross join generate_series(1, 7) w
		left join hourly(p_from, p_to, p_area) x on x.hour = h and x.weekday = w
	order by h, w
$$;
