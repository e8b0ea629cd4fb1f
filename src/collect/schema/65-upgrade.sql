-- Schema 1 had rows of measures for the days of sites and places, and in the days of sites
-- an array of hours. What was summed from hours that are gone moves over as it is; the rest
-- the next roll-up sums anew.
do $$
begin
	if to_regclass('area_measure') is null then
		return;
	end if;
	insert into measure_kind (audience, lang, item, event)
	select distinct audience, lang, item, event from area_measure on conflict do nothing;
	insert into area_learning (area_id, day, state, kinds, counts)
	select area_id, day, state, array_agg(kind order by kind), array_agg(n order by kind)
	from area_measure join measure_kind using (item, event, audience, lang) group by 1, 2, 3;
	insert into dirty_area (area_id, day) select distinct area_id, day from area_day order by 1, 2
	on conflict (area_id, day) do nothing;
	drop table area_measure, measure_day;
	drop index if exists cell_day_day;

	create function array_total(bigint[]) returns bigint language sql immutable as
		'select coalesce(sum(x), 0)::bigint from unnest($1) x';
	alter table site_day drop constraint if exists site_day_check,
		alter column shown type bigint using array_total(shown),
		alter column acknowledged type bigint using array_total(acknowledged);
	alter table site_day add check (shown >= 0), add check (acknowledged >= 0);
	drop function array_total(bigint[]);
	alter table site_day add column if not exists due int check (due between 0 and received);
	update site_day d set due = least(received, expected_hours(s.enrolled_at, s.ended_at,
	                                  day_begin(day), day_begin(day + 1)))
	from site s where s.site_id = d.site_id;
	alter table site_day alter column due set not null;
	perform roll_months(array_agg(site_id), array_agg(month))
	from (select distinct site_id, month_of(day) as month from site_day) m;
	insert into schema_version values (2);
end $$;
