-- Sums of what was answered, by place and day, and by day alone. A day of a site has some
-- hundred different measures, and a day of a place has not many more: there are no rows for
-- sites. For places they lie in arrays side by side, a row of kinds and one of counts: as
-- rows of their own three thousand communes would take some 130 GB a year.
--
-- Recomputed from the hours in roll_area_learning(), and from there in roll_total(). States
-- 0 and 1 only: what is not counted is in no figure.
--
-- Kinds stay for ever. What nobody knows, an item or a language, gets a number only while
-- there are less than 50,000 of all kinds: a gateway that makes up names may fill these and
-- nothing more, and its hours are flagged. With all items, languages and audiences of the plan they are some
-- thousands.

create table if not exists measure_kind (
	kind     int generated always as identity primary key,
	audience text not null,
	lang     text not null,
	item     text not null,
	event    text not null,
	unique (item, event, audience, lang)
);

create table if not exists area_learning (
	area_id text not null references area,
	day     date not null,
	state   smallint not null check (state between 0 and 1),
	kinds   int[] not null,
	counts  bigint[] not null,
	check (cardinality(kinds) = cardinality(counts)),
	primary key (area_id, day, state)
);
create index if not exists area_learning_day on area_learning (day);

create table if not exists total_measure (
	day      date not null,
	audience text not null,
	lang     text not null,
	item     text not null,
	event    text not null,
	state    smallint not null check (state between 0 and 1),
	n        bigint not null check (n > 0),
	primary key (day, audience, lang, item, event, state)
);

create function roll_area_learning(p_area text, p_day date, p_sites text[], p_days date[])
returns void language plpgsql set search_path = congchao, pg_temp as $$
begin
	delete from area_learning where area_id = p_area and day = p_day;
	-- A kind that is new gets its number here: whoever rolls up has the lock.
	with sums as materialized (
		select h.state, m.item, m.event, m.audience, m.lang, sum(m.n)::bigint as n
		from hours_of(p_sites, p_days) h
			join measure_hour m on m.site_id = h.site_id and m.period = h.period
		where h.state < 2 group by 1, 2, 3, 4, 5
	), missing as (
		select distinct audience, lang, item, event, lang in (select lang from lang)
			and (item in (select item from question) or item in (select objective from lesson)) as known
		from sums left join measure_kind k using (item, event, audience, lang) where k.kind is null
	), new as (
		insert into measure_kind (audience, lang, item, event)
		select audience, lang, item, event from missing where known
		union all
		(select audience, lang, item, event from missing where not known
		 limit (select greatest(0, 50000 - count(*)) from measure_kind))
		returning kind, audience, lang, item, event
	), numbered as (
		select kind, audience, lang, item, event from measure_kind union all select * from new
	)
	insert into area_learning (area_id, day, state, kinds, counts)
	select p_area, p_day, state, array_agg(kind order by kind), array_agg(n order by kind)
	from sums join numbered using (item, event, audience, lang) group by state;
end $$;

-- Of some days, summed over their sites: of one place, or of all.
create function measure_sums(p_from date, p_to date, p_area text)
returns table (audience text, lang text, item text, event text, state smallint, n bigint)
language sql stable set search_path = congchao, pg_temp as $$
	select audience, lang, item, event, state, sum(n)::bigint from total_measure
	where p_area is null and day between p_from and p_to
	group by audience, lang, item, event, state
	union all
	select k.audience, k.lang, k.item, k.event, l.state, l.n
	from (select a.state, u.kind, sum(u.n)::bigint as n
	      from area_learning a, unnest(a.kinds, a.counts) as u (kind, n)
	      where a.area_id = p_area and a.day between p_from and p_to
	      group by a.state, u.kind) l join measure_kind k using (kind)
$$;
