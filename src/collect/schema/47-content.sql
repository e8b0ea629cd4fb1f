-- The content pack comes in: content_begin(), then every lesson with its questions, in one
-- transaction. What the pack has no more stays known, and is no longer current.

create function content_begin() returns void
language sql security definer set search_path = congchao, pg_temp as $$
	update lesson set current = false where current;
	update question set current = false where current;
$$;

-- p_texts: {"vi": "title", ...}
create function lesson_put(p_objective text, p_rev int, p_audience text, p_topic text,
                           p_texts jsonb) returns void
language plpgsql security definer set search_path = congchao, pg_temp as $$
begin
	-- A pack of another plan may have another group of people; its name can be edited later.
	insert into audience
	select p_audience, 1 + max(place), p_audience, p_audience from audience
	on conflict do nothing;
	insert into lesson (objective, rev, audience, topic)
	values (p_objective, p_rev, p_audience, p_topic)
	on conflict (objective) do update
		set rev = excluded.rev, audience = excluded.audience, topic = excluded.topic, current = true;
	insert into lesson_text select p_objective, key, value from jsonb_each_text(p_texts)
	on conflict (objective, lang) do update set title = excluded.title;
end $$;

-- p_texts: {"vi": ["stem", "option a", "option b", ...], ...}
create function question_put(p_question text, p_rev int, p_objective text, p_form text,
                             p_level int, p_options int, p_key text, p_texts jsonb)
returns void language plpgsql security definer set search_path = congchao, pg_temp as $$
declare
	p_item text := p_question || '.' || p_rev;
begin
	insert into question (item, question, rev, objective, form, level, options, key)
	values (p_item, p_question, p_rev, p_objective, p_form, p_level, p_options, p_key)
	on conflict (item) do update
		set objective = excluded.objective, form = excluded.form, level = excluded.level,
		    options = excluded.options, key = excluded.key, current = true;
	insert into question_text select p_item, key, value ->> 0 from jsonb_each(p_texts)
	on conflict (item, lang) do update set stem = excluded.stem;
	insert into question_option
	select p_item, chr(96 + o), key, value ->> o
	from jsonb_each(p_texts), generate_series(1, p_options) o
	on conflict (item, option, lang) do update set text = excluded.text;
end $$;
