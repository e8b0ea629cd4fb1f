-- Shares in basis points and names in a language, for the dashboard's figures.

create function bp(part numeric, whole numeric) returns int
language sql immutable parallel safe as $$
	select round(10000 * part / nullif(whole, 0))::int
$$;

create function bp_of(share float8) returns int
language sql immutable parallel safe as $$
	select round((10000 * share)::numeric)::int
$$;

create function name_of(p_audience text, p_lang text) returns text
language sql stable set search_path = congchao, pg_temp as $$
	select case when p_lang = 'en' then name_en else name_vi end from audience
	where audience = p_audience
$$;

create function title_of(p_objective text, p_lang text) returns text
language sql stable set search_path = congchao, pg_temp as $$
	select title from lesson_text where objective = p_objective
	order by lang = p_lang desc, lang = 'vi' desc limit 1
$$;

create function all_of(p_lang text) returns text
language sql immutable parallel safe as $$
	select case p_lang when 'en' then 'All' else 'Tất cả' end
$$;

create function flag_names(p_flags int, p_lang text) returns text
language sql stable set search_path = congchao, pg_temp as $$
	select string_agg(case when p_lang = 'en' then name_en else name_vi end, ', ' order by flag)
	from flag where p_flags & flag <> 0
$$;
