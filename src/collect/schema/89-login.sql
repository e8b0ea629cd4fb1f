-- A user of the system is let in by its name (peer), and may what the role may. Runs with the
-- rights of whoever installs: nobody else may make roles.
create function login_put(p_user text, p_role text) returns void
language plpgsql set search_path = congchao, pg_temp as $$
begin
	if not exists (select from pg_roles where rolname = p_user) then
		execute format('create role %I login', p_user);
	end if;
	execute format('grant %I to %I', p_role, p_user);
end $$;
