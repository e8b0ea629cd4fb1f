-- What visitors did, and what was answered. Doubtful hours are in every sum, and also apart.

-- By day.
create view v_funnel as
select day, area_id, audience, lang, sum(shown)::bigint as shown,
       sum(answered)::bigint as answered, sum("right")::bigint as "right",
       sum(acknowledged)::bigint as acknowledged, sum(released)::bigint as released,
       sum(deferred)::bigint as deferred, sum(returned)::bigint as returned,
       coalesce(sum(shown) filter (where state = 1), 0)::bigint as shown_doubtful,
       coalesce(sum(acknowledged) filter (where state = 1), 0)::bigint as acknowledged_doubtful
from area_day group by day, area_id, audience, lang;

-- The same of one place, or of all.
create function funnel(p_from date, p_to date, p_area text)
returns table (day date, audience text, lang text, state smallint, shown bigint, answered bigint,
	acknowledged bigint, released bigint, deferred bigint, returned bigint)
language sql stable set search_path = congchao, pg_temp as $$
	select day, audience, lang, state, shown, answered, acknowledged, released, deferred, returned
	from total_day where p_area is null and day between p_from and p_to
	union all
	select day, audience, lang, state, shown, answered, acknowledged, released, deferred, returned
	from area_day where area_id = p_area and day between p_from and p_to
$$;

-- Of each place, from whole months and the days around them.
create function area_sums(p_from date, p_to date)
returns table (area_id text, shown bigint, acknowledged bigint, doubtful bigint)
language sql stable set search_path = congchao, pg_temp as $$
	with months as materialized (
		select * from whole_months(p_from, p_to)
	), parts as (
		select area_id, state, shown, acknowledged from area_month
		where month >= (select starts from months) and month < (select ends from months)
		union all
		select area_id, state, shown, acknowledged from area_day
		where day >= p_from and day < (select starts from months)
		union all
		select area_id, state, shown, acknowledged from area_day
		where day >= (select ends from months) and day <= p_to
	)
	select area_id, sum(shown)::bigint, sum(acknowledged)::bigint,
	       coalesce(sum(acknowledged) filter (where state = 1), 0)::bigint
	from parts group by area_id
$$;

-- Weekday (1: Monday) and hour of the day, local time.
create function hourly(p_from date, p_to date, p_area text default null)
returns table (weekday int, hour int, shown bigint, acknowledged bigint)
language sql stable set search_path = congchao, pg_temp as $$
	select extract(isodow from day)::int, hour::int, sum(shown)::bigint, sum(acknowledged)::bigint
	from (select day, hour, shown, acknowledged from total_hour
	      where p_area is null and day between p_from and p_to
	      union all
	      select day, hour, shown, acknowledged from area_hour
	      where area_id = p_area and day between p_from and p_to) h
	group by 1, 2
$$;

create view v_hourly as select * from hourly(day_of(now()) - 90, day_of(now()));

-- What was counted of learning in some days, summed over places and languages.
create function measures(p_from date, p_to date, p_area text)
returns table (audience text, item text, kind text, a text, b text, c text, n bigint)
language sql stable set search_path = congchao, pg_temp as $$
	select m.audience, m.item, split_part(m.event, '/', 1), split_part(m.event, '/', 2),
	       split_part(m.event, '/', 3), split_part(m.event, '/', 4), sum(m.n)::bigint
	from measure_sums(p_from, p_to, p_area) m group by m.audience, m.item, m.event
$$;

-- One row a question and revision. right_n, facility and the rest are null while nobody knows
-- its key: an unknown item is counted, and shown as such.
create function questions(p_from date, p_to date, p_area text default null)
returns table (item text, audience text, objective text, known boolean, current boolean, key text,
	options int, attempts bigint, a bigint, b bigint, c bigint, d bigint, right_n bigint,
	facility float8, facility_low float8, facility_high float8, fast bigint, pre_n bigint,
	pre_right bigint, post_n bigint, post_right bigint, wrong_option text, wrong_n bigint,
	discrimination float8, state text)
language sql stable set search_path = congchao, pg_temp as $$
	with answers as (
		select m.item, coalesce(q.audience, min(m.audience)) as audience,
		       sum(n) as attempts,
		       coalesce(sum(n) filter (where b = 'a'), 0) as a,
		       coalesce(sum(n) filter (where b = 'b'), 0) as b,
		       coalesce(sum(n) filter (where b = 'c'), 0) as c,
		       coalesce(sum(n) filter (where b = 'd'), 0) as d,
		       coalesce(sum(n) filter (where c = 'fast'), 0) as fast,
		       coalesce(sum(n) filter (where a = 'pre'), 0) as pre_n,
		       coalesce(sum(n) filter (where a = 'pre' and b = q.key), 0) as pre_right,
		       coalesce(sum(n) filter (where a = 'post'), 0) as post_n,
		       coalesce(sum(n) filter (where a = 'post' and b = q.key), 0) as post_right,
		       q.objective, q.current, q.key, q.options
		from measures(p_from, p_to, p_area) m
			left join (select question.*, lesson.audience from question
			           join lesson using (objective)) q on q.item = m.item
		where m.kind = 'answer'
		group by m.item, q.audience, q.objective, q.current, q.key, q.options
	), together as (
		-- Of visits that were answered to their end: x right (0, 1), y of the others right.
		select item, sum(n)::float8 as n, sum(n * x) as x, sum(n * y) as y, sum(n * x * y) as xy,
		       sum(n * y * y) as yy
		from (select item, (a = 'right')::int as x, b::int as y, n
		      from measures(p_from, p_to, p_area) where kind = 'rest') r group by item
	), scored as (
		select *, case key when 'a' then a when 'b' then b when 'c' then c when 'd' then d end as r
		from answers
	)
	select s.item, s.audience, s.objective, s.key is not null, coalesce(s.current, false), s.key,
	       s.options, s.attempts::bigint, s.a::bigint, s.b::bigint, s.c::bigint, s.d::bigint,
	       s.r::bigint, s.r / nullif(s.attempts, 0)::float8, w.low, w.high, s.fast::bigint,
	       s.pre_n::bigint, s.pre_right::bigint, s.post_n::bigint, s.post_right::bigint,
	       x.option, x.n::bigint,
	       (t.n * t.xy - t.x * t.y) / nullif(sqrt((t.n * t.x - t.x * t.x) * (t.n * t.yy - t.y * t.y)), 0),
	       score_state(s.attempts::bigint)
	from scored s
		left join together t on t.item = s.item
		left join lateral wilson(s.r::bigint, s.attempts::bigint) w on s.key is not null
		left join lateral (select o.option, o.n
		                   from (values ('a', s.a), ('b', s.b), ('c', s.c), ('d', s.d)) o (option, n)
		                   where o.option <> s.key and o.n > 0
		                   order by o.n desc, o.option limit 1) x on true
$$;

create view v_question as select * from questions('2000-01-01', day_of(now()));

-- Counts of one audience and objective.
create function learning_counts(p_from date, p_to date, p_area text)
returns table (audience text, objective text, rr bigint, rw bigint, wr bigint, ww bigint,
	control_right bigint, control_n bigint, r3_right bigint, r3_n bigint, r10_right bigint,
	r10_n bigint, r24_right bigint, r24_n bigint)
language sql stable set search_path = congchao, pg_temp as $$
	select m.audience, coalesce(q.objective, m.item),
	       sum(n) filter (where kind = 'pair' and a = 'right' and b = 'right'),
	       sum(n) filter (where kind = 'pair' and a = 'right' and b = 'wrong'),
	       sum(n) filter (where kind = 'pair' and a = 'wrong' and b = 'right'),
	       sum(n) filter (where kind = 'pair' and a = 'wrong' and b = 'wrong'),
	       sum(n) filter (where kind = 'answer' and a = 'control' and b = q.key),
	       sum(n) filter (where kind = 'answer' and a = 'control'),
	       sum(n) filter (where kind = 'answer' and a = 'review3' and b = q.key),
	       sum(n) filter (where kind = 'answer' and a = 'review3'),
	       sum(n) filter (where kind = 'answer' and a = 'review10' and b = q.key),
	       sum(n) filter (where kind = 'answer' and a = 'review10'),
	       sum(n) filter (where kind = 'answer' and a = 'review24' and b = q.key),
	       sum(n) filter (where kind = 'answer' and a = 'review24')
	from measures(p_from, p_to, p_area) m left join question q on q.item = m.item
	where kind = 'pair' or kind = 'answer' and q.key is not null
	group by 1, 2
$$;
