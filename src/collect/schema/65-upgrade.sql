-- Schema 1 had rows of measures for the days of sites and places, and in the days of sites
-- an array of hours. All that was summed moves over as it is; what waits to be summed still
-- does. The days of sites are written anew, so that their tables are twice as large for once.
do $$
begin
	if to_regclass('measure_day') is null then
		return;
	end if;
	perform pg_advisory_xact_lock(hashtext('congchao roll'));
	insert into measure_kind (audience, lang, item, event)
	select distinct audience, lang, item, event from area_measure;
	insert into area_learning (area_id, day, state, kinds, counts)
	select area_id, day, state, array_agg(kind order by kind), array_agg(n order by kind)
	from area_measure join measure_kind using (item, event, audience, lang) group by 1, 2, 3;
	drop table area_measure, measure_day;
	drop index if exists cell_day_day; -- that was not there from the beginning

	create function array_total(bigint[]) returns bigint language sql immutable as
		'select coalesce(sum(x), 0)::bigint from unnest($1) x';
	alter table site_day drop constraint site_day_check,
		alter column shown type bigint using array_total(shown),
		alter column acknowledged type bigint using array_total(acknowledged);
	drop function array_total(bigint[]);
	alter table site_day add check (shown >= 0), add check (acknowledged >= 0),
		add column due int check (due between 0 and received);
	update site_day d set due = due_of(received, s.enrolled_at, s.ended_at, day)
	from site s where s.site_id = d.site_id;
	alter table site_day alter column due set not null;

	perform roll_months(array_agg(site_id), array_agg(month))
	from (select distinct site_id, month_of(day) as month from site_day) m;
	insert into area_received (area_id, day, received)
	select s.area_id, d.day, sum(d.due) from site_day d join site s using (site_id)
	where s.approved_at is not null group by 1, 2 having sum(d.due) > 0;
	insert into area_month (area_id, month, state, shown, answered, "right", acknowledged)
	select area_id, month_of(day), state, sum(shown), sum(answered), sum("right"), sum(acknowledged)
	from area_day group by 1, 2, 3;
	insert into total_day (day, audience, lang, state, shown, answered, "right", acknowledged,
		released, deferred, returned)
	select day, audience, lang, state, sum(shown), sum(answered), sum("right"), sum(acknowledged),
	       sum(released), sum(deferred), sum(returned)
	from area_day group by 1, 2, 3, 4;
	insert into total_hour (day, hour, shown, acknowledged)
	select day, hour, sum(shown), sum(acknowledged) from area_hour group by 1, 2;
	insert into schema_version values (2);
end $$;
