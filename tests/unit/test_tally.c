/*
 * Counters between two commits, with a store that takes as many jobs as the test allows.
 * links: portal/tally common/measure
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "common/log.h"
#include "portal/tally.h"

enum { JOBS = TALLY_MAX, AUDIENCE = 7, ITEM = 9 };

static struct store_job jobs[JOBS];
static size_t job_count, job_room;
static struct tally tally;
static unsigned lines;
static char line[256];

/* In place of log.c's. */
void log_warnx(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	lines++;
}

/* In place of store.c's. */
bool store_put(struct store *store, const struct store_job *job)
{
	(void)store;
	if (job_count == job_room)
		return false;
	jobs[job_count++] = *job;
	return true;
}

static int begin(void **state)
{
	(void)state;
	memset(&tally, 0, sizeof(tally));
	job_count = 0;
	job_room = JOBS;
	lines = 0;
	return 0;
}

static void store(int64_t now_ms)
{
	tally_store(&tally, NULL, now_ms);
}

static void an_empty_tally_waits_for_nothing_and_stores_nothing(void **state)
{
	(void)state;
	assert_int_equal(tally_wait_ms(&tally, 1000), -1);
	store(1000);
	assert_int_equal(job_count, 0);
}

static void the_first_event_starts_the_wait(void **state)
{
	(void)state;
	tally_add(&tally, 0, AUDIENCE, 0, STORE_SHOWN, 1, 1000);
	tally_add(&tally, 0, AUDIENCE, 0, STORE_SHOWN, 1, 1150);
	assert_int_equal(tally_wait_ms(&tally, 1000), TALLY_WAIT_MS);
	assert_int_equal(tally_wait_ms(&tally, 1150), TALLY_WAIT_MS - 150);
	assert_int_equal(tally_wait_ms(&tally, 1000 + TALLY_WAIT_MS), 0);
	assert_int_equal(tally_wait_ms(&tally, 999999), 0);
}

static void equal_events_become_one_job(void **state)
{
	(void)state;
	tally_add(&tally, 2, AUDIENCE, 1, STORE_ANSWERED, 1, 1000);
	tally_add(&tally, 2, AUDIENCE, 1, STORE_ANSWERED, 3, 1010);
	store(1200);
	assert_int_equal(job_count, 1);
	assert_int_equal(jobs[0].kind, STORE_ADD);
	assert_int_equal(jobs[0].zone, 2);
	assert_int_equal(jobs[0].language, 1);
	assert_int_equal(jobs[0].event, STORE_ANSWERED);
	assert_int_equal(jobs[0].audience, AUDIENCE);
	assert_int_equal(jobs[0].item, 0);
	assert_int_equal(jobs[0].count, 4);
	assert_int_equal(jobs[0].boot_ms, 1000);
	assert_int_equal(jobs[0].tag, 0);
}

static void no_job_names_a_device(void **state)
{
	static const struct ether none;

	(void)state;
	tally_add(&tally, 0, AUDIENCE, 0, STORE_SHOWN, 1, 1000);
	store(1200);
	assert_memory_equal(&jobs[0].mac, &none, sizeof(none));
}

/* Each is counted as often as its number says. */
static void zones_audiences_languages_events_and_items_stay_apart(void **state)
{
	static const struct measure pair = {.kind = MEASURE_PAIR, .second = true};
	static const struct measure rest = {.kind = MEASURE_REST, .rest = 2};
	uint32_t n = 0;

	(void)state;
	for (unsigned z = 0; z < 3; z++)
		for (uint16_t a = 1; a < 5; a++)
			for (unsigned l = 0; l < 3; l++) {
				for (unsigned e = STORE_SHOWN; e <= STORE_RIGHT; e++)
					tally_add(&tally, z, a, l, (enum store_event)e, ++n, 1000);
				for (uint16_t item = 1; item < 5; item++) {
					tally_measure(&tally, z, a, l, &pair, item, 1000);
					tally_measure(&tally, z, a, l, &rest, item, 1000);
					tally_measure(&tally, z, a, l, &rest, item, 1000);
				}
			}
	store(2000);
	assert_int_equal(job_count, 3 * 4 * 3 * (3 + 2 * 4));
	n = 0;
	for (size_t i = 0; i < job_count; i++)
		if (jobs[i].item == 0)
			assert_int_equal(jobs[i].count, ++n);
		else
			assert_int_equal(
			    jobs[i].count,
			    jobs[i].event == STORE_EVENT__MAX + measure_code(&rest) ? 2 : 1);
	for (size_t i = 0; i < job_count; i++)
		for (size_t k = 0; k < i; k++)
			assert_false(
			    jobs[i].zone == jobs[k].zone && jobs[i].audience == jobs[k].audience &&
			    jobs[i].language == jobs[k].language &&
			    jobs[i].event == jobs[k].event && jobs[i].item == jobs[k].item);
}

static void a_measure_may_wait_a_second(void **state)
{
	static const struct measure pair = {.kind = MEASURE_PAIR};

	(void)state;
	tally_measure(&tally, 1, AUDIENCE, 1, &pair, ITEM, 1000);
	assert_int_equal(tally_wait_ms(&tally, 1000), TALLY_MEASURE_MS);
	store(2000);
	assert_int_equal(job_count, 1);
	assert_int_equal(jobs[0].kind, STORE_ADD);
	assert_int_equal(jobs[0].event, STORE_EVENT__MAX + measure_code(&pair));
	assert_int_equal(jobs[0].item, ITEM);
	assert_int_equal(jobs[0].audience, AUDIENCE);
	assert_int_equal(jobs[0].count, 1);
}

static void an_event_takes_the_measures_along(void **state)
{
	static const struct measure pair = {.kind = MEASURE_PAIR};

	(void)state;
	tally_measure(&tally, 0, AUDIENCE, 0, &pair, ITEM, 1000);
	tally_add(&tally, 0, AUDIENCE, 0, STORE_SHOWN, 1, 1100);
	tally_measure(&tally, 0, AUDIENCE, 0, &pair, ITEM, 1150);
	assert_int_equal(tally_wait_ms(&tally, 1150), TALLY_WAIT_MS - 50);
	store(1300);
	assert_int_equal(job_count, 2);
	assert_int_equal(tally_wait_ms(&tally, 1300), -1);
}

static void fill(unsigned rows)
{
	static const struct measure pair = {.kind = MEASURE_PAIR};

	for (unsigned i = 0; i < rows; i++)
		tally_measure(&tally, 0, AUDIENCE, 0, &pair, (uint16_t)(i + 1), 1000);
}

static void a_table_that_fills_up_is_stored_at_once(void **state)
{
	(void)state;
	fill(TALLY_FULL - 1);
	assert_int_equal(tally_wait_ms(&tally, 1000), TALLY_MEASURE_MS);
	tally_add(&tally, 0, AUDIENCE, 0, STORE_SHOWN, 1, 1000);
	assert_int_equal(tally_wait_ms(&tally, 1000), 0);
	store(1000);
	assert_int_equal(job_count, TALLY_FULL);
}

static void what_finds_no_room_is_told_once_an_hour(void **state)
{
	(void)state;
	fill(TALLY_MAX);
	assert_int_equal(lines, 0);
	tally_add(&tally, 0, AUDIENCE, 0, STORE_SHOWN, 3, 1000);
	assert_int_equal(lines, 1);
	assert_non_null(strstr(line, " 3 counts"));
	tally_add(&tally, 0, AUDIENCE, 0, STORE_SHOWN, 4, 2000);
	tally_add(&tally, 0, AUDIENCE, 0, STORE_RIGHT, 1, 3000);
	/* What has its row goes on. */
	fill(1);
	store(4000);
	assert_int_equal(lines, 1);
	assert_int_equal(job_count, TALLY_MAX);
	assert_int_equal(jobs[0].count, 2);
	store(1000 + TALLY_TELL_MS);
	assert_int_equal(lines, 2);
	assert_non_null(strstr(line, " 5 counts"));
	store(1000 + 2 * TALLY_TELL_MS);
	assert_int_equal(lines, 2);
}

static void a_measure_about_nothing_is_lost_and_told(void **state)
{
	static const struct measure pair = {.kind = MEASURE_PAIR};

	(void)state;
	tally_measure(&tally, 0, AUDIENCE, 0, &pair, 0, 1000);
	assert_int_equal(lines, 1);
	assert_int_equal(tally_wait_ms(&tally, 1000), -1);
}

/* Three at a time: all come through, each once, whatever is added meanwhile. */
static void a_store_with_room_for_a_few_gets_all_of_them(void **state)
{
	static const struct measure pair = {.kind = MEASURE_PAIR};
	uint32_t total = 0;
	int64_t now = 1000;

	(void)state;
	fill(100);
	while (tally_wait_ms(&tally, now) >= 0) {
		job_room = job_count + 3;
		store(now);
		if (job_count == 30)
			tally_measure(&tally, 0, AUDIENCE, 0, &pair, 90, now);
		now += TALLY_RETRY_MS;
	}
	assert_int_equal(job_count, 100);
	for (size_t i = 0; i < job_count; i++) {
		assert_int_equal(jobs[i].item, i + 1);
		total += jobs[i].count;
	}
	assert_int_equal(total, 101);
	assert_int_equal(jobs[89].count, 2);
}

static void what_is_stored_is_not_stored_again(void **state)
{
	(void)state;
	tally_add(&tally, 0, AUDIENCE, 0, STORE_SHOWN, 1, 1000);
	store(1200);
	store(1400);
	assert_int_equal(job_count, 1);
	assert_int_equal(tally_wait_ms(&tally, 1400), -1);
}

static void what_the_queue_has_no_room_for_is_stored_later(void **state)
{
	uint32_t total = 0;

	(void)state;
	tally_add(&tally, 0, AUDIENCE, 0, STORE_SHOWN, 5, 1000);
	tally_add(&tally, 1, AUDIENCE, 1, STORE_RIGHT, 7, 1000);
	job_room = 1;
	store(1200);
	assert_int_equal(job_count, 1);
	assert_int_equal(tally_wait_ms(&tally, 1200), TALLY_RETRY_MS);
	tally_add(&tally, 1, AUDIENCE, 1, STORE_RIGHT, 1, 1300);
	assert_int_equal(tally_wait_ms(&tally, 1300), TALLY_RETRY_MS - 100);
	job_room = JOBS;
	store(2200);
	assert_int_equal(job_count, 2);
	for (size_t i = 0; i < job_count; i++)
		total += jobs[i].count;
	assert_int_equal(total, 13);
	assert_int_equal(jobs[1].boot_ms, 1000); /* its hour stays */
	assert_int_equal(tally_wait_ms(&tally, 2200), -1);
}

/* One batch came back, not stored: it keeps its hour, and waits a little. */
static void what_the_store_could_not_take_comes_again(void **state)
{
	struct store_job back;

	(void)state;
	tally_add(&tally, 1, AUDIENCE, 1, STORE_RIGHT, 7, 1000);
	store(1200);
	back = jobs[0];
	assert_int_equal(back.audience, AUDIENCE);
	tally_again(&tally, &back, 5000);
	assert_int_equal(tally_wait_ms(&tally, 5000), TALLY_RETRY_MS);
	/* Who comes meanwhile does not press a disk that cannot. */
	tally_add(&tally, 1, AUDIENCE, 1, STORE_RIGHT, 1, 5000);
	assert_int_equal(tally_wait_ms(&tally, 5000), TALLY_RETRY_MS);
	store(6000);
	assert_int_equal(job_count, 2);
	assert_int_equal(jobs[1].count, 8);
	assert_int_equal(jobs[1].zone, 1);
	assert_int_equal(jobs[1].event, STORE_RIGHT);
	assert_int_equal(jobs[1].audience, AUDIENCE);
	assert_int_equal(jobs[1].boot_ms, 1000);
}

static void what_comes_again_is_added_to_what_is_new(void **state)
{
	struct store_job back = {.kind = STORE_ADD,
				 .audience = AUDIENCE,
				 .event = STORE_SHOWN,
				 .count = 2,
				 .boot_ms = 1000};

	(void)state;
	tally_add(&tally, 0, AUDIENCE, 0, STORE_SHOWN, 3, 4900);
	tally_again(&tally, &back, 5000);
	store(6000);
	assert_int_equal(job_count, 1);
	assert_int_equal(jobs[0].count, 5);
	assert_int_equal(jobs[0].boot_ms, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(an_empty_tally_waits_for_nothing_and_stores_nothing, begin),
	    cmocka_unit_test_setup(the_first_event_starts_the_wait, begin),
	    cmocka_unit_test_setup(equal_events_become_one_job, begin),
	    cmocka_unit_test_setup(no_job_names_a_device, begin),
	    cmocka_unit_test_setup(zones_audiences_languages_events_and_items_stay_apart, begin),
	    cmocka_unit_test_setup(a_measure_may_wait_a_second, begin),
	    cmocka_unit_test_setup(an_event_takes_the_measures_along, begin),
	    cmocka_unit_test_setup(a_table_that_fills_up_is_stored_at_once, begin),
	    cmocka_unit_test_setup(what_finds_no_room_is_told_once_an_hour, begin),
	    cmocka_unit_test_setup(a_measure_about_nothing_is_lost_and_told, begin),
	    cmocka_unit_test_setup(a_store_with_room_for_a_few_gets_all_of_them, begin),
	    cmocka_unit_test_setup(what_is_stored_is_not_stored_again, begin),
	    cmocka_unit_test_setup(what_the_queue_has_no_room_for_is_stored_later, begin),
	    cmocka_unit_test_setup(what_the_store_could_not_take_comes_again, begin),
	    cmocka_unit_test_setup(what_comes_again_is_added_to_what_is_new, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
