-- Gauges for the collector's /metrics: health only, and nothing that names a site.
create function health() returns table (name text, label text, value text)
language sql stable security definer set search_path = congchao, pg_temp as $$
	with gauge (place, name, label, value) as (
		select 1, 'congchao_dirty_days', format('{of="%s"}', o), n::numeric
		from (values ('sites', (select count(*) from dirty)), ('places', (select count(*) from dirty_area)),
		             ('all', (select count(*) from dirty_total))) d (o, n)
		union all
		select 2, 'congchao_sites', format('{status="%s"}', s), count(site_id)
		from unnest(array['pending', 'active', 'suspended', 'revoked']) s
			left join site on status = s group by s
		union all
		select 3, 'congchao_sites_silent_24h', '', count(*)
		from site s left join site_seen n using (site_id)
		where s.status = 'active'
		  and coalesce(n.last_at, s.enrolled_at) < now() - interval '24 hours'
		union all
		select 4, 'congchao_last_report_age_seconds', '',
		       round(extract(epoch from now() - max(last_at))) from site_seen
		union all
		select 5, 'congchao_quarantine', format('{code="%s"}', c), count(q.code)
		from unnest(array[3, 11, 12]) c left join quarantine q on q.code = c group by c
		union all
		-- Below 1 nothing can be stored in the month to come: is the keeper's timer running?
		select 6, 'congchao_partitions_months_ahead', '', count(*)
		from pg_class where relnamespace = 'congchao'::regnamespace
		  and relname > to_char(now() at time zone 'UTC', '"report_"YYYYMM')
		  and relname ~ '^report_\d{6}$'
	)
	select name, label, value::text from gauge where value is not null order by place, label
$$;
