/*
 * The dates of `congchao stats`, in a zone of the world that has no summer time and in
 * one that has.
 * links: ctl/date
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <time.h>

#include "ctl/date.h"

static void in_zone(const char *zone)
{
	setenv("TZ", zone, 1);
	tzset();
}

static void assert_date(const char *text, int64_t expected_begin, int64_t expected_end)
{
	int64_t begin = 0, end = 0;

	assert_true(date_parse(text, &begin, &end));
	assert_int_equal(begin, expected_begin);
	assert_int_equal(end, expected_end);
}

static void a_date_is_its_whole_local_day(void **state)
{
	(void)state;
	in_zone("ICT-7");
	assert_date("2026-11-23", 1795366800, 1795366800 + 86400);
	assert_date("2026-12-31", 1798650000, 1798650000 + 86400);
}

static void a_time_is_one_moment(void **state)
{
	(void)state;
	in_zone("ICT-7");
	assert_date("2026-11-23 16:00", 1795424400, 1795424400);
	assert_date("2026-11-23T16:00:30", 1795424430, 1795424430);
}

static void z_means_utc(void **state)
{
	(void)state;
	in_zone("ICT-7");
	assert_date("2026-11-23T09:00:00Z", 1795424400, 1795424400);
	assert_date("2026-11-23Z", 1795392000, 1795392000 + 86400);
}

static void a_day_may_have_23_or_25_hours(void **state)
{
	int64_t begin, end;

	(void)state;
	in_zone("CET-1CEST,M3.5.0,M10.5.0/3");
	assert_true(date_parse("2026-03-29", &begin, &end));
	assert_int_equal(end - begin, 23 * 3600);
	assert_true(date_parse("2026-10-25", &begin, &end));
	assert_int_equal(end - begin, 25 * 3600);
	date_day(begin + 5 * 3600, &begin, &end);
	assert_int_equal(end - begin, 25 * 3600);
}

static void what_is_no_date_is_refused(void **state)
{
	static const char *const texts[] = {"",
					    "today",
					    "2026",
					    "2026-11",
					    "2026-13-01",
					    "2026-00-01",
					    "2026-11-31",
					    "2026-02-29",
					    "2026-1-1",
					    "26-11-23",
					    "2026-11-23 ",
					    "2026-11-23 24:00",
					    "2026-11-23 09",
					    "2026-11-23 09:60",
					    "2026-11-23T09:00:61",
					    "2026-11-23T09:00+07:00",
					    "2026-11-23x",
					    "1969-12-31",
					    " 2026-11-23",
					    "2026-11-23ZZ",
					    "2026-11-23 09:00:"};
	int64_t begin, end;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (date_parse(texts[i], &begin, &end))
			fail_msg("\"%s\" was taken for a date", texts[i]);
}

static void a_leap_day_is_a_day(void **state)
{
	int64_t begin, end;

	(void)state;
	assert_true(date_parse("2028-02-29", &begin, &end));
	assert_true(date_parse("2000-02-29", &begin, &end));
	assert_false(date_parse("2100-02-29", &begin, &end));
}

static void moments_are_written_in_utc_and_local(void **state)
{
	char text[DATE_TEXT_SIZE];

	(void)state;
	in_zone("ICT-7");
	assert_string_equal(date_utc(1795424400, text), "2026-11-23T09:00:00Z");
	assert_string_equal(date_local(1795424400, text), "2026-11-23 16:00");
	assert_string_equal(date_local_day(1795366800, text), "2026-11-23");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_date_is_its_whole_local_day),
	    cmocka_unit_test(a_time_is_one_moment),
	    cmocka_unit_test(z_means_utc),
	    cmocka_unit_test(a_day_may_have_23_or_25_hours),
	    cmocka_unit_test(what_is_no_date_is_refused),
	    cmocka_unit_test(a_leap_day_is_a_day),
	    cmocka_unit_test(moments_are_written_in_utc_and_local),
	};

	return cmocka_run_group_tests_name("ctl_date", tests, NULL, NULL);
}
