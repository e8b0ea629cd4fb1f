/*
 * The names of what is counted of learning.
 * links: common/measure
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "common/measure.h"

static void test_every_code_has_one_text_and_comes_back(void **state)
{
	static char texts[MEASURE_CODE__MAX][MEASURE_TEXT_SIZE];

	(void)state;
	for (unsigned code = 0; code < MEASURE_CODE__MAX; code++) {
		struct measure measure, again;

		measure_of_code((uint8_t)code, &measure);
		assert_int_equal(measure_code(&measure), code);
		measure_text(&measure, texts[code]);
		assert_true(measure_parse(texts[code], &again));
		assert_int_equal(measure_code(&again), code);
		for (unsigned i = 0; i < code; i++)
			assert_string_not_equal(texts[i], texts[code]);
	}
}

static void test_texts_are_those_that_the_reports_read(void **state)
{
	static const struct {
		struct measure measure;
		const char *text;
	} known[] = {
	    {{.kind = MEASURE_ANSWER, .role = MEASURE_PRE, .option = 1, .time = MEASURE_CALM},
	     "answer/pre/b/calm"},
	    {{.kind = MEASURE_ANSWER, .role = MEASURE_REVIEW24, .option = 3, .time = MEASURE_SLOW},
	     "answer/review24/d/slow"},
	    {{.kind = MEASURE_REST, .first = true, .rest = 2}, "rest/right/2"},
	    {{.kind = MEASURE_PAIR, .first = false, .second = true}, "pair/wrong/right"},
	};
	char text[MEASURE_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		assert_string_equal(measure_text(&known[i].measure, text), known[i].text);
}

static void test_events_and_nonsense_are_no_measure(void **state)
{
	static const char *const others[] = {"", "shown", "acknowledged", "answer", "answer/pre/e/calm",
					     "rest/right/3", "pair/right", "answer/pre/b/calm/"};
	struct measure measure;

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(measure_parse(others[i], &measure));
}

static void test_buckets_of_time_and_days(void **state)
{
	(void)state;
	assert_int_equal(measure_time_of(2999), MEASURE_FAST);
	assert_int_equal(measure_time_of(3000), MEASURE_CALM);
	assert_int_equal(measure_time_of(20000), MEASURE_CALM);
	assert_int_equal(measure_time_of(20001), MEASURE_SLOW);
	assert_int_equal(measure_review_of(1), MEASURE_REVIEW3);
	assert_int_equal(measure_review_of(6), MEASURE_REVIEW3);
	assert_int_equal(measure_review_of(7), MEASURE_REVIEW10);
	assert_int_equal(measure_review_of(16), MEASURE_REVIEW10);
	assert_int_equal(measure_review_of(17), MEASURE_REVIEW24);
	assert_string_equal(measure_role_name(MEASURE_REVIEW10), "review10");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_code_has_one_text_and_comes_back),
	    cmocka_unit_test(test_texts_are_those_that_the_reports_read),
	    cmocka_unit_test(test_events_and_nonsense_are_no_measure),
	    cmocka_unit_test(test_buckets_of_time_and_days),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
