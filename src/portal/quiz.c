/* The drawing of questions; see quiz.h. */
#include "portal/quiz.h"

#include <string.h>

/* A number below n from two bytes: the bias is below n / 65536. */
static size_t pick(const uint8_t **chance, size_t n)
{
	unsigned value = (unsigned)(*chance)[0] << 8 | (*chance)[1];

	*chance += 2;
	return value % n;
}

/* Fisher-Yates; 24 orders at most, one byte chooses among them. */
static void shuffle(uint8_t *order, unsigned n, unsigned chance)
{
	for (unsigned i = 0; i < LESSON_OPTIONS_MAX; i++)
		order[i] = (uint8_t)i;
	for (unsigned i = n; i > 1; i--) {
		unsigned j = chance % i;
		uint8_t kept = order[i - 1];

		chance /= i;
		order[i - 1] = order[j];
		order[j] = kept;
	}
}

void quiz_draw(struct quiz *quiz, const struct lesson_bank *bank, bool express,
	       const uint8_t chance[QUIZ_CHANCE])
{
	size_t taught = pick(&chance, bank->lesson_count);
	const struct lesson *lesson = &bank->lessons[taught];
	size_t first = pick(&chance, lesson->question_count);
	size_t second = (first + 1 + pick(&chance, lesson->question_count - 1u)) %
			lesson->question_count;
	size_t other = (taught + 1 + pick(&chance, bank->lesson_count - 1)) % bank->lesson_count;
	const struct lesson *review = &bank->lessons[other];

	memset(quiz, 0, sizeof(*quiz));
	quiz->total = express ? 1 : QUIZ_QUESTIONS_MAX;
	quiz->question[0] = lesson->questions[first];
	quiz->question[1] = lesson->questions[second];
	quiz->question[2] = review->questions[pick(&chance, review->question_count)];
	for (unsigned i = 0; i < QUIZ_QUESTIONS_MAX; i++)
		shuffle(quiz->order[i], bank->questions[quiz->question[i]].options, *chance++);
}

bool quiz_is_right(const struct quiz *quiz, const struct lesson_bank *bank, unsigned number)
{
	return bank->questions[quiz->question[number]].key == quiz->chosen[number];
}

unsigned quiz_score(const struct quiz *quiz, const struct lesson_bank *bank, unsigned answered)
{
	unsigned right = 0;

	for (unsigned i = 0; i < answered; i++)
		right += quiz_is_right(quiz, bank, i);
	return right;
}
