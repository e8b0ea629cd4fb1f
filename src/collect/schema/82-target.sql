-- The plan's targets. Acknowledgements are events and not people: without a survey or a
-- roster they stand beside the target as an indication, and never say that it is met.

create view v_target as
with counted as (
	select t.plan, t.audience, coalesce(sum(a.acknowledged), 0)::bigint as acknowledged,
	       coalesce(sum(a.acknowledged) filter (where a.state = 1), 0)::bigint as doubtful
	from plan_target t left join total_day a on a.audience = t.audience and a.day >= t.starts
	group by t.plan, t.audience
), asked as (
	select distinct on (audience) audience, reached, asked, source, as_of
	from survey order by audience, as_of desc
), rolled as (
	select audience, sum(reached)::bigint as reached, sum(size)::bigint as enrolled,
	       max(as_of) as as_of, string_agg(distinct source, '; ') as source
	from (select distinct on (audience, agency) * from roster
	      order by audience, agency, as_of desc) latest
	group by audience
), people as (
	select distinct on (audience) audience, people, source, as_of
	from population order by audience, as_of desc
), measured as (
	select t.*, c.acknowledged, c.doubtful, r.enrolled, p.people, p.source as people_source,
	       p.as_of as people_as_of, m.*
	from plan_target t
		join counted c using (plan, audience)
		left join asked s on s.audience = t.audience
		left join rolled r on r.audience = t.audience
		left join people p on p.audience = t.audience
		cross join lateral (select
			case when t.basis = 'survey' and s.asked is not null then 'survey'
			     when t.basis = 'roster' and r.reached is not null then 'roster'
			     else 'events' end as measured_by) b
		cross join lateral (select b.measured_by,
			case b.measured_by when 'survey' then s.reached when 'roster' then r.reached
			     else c.acknowledged end as reached,
			case b.measured_by when 'survey' then s.asked else p.people end as denominator,
			case b.measured_by when 'survey' then s.source
			     when 'roster' then concat_ws('; ', r.source, p.source) else p.source end as source,
			case b.measured_by when 'survey' then s.as_of when 'roster' then r.as_of
			     else p.as_of end as source_date) m
)
select m.plan, m.audience, a.place, a.name_vi, a.name_en, m.comparator, m.percent as target,
       m.basis, m.measured_by, m.reached, m.denominator, m.source, m.source_date,
       round(100.0 * m.reached / m.denominator, 1) as percent,
       case m.measured_by when 'survey' then round(1.959964 * 100 * sqrt(
           m.reached::numeric / m.denominator * (1 - m.reached::numeric / m.denominator)
           / m.denominator), 1) end as margin,
       round(m.percent - 100.0 * m.reached / m.denominator, 1) as gap,
       case when m.denominator is null then 'no denominator'
            when m.measured_by = 'events' then 'indication'
            when m.comparator = '>' and 100.0 * m.reached / m.denominator > m.percent
              or m.comparator = '>=' and 100.0 * m.reached / m.denominator >= m.percent then 'met'
            else 'not met' end as state,
       m.acknowledged, m.doubtful as acknowledged_doubtful, m.enrolled, m.people, m.people_source,
       m.people_as_of
from measured m join audience a using (audience);
