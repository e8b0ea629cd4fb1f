-- Sums by local day. Always recomputed (60-roll.sql), never incremented.
--
-- state: 0 counts; 1 counts, with a doubtful flag; 2 is kept and not counted (pending,
-- suspended, excluded by an officer). All that is stored is in one of them.

create table if not exists site_day (
	site_id      text not null,
	day          date not null,
	received     int not null check (received between 0 and 24),
	due          int not null check (due between 0 and received), -- of these, expected ones
	doubtful     int not null check (doubtful >= 0), -- hours in state 1
	excluded     int not null check (excluded >= 0), -- hours in state 2
	flags        int not null,                       -- of all its hours
	late         int not null check (late >= 0),     -- hours that came more than a day late
	shown        bigint not null check (shown >= 0), -- of hours in states 0 and 1
	acknowledged bigint not null check (acknowledged >= 0),
	primary key (site_id, day)
) partition by range (day);

-- Figures ask for some days of all sites, and the keys begin with the site.
create index if not exists site_day_day on site_day (day);
create index if not exists site_day_doubtful on site_day (day) where doubtful > 0;

-- Months of sites, for pages about months and years.
create table if not exists site_month (
	site_id      text not null,
	month        date not null check (extract(day from month) = 1),
	due          int not null check (due >= 0),
	doubtful     int not null check (doubtful >= 0),
	excluded     int not null check (excluded >= 0),
	flags        int not null,
	late         int not null check (late >= 0),
	shown        bigint not null check (shown >= 0),
	acknowledged bigint not null check (acknowledged >= 0),
	primary key (site_id, month)
);
create index if not exists site_month_month on site_month (month);

create table if not exists cell_day (
	site_id      text not null,
	day          date not null,
	audience     text not null,
	lang         text not null,
	state        smallint not null check (state between 0 and 2),
	shown        bigint not null check (shown >= 0),
	answered     bigint not null check (answered >= 0),
	"right"      bigint not null check ("right" >= 0),
	acknowledged bigint not null check (acknowledged >= 0),
	released     bigint not null check (released >= 0),
	deferred     bigint not null check (deferred >= 0),
	returned     bigint not null check (returned >= 0),
	primary key (site_id, day, audience, lang, state)
) partition by range (day);

-- The same for places, so that a page need not sum sixty thousand sites.
create table if not exists area_day (
	area_id      text not null references area,
	day          date not null,
	audience     text not null,
	lang         text not null,
	state        smallint not null check (state between 0 and 1),
	shown        bigint not null check (shown >= 0),
	answered     bigint not null check (answered >= 0),
	"right"      bigint not null check ("right" >= 0),
	acknowledged bigint not null check (acknowledged >= 0),
	released     bigint not null check (released >= 0),
	deferred     bigint not null check (deferred >= 0),
	returned     bigint not null check (returned >= 0),
	primary key (area_id, day, audience, lang, state)
);
create index if not exists area_day_day on area_day (day);

create table if not exists area_hour (
	area_id      text not null references area,
	day          date not null,
	hour         smallint not null check (hour between 0 and 23),
	shown        bigint not null check (shown >= 0),
	acknowledged bigint not null check (acknowledged >= 0),
	primary key (area_id, day, hour)
);
create index if not exists area_hour_day on area_hour (day);

create table if not exists area_month (
	area_id      text not null references area,
	month        date not null check (extract(day from month) = 1),
	state        smallint not null check (state between 0 and 1),
	shown        bigint not null check (shown >= 0),
	answered     bigint not null check (answered >= 0),
	"right"      bigint not null check ("right" >= 0),
	acknowledged bigint not null check (acknowledged >= 0),
	primary key (area_id, month, state)
);

-- Hours of approved sites that were expected and came; of a day as a whole.
create table if not exists area_received (
	area_id  text not null references area,
	day      date not null,
	received bigint not null check (received >= 0),
	primary key (area_id, day)
);
create index if not exists area_received_day on area_received (day);

-- And of all places: targets, trends and months ask for years.
create table if not exists total_day (
	day          date not null,
	audience     text not null,
	lang         text not null,
	state        smallint not null check (state between 0 and 1),
	shown        bigint not null check (shown >= 0),
	answered     bigint not null check (answered >= 0),
	"right"      bigint not null check ("right" >= 0),
	acknowledged bigint not null check (acknowledged >= 0),
	released     bigint not null check (released >= 0),
	deferred     bigint not null check (deferred >= 0),
	returned     bigint not null check (returned >= 0),
	primary key (day, audience, lang, state)
);

create table if not exists total_hour (
	day          date not null,
	hour         smallint not null check (hour between 0 and 23),
	shown        bigint not null check (shown >= 0),
	acknowledged bigint not null check (acknowledged >= 0),
	primary key (day, hour)
);

create table if not exists dirty_area (
	area_id text not null,
	day     date not null,
	since   timestamptz not null default now(),
	primary key (area_id, day)
);

create table if not exists dirty_total (
	day   date primary key,
	since timestamptz not null default now()
);
