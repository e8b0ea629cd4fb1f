-- For everybody. No count under 10; and as what is missing from a total is found by
-- subtraction, the smallest other one is missing too where that would be one alone or less
-- than 10 together.

create function public_suppress(p_values bigint[]) returns bigint[]
language sql immutable parallel safe as $$
	select array_agg(case when v >= 10 and (small = 0 or before_n > 1 and before >= 10) then v end
	                 order by i)
	from (select v, i, count(*) filter (where v < 10) over () as small,
	             count(*) over smaller as before_n, sum(v) over smaller as before
	      from unnest(p_values) with ordinality as u (v, i)
	      window smaller as (order by v, i rows between unbounded preceding and 1 preceding)) u
$$;

-- By month; one dimension at a time (total, audience, area, lang), each of which adds up to
-- the same total once roll-ups are through. provisional: the month is not frozen yet.
create view v_public as
with place as (
	select month, area_id, sum(shown) as shown, sum(answered) as answered, sum("right") as "right",
	       sum(acknowledged) as acknowledged
	from (select month, area_id, shown, answered, "right", acknowledged from area_month
	      where month < month_of(day_of(now()))
	      union all
	      select month_of(day), area_id, shown, answered, "right", acknowledged from area_day
	      where day >= month_of(day_of(now())) and day < day_of(now())) p
	group by 1, 2
), whole as (
	select month_of(day) as month, audience, lang, sum(shown) as shown,
	       sum(answered) as answered, sum("right") as "right", sum(acknowledged) as acknowledged
	from total_day where day < day_of(now()) group by 1, 2, 3
), sums as (
	select month, d.dimension, d.name, shown, answered, "right", acknowledged
	from whole, lateral (values ('total', ''), ('audience', audience), ('lang', lang)) d (dimension, name)
	union all
	select month, 'area', area_id, shown, answered, "right", acknowledged from place
), dimension as (
	select month, s.dimension, s.name, c.counter, sum(c.value)::bigint as value
	from sums s,
		lateral (values ('shown', shown), ('answered', answered), ('right', "right"),
		                ('acknowledged', acknowledged)) c (counter, value)
	group by 1, 2, 3, 4
), grouped as (
	select month, dimension, counter, array_agg(name order by name) as names,
	       public_suppress(array_agg(value order by name)) as vals
	from dimension group by 1, 2, 3
)
select g.month, g.dimension, u.name, g.counter, u.value, u.value is null as suppressed,
       not exists (select from month_issue i where i.month = g.month) as provisional
from grouped g, unnest(g.names, g.vals) as u (name, value);

-- Only what 400 answers stand behind, also what is left of all when the audiences that are
-- here are taken off.
create view v_public_learning as
with measured as (
	select l.audience, m.measure, m.n, m.value, m.low, m.high,
	       sum(m.n) over (partition by m.measure, l.audience is null order by m.n, l.audience
	                      rows between unbounded preceding and 1 preceding) as fewer
	from learning('2000-01-01', day_of(now()) - 1) l,
		lateral (values
			('pre', l.pairs, l.pre_right::float8 / nullif(l.pairs, 0), null, null),
			('post', l.pairs, l.post_right::float8 / nullif(l.pairs, 0), null, null),
			('gain', l.pairs, l.gain, l.gain_low, l.gain_high),
			('retention3_minus_control', l.more3_n, l.more3, l.more3_low, l.more3_high),
			('retention10_minus_control', l.more10_n, l.more10, l.more10_low, l.more10_high),
			('retention24_minus_control', l.more24_n, l.more24, l.more24_low, l.more24_high))
			m (measure, n, value, low, high)
	where l.objective is null
)
select coalesce(audience, 'all') as audience, measure, n, value, low, high
from measured where n >= 400 and coalesce(fewer not between 1 and 399, true);
