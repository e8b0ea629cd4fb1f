-- Which key may speak for a site, and how a gateway comes by one. The key itself is derived
-- from the collector's master key; the database knows version numbers only.

-- Never null: with "not (a or b)" over a null an old key was once let in.
create function key_valid(p_ver int, p_key_ver int, p_prev int, p_until timestamptz)
returns boolean language sql stable parallel safe as $$
	select coalesce(p_ver > 0, false) and (coalesce(p_ver = p_key_ver, false)
	       or (coalesce(p_ver = p_prev, false) and coalesce(now() < p_until, false)))
$$;

-- The site whose key of that version may speak; SQLSTATE CC401 when it may not.
create function site_of_key(p_site text, p_key_ver int) returns site
language plpgsql stable set search_path = congchao, pg_temp as $$
declare
	s site;
begin
	select * into s from site where site_id = p_site;
	if not found or s.status = 'revoked'
	   or not key_valid(p_key_ver, s.key_ver, s.prev_key_ver, s.prev_until) then
		raise 'no such key' using errcode = 'CC401';
	end if;
	return s;
end $$;

-- A one-time code for a site and its next key version. SQLSTATE CC403: no such code now;
-- CC429: five wrong ones within an hour from there. A gateway that has not had the answer
-- may ask again with the same instance, within an hour: it gets the same version.
create function enrol(p_code_hash bytea, p_instance text, p_sw text, p_address bytea)
returns table (result text, site_id text, key_ver int)
language plpgsql security definer set search_path = congchao, pg_temp as $$
#variable_conflict use_column
declare
	c enrol_code;
	s site;
begin
	delete from enrol_try where at < now() - interval '1 hour';
	if (select count(*) from enrol_try where address = p_address) >= 5 then
		return query select 'many', null::text, null::int;
		return;
	end if;
	select * into c from enrol_code where code_hash = p_code_hash for update;
	if found then
		s := site_must_exist(c.site_id);
	end if;
	if s.status is null or s.status = 'revoked'
	   or not (c.used_at is null and now() < c.expires_at
	           or s.instance = p_instance::uuid and now() < c.used_at + interval '1 hour') is true then
		-- Kept although the answer is no: so it is a row, not an error that takes it back.
		insert into enrol_try values (p_address);
		return query select 'no', null::text, null::int;
		return;
	end if;
	if c.used_at is null then
		-- Whoever had the site before is out: no previous version is left.
		update site set
			key_ver = site.key_ver + 1, prev_key_ver = null, prev_until = null,
			instance = p_instance::uuid, status = 'pending',
			enrolled_at = coalesce(enrolled_at, now()), ended_at = null
		where site_id = c.site_id returning * into s;
		update enrol_code set used_at = now() where code_hash = p_code_hash;
		perform site_note(c.site_id, 'enrol', 'gateway', 'version ' || left(p_sw, 32));
		perform site_due(c.site_id);
	end if;
	return query select 'yes', s.site_id, s.key_ver;
end $$;

-- The next key version; the one before is valid for 14 days more. Asked with the one before
-- (the answer was lost), it is the present one again. CC429: twice within an hour.
create function rotate(p_site text, p_key_ver int, p_instance text) returns int
language plpgsql security definer set search_path = congchao, pg_temp as $$
declare
	s site;
begin
	-- The lock first: asked before it, a key that an enrolment is just making void would be
	-- told the version that the new gateway gets.
	perform from site where site_id = p_site for update;
	s := site_of_key(p_site, p_key_ver);
	if p_instance !~ '^[0-9a-f]{32}$' then
		raise 'expected instance' using errcode = 'CC422';
	end if;
	if p_key_ver = s.key_ver and s.prev_until > now() + interval '13 days 23 hours' then
		raise 'once an hour is often enough' using errcode = 'CC429';
	elsif p_key_ver = s.key_ver then
		update site set
			key_ver = p_key_ver + 1, prev_key_ver = p_key_ver,
			prev_until = now() + interval '14 days', instance = p_instance::uuid
		where site_id = p_site returning * into s;
		perform site_note(p_site, 'rotate', 'gateway', 'version ' || s.key_ver);
	end if;
	return s.key_ver;
end $$;
