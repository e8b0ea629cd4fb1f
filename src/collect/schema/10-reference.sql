-- What counts are about: places, the plan's groups, languages, and what the plan wants.

create table if not exists area (
	area_id text primary key check (area_id ~ '^[a-z0-9-]{1,32}$'),
	name    text not null check (length(name) between 1 and 128),
	kind    text not null default 'commune' check (kind in ('province', 'district', 'commune')),
	parent  text references area
);

create table if not exists audience (
	audience text primary key check (audience ~ '^[a-z0-9_-]{1,32}$'),
	place    int not null,
	name_vi  text not null,
	name_en  text not null
);
insert into audience values
	('citizen', 1, 'Người dùng mạng', 'Internet users'),
	('civil_servant', 2, 'Cán bộ, công chức', 'Civil servants'),
	('enterprise_staff', 3, 'Nhân viên viễn thông, CNTT', 'Telecom and IT staff'),
	('press_leader', 4, 'Báo chí, lãnh đạo', 'Press and leaders')
on conflict do nothing;

-- Of languages only the names: one that is not in here is counted all the same.
create table if not exists lang (
	lang    text primary key check (lang ~ '^[a-z]{2,3}$'),
	name_vi text not null,
	name_en text not null
);
insert into lang values
	('vi', 'Tiếng Việt', 'Vietnamese'),
	('en', 'Tiếng Anh', 'English')
on conflict do nothing;

-- A bit of report.flags. Hours with a doubtful one are shown apart.
create table if not exists flag (
	flag     int primary key,
	doubtful boolean not null,
	name_vi  text not null,
	name_en  text not null
);
insert into flag values
	(1, true, 'Vượt sức chứa', 'Over capacity'),
	(2, true, 'Phễu không hợp lý', 'Funnel not monotone'),
	(4, true, 'Đồng hồ lệch hơn 5 phút', 'Clock off by more than 5 minutes'),
	(8, true, 'Ngoài giờ mở cửa', 'Outside opening hours'),
	(16, false, 'Câu hỏi chưa biết', 'Unknown question'),
	(32, true, 'Hai thiết bị một điểm', 'Two gateways on one site'),
	(64, true, 'Báo cáo mâu thuẫn', 'Conflicting report')
on conflict do nothing;

-- Targets are data: another plan is other rows. The basis says what "reached" is measured by:
-- a survey, a roster of single-use codes, or (an indication only) counted acknowledgements.
create table if not exists plan_target (
	plan       text not null,
	audience   text not null references audience,
	comparator text not null check (comparator in ('>', '>=')),
	percent    numeric(5, 2) not null check (percent > 0 and percent <= 100),
	basis      text not null check (basis in ('survey', 'roster', 'events')),
	starts     date not null default '2015-12-31',
	primary key (plan, audience)
);
insert into plan_target values
	('3833/KH-UBND', 'citizen', '>', 50, 'survey'),
	('3833/KH-UBND', 'civil_servant', '>', 85, 'roster'),
	('3833/KH-UBND', 'enterprise_staff', '>', 80, 'roster'),
	('3833/KH-UBND', 'press_leader', '>', 95, 'roster')
on conflict do nothing;

-- Denominators, each with whoever says so and of when. The latest one counts.
create table if not exists population (
	audience   text not null references audience,
	as_of      date not null,
	people     bigint not null check (people > 0),
	source     text not null check (length(source) between 1 and 300),
	entered_by text not null default session_user,
	entered_at timestamptz not null default now(),
	primary key (audience, as_of)
);

-- "Have you been told about ...?": how many of how many said yes.
create table if not exists survey (
	audience   text not null references audience,
	as_of      date not null,
	asked      bigint not null check (asked > 0),
	reached    bigint not null check (reached between 0 and asked),
	source     text not null check (length(source) between 1 and 300),
	entered_by text not null default session_user,
	entered_at timestamptz not null default now(),
	primary key (audience, as_of)
);

-- Single-use codes given to an agency's officer, without names, and how many came back.
create table if not exists roster (
	audience   text not null references audience,
	agency     text not null check (length(agency) between 1 and 128),
	as_of      date not null,
	size       bigint not null check (size > 0),
	reached    bigint not null check (reached between 0 and size),
	source     text not null check (length(source) between 1 and 300),
	entered_by text not null default session_user,
	entered_at timestamptz not null default now(),
	primary key (audience, agency, as_of)
);
