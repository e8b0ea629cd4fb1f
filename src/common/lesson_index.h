/*
 * Where the item of an id is, without looking at all the others: a pack may have a
 * thousand. For lesson.c and its parts, and for `congchao content lint`.
 */
#ifndef COMMON_LESSON_INDEX_H
#define COMMON_LESSON_INDEX_H

#include <stdint.h>

enum { LESSON_INDEX_MAX = 1024, LESSON_INDEX_SLOTS = 2 * LESSON_INDEX_MAX };

/* All zero: empty. */
struct lesson_index {
	const char *id[LESSON_INDEX_SLOTS]; /* borrowed */
	uint16_t place[LESSON_INDEX_SLOTS];
};

/* The place that was given with that id, or -1. */
int lesson_index_find(const struct lesson_index *index, const char *id);

/* id is not in it yet, and there are fewer than LESSON_INDEX_MAX. */
void lesson_index_add(struct lesson_index *index, const char *id, uint16_t place);

#endif
