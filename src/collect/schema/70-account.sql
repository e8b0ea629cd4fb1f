-- Who may look at the dashboard, and who has logged in. Passwords are kept as argon2id,
-- sessions as a keyed hash under the collector's master key: a copy of these tables opens
-- nothing.

create table if not exists account (
	account    text primary key check (account ~ '^[a-z0-9._-]{1,32}$'),
	role       text not null check (role in ('officer', 'reader', 'auditor')),
	password   text not null check (password like '$argon2id$%'),
	enabled    boolean not null default true,
	made_at    timestamptz not null default now(),
	changed_at timestamptz not null default now()
);

create table if not exists session (
	session bytea primary key check (length(session) = 32),
	account text not null references account,
	made_at timestamptz not null default now(),
	seen_at timestamptz not null default now()
);
create index if not exists session_account on session (account, seen_at);

-- A new account, or a new password and role of one: whoever is logged in as it is not any more.
create function account_put(p_account text, p_role text, p_password text) returns void
language plpgsql security definer set search_path = congchao, pg_temp as $$
begin
	if p_account !~ '^[a-z0-9._-]{1,32}$' then
		raise 'account "%", expected 1 to 32 characters of a-z, 0-9, ".", "_" and "-"', p_account
			using errcode = 'CC422';
	elsif p_role not in ('officer', 'reader', 'auditor') then
		raise 'role "%", expected officer, reader or auditor', p_role using errcode = 'CC422';
	end if;
	insert into account (account, role, password) values (p_account, p_role, p_password)
	on conflict (account) do update
		set role = excluded.role, password = excluded.password, enabled = true, changed_at = now();
	delete from session where account = p_account;
end $$;

create function account_enable(p_account text, p_enabled boolean) returns void
language plpgsql security definer set search_path = congchao, pg_temp as $$
begin
	update account set enabled = p_enabled, changed_at = now() where account = p_account;
	if not found then
		raise 'there is no account "%"', p_account using errcode = 'CC404';
	end if;
	delete from session where account = p_account;
end $$;

create function account_password(p_account text) returns text
language sql stable security definer set search_path = congchao, pg_temp as $$
	select password from account where account = p_account and enabled
$$;

-- Eight at a time for each account; what has expired goes with every login.
create function session_begin(p_account text, p_session bytea) returns text
language plpgsql security definer set search_path = congchao, pg_temp as $$
declare
	is_role text;
begin
	select role into is_role from account where account = p_account and enabled for update;
	if not found then
		return null;
	end if;
	delete from session
	where seen_at < now() - interval '30 minutes' or made_at < now() - interval '10 hours'
	   or session in (select session from session where account = p_account
	                  order by seen_at desc offset 7);
	insert into session (session, account) values (p_session, p_account);
	return is_role;
end $$;

-- Who it is: for half an hour after the last page, and a working day at most.
create function session_use(p_session bytea, out account text, out role text)
returns record language plpgsql security definer set search_path = congchao, pg_temp as $$
begin
	select a.account, a.role into session_use.account, session_use.role
	from session s join account a using (account)
	where s.session = p_session and a.enabled
	  and s.seen_at > now() - interval '30 minutes' and s.made_at > now() - interval '10 hours';
	if found then
		update session s set seen_at = now()
		where s.session = p_session and s.seen_at < now() - interval '1 minute';
	end if;
end $$;

create function session_end(p_session bytea) returns void
language sql security definer set search_path = congchao, pg_temp as $$
	delete from session where session = p_session
$$;

-- The other way round than login_put: without a dashboard the collector's login may not
-- become what accounts may be.
create function login_take(p_user text, p_role text) returns void
language plpgsql set search_path = congchao, pg_temp as $$
begin
	if pg_has_role(p_user, p_role, 'member') then
		execute format('revoke %I from %I', p_role, p_user);
	end if;
end $$;
