/*
 * A content pack while it is being read: for lesson.c and its parts, and for `congchao
 * content lint`, which needs the line of each text. Its strings belong to the open files;
 * lesson_bank.c copies what the bank needs before they are closed.
 */
#ifndef COMMON_LESSON_PACK_H
#define COMMON_LESSON_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/lesson.h"
#include "common/lesson_cfg.h"
#include "common/lesson_index.h"

enum {
	LESSON_PACK_ITEMS_MAX = LESSON_INDEX_MAX, /* questions, lessons, sources, topics: each */
	LESSON_PACK_SOURCES_MAX = 8,		  /* of one item */
};

/* What has ids and, but for radio, a text in every language. */
enum lesson_pack_kind {
	LESSON_PACK_AUDIENCES,
	LESSON_PACK_SOURCES,
	LESSON_PACK_LESSONS,
	LESSON_PACK_QUESTIONS,
	LESSON_PACK_RADIO,
	LESSON_PACK_TOPICS, /* those that lessons and questions have: there is no list */
	LESSON_PACK_CONTACTS,
	LESSON_PACK_KIND__MAX
};

struct lesson_pack_list {
	struct lesson_index index;
	size_t count;
	const char *ids[LESSON_PACK_ITEMS_MAX];
	const config_setting_t *at[LESSON_PACK_ITEMS_MAX]; /* where it is listed */
	const char **names; /* [place * languages + language]; of those whose text is a name */
	bool known;	    /* could be read: texts can be held against it */
	bool listed;	    /* the pack lists them, so that every language has to name them */
};

/* What a question and a lesson have in common. */
struct lesson_pack_item {
	const config_setting_t *at; /* where structure.cfg says it */
	const char *id;
	const char *audience;		/* NULL: missing, and said so */
	int topic_place;		/* in its list; -1: missing, and said so */
	const config_setting_t *source; /* its list; NULL: missing, and said so */
	int rev;			/* 0: missing, and said so */
	bool off;			/* not shown: its fact has to be checked first */
};

struct lesson_pack_question {
	struct lesson_pack_item item;
	struct lesson_pack_lesson *lesson; /* NULL: its objective has none */
	char form;
	uint8_t level;
	uint8_t options;
	uint8_t key;
	char option[LESSON_OPTIONS_MAX]; /* 'a' to 'd', the names in the text files */
};

struct lesson_pack_lesson {
	struct lesson_pack_item item;
	int audience_place; /* in its list; -1: not there, and said so */
	struct lesson_pack_question *form[LESSON_FORMS_MAX]; /* the first of them */
	unsigned forms;	   /* all that name it as their objective */
	unsigned forms_on; /* those that are shown */
};

struct lesson_pack_audience {
	int target_percent;
	size_t lessons; /* those that are shown */
	bool offered;
};

struct lesson_pack_contact {
	enum lesson_contact_kind kind;
	const char *number, *address;
	int32_t hide_day;
};

/* One item in one language. */
struct lesson_pack_question_text {
	const config_setting_t *at; /* NULL: missing, and said so */
	struct lesson_question_text text;
	bool stale; /* written for an earlier rev */
};

struct lesson_pack_lesson_text {
	const config_setting_t *at;
	struct lesson_text text;
	bool stale;
};

struct lesson_pack {
	const struct conf *conf;
	struct report *report;
	struct lesson_cfg about;			/* pack.cfg */
	struct lesson_cfg structure;			/* structure.cfg */
	struct lesson_cfg contact;			/* contacts.cfg */
	struct lesson_cfg language[CONF_LANGUAGES_MAX]; /* text/LANG.cfg */
	const config_setting_t *ui[CONF_LANGUAGES_MAX]; /* NULL: could not be read */
	size_t fallback; /* language shown in place of a stale text */

	struct lesson_pack_list list[LESSON_PACK_KIND__MAX];
	struct lesson_pack_audience audiences[LESSON_AUDIENCES_MAX];
	struct lesson_pack_question *questions;
	struct lesson_pack_lesson *lessons;
	struct lesson_pack_lesson *radio[LESSON_RADIO_MAX]; /* what it is about; NULL: unknown */
	struct lesson_pack_contact contacts[LESSON_CONTACTS_MAX];
	int hide_after_days;				  /* contacts that nobody checks */
	struct lesson_pack_question_text *question_texts; /* [question * languages + language] */
	struct lesson_pack_lesson_text *lesson_texts;
};

/*
 * Reads a whole pack and tells report all that is wrong with it. Returns it, even when
 * report has counted errors, for lesson_pack_close; NULL when memory is out, which has
 * been told too. conf and report are borrowed.
 */
struct lesson_pack *lesson_pack_open(const struct conf *conf, struct report *report);
void lesson_pack_close(struct lesson_pack *pack); /* accepts NULL */

/* The bank of a pack without an error; NULL when memory is out. */
struct lesson_bank *lesson_bank_build(const struct lesson_pack *pack);

/*
 * The string of that name if it is, in turn, an id (a letter, then letters, digits, '-'
 * and '_': it can name a setting), one of a few words. NULL when it is missing, which
 * lesson_cfg_check has told, or is something else, which these tell.
 */
const char *lesson_pack_id(const struct lesson_cfg_place *place, const config_setting_t *group,
			   const char *name);
const char *lesson_pack_word(const struct lesson_cfg_place *place, const config_setting_t *group,
			     const char *name, const char *const *words, size_t count);
/* The same for a day, since 1970; false in place of NULL. */
bool lesson_pack_day(const struct lesson_cfg_place *place, const config_setting_t *group,
		     const char *name, int32_t *day);

/* Says what is wrong with a sentence for visitors, if anything. */
void lesson_pack_text(const struct lesson_cfg_place *place, const config_setting_t *at);

/* An item's sources: not too many, and each in the pack's list, if it has one. */
void lesson_source_check(const struct lesson_pack *pack, const struct lesson_cfg_place *place,
			 const config_setting_t *item);
/* Writes the names of an item's sources, "A; B", cut to size. Returns the length of all. */
size_t lesson_source_text(const struct lesson_pack *pack, const struct lesson_pack_item *item,
			  size_t language, char *out, size_t size);
/* After the texts: those names fit in one text. */
void lesson_source_lengths(const struct lesson_pack *pack);

/* pack.cfg. Like the others here: tells report all that is wrong and goes on. */
void lesson_about_read(struct lesson_pack *pack);

/* structure.cfg: questions, lessons and what they belong to. -1 when memory is out. */
int lesson_structure_read(struct lesson_pack *pack);

/* contacts.cfg, if there is one. */
void lesson_contact_read(struct lesson_pack *pack);

/* text/LANG.cfg of every language, after what it names. Returns -1 when memory is out. */
int lesson_text_read(struct lesson_pack *pack);

/* ui of one language; and, after all of them, whether they go together. */
void lesson_ui_read(struct lesson_pack *pack, const config_setting_t *root, size_t language);
void lesson_ui_compare(const struct lesson_pack *pack);

/* The words for one of a kind, "question", and for all, "questions", which is also the name
 * of their list and of their texts. */
const char *lesson_list_one(enum lesson_pack_kind kind);
const char *lesson_list_all(enum lesson_pack_kind kind);

/*
 * How a list is read: its fields, and what is done with an item whose id is new, which then
 * is the list's last.
 */
struct lesson_list_rule {
	enum lesson_pack_kind kind;
	int max;
	const struct lesson_cfg_field *fields;
	size_t field_count;
	void (*read)(struct lesson_pack *pack, const struct lesson_cfg_place *place,
		     const config_setting_t *at);
};

/* Reads the list of that kind in a file, if it is there. */
void lesson_list_read(struct lesson_pack *pack, const struct lesson_cfg *file,
		      const struct lesson_list_rule *rule);
/* How many of them are read: at most rule->max. */
size_t lesson_list_length(const struct lesson_cfg *file, const struct lesson_list_rule *rule);
/* Adds one that is not in it; returns its place, or -1 when max are there already. */
int lesson_list_add(struct lesson_pack_list *list, const char *id, const config_setting_t *at,
		    size_t max);

/* Lessons and questions, for lesson_structure.c. */
extern const struct lesson_list_rule lesson_item_lessons, lesson_item_questions;
/* What items are sorted under and come from, before them; what is read aloud, after them. */
void lesson_group_read(struct lesson_pack *pack);
void lesson_radio_read(struct lesson_pack *pack);

#endif
