-- The same database on several machines, with Citus: once, after `congchao-collect init`, by a
-- superuser on the coordinator. Debian has no package of Citus; take the vendor's. One machine
-- carries 60,000 sites: this is for keeping hours for years, or for a whole country.
--
--     psql -v ON_ERROR_STOP=1 -d congchao -f citus.sql
--     congchao-collect init      # again: views and functions belong after the distribution
--
-- Every key of a fact begins with site_id, so that all work on a report is on one node.
create extension if not exists citus;
set search_path = congchao, public, pg_temp;

-- Before: select citus_set_coordinator_host('the coordinator''s name'), and citus_add_node()
-- for each worker. The coordinator has to be a node: what is local joins with what is not.
do $$
begin
	if not exists (select from pg_dist_node where groupid = 0) then
		raise 'the coordinator is no node yet, expected citus_set_coordinator_host() before';
	end if;
end $$;

-- Small, and joined with everything: a copy on each node. In the order of their references.
select create_reference_table('congchao.' || t)
from unnest(array['area', 'audience', 'lang', 'flag', 'lesson', 'lesson_text', 'question',
                  'question_text', 'question_option', 'site']) with ordinality as u (t, place)
where not exists (select from pg_dist_partition where logicalrelid = ('congchao.' || t)::regclass)
order by place;

-- Facts, all of one site on one node. Partitions go with their parents, those to come as well.
select create_distributed_table('congchao.' || t, 'site_id',
                                colocate_with => case t when 'report' then 'default' else 'congchao.report' end)
from unnest(array['report', 'cell_hour', 'measure_hour', 'site_seen', 'dirty', 'quarantine',
                  'site_day', 'site_month', 'cell_day']) with ordinality as u (t, place)
where not exists (select from pg_dist_partition where logicalrelid = ('congchao.' || t)::regclass)
order by place;

-- All the rest stays on the coordinator: places' sums, targets, frozen months, codes, decisions.
-- ingest() locks one site's row and never holds a lock on two nodes. roll() does not run like
-- that: it locks and sums days of fifty sites in a statement each, and Citus locks rows only on
-- one shard at a time. There it has to take one site at a time. None of this file has ever been
-- run: Debian has no package of Citus to run it with.
