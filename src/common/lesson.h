/*
 * Lessons and questions: the content pack of paths.content, loaded once and read-only
 * after. Structure (ids, keys) and texts (one file a language) are apart, so that a
 * translator can never change a key. In common/ because portal shows them and the
 * operator's `congchao check` must find every mistake in them.
 */
#ifndef COMMON_LESSON_H
#define COMMON_LESSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/conf.h"
#include "common/report.h"

enum {
	LESSON_OPTIONS_MIN = 2,
	LESSON_OPTIONS_MAX = 4,
	LESSON_FORMS_MAX = 4,	/* questions of one objective */
	LESSON_WORDS_MAX = 60,	/* separated by white space */
	LESSON_TEXT_MAX = 1024, /* bytes of any one text */
};

struct lesson_question_text {
	const char *stem;
	const char *options[LESSON_OPTIONS_MAX]; /* in the structure's order */
	const char *why;			 /* the explanation, for everybody */
};

struct lesson_question {
	const char *id;
	char form;	 /* 'A', 'B', ... */
	uint8_t options; /* LESSON_OPTIONS_MIN to LESSON_OPTIONS_MAX */
	uint8_t key;	 /* index of the one right option */
	uint16_t lesson; /* index of its lesson */
	const struct lesson_question_text *texts; /* one for each language, the configuration's order */
};

struct lesson_text {
	const char *title;
	const char *body;
};

struct lesson {
	const char *id; /* its objective */
	const char *audience;
	uint16_t questions[LESSON_FORMS_MAX]; /* indices of its forms */
	uint16_t question_count;	      /* at least 2 */
	const struct lesson_text *texts;
};

struct lesson_bank {
	const struct lesson *lessons;
	size_t lesson_count; /* at least 2: question 3 needs another objective */
	const struct lesson_question *questions;
	size_t question_count;
	size_t language_count;
};

/*
 * Reads pack.cfg, structure.cfg and text/LANG.cfg for each configured language. Every
 * mistake goes to report in one run. Returns the bank, owned by the caller, or NULL when
 * report has counted an error.
 */
struct lesson_bank *lesson_load(const struct conf *conf, struct report *report);
void lesson_free(struct lesson_bank *bank); /* accepts NULL */

/* The interface's sentence of that name ("right"), or NULL. Owned by the bank. */
const char *lesson_ui(const struct lesson_bank *bank, size_t language, const char *name);

#endif
