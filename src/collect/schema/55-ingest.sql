-- A batch of reports: each replaces what is stored of its hour, or is answered why not.

-- PL/pgSQL throughout: it keeps its plans, SQL functions are planned at each call.

-- Did the site's opening hours touch that hour? Closing before opening: open past midnight.
create function is_open(p_opens time, p_closes time, p_period timestamptz) returns boolean
language plpgsql immutable parallel safe as $$
declare
	t int := extract(hour from p_period at time zone 'Asia/Ho_Chi_Minh') * 3600;
	o int := extract(epoch from p_opens);
	c int := extract(epoch from p_closes);
begin
	return case when o is null or o = c then true
	            when o < c then t < c and t + 3600 > o
	            else t < c or t + 3600 > o end;
end $$;

-- The flags of a stored hour (reference table flag). A visit may begin in one hour and be
-- acknowledged in the next, and who returns acknowledges without a question being shown:
-- the funnel is compared with both taken off.
create function flags_of(s site, r report) returns int
language plpgsql stable set search_path = congchao, pg_temp as $$
declare
	t record;
	shown_before bigint;
	unknown boolean;
begin
	select coalesce(sum(shown), 0) as shown, coalesce(sum(acknowledged), 0) as acknowledged,
	       coalesce(sum(released), 0) as released, coalesce(sum(returned), 0) as returned,
	       coalesce(bool_or("right" > answered or returned > acknowledged), false) as wrong
	into t from cell_hour where site_id = r.site_id and period = r.period;
	select coalesce(sum(shown), 0) into shown_before
	from cell_hour where site_id = r.site_id and period = r.period - interval '1 hour';
	select exists (select from measure_hour m
	               where m.site_id = r.site_id and m.period = r.period
	                 and not exists (select from question where item = m.item)
	                 and not exists (select from lesson where objective = m.item)) into unknown;
	return case when greatest(t.shown, t.acknowledged, t.released) > s.capacity then 1 else 0 end
	     | case when t.wrong or t.acknowledged - t.returned > t.shown + shown_before then 2 else 0 end
	     | case when abs(r.skew_s) > 300 then 4 else 0 end
	     | case when t.shown + t.acknowledged > 0 and not is_open(s.opens, s.closes, r.period)
	            then 8 else 0 end
	     | case when unknown then 16 else 0 end
	     | case when r.instance is distinct from s.instance then 32 else 0 end
	     | (r.flags & 64);
end $$;

-- Kept as evidence, 200 different ones of a site and day: a gateway gone mad fills no disk.
create function quarantine_put(p_site text, p_code int, p_reason text, p_body text)
returns void language plpgsql set search_path = congchao, pg_temp as $$
declare
	print bytea := sha256(convert_to(p_body, 'UTF8'));
begin
	update quarantine set times = times + 1, last_at = now()
	where site_id = p_site and fingerprint = print and code = p_code;
	if not found and (select count(*) from quarantine
	                  where site_id = p_site and first_at > now() - interval '1 day') < 200 then
		insert into quarantine (site_id, fingerprint, code, reason, body)
		values (p_site, print, p_code, p_reason, p_body);
	end if;
end $$;

-- Rows of one hour. Their form is known: report_wrong() has looked.
create function rows_put(p_site text, p_period timestamptz, b jsonb) returns void
language plpgsql set search_path = congchao, pg_temp as $$
begin
	insert into cell_hour
	select p_site, p_period, c.zone, c.aud, c.lang, c.shown, c.answered, c.right,
	       c.acknowledged, c.released, c.deferred, c.returned
	from jsonb_to_recordset(b -> 'cells') as c (zone text, aud text, lang text, shown int,
		answered int, "right" int, acknowledged int, released int, deferred int, returned int);
	insert into measure_hour
	select p_site, p_period, m.aud, m.lang, m.item, m.event, m.n
	from jsonb_to_recordset(b -> 'measures') as m (aud text, lang text, item text, event text,
		n int);
end $$;

-- Flags of the hour, and of the one after it, whose funnel has this one before it.
create function flags_put(s site, p_period timestamptz) returns void
language plpgsql set search_path = congchao, pg_temp as $$
declare
	r report;
	now_flags int;
begin
	for r in select * from report
	         where site_id = s.site_id and period in (p_period, p_period + interval '1 hour') loop
		now_flags := flags_of(s, r);
		if now_flags <> r.flags then
			update report set flags = now_flags where site_id = s.site_id and period = r.period;
		end if;
	end loop;
end $$;

-- One well-formed report, in its place. Returns the code, and what is stored then.
create function report_put(s site, p_key_ver int, p_skew int, b jsonb, p_digest bytea,
                           out code int, out stored_rev int, out stored_digest bytea)
language plpgsql set search_path = congchao, pg_temp as $$
#variable_conflict use_column
declare
	p timestamptz := hour_of(b -> 'period');
	new report;
	n int;
begin
	new := row(s.site_id, p, (b ->> 'rev')::int, p_digest, now(),
	           greatest(0, floor(extract(epoch from now() - p) / 3600) - 1), p_skew, 0, s.status,
	           p_key_ver, (b ->> 'instance')::uuid, (b #>> '{clk,settled}')::boolean, b ->> 'sw');
	insert into report values (new.*) on conflict do nothing;
	get diagnostics n = row_count;
	code := 0;
	if n = 0 then
		select rev, digest into stored_rev, stored_digest from report
		where site_id = s.site_id and period = p;
		code := case when new.rev < stored_rev then 2
		             when new.rev > stored_rev then 4
		             when p_digest = stored_digest then 1 else 3 end;
	end if;
	if code = 3 then
		update report set flags = flags | 64 where site_id = s.site_id and period = p;
	elsif code = 4 then
		delete from cell_hour where site_id = s.site_id and period = p;
		delete from measure_hour where site_id = s.site_id and period = p;
		update report set
			rev = new.rev, digest = new.digest, received_at = new.received_at,
			late_h = new.late_h, skew_s = new.skew_s, standing = new.standing,
			key_ver = new.key_ver, instance = new.instance, settled = new.settled, sw = new.sw
		where site_id = s.site_id and period = p;
	end if;
	if code in (0, 4) then
		perform rows_put(s.site_id, p, b);
		perform flags_put(s, p);
		stored_rev := new.rev;
		stored_digest := new.digest;
	end if;
end $$;

-- What the last new report of a batch says of its gateway.
create function seen_put(p_site text, p_skew int, b jsonb) returns void
language plpgsql set search_path = congchao, pg_temp as $$
begin
	update site_seen set
		last_at = now(), last_period = greatest(last_period, hour_of(b -> 'period')),
		sw = b ->> 'sw', skew_s = p_skew, unsent = (b #>> '{health,unsent}')::bigint,
		oldest_unsent = hour_of(b #> '{health,oldest_unsent}')
	where site_id = p_site;
end $$;

-- The text of a request as a list of 1 to 48 objects; SQLSTATE CC422 when it is none. json
-- keeps the bytes, of which the digest is; jsonb refuses what they may not be.
create function reports_of(p_body text) returns json[]
language plpgsql immutable set search_path = congchao, pg_temp as $$
declare
	doc json;
	list json[];
begin
	doc := p_body::json;
	perform p_body::jsonb;
	if json_typeof(doc) = 'array' then
		select array_agg(value order by place) into list
		from json_array_elements(doc) with ordinality as e (value, place)
		where json_typeof(value) = 'object';
	end if;
	if list is null or cardinality(list) <> json_array_length(doc) or cardinality(list) > 48 then
		raise 'expected a list of 1 to 48 reports' using errcode = 'CC422';
	end if;
	return list;
exception when data_exception or program_limit_exceeded then
	raise 'expected JSON' using errcode = 'CC422';
end $$;

-- The collector's one call. Answers in the order of the reports; a refused one has no period
-- when it names none. CC401: that key may not speak; CC422: no list of reports.
create function ingest(p_site text, p_key_ver int, p_created bigint, p_body text)
returns table (period timestamptz, code int, rev int, digest text, reason text)
language plpgsql security definer set search_path = congchao, pg_temp as $$
#variable_conflict use_column
declare
	s site;
	skew int := greatest(least(p_created - extract(epoch from now()), 2147483647), -2147483647);
	list json[];
	r json;
	b jsonb;
	put record;
	news jsonb;
	days date[] := '{}';
begin
	-- Its standing is what it is when this commits: an hour that was taken for pending in the
	-- moment of the approval would never be counted, nor be refused in that of a revocation.
	perform from site where site_id = p_site for share;
	s := site_of_key(p_site, p_key_ver);
	list := reports_of(p_body); -- who may not speak is told nothing about a body
	-- One after another for a site, so that two batches can never wait for each other.
	insert into site_seen (site_id) values (p_site) on conflict do nothing;
	perform from site_seen where site_id = p_site for update;
	foreach r in array list loop
		b := r::jsonb;
		ingest.reason := report_wrong(p_site, b);
		ingest.period := hour_of(b -> 'period');
		ingest.rev := null;
		ingest.digest := null;
		ingest.code := case when ingest.reason is not null then 11
		                    when ingest.period < now() - interval '60 days' then 12 end;
		if ingest.code = 12 then
			ingest.reason := 'period: older than 60 days';
		elsif ingest.code is null then
			put := report_put(s, p_key_ver, skew, b, sha256(convert_to(
				(r -> 'cells')::text || (r -> 'measures')::text, 'UTF8')));
			ingest.code := put.code;
			ingest.rev := put.stored_rev;
			ingest.digest := encode(put.stored_digest, 'hex');
			if put.code in (0, 4) then
				news := b;
			elsif put.code = 3 then
				ingest.reason := 'this revision is stored with other counts';
			end if;
			if put.code in (0, 3, 4) then
				days := days || day_of(ingest.period) || day_of(ingest.period + interval '1 hour');
			end if;
		end if;
		if ingest.code in (3, 11, 12) then
			perform quarantine_put(p_site, ingest.code, ingest.reason, r::text);
		end if;
		return next;
	end loop;
	if news is not null then
		perform seen_put(p_site, skew, news);
	end if;
	insert into dirty (site_id, day) select distinct p_site, d from unnest(days) d order by 2
	on conflict (site_id, day) do update set since = now();
end $$;
