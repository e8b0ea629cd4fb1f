/*
 * A content pack while it is being read, for lesson.c and its parts alone. Its strings
 * belong to the open files; lesson.c copies what the bank needs before it closes them.
 */
#ifndef COMMON_LESSON_PACK_H
#define COMMON_LESSON_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/lesson.h"
#include "common/lesson_cfg.h"

enum { LESSON_PACK_ITEMS_MAX = 1024 }; /* questions, and lessons */

/* What a question and a lesson have in common. */
struct lesson_pack_item {
	const config_setting_t *at; /* where structure.cfg says it */
	const char *id;
	const char *audience; /* NULL: missing, and said so */
	int rev;	      /* 0: missing, and said so */
	bool off;	      /* not shown: its fact has to be checked first */
};

struct lesson_pack_question {
	struct lesson_pack_item item;
	struct lesson_pack_lesson *lesson; /* NULL: its objective has none */
	char form;
	uint8_t options;
	uint8_t key;
	char option[LESSON_OPTIONS_MAX]; /* 'a' to 'd', the names in the text files */
};

struct lesson_pack_lesson {
	struct lesson_pack_item item;
	unsigned forms;	   /* all that name it as their objective */
	unsigned forms_on; /* those that are shown */
};

/* One item in one language. */
struct lesson_pack_question_text {
	struct lesson_question_text text;
	bool stale; /* written for an earlier rev */
};

struct lesson_pack_lesson_text {
	struct lesson_text text;
	bool stale;
};

struct lesson_pack {
	const struct conf *conf;
	struct report *report;
	struct lesson_cfg about;			/* pack.cfg */
	struct lesson_cfg structure;			/* structure.cfg */
	struct lesson_cfg language[CONF_LANGUAGES_MAX]; /* text/LANG.cfg */
	const config_setting_t *ui[CONF_LANGUAGES_MAX]; /* NULL: could not be read */
	bool structured;				/* structure.cfg could be read */
	size_t fallback; /* language shown in place of a stale text */

	struct lesson_pack_question *questions;
	size_t question_count;
	struct lesson_pack_lesson *lessons;
	size_t lesson_count;
	struct lesson_pack_question_text *question_texts; /* [question * languages + language] */
	struct lesson_pack_lesson_text *lesson_texts;
};

/*
 * The string of that name if it is, in turn, an id (a letter, then letters, digits, '-'
 * and '_': it can name a setting), a day, one of a few words. NULL when it is missing,
 * which lesson_cfg_check has told, or is something else, which these tell.
 */
const char *lesson_pack_id(const struct lesson_cfg_place *place, const config_setting_t *group,
			   const char *name);
const char *lesson_pack_date(const struct lesson_cfg_place *place, const config_setting_t *group,
			     const char *name);
const char *lesson_pack_word(const struct lesson_cfg_place *place, const config_setting_t *group,
			     const char *name, const char *const *words, size_t count);

/* Says what is wrong with a sentence for visitors, if anything. */
void lesson_pack_text(const struct lesson_cfg_place *place, const config_setting_t *at);

/* pack.cfg. Like the others here: tells report all that is wrong and goes on. */
void lesson_pack_read(struct lesson_pack *pack);

/* structure.cfg: questions and lessons. Returns -1 when memory is out. */
int lesson_structure_read(struct lesson_pack *pack);

/* text/LANG.cfg of every language, after the structure. Returns -1 when memory is out. */
int lesson_text_read(struct lesson_pack *pack);

/* ui of one language; and, after all of them, whether they go together. */
void lesson_ui_read(struct lesson_pack *pack, const config_setting_t *root, size_t language);
void lesson_ui_compare(const struct lesson_pack *pack);

#endif
