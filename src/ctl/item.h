/*
 * A question on its way into a pack or out of it: what GIFT and Aiken can say of one.
 * Its strings belong to whoever made it: the text that was parsed, or a bank.
 */
#ifndef CTL_ITEM_H
#define CTL_ITEM_H

#include <stdbool.h>
#include <stddef.h>

#include "common/lesson.h"
#include "common/report.h"

enum { ITEM_COUNT_MAX = 1024 }; /* of one file */

struct item_option {
	const char *text;
	const char *feedback; /* NULL: none */
};

struct item {
	int line;	  /* where it begins in its file; 0: it is from a bank */
	const char *name; /* as its author calls it; NULL: it has none */
	const char *id, *objective, *audience, *topic; /* NULL: not said */
	char form;				       /* 'A', 'B', ...; 0: not said */
	int level;				       /* 1 to 3; 0: not said */
	const char *stem;
	struct item_option options[LESSON_OPTIONS_MAX];
	size_t option_count; /* LESSON_OPTIONS_MIN to _MAX */
	size_t key;	     /* index of the right option */
	const char *why;     /* NULL: no explanation */
};

struct item_list {
	struct item *items;
	size_t count, size;
};

/* Where each text of an item stands. */
struct item_lines {
	int stem, why, options[LESSON_OPTIONS_MAX], feedback[LESSON_OPTIONS_MAX];
};

/*
 * Checks the item and adds it: its texts by the pack's rules, each text at its own line,
 * its name and id against those before it. Tells report of all that is wrong. An item with
 * a mistake is not added: it has one when report has more errors than the given ones,
 * which were there before the item was read.
 */
void item_add(struct item_list *list, const struct item *item, const struct item_lines *lines,
	      const char *path, struct report *report, unsigned errors);
void item_list_free(struct item_list *list);

/* May it name a setting: a letter, then letters, digits, '-' and '_', not too many? */
bool item_is_id(const char *text);

/* The question of a bank in one language. Its strings are the bank's. */
struct item item_of_bank(const struct lesson_bank *bank, size_t question, size_t language);

#endif
