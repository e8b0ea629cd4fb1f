/*
 * When to try: the slot from the key, the timer's window, the span that doubles, and clocks
 * that jump.
 * links: report/schedule
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "report/schedule.h"

enum { HOUR = 3600 };

static const int64_t hour = INT64_C(1795435200); /* 2026-11-23 12:00 UTC */

/* HMAC-SHA256(key, "slot") mod 3000, computed with Python's hmac. */
static void the_slot_is_that_of_the_format(void **state)
{
	uint8_t key[KEY_BYTES];

	(void)state;
	for (size_t i = 0; i < KEY_BYTES; i++)
		key[i] = (uint8_t)i;
	assert_int_equal(schedule_slot(key), 2887);
	memset(key, 0, sizeof(key));
	assert_int_equal(schedule_slot(key), 1225);
	memset(key, 0xff, sizeof(key));
	assert_int_equal(schedule_slot(key), 1405);
}

static void slots_are_spread_over_fifty_minutes(void **state)
{
	unsigned minutes[60] = {0};

	(void)state;
	for (unsigned i = 0; i < 5000; i++) {
		uint8_t key[KEY_BYTES] = {(uint8_t)i, (uint8_t)(i >> 8)};

		minutes[schedule_slot(key) / 60]++;
	}
	for (size_t i = 0; i < 60; i++) {
		if (i < 50)
			assert_in_range(minutes[i], 60, 140);
		else
			assert_int_equal(minutes[i], 0);
	}
}

static void a_slot_is_used_once_an_hour(void **state)
{
	struct schedule schedule = {0};

	(void)state;
	assert_int_equal(schedule_due(&schedule, 1000, hour + 900), hour + 1000);
	assert_int_equal(schedule_due(&schedule, 1000, hour + 1000), hour + 1000);
	schedule_begin(&schedule, hour + 1000);
	schedule_succeed(&schedule);
	assert_int_equal(schedule_due(&schedule, 1000, hour + 1001), hour + HOUR + 1000);
	assert_int_equal(schedule_due(&schedule, 1000, hour + HOUR + 999), hour + HOUR + 1000);
	assert_int_equal(schedule_due(&schedule, 1000, hour + HOUR + 1000), hour + HOUR + 1000);
}

/* Or a whole town would come at once when it has its power back. */
static void a_slot_that_was_missed_is_not_made_up_for(void **state)
{
	struct schedule schedule = {.tried = hour - 10 * HOUR};

	(void)state;
	assert_int_equal(schedule_due(&schedule, 1000, hour + 1000 + SCHEDULE_WINDOW - 1),
			 hour + 1000);
	assert_int_equal(schedule_due(&schedule, 1000, hour + 1000 + SCHEDULE_WINDOW),
			 hour + HOUR + 1000);
	assert_int_equal(schedule_due(&schedule, 0, hour + 1800), hour + HOUR);
}

/* Whenever the timer starts within an hour, one of its starts sees the slot, and only one. */
static void the_timer_meets_every_slot_once(void **state)
{
	(void)state;
	for (int64_t slot = 0; slot < SCHEDULE_SLOTS; slot += 7)
		for (int64_t offset = 0; offset < SCHEDULE_WINDOW; offset += 29) {
			struct schedule schedule = {.tried = hour - HOUR + slot};
			unsigned rounds = 0;

			for (int64_t start = hour + offset; start < hour + 4 * HOUR;
			     start += SCHEDULE_WINDOW) {
				int64_t due = schedule_due(&schedule, slot, start);

				if (due < start + SCHEDULE_WINDOW) {
					schedule_begin(&schedule, due > start ? due : start);
					schedule_succeed(&schedule);
					rounds++;
				}
			}
			if (rounds < 4 || rounds > 5) /* with that of the span's end */
				fail_msg("slot %d, timer at %d: %u rounds in 4 hours", (int)slot,
					 (int)offset, rounds);
		}
}

static void failures_spread_over_a_span_that_doubles(void **state)
{
	static const int64_t spans[] = {30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600};
	struct schedule schedule = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
		struct schedule soonest = schedule, latest = schedule;

		assert_int_equal(schedule.failures, i);
		schedule_fail(&soonest, hour, 0, 0);
		assert_int_equal(soonest.retry_at, hour + 1);
		schedule_fail(&latest, hour, (uint32_t)spans[i] - 1, 0);
		assert_int_equal(latest.retry_at, hour + spans[i]);
		schedule_fail(&schedule, hour, (uint32_t)spans[i], 0); /* around again */
		assert_int_equal(schedule.retry_at, hour + 1);
	}
	assert_int_equal(schedule_due(&schedule, 1000, hour), hour + 1);
	schedule_succeed(&schedule);
	assert_int_equal(schedule.failures, 0);
	assert_int_equal(schedule.retry_at, 0);
}

static void what_a_busy_server_asks_for_is_kept(void **state)
{
	struct schedule schedule = {0};

	(void)state;
	schedule_fail(&schedule, hour, 29, 600);
	assert_int_equal(schedule.retry_at, hour + 600 + 29);
	assert_int_equal(schedule_due(&schedule, 1000, hour + 500), hour + 629);
	schedule_fail(&schedule, hour, 30, INT32_MAX);
	assert_int_equal(schedule.retry_at, hour + 86400);
}

static void what_a_retry_will_not_mend_waits_for_the_slot(void **state)
{
	struct schedule schedule = {.retry_at = hour + 7, .failures = 2};

	(void)state;
	schedule_begin(&schedule, hour + 7);
	schedule_wait(&schedule);
	assert_int_equal(schedule.failures, 3);
	assert_int_equal(schedule_due(&schedule, 1000, hour + 8), hour + 1000);
}

static void a_retry_of_before_the_power_cut_is_due(void **state)
{
	struct schedule schedule = {.retry_at = hour - 9 * HOUR, .failures = 1};

	(void)state;
	assert_true(schedule_due(&schedule, 1000, hour) <= hour);
}

/* The clock said 2035 when they were kept; now it is right. */
static void no_time_of_a_wrong_clock_silences_the_gateway(void **state)
{
	struct schedule schedule = {.tried = hour + INT64_C(9) * 365 * 86400,
				    .retry_at = hour + INT64_C(9) * 365 * 86400,
				    .failures = 4};

	(void)state;
	assert_int_equal(schedule_due(&schedule, 1000, hour + 900), hour + 1000);
	schedule.retry_at = 0;
	assert_int_equal(schedule_due(&schedule, 1000, hour + 900), hour + 1000);
	assert_int_equal(schedule_due(&schedule, 1000, hour + 1001), hour + 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_slot_is_that_of_the_format),
	    cmocka_unit_test(slots_are_spread_over_fifty_minutes),
	    cmocka_unit_test(a_slot_is_used_once_an_hour),
	    cmocka_unit_test(a_slot_that_was_missed_is_not_made_up_for),
	    cmocka_unit_test(the_timer_meets_every_slot_once),
	    cmocka_unit_test(failures_spread_over_a_span_that_doubles),
	    cmocka_unit_test(what_a_busy_server_asks_for_is_kept),
	    cmocka_unit_test(what_a_retry_will_not_mend_waits_for_the_slot),
	    cmocka_unit_test(a_retry_of_before_the_power_cut_is_due),
	    cmocka_unit_test(no_time_of_a_wrong_clock_silences_the_gateway),
	};

	return cmocka_run_group_tests_name("report_schedule", tests, NULL, NULL);
}
