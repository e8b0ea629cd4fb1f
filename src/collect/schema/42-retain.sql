-- What is old goes. Once a day, after the roll-ups.

-- Partitions that nobody needs: a month of hours 100 days after its end, unless a day of it
-- waits to be summed, of a site or of a place; a year of sites' days after ten years. Then the
-- rest, and new partitions. One look for all tables, while nobody sums: half a month would be
-- summed to nothing.
create function retain() returns setof text
language plpgsql security definer
set search_path = congchao, pg_temp set timezone = 'UTC' set lock_timeout = '10s' as $$
declare
	p record;
begin
	perform pg_advisory_xact_lock(hashtext('congchao roll'));
	for p in
		select relname from (
			select c.relname, c.relname ~ '^(report|cell_hour|measure_hour)_\d{6}$' as hours,
			       to_date(substring(c.relname from '\d+$'), 'YYYYMM') + interval '1 month' as month_ends,
			       to_date(substring(c.relname from '\d{4}$'), 'YYYY') + interval '11 years' as year_over
			from pg_class c join pg_inherits i on i.inhrelid = c.oid
			where c.relnamespace = 'congchao'::regnamespace and c.relkind = 'r') part
		where hours and month_ends < now() - interval '100 days'
		      and not exists (select from dirty where day < month_ends + interval '1 day')
		      and not exists (select from dirty_area where day < month_ends + interval '1 day')
		   or not hours and year_over < now()
		order by relname desc
	loop
		execute format('drop table %I', p.relname);
		return next 'dropped ' || p.relname;
	end loop;
	delete from site_month where month < date_trunc('year', now() - interval '10 years');
	delete from quarantine where last_at < now() - interval '400 days';
	delete from enrol_code where expires_at < now() - interval '400 days';
	delete from enrol_try where at < now() - interval '1 hour';
	perform partitions();
end $$;
