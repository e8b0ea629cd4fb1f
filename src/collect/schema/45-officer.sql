-- What officers do, from the command line and from the dashboard alike. Each leaves a row.

create function site_note(p_site text, p_what text, p_who text, p_note text default '')
returns void language sql set search_path = congchao, pg_temp as $$
	insert into site_event (site_id, what, who, note) values (p_site, p_what, p_who, p_note)
$$;

create function site_must_exist(p_site text) returns site
language plpgsql set search_path = congchao, pg_temp as $$
declare
	s site;
begin
	select * into s from site where site_id = p_site for update;
	if not found then
		raise 'there is no site "%"', p_site using errcode = 'CC404';
	end if;
	return s;
end $$;

create function site_add(p_site text, p_name text, p_area text, p_who text default session_user)
returns void language plpgsql security definer set search_path = congchao, pg_temp as $$
begin
	if not exists (select from area where area_id = p_area) then
		raise 'there is no area "%", expected one that `area add` has made', p_area
			using errcode = 'CC404';
	end if;
	insert into site (site_id, name, area_id) values (p_site, p_name, p_area);
	perform site_note(p_site, 'add', p_who);
exception when unique_violation then
	raise 'there is a site "%" already', p_site using errcode = 'CC409';
end $$;

create function area_add(p_area text, p_name text, p_kind text default 'commune',
                         p_parent text default null)
returns void language plpgsql security definer set search_path = congchao, pg_temp as $$
begin
	insert into area values (p_area, p_name, p_kind, p_parent)
	on conflict (area_id) do update
		set name = excluded.name, kind = excluded.kind, parent = excluded.parent;
end $$;

-- A new code; an older one that nobody has used is void.
create function site_code(p_site text, p_code_hash bytea, p_who text default session_user)
returns timestamptz language plpgsql security definer set search_path = congchao, pg_temp as $$
declare
	until timestamptz := now() + interval '7 days';
begin
	if (site_must_exist(p_site)).status = 'revoked' then
		raise 'site "%" is revoked, expected one that may report', p_site using errcode = 'CC409';
	end if;
	update enrol_code set expires_at = now()
	where site_id = p_site and used_at is null and expires_at > now();
	insert into enrol_code (code_hash, site_id, issued_by, expires_at)
	values (p_code_hash, p_site, p_who, until);
	perform site_note(p_site, 'code', p_who);
	return until;
end $$;

-- pending, suspended -> active; pending, active -> suspended; any -> revoked, for ever.
create function site_status(p_site text, p_status text, p_who text default session_user,
                            p_note text default '')
returns void language plpgsql security definer set search_path = congchao, pg_temp as $$
declare
	s site := site_must_exist(p_site);
begin
	if s.status = 'revoked' and p_status <> 'revoked' then
		raise 'site "%" is revoked, expected another site for another gateway', p_site
			using errcode = 'CC409';
	elsif p_status not in ('active', 'suspended', 'revoked') then
		raise 'status "%", expected active, suspended or revoked', p_status
			using errcode = 'CC422';
	elsif p_status = 'active' and s.enrolled_at is null then
		raise 'site "%" has not been enrolled yet: nothing to approve', p_site
			using errcode = 'CC409';
	end if;
	update site set
		status = p_status,
		approved_at = case p_status when 'active' then now() else approved_at end,
		ended_at = case p_status when 'active' then null else coalesce(ended_at, now()) end
	where site_id = p_site;
	perform site_note(p_site, p_status, p_who, p_note);
end $$;
