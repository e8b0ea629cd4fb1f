-- Roles, the schema, and a clean floor for the functions and views.
--
--   congchao_owner    owns everything; the functions run with its rights; nobody logs in as it
--   congchao_ingest   the collector: may call what a request needs, and read no table
--   congchao_keeper   the timers: roll-ups, partitions, freezing
--   congchao_reader   figures, without anything about a site's operator
--   congchao_officer  a reader who may also manage sites, decide and set targets
--   congchao_auditor  reads everything that is kept, writes nothing
set local client_min_messages = warning;
select pg_advisory_xact_lock(hashtext('congchao install'));

do $$
declare
	name text;
begin
	if current_setting('server_encoding') <> 'UTF8' then
		raise 'the database is in %, expected UTF8', current_setting('server_encoding');
	end if;
	foreach name in array array['owner', 'ingest', 'keeper', 'reader', 'officer', 'auditor'] loop
		if not exists (select from pg_roles where rolname = 'congchao_' || name) then
			execute format('create role congchao_%s nologin', name);
		end if;
	end loop;
	if not pg_has_role(current_user, 'congchao_owner', 'member') then
		execute format('grant congchao_owner to %I', current_user);
	end if;
end $$;

create schema if not exists congchao authorization congchao_owner;
set local role congchao_owner;
set local search_path = congchao, pg_temp;
set local check_function_bodies = on;

create table if not exists schema_version (
	version      int primary key,
	installed_at timestamptz not null default now()
);
insert into schema_version select 2 where not exists (select from schema_version);

-- A function or a view that changes its columns cannot be replaced, only made anew. All names
-- first: what depends on one goes with it.
do $$
declare
	commands text[];
	command text;
begin
	select array_agg(format('drop view if exists %s cascade', oid::regclass)) into commands
	from pg_class where relnamespace = 'congchao'::regnamespace and relkind = 'v';
	select commands || array_agg(format('drop routine if exists %s cascade', oid::regprocedure))
	into commands from pg_proc where pronamespace = 'congchao'::regnamespace;
	foreach command in array coalesce(commands, '{}') loop
		execute command;
	end loop;
end $$;
