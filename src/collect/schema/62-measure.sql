-- Sums of what was answered, by place and day, and by day alone. A site's day has some
-- hundred different measures, a place's not many more than one of its sites: figures of a
-- month over all sites' days took a minute and more, over these less than a second.
--
-- Recomputed from measure_day in roll_area_day(), never incremented. states 0 and 1 only:
-- what is not counted is in no figure.

create table if not exists area_measure (
	area_id  text not null references area,
	day      date not null,
	audience text not null,
	lang     text not null,
	item     text not null,
	event    text not null,
	state    smallint not null check (state between 0 and 1),
	n        bigint not null check (n > 0),
	primary key (area_id, day, audience, lang, item, event, state)
);
create index if not exists area_measure_day on area_measure (day);

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

create table if not exists dirty_total (
	day   date primary key,
	since timestamptz not null default now()
);

-- A database that is older than these tables: the next roll-up fills them.
insert into dirty_area (area_id, day)
select distinct area_id, day from measure_day join site using (site_id)
where not exists (select from area_measure) order by 1, 2
on conflict (area_id, day) do nothing;

create function roll_area_measure(p_area text, p_day date) returns void
language plpgsql set search_path = congchao, pg_temp as $$
begin
	delete from area_measure where area_id = p_area and day = p_day;
	insert into area_measure
	select p_area, p_day, m.audience, m.lang, m.item, m.event, m.state, sum(m.n)
	from site s join measure_day m on m.site_id = s.site_id
	where s.area_id = p_area and m.day = p_day and m.state < 2
	group by m.audience, m.lang, m.item, m.event, m.state;
	insert into dirty_total (day) values (p_day) on conflict (day) do update set since = now();
end $$;

-- The same of all places, once none of them waits any more; how many days they were.
create function roll_total() returns int
language plpgsql set search_path = congchao, pg_temp as $$
declare
	d dirty_total;
	done int := 0;
begin
	for d in select * from dirty_total order by day loop
		delete from dirty_total where day = d.day;
		delete from total_measure where day = d.day;
		insert into total_measure
		select d.day, audience, lang, item, event, state, sum(n)
		from area_measure where day = d.day group by audience, lang, item, event, state;
		done := done + 1;
	end loop;
	return done;
end $$;

-- Of some days, summed over their sites: of one place, or of all.
create function measure_sums(p_from date, p_to date, p_area text)
returns table (audience text, lang text, item text, event text, state smallint, n bigint)
language sql stable set search_path = congchao, pg_temp as $$
	select audience, lang, item, event, state, sum(n)::bigint
	from (select audience, lang, item, event, state, n from total_measure
	      where p_area is null and day between p_from and p_to
	      union all
	      select audience, lang, item, event, state, n from area_measure
	      where area_id = p_area and day between p_from and p_to) m
	group by audience, lang, item, event, state
$$;
