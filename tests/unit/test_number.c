/*
 * Numbers and days as people read them.
 * links: collect/number
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collect/number.h"

static char out[NUMBER_SIZE];

static void counts_are_grouped(void **state)
{
	(void)state;
	assert_string_equal(number_count(WORDS_VI, 0, out), "0");
	assert_string_equal(number_count(WORDS_VI, 999, out), "999");
	assert_string_equal(number_count(WORDS_VI, 1000, out), "1.000");
	assert_string_equal(number_count(WORDS_EN, 1234567, out), "1,234,567");
	assert_string_equal(number_count(WORDS_VI, -1234, out), "\u22121.234");
	assert_string_equal(number_count(WORDS_EN, INT64_MIN, out),
			    "\u22129,223,372,036,854,775,808");
}

static void shares_have_one_decimal(void **state)
{
	(void)state;
	assert_string_equal(number_share(WORDS_VI, 4798, out), "48,0\u00a0%");
	assert_string_equal(number_share(WORDS_EN, 4794, out), "47.9%");
	assert_string_equal(number_share(WORDS_EN, 4795, out), "48.0%");
	assert_string_equal(number_share(WORDS_VI, 10000, out), "100,0\u00a0%");
	assert_string_equal(number_share(WORDS_EN, -4, out), "0.0%");
}

static void differences_have_their_sign(void **state)
{
	(void)state;
	assert_string_equal(number_points(WORDS_VI, 2217, out), "+22,2");
	assert_string_equal(number_points(WORDS_VI, -190, out), "\u22121,9");
	assert_string_equal(number_points(WORDS_EN, 0, out), "0.0");
}

static void a_mean_is_a_seventh(void **state)
{
	(void)state;
	assert_string_equal(number_mean7(WORDS_VI, 3815, out), "545,0");
	assert_string_equal(number_mean7(WORDS_EN, 10, out), "1.4");
}

static void days_are_written_as_people_do(void **state)
{
	(void)state;
	assert_string_equal(number_day(WORDS_VI, "2026-11-30", out), "30/11/2026");
	assert_string_equal(number_day(WORDS_EN, "2026-11-05", out), "5 Nov 2026");
	assert_string_equal(number_time(WORDS_VI, "2026-11-30 09:15:59.5+07", out),
			    "30/11/2026 09:15");
	assert_string_equal(number_month(WORDS_EN, "2026-11-01", out), "Nov 2026");
	assert_string_equal(number_day(WORDS_EN, "infinity", out), "infinity");
	assert_string_equal(number_day(WORDS_EN, "2026-13-05", out), "2026-13-05");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counts_are_grouped),
	    cmocka_unit_test(shares_have_one_decimal),
	    cmocka_unit_test(differences_have_their_sign),
	    cmocka_unit_test(a_mean_is_a_seventh),
	    cmocka_unit_test(days_are_written_as_people_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
