-- Partitions: hours by month, kept for 100 days; days by year, kept for ten years.

create function day_of(period timestamptz) returns date
language sql immutable parallel safe as $$
	select (period at time zone 'Asia/Ho_Chi_Minh')::date
$$;

create function day_begin(day date) returns timestamptz
language sql immutable parallel safe as $$
	select day::timestamp at time zone 'Asia/Ho_Chi_Minh'
$$;

-- Makes what is missing up to two months ahead; the oldest is for a report of 60 days ago.
create function partitions() returns int
language plpgsql security definer set search_path = congchao, pg_temp set timezone = 'UTC' as $$
declare
	parent text;
	starts timestamptz;
	name text;
	made int := 0;
begin
	perform pg_advisory_xact_lock(hashtext('congchao partitions'));
	foreach parent in array array['report', 'cell_hour', 'measure_hour'] loop
		for starts in select generate_series(date_trunc('month', now() - interval '60 days'),
		                                     now() + interval '2 months', interval '1 month')
		loop
			name := parent || to_char(starts, '_YYYYMM');
			if to_regclass(name) is null then
				execute format('create table %I partition of %I for values from (%L) to (%L)',
				               name, parent, starts, starts + interval '1 month');
				made := made + 1;
			end if;
		end loop;
	end loop;
	foreach parent in array array['site_day', 'cell_day'] loop
		for starts in select generate_series(date_trunc('year', now() - interval '60 days'),
		                                     now() + interval '2 months', interval '1 year')
		loop
			name := parent || to_char(starts, '_YYYY');
			if to_regclass(name) is null then
				execute format('create table %I partition of %I for values from (%L) to (%L)',
				               name, parent, starts::date, (starts + interval '1 year')::date);
				made := made + 1;
			end if;
		end loop;
	end loop;
	return made;
end $$;

select partitions();
