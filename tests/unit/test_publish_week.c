/*
 * ISO weeks: years' ends, long years, and what is no week.
 * links: ctl/publish_week common/lesson_day
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "common/lesson_day.h"
#include "ctl/publish_week.h"

static void day_is_in(const char *day_text, const char *week_text)
{
	char out[PUBLISH_WEEK_SIZE];
	struct publish_week week;
	int32_t day;

	assert_true(lesson_day_parse(day_text, &day));
	publish_week_of(day, &week);
	assert_string_equal(publish_week_text(&week, out), week_text);
	assert_true(week.monday <= day && day < week.monday + 7);
}

/* The examples of ISO 8601 and of the calendar on the wall. */
static void test_days_are_in_their_week(void **state)
{
	(void)state;
	day_is_in("2026-11-23", "2026-W48");
	day_is_in("2026-11-29", "2026-W48");
	day_is_in("2026-11-30", "2026-W49");
	day_is_in("1970-01-05", "1970-W02");
}

static void test_first_days_of_january_may_be_last_years(void **state)
{
	(void)state;
	day_is_in("2027-01-03", "2026-W53");
	day_is_in("2027-01-04", "2027-W01");
	day_is_in("2023-01-01", "2022-W52");
	day_is_in("2005-01-01", "2004-W53");
}

static void test_last_days_of_december_may_be_next_years(void **state)
{
	(void)state;
	day_is_in("2024-12-30", "2025-W01");
	day_is_in("2008-12-29", "2009-W01");
	day_is_in("2020-12-31", "2020-W53");
}

static void test_week_is_read_and_written(void **state)
{
	static const char *const weeks[] = {"2026-W48", "2026-W01", "2026-W53",
					    "2020-W53", "1971-W01", "9998-W52"};

	(void)state;
	for (size_t i = 0; i < sizeof(weeks) / sizeof(weeks[0]); i++) {
		char out[PUBLISH_WEEK_SIZE];
		struct publish_week week, again;

		assert_true(publish_week_parse(weeks[i], &week));
		assert_string_equal(publish_week_text(&week, out), weeks[i]);
		publish_week_of(week.monday, &again);
		assert_int_equal(again.monday, week.monday);
	}
}

static void test_what_is_no_week_is_refused(void **state)
{
	static const char *const texts[] = {"",		 "2026",      "2026-48",  "2026-W00",
					    "2026-W54",	 "2025-W53",  "2026W48",  "2026-w48",
					    "2026-W4",	 "2026-W480", "-026-W48", "2026-W4x",
					    " 2026-W48", "1970-W10",  "9999-W01", "20２6-W8"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct publish_week week;

		assert_false(publish_week_parse(texts[i], &week));
	}
}

static void test_number_goes_up_by_one_over_every_years_end(void **state)
{
	struct publish_week week;
	uint32_t last;

	(void)state;
	publish_week_of(4, &week);
	last = publish_week_number(&week);
	for (int32_t day = 11; day < 100 * 366; day += 7) {
		publish_week_of(day, &week);
		assert_int_equal(publish_week_number(&week), last + 1);
		last++;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_days_are_in_their_week),
	    cmocka_unit_test(test_first_days_of_january_may_be_last_years),
	    cmocka_unit_test(test_last_days_of_december_may_be_next_years),
	    cmocka_unit_test(test_week_is_read_and_written),
	    cmocka_unit_test(test_what_is_no_week_is_refused),
	    cmocka_unit_test(test_number_goes_up_by_one_over_every_years_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
