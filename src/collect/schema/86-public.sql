-- For everybody. No count under 10; and where one alone would be missing from a total, the
-- smallest other one is missing too, or it could be found by subtraction.

create function public_suppress(p_values bigint[]) returns bigint[]
language plpgsql immutable parallel safe as $$
declare
	kept bigint[] := p_values;
	small int;
	least_i int;
begin
	select count(*) into small from unnest(p_values) v where v < 10;
	if small = 1 then
		select i into least_i from unnest(p_values) with ordinality as u (v, i)
		where v >= 10 order by v, i limit 1;
	end if;
	for i in 1 .. coalesce(cardinality(p_values), 0) loop
		if p_values[i] < 10 or i = least_i then
			kept[i] := null;
		end if;
	end loop;
	return kept;
end $$;

-- By month; one dimension at a time (total, audience, area, lang), each of which adds up to
-- the same total. provisional: the month is not frozen yet.
create view v_public as
with month_rows as (
	select date_trunc('month', day::timestamp)::date as month, area_id, audience, lang,
	       sum(shown) as shown, sum(answered) as answered, sum("right") as "right",
	       sum(acknowledged) as acknowledged
	from area_day where day < day_of(now()) group by 1, 2, 3, 4
), dimension as (
	select month, d.dimension, d.name, c.counter, sum(c.value)::bigint as value
	from month_rows,
		lateral (values ('total', ''), ('audience', audience), ('area', area_id), ('lang', lang))
			d (dimension, name),
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

-- Only what 400 answers stand behind.
create view v_public_learning as
select coalesce(audience, 'all') as audience, m.measure, m.n, m.value, m.low, m.high
from learning('2000-01-01', day_of(now()) - 1) l,
	lateral (values
		('pre', l.pairs, l.pre_right::float8 / nullif(l.pairs, 0), null, null),
		('post', l.pairs, l.post_right::float8 / nullif(l.pairs, 0), null, null),
		('gain', l.pairs, l.gain, l.gain_low, l.gain_high),
		('retention3_minus_control', l.more3_n, l.more3, l.more3_low, l.more3_high),
		('retention10_minus_control', l.more10_n, l.more10, l.more10_low, l.more10_high),
		('retention24_minus_control', l.more24_n, l.more24, l.more24_low, l.more24_high))
		m (measure, n, value, low, high)
where l.objective is null and m.n >= 400;
