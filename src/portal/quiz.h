/* Draws the questions of a visit and judges answers. Pure: chance comes in as bytes. */
#ifndef PORTAL_QUIZ_H
#define PORTAL_QUIZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/lesson.h"

enum { QUIZ_QUESTIONS_MAX = 3, QUIZ_CHANCE = 16 };

struct quiz {
	uint8_t total; /* questions: 3, in express 1 */
	uint16_t question[QUIZ_QUESTIONS_MAX]; /* indices in the bank */
	uint8_t order[QUIZ_QUESTIONS_MAX][LESSON_OPTIONS_MAX]; /* display position -> option */
	uint8_t chosen[QUIZ_QUESTIONS_MAX]; /* option, in the structure's order */
};

/*
 * Full: one objective's two forms in either order (so that neither form is always the
 * first), then a question of another objective. Express: one question, after its lesson.
 * Options are shuffled. `chance` is QUIZ_CHANCE random bytes.
 */
void quiz_draw(struct quiz *quiz, const struct lesson_bank *bank, bool express,
	       const uint8_t chance[QUIZ_CHANCE]);

bool quiz_is_right(const struct quiz *quiz, const struct lesson_bank *bank, unsigned number);
/* Right answers among the first `answered`. */
unsigned quiz_score(const struct quiz *quiz, const struct lesson_bank *bank, unsigned answered);

#endif
