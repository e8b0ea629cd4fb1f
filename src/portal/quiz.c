/* The drawing of questions; see quiz.h. */
#include "portal/quiz.h"

#include <string.h>

/* Days from teaching an objective to its first, second and third review. */
static const int32_t reviews[] = {3, 10, 24};

enum { REVIEWS = sizeof(reviews) / sizeof(reviews[0]), NONE = -1 };

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

/* What the device knows of one lesson. */
struct known {
	unsigned times;	     /* taught or reviewed */
	int32_t first, last; /* days; -1: never */
};

static struct known known_of(const struct quiz_past *past, size_t lesson)
{
	struct known known = {0, -1, -1};

	for (size_t i = 0; past != NULL && i < past->count; i++) {
		if (past->learned[i].lesson != lesson)
			continue;
		if (known.times++ == 0)
			known.first = past->learned[i].day;
		known.last = past->learned[i].day;
	}
	return known;
}

/* Of the audience's lessons but `not`, one that was last seen longest ago; ties by lot. */
static size_t lesson_oldest(const struct lesson_audience *audience, const struct quiz_past *past,
			    size_t not, const uint8_t **chance)
{
	size_t ties = 0, nth, lesson = audience->lesson_first;
	size_t end = lesson + audience->lesson_count;
	int32_t oldest = INT32_MAX;

	for (size_t i = lesson; i < end; i++) {
		int32_t last = known_of(past, i).last;

		if (i == not)
			continue;
		ties = last < oldest ? 1 : ties + (last == oldest);
		oldest = last < oldest ? last : oldest;
	}
	nth = ties > 1 ? pick(chance, ties) : 0;
	for (;; lesson++)
		if (lesson != not && known_of(past, lesson).last == oldest && nth-- == 0)
			return lesson;
}

/* The lesson whose review is most overdue, or NONE. */
static int lesson_due(const struct lesson_audience *audience, const struct quiz_past *past,
		      size_t not)
{
	int32_t most = -1;
	int due = NONE;

	for (size_t i = 0; past != NULL && i < audience->lesson_count; i++) {
		size_t lesson = audience->lesson_first + i;
		struct known known = known_of(past, lesson);
		int32_t over;

		if (lesson == not || known.times == 0 || known.times > REVIEWS)
			continue;
		over = past->today - known.first - reviews[known.times - 1];
		if (over > most) {
			most = over;
			due = (int)lesson;
		}
	}
	return due;
}

static enum measure_role role_of(const struct quiz_past *past, size_t lesson)
{
	struct known known = known_of(past, lesson);

	if (known.times > 0)
		return measure_review_of(past->today - known.first);
	return past == NULL || past->count == 0 ? MEASURE_CONTROL : MEASURE_OTHER;
}

static void draw_third(struct quiz *quiz, const struct lesson_bank *bank,
		       const struct lesson_audience *audience, const struct quiz_past *past,
		       const uint8_t **chance)
{
	int due = lesson_due(audience, past, quiz->lesson);
	size_t other = due != NONE ? (size_t)due
				   : lesson_oldest(audience, past, quiz->lesson, chance);
	const struct lesson *review = &bank->lessons[other];

	quiz->question[2] = review->questions[pick(chance, review->question_count)];
	quiz->role[2] = (uint8_t)role_of(past, other);
}

void quiz_draw(struct quiz *quiz, const struct lesson_bank *bank, size_t audience, bool express,
	       const struct quiz_past *past, const uint8_t chance[QUIZ_CHANCE])
{
	const struct lesson_audience *who = &bank->audiences[audience];
	size_t taught = lesson_oldest(who, past, bank->lesson_count, &chance);
	const struct lesson *lesson = &bank->lessons[taught];
	size_t first = pick(&chance, lesson->question_count);
	size_t second = (first + 1 + pick(&chance, lesson->question_count - 1u)) %
			lesson->question_count;

	memset(quiz, 0, sizeof(*quiz));
	quiz->total = express ? 1 : QUIZ_QUESTIONS_MAX;
	quiz->lesson = (uint16_t)taught;
	quiz->question[0] = lesson->questions[first];
	quiz->question[1] = lesson->questions[second];
	quiz->role[0] = express ? MEASURE_ONLY : MEASURE_PRE;
	quiz->role[1] = MEASURE_POST;
	draw_third(quiz, bank, who, past, &chance);
	for (unsigned i = 0; i < QUIZ_QUESTIONS_MAX; i++)
		shuffle(quiz->order[i], bank->questions[quiz->question[i]].options, *chance++);
}

void quiz_draw_return(struct quiz *quiz, const struct quiz_past *past)
{
	memset(quiz, 0, sizeof(*quiz));
	quiz->lesson = past->learned[past->count - 1].lesson;
}

static bool is_asked(const struct quiz *quiz, uint16_t question)
{
	for (unsigned i = 0; i < quiz->total; i++)
		if (quiz->question[i] == question)
			return true;
	return false;
}

void quiz_draw_retry(struct quiz *quiz, const struct lesson_bank *bank, unsigned number,
		     const uint8_t chance[QUIZ_CHANCE])
{
	uint16_t asked = quiz->question[number];
	const struct lesson *lesson = &bank->lessons[bank->questions[asked].lesson];
	uint16_t sibling = asked;

	for (unsigned i = 0; i < lesson->question_count; i++) {
		uint16_t question = lesson->questions[i];

		if (question != asked && (sibling == asked || !is_asked(quiz, question)))
			sibling = question;
	}
	quiz->question[QUIZ_RETRY] = sibling;
	shuffle(quiz->order[QUIZ_RETRY], bank->questions[sibling].options, chance[0]);
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
