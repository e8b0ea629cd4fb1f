-- The content pack's structure, by `congchao-collect content`: which answer is right, and
-- the sentences to show beside a figure. A revision that was once in use stays: its answers
-- are still counted.

create table if not exists lesson (
	objective text primary key,
	rev       int not null,
	audience  text not null references audience,
	topic     text not null,
	current   boolean not null default true
);

create table if not exists lesson_text (
	objective text not null references lesson,
	lang      text not null,
	title     text not null,
	primary key (objective, lang)
);

create table if not exists question (
	item      text primary key, -- ID.REV, as reports have it
	question  text not null,
	rev       int not null,
	objective text not null references lesson,
	form      text not null,
	level     int not null,
	options   int not null check (options between 2 and 4),
	key       text not null check (key between 'a' and 'd'),
	current   boolean not null default true
);

create table if not exists question_text (
	item text not null references question,
	lang text not null,
	stem text not null,
	primary key (item, lang)
);

create table if not exists question_option (
	item   text not null references question,
	option text not null check (option between 'a' and 'd'),
	lang   text not null,
	text   text not null,
	primary key (item, option, lang)
);
