-- Sites, their enrolment, and what officers have done with them.

create table if not exists site (
	site_id      text primary key check (site_id ~ '^[a-z0-9-]{1,32}$'),
	name         text not null check (length(name) between 1 and 128),
	area_id      text not null references area,
	kind         text not null default 'other' check (kind ~ '^[a-z0-9_-]{1,32}$'),
	address      text not null default '' check (length(address) <= 300),
	status       text not null default 'pending'
	             check (status in ('pending', 'active', 'suspended', 'revoked')),
	capacity     int check (capacity > 0),     -- people in an hour; null: not known
	opens        time,                         -- local time; null: always open
	closes       time,                         -- before opens: after midnight
	key_ver      int not null default 0 check (key_ver >= 0), -- 0: never enrolled
	prev_key_ver int,                          -- null: there is none
	prev_until   timestamptz,
	instance     uuid,                         -- the gateway that got the present key
	created_at   timestamptz not null default now(),
	enrolled_at  timestamptz,                  -- its hours are expected from then on
	approved_at  timestamptz,                  -- the last time
	ended_at     timestamptz,                  -- suspended or revoked: nothing is expected
	check ((opens is null) = (closes is null))
);

create index if not exists site_area on site (area_id);

-- Codes are kept as HMAC under the collector's master key: a copy of this table enrols nobody.
create table if not exists enrol_code (
	code_hash  bytea primary key check (length(code_hash) = 32),
	site_id    text not null references site,
	issued_at  timestamptz not null default now(),
	issued_by  text not null,
	expires_at timestamptz not null,
	used_at    timestamptz
);

-- Tries of the last hour, by a keyed hash of the address: no address is kept.
create table if not exists enrol_try (
	address bytea not null check (length(address) = 32),
	at      timestamptz not null default now()
);
create index if not exists enrol_try_address on enrol_try (address, at);

-- What has happened to a site, and by whom. Rows are added, never changed.
create table if not exists site_event (
	event_id bigint generated always as identity primary key,
	site_id  text not null references site,
	at       timestamptz not null default now(),
	what     text not null,
	who      text not null,
	note     text not null default ''
);
create index if not exists site_event_site on site_event (site_id, at);

-- An officer's decision about the hours of some days: include in spite of a flag, or exclude.
-- The last one that covers a day counts; counts themselves are never edited.
create table if not exists flag_decision (
	decision_id bigint generated always as identity primary key,
	site_id     text not null references site,
	from_day    date not null,
	to_day      date not null check (to_day >= from_day),
	verdict     text not null check (verdict in ('include', 'exclude')),
	reason      text not null check (length(reason) between 3 and 500),
	decided_by  text not null,
	decided_at  timestamptz not null default now()
);
create index if not exists flag_decision_site on flag_decision (site_id, to_day);
