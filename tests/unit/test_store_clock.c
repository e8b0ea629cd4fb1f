/*
 * When the wall clock is believed, and which hour an event gets. Pure: readings go in.
 * links: portal/store_clock
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "portal/store_clock.h"

#define DAY_MS	     INT64_C(86400000)
#define EIGHT_MONTHS INT64_C(21000000)	 /* seconds */
#define WALL	     INT64_C(1795426200) /* 2026-11-23 09:30:00 UTC */

static struct store_clock clock_now;

static int fresh(void **state)
{
	(void)state;
	memset(&clock_now, 0, sizeof(clock_now));
	return 0;
}

static void observe(int64_t boot_ms, int64_t wall, bool synchronised)
{
	struct store_now now = {
	    .boot_ms = boot_ms, .wall_seconds = wall, .synchronised = synchronised};

	store_clock_observe(&clock_now, &now);
}

static void a_synchronised_clock_is_believed_at_once(void **state)
{
	(void)state;
	observe(5000, WALL, true);
	assert_true(clock_now.settled);
	assert_int_equal(clock_now.offset, WALL - 5);
}

static void an_unsynchronised_clock_is_believed_after_a_steady_day(void **state)
{
	(void)state;
	observe(5000, WALL, false);
	observe(5000 + DAY_MS - 1, WALL + 86399, false);
	assert_false(clock_now.settled);
	observe(5000 + DAY_MS, WALL + 86400, false);
	assert_true(clock_now.settled);
}

static void a_step_begins_the_day_again(void **state)
{
	(void)state;
	observe(0, WALL, false);
	observe(DAY_MS / 2, WALL + 43200 + 5, false);
	observe(DAY_MS, WALL + 86400 + 5, false);
	assert_false(clock_now.settled);
	observe(DAY_MS + DAY_MS / 2, WALL + 129600 + 5, false);
	assert_true(clock_now.settled);
}

static void slewing_is_not_a_step(void **state)
{
	(void)state;
	observe(0, WALL, false);
	observe(DAY_MS / 2, WALL + 43200 + 4, false);
	observe(DAY_MS, WALL + 86400 - 4, false);
	assert_true(clock_now.settled);
	assert_int_equal(clock_now.offset, WALL);
}

static void a_clock_of_1970_is_never_believed_for_its_steadiness(void **state)
{
	(void)state;
	observe(0, 1000, false);
	observe(3 * DAY_MS, 1000 + 3 * 86400, false);
	assert_false(clock_now.settled);
}

static void a_clock_behind_one_already_seen_is_not_believed(void **state)
{
	(void)state;
	clock_now.wall_max = WALL + 90000;
	observe(0, WALL, false);
	observe(DAY_MS, WALL + 86400, false);
	assert_false(clock_now.settled);
	/* It has caught up: now a day begins. */
	observe(DAY_MS + 3600000, WALL + 90000, false);
	observe(2 * DAY_MS, WALL + 172800, false);
	assert_false(clock_now.settled);
	observe(2 * DAY_MS + 3600000, WALL + 176400, false);
	assert_true(clock_now.settled);
}

static void a_jump_of_eight_months_moves_the_hours_once_synchronised(void **state)
{
	(void)state;
	observe(1000, WALL - EIGHT_MONTHS, false);
	assert_false(clock_now.settled);
	observe(61000, WALL, true);
	assert_true(clock_now.settled);
	assert_int_equal(store_clock_hour(&clock_now, 1000), WALL - 1800);
}

static void a_synchronised_clock_corrects_a_greatest_that_was_wrong(void **state)
{
	(void)state;
	observe(0, WALL + EIGHT_MONTHS, false);
	assert_int_equal(clock_now.wall_max, WALL + EIGHT_MONTHS);
	observe(60000, WALL, true);
	assert_int_equal(clock_now.wall_max, WALL);
}

static void once_settled_it_stays_so_and_follows_a_step(void **state)
{
	(void)state;
	observe(0, WALL, true);
	observe(1000, WALL + 7200, false);
	assert_true(clock_now.settled);
	assert_int_equal(store_clock_hour(&clock_now, 1000), WALL + 5400);
}

static void an_hour_begins_at_its_first_second(void **state)
{
	(void)state;
	observe(0, WALL, true);
	assert_int_equal(store_clock_hour(&clock_now, 1799999), WALL - 1800);
	assert_int_equal(store_clock_hour(&clock_now, 1800000), WALL + 1800);
}

/* 09:30:30 at boot: minute 29 began at 09:59:30 and holds events of ten o'clock. */
static void an_event_of_before_settling_has_its_minutes_hour(void **state)
{
	(void)state;
	observe(40 * 60000, WALL + 30 + 2400, true);
	assert_int_equal(store_clock_minute(1770000), 29);
	assert_int_equal(store_clock_hour(&clock_now, 1770000), WALL - 1800);
	assert_int_equal(store_clock_hour(&clock_now, 30 * 60000), WALL + 1800);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup(name, fresh)
	    T(a_synchronised_clock_is_believed_at_once),
	    T(an_unsynchronised_clock_is_believed_after_a_steady_day),
	    T(a_step_begins_the_day_again),
	    T(slewing_is_not_a_step),
	    T(a_clock_of_1970_is_never_believed_for_its_steadiness),
	    T(a_clock_behind_one_already_seen_is_not_believed),
	    T(a_jump_of_eight_months_moves_the_hours_once_synchronised),
	    T(a_synchronised_clock_corrects_a_greatest_that_was_wrong),
	    T(once_settled_it_stays_so_and_follows_a_step),
	    T(an_hour_begins_at_its_first_second),
	    T(an_event_of_before_settling_has_its_minutes_hour),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
