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

create function audience_must_exist(p_audience text) returns void
language plpgsql set search_path = congchao, pg_temp as $$
begin
	if not exists (select from audience where audience = p_audience) then
		raise 'there is no audience "%", expected one of: %', p_audience,
			(select string_agg(audience, ', ' order by place) from audience)
			using errcode = 'CC404';
	end if;
end $$;

create function site_add(p_site text, p_name text, p_area text, p_who text default session_user)
returns void language plpgsql security definer set search_path = congchao, pg_temp as $$
begin
	if not exists (select from area where area_id = p_area) then
		raise 'there is no area "%", expected one that `area add` has made', p_area
			using errcode = 'CC404';
	end if;
	if p_site !~ '^[a-z0-9-]{1,32}$' then
		raise 'site "%", expected 1 to 32 characters of a-z, 0-9 and "-"', p_site
			using errcode = 'CC422';
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
	perform site_dirty(p_site);
	perform site_due(p_site);
end $$;

-- Of a site what is not null. Its days move with it when it moves to another area; what only
-- hours tell (roll_area_hours()) moves while they are kept.
create function site_edit(p_site text, p_name text, p_area text, p_kind text, p_address text,
                          p_capacity int, p_opens time, p_closes time,
                          p_who text default session_user)
returns void language plpgsql security definer set search_path = congchao, pg_temp as $$
declare
	s site := site_must_exist(p_site);
begin
	if not exists (select from area where area_id = coalesce(p_area, s.area_id)) then
		raise 'there is no area "%", expected one that `area add` has made', p_area
			using errcode = 'CC404';
	end if;
	update site set
		name = coalesce(p_name, name), area_id = coalesce(p_area, area_id),
		kind = coalesce(p_kind, kind), address = coalesce(p_address, address),
		capacity = coalesce(p_capacity, capacity), opens = coalesce(p_opens, opens),
		closes = coalesce(p_closes, closes)
	where site_id = p_site;
	if p_area <> s.area_id then
		-- A roll-up under way may put a day of it into the old area, unseen from here.
		perform pg_advisory_xact_lock(hashtext('congchao roll'));
		insert into dirty_area (area_id, day)
		select a, day from unnest(array[s.area_id, p_area]) a,
			(select distinct day from site_day where site_id = p_site) d order by a, day
		on conflict (area_id, day) do update set since = now();
	end if;
	perform site_note(p_site, 'edit', p_who);
end $$;

-- About all hours of some days of a site, until another decision about them.
create function flag_decide(p_site text, p_from date, p_to date, p_verdict text, p_reason text,
                            p_who text default session_user)
returns void language plpgsql security definer set search_path = congchao, pg_temp as $$
begin
	perform site_must_exist(p_site);
	if day_begin(p_from) < kept_from() then
		raise 'the hours of % are not kept any more: its figures are as they are', p_from
			using errcode = 'CC409';
	end if;
	insert into flag_decision (site_id, from_day, to_day, verdict, reason, decided_by)
	values (p_site, p_from, p_to, p_verdict, p_reason, p_who);
	perform site_note(p_site, p_verdict, p_who, p_reason);
	perform site_dirty(p_site);
end $$;

-- Denominators, surveys and rosters; the same day again corrects it.
create function population_put(p_audience text, p_as_of date, p_people bigint, p_source text,
                               p_who text default session_user)
returns void language sql security definer set search_path = congchao, pg_temp as $$
	select audience_must_exist(p_audience);
	insert into population (audience, as_of, people, source, entered_by)
	values (p_audience, p_as_of, p_people, p_source, p_who)
	on conflict (audience, as_of) do update
		set people = excluded.people, source = excluded.source,
		    entered_by = excluded.entered_by, entered_at = now()
$$;

create function survey_put(p_audience text, p_as_of date, p_reached bigint, p_asked bigint,
                           p_source text, p_who text default session_user)
returns void language sql security definer set search_path = congchao, pg_temp as $$
	select audience_must_exist(p_audience);
	insert into survey (audience, as_of, asked, reached, source, entered_by)
	values (p_audience, p_as_of, p_asked, p_reached, p_source, p_who)
	on conflict (audience, as_of) do update
		set asked = excluded.asked, reached = excluded.reached, source = excluded.source,
		    entered_by = excluded.entered_by, entered_at = now()
$$;

create function roster_put(p_audience text, p_agency text, p_as_of date, p_reached bigint,
                           p_size bigint, p_source text, p_who text default session_user)
returns void language sql security definer set search_path = congchao, pg_temp as $$
	select audience_must_exist(p_audience);
	insert into roster (audience, agency, as_of, size, reached, source, entered_by)
	values (p_audience, p_agency, p_as_of, p_size, p_reached, p_source, p_who)
	on conflict (audience, agency, as_of) do update
		set size = excluded.size, reached = excluded.reached, source = excluded.source,
		    entered_by = excluded.entered_by, entered_at = now()
$$;

create function target_put(p_plan text, p_audience text, p_comparator text, p_percent numeric,
                           p_basis text)
returns void language sql security definer set search_path = congchao, pg_temp as $$
	select audience_must_exist(p_audience);
	insert into plan_target (plan, audience, comparator, percent, basis)
	values (p_plan, p_audience, p_comparator, p_percent, p_basis)
	on conflict (plan, audience) do update
		set comparator = excluded.comparator, percent = excluded.percent, basis = excluded.basis
$$;
