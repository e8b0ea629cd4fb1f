-- What is old goes. Once a day, after the roll-ups.

-- Partitions that nobody needs: a month of hours 100 days after its end, unless a day of it
-- waits to be summed; a year of days after ten years. Then the rest, and new partitions.
create function retain() returns setof text
language plpgsql security definer
set search_path = congchao, pg_temp set timezone = 'UTC' set lock_timeout = '10s' as $$
declare
	p record;
begin
	for p in
		select c.relname, c.relname ~ '^(report|cell_hour|measure_hour)_\d{6}$' as hours,
		       to_date(substring(c.relname from '\d+$'), 'YYYYMM') as month,
		       to_date(substring(c.relname from '\d{4}$'), 'YYYY') as year
		from pg_class c join pg_inherits i on i.inhrelid = c.oid
		where c.relnamespace = 'congchao'::regnamespace and c.relkind = 'r'
		order by c.relname
	loop
		if p.hours and p.month + interval '1 month' < now() - interval '100 days'
		   and not exists (select from dirty where day < p.month + interval '1 month' + interval '1 day')
		   and not exists (select from dirty_area where day < p.month + interval '1 month' + interval '1 day')
		   or not p.hours and p.year + interval '11 years' < now() then
			execute format('drop table %I', p.relname);
			return next 'dropped ' || p.relname;
		end if;
	end loop;
	delete from quarantine where last_at < now() - interval '400 days';
	delete from enrol_code where expires_at < now() - interval '400 days';
	delete from enrol_try where at < now() - interval '1 hour';
	perform partitions();
end $$;
