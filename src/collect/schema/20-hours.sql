-- What the gateways have said, hour by hour. Every key begins with site_id: all work on a
-- report stays in one place when the tables are distributed (citus.sql). Partitions by month
-- of period (UTC); the months are made by partitions() and dropped by retain().
--
-- No foreign keys here: ingest() is the only one who writes, and has looked.

create table if not exists report (
	site_id     text not null,
	period      timestamptz not null check (extract(epoch from period) % 3600 = 0),
	rev         int not null check (rev >= 1),
	digest      bytea not null check (length(digest) = 32), -- SHA-256 of cells and measures
	received_at timestamptz not null,
	late_h      int not null check (late_h >= 0), -- hours after its end
	skew_s      int not null,                     -- gateway's clock minus ours
	flags       int not null default 0 check (flags between 0 and 127),
	standing    text not null check (standing in ('pending', 'active', 'suspended')), -- then
	key_ver     int not null,
	instance    uuid not null,
	settled     boolean not null, -- the gateway believed its clock
	sw          text not null check (length(sw) <= 32),
	primary key (site_id, period)
) partition by range (period);

create table if not exists cell_hour (
	site_id      text not null,
	period       timestamptz not null,
	zone         text not null,
	audience     text not null,
	lang         text not null,
	shown        int not null check (shown >= 0),
	answered     int not null check (answered >= 0),
	"right"      int not null check ("right" >= 0),
	acknowledged int not null check (acknowledged >= 0),
	released     int not null check (released >= 0),
	deferred     int not null check (deferred >= 0),
	returned     int not null check (returned >= 0),
	primary key (site_id, period, zone, audience, lang)
) partition by range (period);

create table if not exists measure_hour (
	site_id  text not null,
	period   timestamptz not null,
	audience text not null,
	lang     text not null,
	item     text not null,
	event    text not null,
	n        int not null check (n > 0),
	primary key (site_id, period, audience, lang, item, event)
) partition by range (period);

-- The last news of a site. Its row is also the lock that puts the reports of one site, and
-- only of one, after each other.
create table if not exists site_seen (
	site_id       text primary key,
	last_at       timestamptz, -- something new came
	last_period   timestamptz,
	sw            text,
	unsent        bigint check (unsent >= 0),
	oldest_unsent timestamptz,
	skew_s        int
);

-- Days to sum again. Written with ON CONFLICT DO UPDATE, which waits for a roll-up that is
-- under way: with DO NOTHING half a day was lost.
create table if not exists dirty (
	site_id text not null,
	day     date not null,
	since   timestamptz not null default now(),
	primary key (site_id, day)
);

-- Reports that were refused or contradict, as evidence. The same one again only counts.
create table if not exists quarantine (
	site_id     text not null,
	fingerprint bytea not null check (length(fingerprint) = 32), -- SHA-256 of body
	code        int not null,
	reason      text not null,
	first_at    timestamptz not null default now(),
	last_at     timestamptz not null default now(),
	times       int not null default 1 check (times > 0),
	body        text not null,
	primary key (site_id, fingerprint, code)
);
create index if not exists quarantine_last on quarantine (last_at);
