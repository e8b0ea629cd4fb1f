/* One question's numbers, for `congchao stats questions`. Pure. */
#ifndef CTL_QUESTIONS_ROW_H
#define CTL_QUESTIONS_ROW_H

#include "ctl/items.h"
#include "ctl/score.h"

enum { QUESTIONS_REMARKS_MAX = 8, QUESTIONS_REMARK_SIZE = 64 };

struct questions_row {
	const char *item;     /* "ID.REV"; borrowed from the items, like audience */
	const char *audience; /* that of the visit */
	size_t id_length;     /* of ID */
	unsigned rev;
	const struct lesson_question *question; /* NULL: its key is not known, because */
	bool retired;				/* the pack can be read and has it no more */

	int64_t attempts;		   /* first answers, all roles and times */
	struct score_count all;		   /* of them right; without a key, of finished visits */
	struct score_count read;	   /* of those that took 3 seconds and more */
	struct score_count pre, post;	   /* of those before the lesson, after it */
	int64_t taken[LESSON_OPTIONS_MAX]; /* of the attempts */
	unsigned options;		   /* how many it has; without the pack, that were seen */
	struct score_rest rest;		   /* of finished visits */
};

/* So many of the items are questions; rows[] has room for all of items. Newest first. */
size_t questions_rows(const struct items *items, const struct lesson_bank *bank,
		      struct questions_row *rows);

/* How many visits answered it and then all the others. */
int64_t questions_finished(const struct questions_row *row);

/* What an editor should look at, in words; returns how many. */
size_t questions_remarks(const struct questions_row *row,
			 char remarks[QUESTIONS_REMARKS_MAX][QUESTIONS_REMARK_SIZE]);

#endif
