/*
 * The drawing of questions from a bank made by hand, with chance of our choosing.
 * links: portal/quiz common/measure
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

#include "portal/quiz.h"

/* Three objectives: of 2, 3 and 4 forms; as many options as forms. Two for other people. */
static const struct lesson_question questions[] = {
    {.options = 2, .key = 0, .lesson = 0}, {.options = 2, .key = 1, .lesson = 0},
    {.options = 3, .key = 2, .lesson = 1}, {.options = 3, .key = 1, .lesson = 1},
    {.options = 3, .key = 0, .lesson = 1}, {.options = 4, .key = 3, .lesson = 2},
    {.options = 4, .key = 2, .lesson = 2}, {.options = 4, .key = 1, .lesson = 2},
    {.options = 4, .key = 0, .lesson = 2}, {.options = 3, .key = 0, .lesson = 3},
    {.options = 3, .key = 0, .lesson = 3}, {.options = 3, .key = 0, .lesson = 4},
    {.options = 3, .key = 0, .lesson = 4},
};
static const struct lesson lessons[] = {
    {.questions = {0, 1}, .question_count = 2},
    {.questions = {2, 3, 4}, .question_count = 3},
    {.questions = {5, 6, 7, 8}, .question_count = 4},
    {.questions = {9, 10}, .question_count = 2},
    {.questions = {11, 12}, .question_count = 2},
};
/* The first audience's, and all. */
enum { QUESTIONS = 9, LESSONS = sizeof(lessons) / sizeof(lessons[0]), DRAWS = 4000 };
static const struct lesson_audience audiences[] = {
    {.id = "one", .lesson_first = 0, .lesson_count = 3},
    {.id = "other", .lesson_first = 3, .lesson_count = 2},
};
static const struct lesson_bank bank = {.audiences = audiences,
					.audience_count = 2,
					.lessons = lessons,
					.lesson_count = LESSONS,
					.questions = questions,
					.question_count = sizeof(questions) / sizeof(questions[0]),
					.language_count = 1};

static uint64_t seed = 88172645463325252u;

/* xorshift: the same chance in every run. */
static void chance_fill(uint8_t chance[QUIZ_CHANCE])
{
	for (size_t i = 0; i < QUIZ_CHANCE; i++) {
		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		chance[i] = (uint8_t)(seed >> 32);
	}
}

static struct quiz draw_for(size_t audience, bool express, const struct quiz_past *past)
{
	uint8_t chance[QUIZ_CHANCE];
	struct quiz quiz;

	memset(&quiz, 0xa5, sizeof(quiz));
	chance_fill(chance);
	quiz_draw(&quiz, &bank, audience, express, past, chance);
	return quiz;
}

static struct quiz draw(bool express)
{
	return draw_for(0, express, NULL);
}

static void the_second_question_is_another_form_of_the_first(void **state)
{
	(void)state;
	for (int i = 0; i < DRAWS; i++) {
		struct quiz quiz = draw(false);

		assert_in_range(quiz.question[0], 0, QUESTIONS - 1);
		assert_int_not_equal(quiz.question[0], quiz.question[1]);
		assert_int_equal(questions[quiz.question[0]].lesson,
				 questions[quiz.question[1]].lesson);
	}
}

static void the_third_question_is_of_another_objective(void **state)
{
	(void)state;
	for (int i = 0; i < DRAWS; i++) {
		struct quiz quiz = draw(false);

		assert_in_range(quiz.question[2], 0, QUESTIONS - 1);
		assert_int_not_equal(questions[quiz.question[0]].lesson,
				     questions[quiz.question[2]].lesson);
	}
}

/* So that neither form is always the one before the lesson. */
static void every_question_comes_at_every_place(void **state)
{
	unsigned seen[QUIZ_QUESTIONS_MAX][QUESTIONS] = {0};

	(void)state;
	for (int i = 0; i < DRAWS; i++) {
		struct quiz quiz = draw(false);

		for (unsigned n = 0; n < QUIZ_QUESTIONS_MAX; n++)
			seen[n][quiz.question[n]]++;
	}
	for (unsigned n = 0; n < QUIZ_QUESTIONS_MAX; n++)
		for (unsigned q = 0; q < QUESTIONS; q++)
			assert_in_range(seen[n][q], DRAWS / 24, DRAWS);
}

static void a_full_visit_has_three_questions_an_express_one(void **state)
{
	(void)state;
	assert_int_equal(draw(false).total, 3);
	assert_int_equal(draw(true).total, 1);
}

static void nothing_is_chosen_at_first(void **state)
{
	struct quiz quiz = draw(false);

	(void)state;
	for (unsigned i = 0; i < QUIZ_QUESTIONS_MAX; i++)
		assert_int_equal(quiz.chosen[i], 0);
}

static void the_order_holds_each_option_once(void **state)
{
	(void)state;
	for (int i = 0; i < DRAWS; i++) {
		struct quiz quiz = draw(false);

		for (unsigned n = 0; n < QUIZ_QUESTIONS_MAX; n++) {
			unsigned options = questions[quiz.question[n]].options, seen = 0;

			for (unsigned o = 0; o < options; o++)
				seen |= 1u << quiz.order[n][o];
			assert_int_equal(seen, (1u << options) - 1);
		}
	}
}

static void every_option_is_shown_at_every_place(void **state)
{
	unsigned seen[LESSON_OPTIONS_MAX][LESSON_OPTIONS_MAX] = {{0}}, of_four = 0;

	(void)state;
	for (int i = 0; i < DRAWS; i++) {
		struct quiz quiz = draw(false);

		if (questions[quiz.question[0]].options != LESSON_OPTIONS_MAX)
			continue;
		of_four++;
		for (unsigned o = 0; o < LESSON_OPTIONS_MAX; o++)
			seen[o][quiz.order[0][o]]++;
	}
	for (unsigned o = 0; o < LESSON_OPTIONS_MAX; o++)
		for (unsigned at = 0; at < LESSON_OPTIONS_MAX; at++)
			assert_in_range(seen[o][at], of_four / 6, of_four / 3);
}

/* Chance is never read beyond its end, whatever it is: the sanitizer looks. */
static void the_greatest_and_the_least_chance_draw_too(void **state)
{
	uint8_t *chance = test_malloc(QUIZ_CHANCE);
	struct quiz quiz;

	(void)state;
	for (unsigned value = 0; value < 256; value += 255) {
		memset(chance, (int)value, QUIZ_CHANCE);
		quiz_draw(&quiz, &bank, 0, false, NULL, chance);
		assert_int_not_equal(quiz.question[0], quiz.question[1]);
	}
	test_free(chance);
}

/* The least that lesson_load accepts: two objectives of two forms. */
static void the_smallest_bank_is_enough(void **state)
{
	static const struct lesson two[] = {{.questions = {0, 1}, .question_count = 2},
					    {.questions = {2, 3}, .question_count = 2}};
	static const struct lesson_audience all[] = {{.id = "all", .lesson_count = 2}};
	struct lesson_bank small = bank;
	uint8_t chance[QUIZ_CHANCE];

	(void)state;
	small.lessons = two;
	small.lesson_count = 2;
	small.audiences = all;
	small.audience_count = 1;
	for (int i = 0; i < 200; i++) {
		struct quiz quiz;

		chance_fill(chance);
		quiz_draw(&quiz, &small, 0, false, NULL, chance);
		assert_int_equal(quiz.question[0] / 2, quiz.question[1] / 2);
		assert_int_equal(quiz.question[0] / 2 + quiz.question[2] / 2, 1);
	}
}

static void right_is_the_key_and_nothing_else(void **state)
{
	struct quiz quiz = {.total = 3, .question = {0, 2, 5}};

	(void)state;
	for (unsigned n = 0; n < 3; n++)
		for (uint8_t chosen = 0; chosen < LESSON_OPTIONS_MAX; chosen++) {
			quiz.chosen[n] = chosen;
			assert_int_equal(quiz_is_right(&quiz, &bank, n),
					 chosen == questions[quiz.question[n]].key);
		}
}

static void the_score_counts_only_what_was_answered(void **state)
{
	const struct quiz quiz = {.total = 3, .question = {0, 2, 5}, .chosen = {0, 1, 3}};

	(void)state;
	assert_int_equal(quiz_score(&quiz, &bank, 0), 0);
	assert_int_equal(quiz_score(&quiz, &bank, 1), 1);
	assert_int_equal(quiz_score(&quiz, &bank, 2), 1);
	assert_int_equal(quiz_score(&quiz, &bank, 3), 2);
}

/* --- audiences, and devices that come back --- */

static struct quiz_past past_of(int32_t today)
{
	return (struct quiz_past){.today = today};
}

static void learned(struct quiz_past *past, uint16_t lesson, int32_t day)
{
	past->learned[past->count].lesson = lesson;
	past->learned[past->count++].day = day;
}

static void an_audience_gets_its_own_lessons_only(void **state)
{
	(void)state;
	for (int i = 0; i < DRAWS; i++) {
		struct quiz quiz = draw_for(1, false, NULL);

		assert_in_range(quiz.lesson, 3, 4);
		for (unsigned n = 0; n < QUIZ_QUESTIONS_MAX; n++)
			assert_in_range(questions[quiz.question[n]].lesson, 3, 4);
		assert_in_range(draw_for(0, false, NULL).lesson, 0, 2);
	}
}

static void a_new_device_gets_a_control_question(void **state)
{
	struct quiz quiz = draw(false);

	(void)state;
	assert_int_equal(quiz.role[0], MEASURE_PRE);
	assert_int_equal(quiz.role[1], MEASURE_POST);
	assert_int_equal(quiz.role[2], MEASURE_CONTROL);
	assert_int_equal(draw(true).role[0], MEASURE_ONLY);
}

static void what_was_not_taught_yet_is_taught_first(void **state)
{
	struct quiz_past past = past_of(101);

	(void)state;
	learned(&past, 0, 100);
	learned(&past, 2, 100);
	for (int i = 0; i < 50; i++)
		assert_int_equal(draw_for(0, false, &past).lesson, 1);
}

static void then_what_was_taught_longest_ago(void **state)
{
	struct quiz_past past = past_of(120);

	(void)state;
	learned(&past, 2, 100);
	learned(&past, 1, 101);
	learned(&past, 0, 102);
	learned(&past, 2, 103);
	for (int i = 0; i < 50; i++)
		assert_int_equal(draw_for(0, false, &past).lesson, 1);
}

static void a_review_is_due_after_3_10_and_24_days(void **state)
{
	static const struct {
		int32_t days;
		unsigned earlier; /* reviews that there have been */
		unsigned role;
	} due[] = {{2, 0, MEASURE_OTHER},     {3, 0, MEASURE_REVIEW3},	 {6, 0, MEASURE_REVIEW3},
		   {9, 1, MEASURE_OTHER},   {10, 1, MEASURE_REVIEW10}, {23, 2, MEASURE_OTHER},
		   {24, 2, MEASURE_REVIEW24}, {29, 3, MEASURE_OTHER}};

	(void)state;
	for (size_t i = 0; i < sizeof(due) / sizeof(due[0]); i++) {
		struct quiz_past past = past_of(100 + due[i].days);
		struct quiz quiz;

		learned(&past, 0, 100);
		for (unsigned n = 0; n < due[i].earlier; n++)
			learned(&past, 0, 103 + (int32_t)n);
		quiz = draw_for(0, false, &past);
		assert_int_equal(quiz.role[2], due[i].role);
		assert_int_equal(questions[quiz.question[2]].lesson == 0,
				 due[i].role != MEASURE_OTHER);
	}
}

static void the_most_overdue_is_reviewed(void **state)
{
	struct quiz_past past = past_of(110);

	(void)state;
	learned(&past, 1, 101);
	learned(&past, 0, 105);
	for (int i = 0; i < 50; i++) {
		struct quiz quiz = draw_for(0, false, &past);

		assert_int_equal(quiz.lesson, 2);
		assert_int_equal(questions[quiz.question[2]].lesson, 1);
		assert_int_equal(quiz.role[2], MEASURE_REVIEW10); /* nine days: 7 to 16 */
	}
}

/* Everything was taught: the third question is never about the lesson of this visit. */
static void a_device_that_knows_everything_reviews(void **state)
{
	struct quiz_past past = past_of(101);

	(void)state;
	learned(&past, 0, 99);
	learned(&past, 1, 100);
	learned(&past, 2, 100);
	for (int i = 0; i < 50; i++) {
		struct quiz quiz = draw_for(0, false, &past);

		assert_int_equal(quiz.lesson, 0);
		assert_int_not_equal(questions[quiz.question[2]].lesson, 0);
		assert_int_equal(quiz.role[2], MEASURE_REVIEW3);
	}
}

static void a_return_shows_the_last_lesson_and_asks_nothing(void **state)
{
	struct quiz_past past = past_of(100);
	struct quiz quiz;

	(void)state;
	learned(&past, 0, 97);
	learned(&past, 2, 100);
	quiz_draw_return(&quiz, &past);
	assert_int_equal(quiz.total, 0);
	assert_int_equal(quiz.lesson, 2);
}

static void a_retry_is_a_sibling_and_a_third_form_where_there_is_one(void **state)
{
	uint8_t chance[QUIZ_CHANCE];

	(void)state;
	for (int i = 0; i < DRAWS; i++) {
		struct quiz quiz = draw(false);
		uint16_t asked = quiz.question[1], sibling;

		chance_fill(chance);
		quiz_draw_retry(&quiz, &bank, 1, chance);
		sibling = quiz.question[QUIZ_RETRY];
		assert_int_not_equal(sibling, asked);
		assert_int_equal(questions[sibling].lesson, questions[asked].lesson);
		if (lessons[quiz.lesson].question_count > 2)
			assert_int_not_equal(sibling, quiz.question[0]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_second_question_is_another_form_of_the_first),
	    cmocka_unit_test(the_third_question_is_of_another_objective),
	    cmocka_unit_test(every_question_comes_at_every_place),
	    cmocka_unit_test(a_full_visit_has_three_questions_an_express_one),
	    cmocka_unit_test(nothing_is_chosen_at_first),
	    cmocka_unit_test(the_order_holds_each_option_once),
	    cmocka_unit_test(every_option_is_shown_at_every_place),
	    cmocka_unit_test(the_greatest_and_the_least_chance_draw_too),
	    cmocka_unit_test(the_smallest_bank_is_enough),
	    cmocka_unit_test(right_is_the_key_and_nothing_else),
	    cmocka_unit_test(the_score_counts_only_what_was_answered),
	    cmocka_unit_test(an_audience_gets_its_own_lessons_only),
	    cmocka_unit_test(a_new_device_gets_a_control_question),
	    cmocka_unit_test(what_was_not_taught_yet_is_taught_first),
	    cmocka_unit_test(then_what_was_taught_longest_ago),
	    cmocka_unit_test(a_review_is_due_after_3_10_and_24_days),
	    cmocka_unit_test(the_most_overdue_is_reviewed),
	    cmocka_unit_test(a_device_that_knows_everything_reviews),
	    cmocka_unit_test(a_return_shows_the_last_lesson_and_asks_nothing),
	    cmocka_unit_test(a_retry_is_a_sibling_and_a_third_form_where_there_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
