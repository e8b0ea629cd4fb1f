/* What was learned and remembered, by objective, for `congchao stats learning`. Pure. */
#ifndef CTL_LEARNING_ROWS_H
#define CTL_LEARNING_ROWS_H

#include "ctl/items.h"
#include "ctl/score.h"

enum { LEARNING_DELAYS = 3 };

extern const int learning_days[LEARNING_DELAYS]; /* about so many after the lesson: 3, 10, 24 */

/* One objective of one audience; objective NULL: the audience; both NULL: everything. */
struct learning_row {
	const char *audience, *objective;	/* borrowed from the items and the bank */
	struct score_pairs pairs;		/* of one visitor, before and after the lesson */
	struct score_count read_pre, read_post; /* of answers that took 3 seconds and more */
	struct score_count control;		/* of devices that were never taught it */
	struct score_count retention[LEARNING_DELAYS];
};

/* Begin with {0}. Objectives by name, each audience after its own, everything last. */
struct learning {
	struct learning_row *rows;
	size_t count, size;
	int64_t unknown; /* answers to questions that the pack has no more: in no row */
};

void learning_sum(struct learning *learning, const struct items *items,
		  const struct lesson_bank *bank);
/*
 * What is right more often after that delay than of those never taught. Of a sum, objective
 * by objective: those reviewed may be others than those asked as control.
 */
struct score learning_more(const struct learning *learning, const struct learning_row *row,
			   int delay);
void learning_free(struct learning *learning);

#endif
