-- Learning: right before and after the lesson of the same visitors, and remembered after 3,
-- 10 and 24 days beside those who were never taught. The gateway's `congchao stats learning`
-- computes the same from its own counters.

-- What is left of it after some days: review minus control, objective by objective, with the
-- weights of Mantel and Haenszel; the intervals' distances add like standard errors.
create function more_step(s float8[], p_right bigint, p_n bigint, c_right bigint, c_n bigint)
returns float8[] language sql immutable parallel safe
begin atomic
	select case when p_n > 0 and c_n > 0 then (
		select array[s[1] + w, s[2] + w * d.value, s[3] + w * w * (d.value - d.low) ^ 2,
		             s[4] + w * w * (d.high - d.value) ^ 2, s[5] + p_n, s[6] + c_n]
		from newcombe(p_right, p_n, c_right, c_n, 0) d,
			(select p_n::float8 * c_n / (p_n + c_n) as w) x)
	else s end;
end;

create aggregate more(bigint, bigint, bigint, bigint) (
	sfunc = more_step, stype = float8[], initcond = '{0,0,0,0,0,0}', parallel = safe
);

create function more_value(s float8[], out n bigint, out value float8, out low float8,
                           out high float8)
language sql immutable parallel safe as $$
	select least(s[5], s[6])::bigint, s[2] / w, s[2] / w - sqrt(s[3]) / w, s[2] / w + sqrt(s[4]) / w
	from (select nullif(s[1], 0) as w) x
$$;

-- audience and objective null: of all. n of a difference is that of its smaller group.
create function learning(p_from date, p_to date, p_area text default null)
returns table (audience text, objective text, pairs bigint, pre_right bigint, post_right bigint,
	gain float8, gain_low float8, gain_high float8, gain_state text,
	control_right bigint, control_n bigint, control_low float8, control_high float8,
	r3_right bigint, r3_n bigint, more3_n bigint, more3 float8, more3_low float8, more3_high float8,
	r10_right bigint, r10_n bigint, more10_n bigint, more10 float8, more10_low float8,
	more10_high float8,
	r24_right bigint, r24_n bigint, more24_n bigint, more24 float8, more24_low float8,
	more24_high float8)
language sql stable set search_path = congchao, pg_temp as $$
	with counts as (
		select audience, objective, coalesce(rr, 0) as rr, coalesce(rw, 0) as rw,
		       coalesce(wr, 0) as wr, coalesce(ww, 0) as ww,
		       coalesce(control_right, 0) as cr, coalesce(control_n, 0) as cn,
		       coalesce(r3_right, 0) as r3, coalesce(r3_n, 0) as n3,
		       coalesce(r10_right, 0) as r10, coalesce(r10_n, 0) as n10,
		       coalesce(r24_right, 0) as r24, coalesce(r24_n, 0) as n24
		from learning_counts(p_from, p_to, p_area)
	), sums as (
		select audience, objective, sum(rr)::bigint as rr, sum(rw)::bigint as rw,
		       sum(wr)::bigint as wr, sum(ww)::bigint as ww, sum(cr)::bigint as cr,
		       sum(cn)::bigint as cn, sum(r3)::bigint as r3, sum(n3)::bigint as n3,
		       sum(r10)::bigint as r10, sum(n10)::bigint as n10, sum(r24)::bigint as r24,
		       sum(n24)::bigint as n24, more(r3, n3, cr, cn) as m3, more(r10, n10, cr, cn) as m10,
		       more(r24, n24, cr, cn) as m24
		from counts group by grouping sets ((audience, objective), (audience), ())
	)
	select s.audience, s.objective, p.n, p.pre, p.post, g.value, g.low, g.high, score_state(p.n),
	       s.cr, s.cn, c.low, c.high,
	       s.r3, s.n3, a.n, a.value, a.low, a.high,
	       s.r10, s.n10, b.n, b.value, b.low, b.high,
	       s.r24, s.n24, d.n, d.value, d.low, d.high
	from sums s
		cross join lateral (select s.rr + s.rw + s.wr + s.ww as n, s.rr + s.rw as pre,
		                           s.rr + s.wr as post) p
		left join lateral newcombe(p.post, p.n, p.pre, p.n, together(s.rr, s.rw, s.wr, s.ww)) g on true
		left join lateral wilson(s.cr, s.cn) c on true
		left join lateral more_value(s.m3) a on true
		left join lateral more_value(s.m10) b on true
		left join lateral more_value(s.m24) d on true
	where s.rr is not null
$$;

create view v_learning as select * from learning('2000-01-01', day_of(now()));
