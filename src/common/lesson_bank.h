/* The bank as it lies in memory, for lesson.c and lesson_bank.c alone. */
#ifndef COMMON_LESSON_BANK_H
#define COMMON_LESSON_BANK_H

#include "common/lesson.h"

struct lesson_bank_store {
	struct lesson_bank shown; /* first: what lesson_load hands out */
	struct lesson_audience audiences[LESSON_AUDIENCES_MAX];
	struct lesson_contact contacts[LESSON_CONTACTS_MAX];
	struct lesson_radio radio[LESSON_RADIO_MAX];
	struct lesson *lessons;
	struct lesson_question *questions;
	struct lesson_text *lesson_texts; /* [lesson * languages + language] */
	struct lesson_question_text *question_texts;
	const char **names; /* of audiences and contacts, [n * languages + language] */
	size_t name_count;
	const char **ui; /* sorted: [name * (1 + languages)] is the name, then its sentences */
	size_t ui_count;
	char *strings; /* all of them, each once */
};

/*
 * Copies every string that the store points to into store->strings, the same text once.
 * Returns 0, or -1 when memory is out: the store then points to what it pointed to.
 */
int lesson_strings_own(struct lesson_bank_store *store);

#endif
