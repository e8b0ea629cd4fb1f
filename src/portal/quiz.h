/* Draws the questions of a visit and judges answers. Pure: chance comes in as bytes. */
#ifndef PORTAL_QUIZ_H
#define PORTAL_QUIZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/lesson.h"
#include "common/measure.h"

enum {
	QUIZ_QUESTIONS_MAX = 3,
	QUIZ_RETRY = QUIZ_QUESTIONS_MAX, /* the place of the one that is tried again */
	QUIZ_PLACES,
	QUIZ_CHANCE = 16,
	QUIZ_PAST_MAX = 16,
};

struct quiz {
	uint8_t total;	 /* questions: 3, in express 1, when there are none to ask 0 */
	uint16_t lesson; /* index in the bank: taught, or shown once more */
	uint16_t question[QUIZ_PLACES]; /* indices in the bank */
	uint8_t order[QUIZ_PLACES][LESSON_OPTIONS_MAX]; /* display position -> option */
	uint8_t chosen[QUIZ_PLACES]; /* option, in the structure's order */
	uint8_t role[QUIZ_QUESTIONS_MAX]; /* enum measure_role */
};

/* What the device has learned before, oldest first; days since 1970. */
struct quiz_past {
	size_t count;
	struct {
		uint16_t lesson; /* index in the bank */
		int32_t day;
	} learned[QUIZ_PAST_MAX];
	int32_t today;
};

/*
 * Full: the audience's objective that the device has not seen for longest, its two forms in
 * either order (so that neither form is always the first); then the objective of an earlier
 * visit whose review is most overdue (3, 10 and 24 days after it was taught) or, when none
 * is due, one that was never taught (for a new device: the control). Express: one question, with its lesson.
 * Options are shuffled. past may be NULL; `chance` is QUIZ_CHANCE random bytes.
 */
void quiz_draw(struct quiz *quiz, const struct lesson_bank *bank, size_t audience, bool express,
	       const struct quiz_past *past, const uint8_t chance[QUIZ_CHANCE]);

/* No question: the lesson that was learned last is shown once more. */
void quiz_draw_return(struct quiz *quiz, const struct quiz_past *past);

/* A sibling of question number `number` that this visit has not asked, else the one before
 * it, goes to QUIZ_RETRY. */
void quiz_draw_retry(struct quiz *quiz, const struct lesson_bank *bank, unsigned number,
		     const uint8_t chance[QUIZ_CHANCE]);

bool quiz_is_right(const struct quiz *quiz, const struct lesson_bank *bank, unsigned number);
/* Right answers among the first `answered`. */
unsigned quiz_score(const struct quiz *quiz, const struct lesson_bank *bank, unsigned answered);

#endif
