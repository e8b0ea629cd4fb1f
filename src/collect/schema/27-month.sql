-- Frozen months: what a printed report has said, for ever. Nothing in these tables is ever
-- changed; what comes later is listed as an adjustment in the next issue.

create table if not exists month_issue (
	month     date primary key check (extract(day from month) = 1),
	number    int not null unique,
	frozen_at timestamptz not null default now(),
	frozen_by text not null,
	received  bigint not null, -- hours, of those expected
	expected  bigint not null,
	hash      bytea not null check (length(hash) = 32) -- of all rows of the month below
);

create table if not exists month_cell (
	month        date not null,
	day          date not null,
	area_id      text not null,
	audience     text not null,
	lang         text not null,
	state        smallint not null,
	shown        bigint not null,
	answered     bigint not null,
	"right"      bigint not null,
	acknowledged bigint not null,
	released     bigint not null,
	deferred     bigint not null,
	returned     bigint not null,
	primary key (month, day, area_id, audience, lang, state)
);

create table if not exists month_measure (
	month    date not null,
	audience text not null,
	lang     text not null,
	item     text not null,
	event    text not null,
	state    smallint not null,
	n        bigint not null,
	primary key (month, audience, lang, item, event, state)
);

create table if not exists month_site (
	month        date not null,
	site_id      text not null,
	name         text not null,
	area_id      text not null,
	status       text not null,
	received     bigint not null,
	expected     bigint not null,
	doubtful     bigint not null,
	excluded     bigint not null,
	flags        int not null,
	shown        bigint not null,
	acknowledged bigint not null,
	primary key (month, site_id)
);

-- The targets as they stood then, with their denominators and sources.
create table if not exists month_target (
	month    date not null,
	plan     text not null,
	audience text not null,
	figures  jsonb not null,
	primary key (month, plan, audience)
);

-- What has been added to (or taken from) an earlier month since its own issue.
create table if not exists month_adjustment (
	issue        date not null, -- the month in whose issue it is listed
	month        date not null,
	area_id      text not null,
	audience     text not null,
	lang         text not null,
	state        smallint not null,
	shown        bigint not null,
	answered     bigint not null,
	"right"      bigint not null,
	acknowledged bigint not null,
	released     bigint not null,
	deferred     bigint not null,
	returned     bigint not null,
	primary key (issue, month, area_id, audience, lang, state)
);
