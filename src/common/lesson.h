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
	LESSON_AUDIENCES_MAX = 8,
	LESSON_CONTACTS_MAX = 16,
	LESSON_RADIO_MAX = 64,
	LESSON_ID_SIZE = 64, /* of any id, with its NUL */
};

struct lesson_question_text {
	const char *stem;
	const char *options[LESSON_OPTIONS_MAX]; /* in the structure's order */
	const char *why;			 /* the explanation, for everybody */
	const char *source; /* short names of its sources, joined by "; "; NULL: it has none */
};

struct lesson_question {
	const char *id;
	uint16_t rev;
	char form;	 /* 'A', 'B', ... */
	uint8_t level;	 /* 1 to 3 */
	uint8_t options; /* LESSON_OPTIONS_MIN to LESSON_OPTIONS_MAX */
	uint8_t key;	 /* index of the one right option */
	uint16_t lesson; /* index of its lesson */
	const struct lesson_question_text *texts; /* one for each language, the configuration's order */
};

struct lesson_text {
	const char *title;
	const char *body;
	const char *source; /* as a question's */
	const char *topic;  /* the name of its topic; its id where the pack has no names */
};

struct lesson {
	const char *id; /* its objective */
	uint16_t rev;
	uint8_t audience;    /* index */
	const char *topic;   /* id */
	uint16_t questions[LESSON_FORMS_MAX]; /* indices of its forms */
	uint16_t question_count;	      /* at least 2 */
	const struct lesson_text *texts;
};

/* One of the plan's groups of people. Its lessons stand together. */
struct lesson_audience {
	const char *id;		    /* "citizen" */
	uint8_t target_percent;	    /* of the plan: over so many */
	uint16_t lesson_first;	    /* index of its first lesson */
	uint16_t lesson_count;	    /* at least 2: the last question is about another lesson */
	const char *const *names;   /* one for each language: on a button; or its id */
};

enum lesson_contact_kind {
	LESSON_CONTACT_EMERGENCY, /* in danger now */
	LESSON_CONTACT_REPORT,	  /* somebody has tried to cheat you */
};

struct lesson_contact {
	const char *id;
	enum lesson_contact_kind kind;
	const char *number;	  /* to call, digits; NULL: it has an address instead */
	const char *address;	  /* a site's name, "canhbao.khonggianmang.vn"; or NULL */
	int32_t hide_day;	  /* not shown from that day on (days since 1970): nobody has checked it */
	const char *const *names; /* one for each language: whom one reaches */
};

/* A script to be read aloud; its text is radio/LANG/ID.txt, which portal never opens. */
struct lesson_radio {
	const char *id;
	uint16_t lesson;
};

struct lesson_bank {
	/* pack.cfg */
	const char *id, *version, *licence, *checked_on;
	const struct lesson_audience *audiences; /* those that can be chosen */
	size_t audience_count;			 /* at least 1 */
	const struct lesson *lessons;
	size_t lesson_count;
	const struct lesson_question *questions;
	size_t question_count;
	const struct lesson_contact *contacts; /* emergencies first */
	size_t contact_count;
	const struct lesson_radio *radio;
	size_t radio_count;
	size_t language_count;
};

/*
 * Reads pack.cfg, structure.cfg, contacts.cfg and text/LANG.cfg for each configured
 * language. Every mistake goes to report in one run. Returns the bank, owned by the caller, or NULL when
 * report has counted an error.
 */
struct lesson_bank *lesson_load(const struct conf *conf, struct report *report);
void lesson_free(struct lesson_bank *bank); /* accepts NULL */

/* The index of the audience of that id, or -1. */
int lesson_audience_find(const struct lesson_bank *bank, const char *id);

/* The interface's sentence of that name ("right"), or NULL. Owned by the bank. */
const char *lesson_ui(const struct lesson_bank *bank, size_t language, const char *name);

#endif
