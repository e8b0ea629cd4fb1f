-- The dashboard's figures about sites, with the parameters of all figures. The site parameter
-- of the list is what to show of it: all, or those that want something.

create function figure_sites(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (site text, name text, area text, status text, silent boolean,
	last_at timestamptz, shown bigint, acknowledged bigint, hours_received bigint,
	hours_expected bigint, pct_bp int, doubtful_hours bigint, flags int, flag_names text, software text)
language sql stable set search_path = congchao, pg_temp as $$
	select v.site_id, v.name, a.name, v.status, v.silent, v.last_at, coalesce(s.shown, 0),
	       coalesce(s.acknowledged, 0), coalesce(s.due, 0), e.expected,
	       bp(coalesce(s.due, 0), e.expected), coalesce(s.doubtful, 0), coalesce(s.flags, 0),
	       case when s.flags <> 0 then flag_names(s.flags, p_lang) end, v.sw
	from (select site.*, last_at, sw, status = 'active' and coalesce(last_at, enrolled_at) < now() - interval '24 hours'
	                     as silent
	      from site_of_reader site left join site_seen_of_reader using (site_id)
	      where p_area is null or area_id = p_area) v
		join area a on a.area_id = v.area_id
		join expected_sites(p_from, p_to) e on e.site_id = v.site_id
		left join site_sums(p_from, p_to) s on s.site_id = v.site_id
	where case p_site when 'silent' then v.silent
	                  when 'pending' then v.status = 'pending'
	                  when 'suspended' then v.status in ('suspended', 'revoked')
	                  when 'flagged' then v.status = 'active' and s.doubtful > 0
	                  when 'active' then v.status = 'active'
	                  else true end
	order by case when v.status = 'pending' and v.enrolled_at is not null then 0 when v.silent then 1
	              when s.doubtful > 0 then 2 when v.status = 'active' then 3 else 4 end,
	         v.site_id
$$;

create function figure_site(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (site text, name text, area text, kind text, status text, silent boolean,
	enrolled_at timestamptz, approved_at timestamptz, last_at timestamptz, software text,
	unsent bigint, oldest_unsent timestamptz, skew_s int, capacity int, opens time, closes time)
language sql stable set search_path = congchao, pg_temp as $$
	select s.site_id, s.name, a.name, s.kind, s.status,
	       s.status = 'active' and coalesce(n.last_at, s.enrolled_at) < now() - interval '24 hours',
	       s.enrolled_at, s.approved_at, n.last_at, n.sw, n.unsent, n.oldest_unsent, n.skew_s,
	       s.capacity, s.opens, s.closes
	from site_of_reader s join area a using (area_id) left join site_seen_of_reader n using (site_id)
	where s.site_id = p_site
$$;

create function figure_site_days(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (day date, shown bigint, acknowledged bigint, hours_received int,
	hours_expected bigint, doubtful_hours int, excluded_hours int, late_hours int, flags int,
	flag_names text)
language sql stable set search_path = congchao, pg_temp as $$
	select d.day, d.shown, d.acknowledged, d.received,
	       expected_hours(s.enrolled_at, s.ended_at, day_begin(d.day), expected_until(d.day)),
	       d.doubtful, d.excluded, d.late, d.flags, flag_names(d.flags, p_lang)
	from site_day d join site s on s.site_id = d.site_id
	where d.site_id = p_site and d.day between p_from and p_to order by d.day desc
$$;

create function figure_flagged(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (site text, name text, day date, hours bigint, flags int, flag_names text)
language sql stable set search_path = congchao, pg_temp as $$
	select v.site_id, v.name, v.day, v.hours, v.flags, flag_names(v.flags, p_lang)
	from v_flagged v
	where v.day between p_from and p_to and (p_area is null or v.area_id = p_area)
	  and (p_site is null or v.site_id = p_site)
	order by v.day desc, v.site_id
$$;

-- Who did what. p_site null: at all sites.
create function figure_events(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (at timestamptz, site text, what text, who text, note text)
language sql stable set search_path = congchao, pg_temp as $$
	select at, site_id, what, who, note from site_event
	where p_site is null or site_id = p_site order by event_id desc limit 500
$$;

create function figure_decisions(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (site text, from_day date, to_day date, verdict text, reason text, who text,
	at timestamptz)
language sql stable set search_path = congchao, pg_temp as $$
	select site_id, from_day, to_day, verdict, reason, decided_by, decided_at from flag_decision
	where p_site is null or site_id = p_site order by decision_id desc limit 500
$$;

create function figure_accounts(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (account text, role text, enabled boolean, made_at timestamptz, changed_at timestamptz)
language sql stable set search_path = congchao, pg_temp as $$
	select account, role, enabled, made_at, changed_at from account order by account
$$;

create function figure_choice_areas(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (area text, name text)
language sql stable set search_path = congchao, pg_temp as $$
	select area_id, name from area order by kind <> 'province', name
$$;

-- For everybody: what may leave the house (86-public.sql), with the hours that stand behind it.
create function figure_public(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (month date, dimension text, code text, name text, counter text, value bigint,
	suppressed boolean, provisional boolean)
language sql stable security definer set search_path = congchao, pg_temp as $$
	select p.month, p.dimension, p.name,
	       coalesce(case p.dimension when 'total' then all_of(p_lang)
	                when 'audience' then case p_lang when 'en' then u.name_en else u.name_vi end
	                when 'area' then a.name
	                when 'lang' then case p_lang when 'en' then l.name_en else l.name_vi end end, p.name),
	       p.counter, p.value, p.suppressed, p.provisional
	from v_public p
		left join audience u on p.dimension = 'audience' and u.audience = p.name
		left join area a on p.dimension = 'area' and a.area_id = p.name
		left join lang l on p.dimension = 'lang' and l.lang = p.name
	where p.month >= date_trunc('month', p_to - interval '11 months')
	order by p.month desc, array_position(array['total', 'audience', 'area', 'lang'], p.dimension),
	         4, array_position(array['shown', 'answered', 'right', 'acknowledged'], p.counter)
$$;

create function figure_public_learning(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (audience text, name text, measure text, answers bigint, value_bp int, low_bp int,
	high_bp int)
language sql stable security definer set search_path = congchao, pg_temp as $$
	select l.audience, coalesce(name_of(l.audience, p_lang), all_of(p_lang)), l.measure, l.n, bp_of(l.value), bp_of(l.low),
	       bp_of(l.high)
	from v_public_learning l left join audience a on a.audience = l.audience
	order by a.place nulls first,
	         array_position(array['pre', 'post', 'gain', 'retention3_minus_control',
	         'retention10_minus_control', 'retention24_minus_control'], l.measure)
$$;

create function figure_public_months(p_from date, p_to date, p_area text, p_lang text, p_site text)
returns table (month date, hours_received bigint, hours_expected bigint, pct_bp int,
	provisional boolean)
language sql stable security definer set search_path = congchao, pg_temp as $$
	select m.month, h.pair[1], h.pair[2], bp(h.pair[1], h.pair[2]), i.month is null
	from (select distinct month_of(day) as month from total_day where day < day_of(now())) m
		left join month_issue i using (month)
		cross join lateral (select case when i.month is not null then array[i.received, i.expected]
			else (select array[c.received, c.expected]
			      from completeness(m.month, month_end(m.month), null) c) end as pair) h
	where m.month >= date_trunc('month', p_to - interval '11 months') order by m.month desc
$$;
