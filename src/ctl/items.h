/*
 * What has been counted of learning, item by item: for questions.c and learning.c. An item
 * is a question, "ID.REV", or an objective; its numbers stand under their measure_code.
 */
#ifndef CTL_ITEMS_H
#define CTL_ITEMS_H

#include <stddef.h>
#include <stdint.h>

#include "common/lesson.h"
#include "common/measure.h"
#include "ctl/db.h"
#include "ctl/score.h"

struct items_row {
	char *item, *audience;
	int64_t counts[MEASURE_CODE__MAX];
};

/* By item, then audience. Begin with {0}. */
struct items {
	struct items_row *rows;
	size_t count, size;
	char event[MEASURE_TEXT_SIZE]; /* the last one read: the next is mostly the same */
	struct measure measure;
};

/* For db_learning: arg is the items. What is no measure is left out. */
void items_add(void *arg, const struct db_count *count);
void items_free(struct items *items);

/*
 * Reads what was counted in from <= hour < to. No database yet is no mistake. Returns 0, or
 * -1 after telling the operator; items_free in both cases.
 */
int items_read(const struct conf *conf, int64_t from, int64_t to, struct items *items);

/*
 * The content pack, for keys and objectives, or NULL when it cannot be read: then a line
 * on stderr says so, and the counts are shown without. lesson_free.
 */
struct lesson_bank *items_bank(const struct conf *conf);

/* The question of that item, in that revision; NULL: the pack has it no more. */
const struct lesson_question *items_question(const struct lesson_bank *bank, const char *item);

/* Of a row: answers in that role and option, of all times or without the fast ones. */
int64_t items_answers(const struct items_row *row, enum measure_role role, unsigned option,
		      bool with_fast);

/* Add a row to the tables that score.h takes. */
void items_add_rest(const struct items_row *row, struct score_rest *rest);
void items_add_pairs(const struct items_row *row, struct score_pairs *pairs);

#endif
