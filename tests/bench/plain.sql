-- What ingest() is measured beside: the rows of the same reports, inserted as they come, into
-- tables with the same columns, checks, indexes and partitions. No key, no form, no revision
-- is looked at; a second time would be an error.
create schema if not exists bench;
set search_path = bench, congchao, public;

create table if not exists bench.body (
	place int primary key,
	site  text not null,
	body  text not null
);

do $$
declare
	name text;
	part record;
begin
	foreach name in array array['report', 'cell_hour', 'measure_hour'] loop
		execute format('create table bench.%I (like congchao.%I including all) partition by range (period)',
		               name, name);
		for part in select c.relname, pg_get_expr(c.relpartbound, c.oid) as bound
		            from pg_inherits i join pg_class c on c.oid = i.inhrelid
		            where i.inhparent = format('congchao.%I', name)::regclass
		loop
			execute format('create table bench.%I partition of bench.%I %s', part.relname, name, part.bound);
		end loop;
	end loop;
end $$;

create sequence bench.plain_place;
create sequence bench.ingest_place;

create function bench.plain(p_site text, p_body text) returns void language plpgsql as $$
declare
	b jsonb := p_body::jsonb -> 0;
	p timestamptz := (b ->> 'period')::timestamptz;
begin
	insert into bench.report values (p_site, p, (b ->> 'rev')::int,
		sha256(convert_to((b -> 'cells')::text || (b -> 'measures')::text, 'UTF8')), now(), 0, 0, 0,
		'active', 1, (b ->> 'instance')::uuid, true, b ->> 'sw');
	insert into bench.cell_hour
	select p_site, p, c.zone, c.aud, c.lang, c.shown, c.answered, c.right, c.acknowledged,
	       c.released, c.deferred, c.returned
	from jsonb_to_recordset(b -> 'cells') as c (zone text, aud text, lang text, shown int,
		answered int, "right" int, acknowledged int, released int, deferred int, returned int);
	insert into bench.measure_hour
	select p_site, p, m.aud, m.lang, m.item, m.event, m.n
	from jsonb_to_recordset(b -> 'measures') as m (aud text, lang text, item text, event text, n int);
end $$;

-- One transaction of each side, about the next report: pgbench calls these.
create function bench.one_plain() returns void language plpgsql as $$
declare
	n int := nextval('bench.plain_place');
	r bench.body;
begin
	select * into strict r from bench.body where place = n;
	perform bench.plain(r.site, r.body);
end $$;

create function bench.one_ingest() returns void language plpgsql as $$
declare
	n int := nextval('bench.ingest_place');
	r bench.body;
	result int;
begin
	select * into strict r from bench.body where place = n;
	select code into strict result from congchao.ingest(r.site, 1, extract(epoch from now())::bigint, r.body);
	if result <> 0 then
		raise 'report % was answered %', r.place, result;
	end if;
end $$;
