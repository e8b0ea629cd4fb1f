-- Is a report what the contract says? Nothing is ever cast before its form is known, so
-- that a stranger's value cannot raise an error that takes a good report with it.

-- Patterns of what a report has by the dozen have no counts ({1,32}): with them PostgreSQL takes
-- eight times as long, so lengths are asked apart.

-- 1.0 is none: it could not be cast to an integer.
create function is_whole(j jsonb, low numeric, high numeric) returns boolean
language sql immutable parallel safe as $$
	select coalesce(case when jsonb_typeof(j) = 'number' and length(j #>> '{}') <= 18
	                          and j #>> '{}' ~ '^[0-9]+$'
	                     then j::numeric between low and high end, false)
$$;

create function is_text(j jsonb, pattern text, most int) returns boolean
language sql immutable parallel safe as $$
	select coalesce(case when jsonb_typeof(j) = 'string' and length(j #>> '{}') <= most
	                     then j #>> '{}' ~ pattern end, false)
$$;

-- "2026-11-20T08:00:00Z"; null when it is no such hour.
create function hour_of(j jsonb) returns timestamptz
language plpgsql immutable parallel safe as $$
begin
	if jsonb_typeof(j) = 'string' and j #>> '{}' ~ '^20\d\d-[01]\d-[0-3]\dT([01]\d|2[0-3]):00:00Z$' then
		return (j #>> '{}')::timestamptz; -- cast in here, where it is caught
	end if;
	return null;
exception when data_exception then -- the 30th of February
	return null;
end $$;

-- The measures of the gateway's src/common/measure.h.
create function measure_events() returns text[]
language sql immutable parallel safe as $$
	select array(
		select format('answer/%s/%s/%s', role, option, pace)
		from unnest('{pre,post,only,control,other,review3,review10,review24}'::text[]) role,
			unnest('{a,b,c,d}'::text[]) option, unnest('{fast,calm,slow}'::text[]) pace
		union all
		select format('rest/%s/%s', verdict, others)
		from unnest('{wrong,right}'::text[]) verdict, generate_series(0, 2) others
		union all
		select format('pair/%s/%s', before, after)
		from unnest('{wrong,right}'::text[]) before, unnest('{wrong,right}'::text[]) after)
$$;

create function is_measure(event text) returns boolean
language sql immutable parallel safe as $$
	select event = any (measure_events())
$$;

create function is_cell(c jsonb) returns boolean
language sql immutable parallel safe
begin atomic
	select jsonb_typeof(c) = 'object'
	   and is_text(c -> 'zone', '^[a-z0-9-]+$', 32) and is_text(c -> 'aud', '.', 32)
	   and is_text(c -> 'lang', '^[a-z][a-z]+$', 3)
	   and is_whole(c -> 'shown', 0, 2147483647) and is_whole(c -> 'answered', 0, 2147483647)
	   and is_whole(c -> 'right', 0, 2147483647)
	   and is_whole(c -> 'acknowledged', 0, 2147483647)
	   and is_whole(c -> 'released', 0, 2147483647)
	   and is_whole(c -> 'deferred', 0, 2147483647)
	   and is_whole(c -> 'returned', 0, 2147483647);
end;

create function is_measure_row(m jsonb) returns boolean
language sql immutable parallel safe
begin atomic
	select jsonb_typeof(m) = 'object' and is_text(m -> 'aud', '.', 32)
	   and is_text(m -> 'lang', '^[a-z][a-z]+$', 3) and is_whole(m -> 'n', 1, 2147483647)
	   and is_text(m -> 'event', '.', 32)
	   and is_text(m -> 'item', '^[A-Za-z][A-Za-z0-9_-]*(\.[1-9][0-9]*)?$', 69)
	   and length(split_part(m ->> 'item', '.', 1)) <= 63
	   and length(split_part(m ->> 'item', '.', 2)) <= 5;
end;

create function report_wrong_cells(b jsonb) returns text
language plpgsql stable set search_path = congchao, pg_temp as $$
begin
	if jsonb_typeof(b -> 'cells') is distinct from 'array' then
		return 'cells: expected a list';
	elsif exists (select from jsonb_array_elements(b -> 'cells') c where not is_cell(c)) then
		return 'cells: a field is missing, negative, too large or no such thing';
	elsif exists (select from jsonb_array_elements(b -> 'cells') c
	              where c ->> 'aud' not in (select audience from audience)) then
		return 'cells: unknown audience';
	elsif exists (select from jsonb_array_elements(b -> 'cells') c
	              group by c ->> 'zone', c ->> 'aud', c ->> 'lang' having count(*) > 1) then
		return 'cells: the same one twice';
	end if;
	return null;
end $$;

create function report_wrong_measures(b jsonb) returns text
language plpgsql stable set search_path = congchao, pg_temp as $$
begin
	if jsonb_typeof(b -> 'measures') is distinct from 'array' then
		return 'measures: expected a list';
	elsif exists (select from jsonb_array_elements(b -> 'measures') m
	              where not is_measure_row(m)) then
		return 'measures: a field is missing, negative, too large or no such thing';
	elsif exists (select from jsonb_array_elements(b -> 'measures') m
	              where m ->> 'aud' not in (select audience from audience)) then
		return 'measures: unknown audience';
	elsif exists (select from jsonb_array_elements(b -> 'measures') m
	              where not is_measure(m ->> 'event')) then
		return 'measures: unknown event';
	elsif exists (select from jsonb_array_elements(b -> 'measures') m
	              group by m ->> 'aud', m ->> 'lang', m ->> 'item', m ->> 'event'
	              having count(*) > 1) then
		return 'measures: the same one twice';
	end if;
	return null;
end $$;

-- Clocks may differ, hours that have not begun may not be reported.
create function is_future(p_period timestamptz, p_now timestamptz) returns boolean
language sql immutable parallel safe as $$
	select p_period > p_now + interval '15 minutes'
$$;

-- What is wrong with a report of that site's key, or null. Fixed words: they are answered.
create function report_wrong(p_site text, b jsonb) returns text
language plpgsql stable set search_path = congchao, pg_temp as $$
begin
	return case
	when not is_whole(b -> 'v', 1, 1) then 'v: expected 1'
	when b -> 'site' is distinct from to_jsonb(p_site) then 'site: expected that of the key'
	when hour_of(b -> 'period') is null then 'period: expected an hour such as 2026-11-20T08:00:00Z'
	when not is_whole(b -> 'len', 3600, 3600) then 'len: expected 3600'
	when not is_whole(b -> 'rev', 1, 2147483647) then 'rev: expected a number from 1'
	when b -> 'final' is distinct from 'true' then 'final: expected true'
	when not is_text(b -> 'instance', '^[0-9a-f]{32}$', 32) then 'instance: expected 32 hex digits'
	when not is_text(b -> 'sw', '^[ -~]+$', 32) then 'sw: expected a version'
	when jsonb_typeof(b #> '{clk,settled}') is distinct from 'boolean'
		then 'clk.settled: expected true or false'
	when b ? 'health' and not is_whole(b #> '{health,unsent}', 0, 1000000)
		then 'health.unsent: expected a number'
	when coalesce(b #> '{health,oldest_unsent}', 'null') <> 'null'
	     and hour_of(b #> '{health,oldest_unsent}') is null
		then 'health.oldest_unsent: expected an hour or null'
	when is_future(hour_of(b -> 'period'), now()) then 'period: in the future'
	else coalesce(report_wrong_cells(b), report_wrong_measures(b))
	end;
end $$;
