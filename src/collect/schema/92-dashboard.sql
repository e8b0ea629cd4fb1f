-- The dashboard's role: sessions, and the right to become (SET ROLE) what an account may be.
-- It inherits nothing of that: whoever asks without becoming somebody gets no figure.
do $$
begin
	if not exists (select from pg_roles where rolname = 'congchao_web') then
		create role congchao_web nologin noinherit;
	end if;
end $$;
grant congchao_reader, congchao_officer, congchao_auditor to congchao_web;

set local role congchao_owner;
-- What logs somebody in is not an auditor's to read.
revoke select on account, session from congchao_auditor;
grant select (account, role, enabled, made_at, changed_at) on account to congchao_auditor;

-- Every figure is a reader's, but for what sites' operators and officers have done.
do $$
declare
	f regprocedure;
begin
	for f in select oid from pg_proc
	         where pronamespace = 'congchao'::regnamespace and proname ~ '^(figure|month)_' loop
		execute format('grant execute on function %s to congchao_reader', f);
	end loop;
end $$;
revoke execute on function figure_events, figure_decisions, figure_accounts, month_refuse
	from congchao_reader;
grant execute on function figure_events, figure_decisions to congchao_officer, congchao_auditor;
grant execute on function figure_accounts to congchao_auditor;
grant execute on function bp, bp_of, all_of, name_of, title_of, flag_names, received_cells,
	expected_cells, expected_sites, live_day, due_early, completeness_areas, completeness_days,
	site_sums, is_frozen, exclusion_reason
	to congchao_reader;

grant select on site_of_reader, site_seen_of_reader to congchao_reader, congchao_auditor;

grant usage on schema congchao to congchao_web;
grant execute on function account_password, session_begin, session_use, session_end,
	figure_public, figure_public_learning, figure_public_months to congchao_web;
reset role;
