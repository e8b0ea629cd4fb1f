/*
 * Counters between two commits, with a store that takes as many jobs as the test allows.
 * links: portal/tally
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "portal/tally.h"

enum { JOBS = 512 };

static struct store_job jobs[JOBS];
static size_t job_count, job_room;
static struct tally tally;

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
	tally_add(&tally, 0, 0, STORE_SHOWN, 1, 1000);
	tally_add(&tally, 0, 0, STORE_SHOWN, 1, 1150);
	assert_int_equal(tally_wait_ms(&tally, 1000), TALLY_WAIT_MS);
	assert_int_equal(tally_wait_ms(&tally, 1150), TALLY_WAIT_MS - 150);
	assert_int_equal(tally_wait_ms(&tally, 1000 + TALLY_WAIT_MS), 0);
	assert_int_equal(tally_wait_ms(&tally, 999999), 0);
}

static void equal_events_become_one_job(void **state)
{
	(void)state;
	tally_add(&tally, 2, 1, STORE_ANSWERED, 1, 1000);
	tally_add(&tally, 2, 1, STORE_ANSWERED, 3, 1010);
	store(1200);
	assert_int_equal(job_count, 1);
	assert_int_equal(jobs[0].kind, STORE_ADD);
	assert_int_equal(jobs[0].zone, 2);
	assert_int_equal(jobs[0].language, 1);
	assert_int_equal(jobs[0].event, STORE_ANSWERED);
	assert_int_equal(jobs[0].count, 4);
	assert_int_equal(jobs[0].boot_ms, 1000);
	assert_int_equal(jobs[0].tag, 0);
}

static void no_job_names_a_device(void **state)
{
	static const struct ether none;

	(void)state;
	tally_add(&tally, 0, 0, STORE_SHOWN, 1, 1000);
	store(1200);
	assert_memory_equal(&jobs[0].mac, &none, sizeof(none));
}

static void zones_languages_and_events_stay_apart(void **state)
{
	unsigned seen = 0;

	(void)state;
	for (unsigned z = 0; z < CONF_ZONES_MAX; z++)
		for (unsigned l = 0; l < CONF_LANGUAGES_MAX; l++)
			for (unsigned e = 0; e < TALLY_EVENTS; e++)
				tally_add(&tally, z, l, (enum store_event)e, z * 100 + l * 10 + e + 1,
					  1000);
	store(1200);
	assert_int_equal(job_count, CONF_ZONES_MAX * CONF_LANGUAGES_MAX * TALLY_EVENTS);
	for (size_t i = 0; i < job_count; i++)
		seen += jobs[i].count == jobs[i].zone * 100u + jobs[i].language * 10u + jobs[i].event + 1u;
	assert_int_equal(seen, job_count);
}

static void what_is_stored_is_not_stored_again(void **state)
{
	(void)state;
	tally_add(&tally, 0, 0, STORE_SHOWN, 1, 1000);
	store(1200);
	store(1400);
	assert_int_equal(job_count, 1);
	assert_int_equal(tally_wait_ms(&tally, 1400), -1);
}

static void what_the_queue_has_no_room_for_is_stored_later(void **state)
{
	uint32_t total = 0;

	(void)state;
	tally_add(&tally, 0, 0, STORE_SHOWN, 5, 1000);
	tally_add(&tally, 1, 1, STORE_RIGHT, 7, 1000);
	job_room = 1;
	store(1200);
	assert_int_equal(job_count, 1);
	assert_int_equal(tally_wait_ms(&tally, 1200), TALLY_RETRY_MS);
	tally_add(&tally, 1, 1, STORE_RIGHT, 1, 1300);
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
	tally_add(&tally, 1, 1, STORE_RIGHT, 7, 1000);
	store(1200);
	back = jobs[0];
	tally_again(&tally, &back, 5000);
	assert_int_equal(tally_wait_ms(&tally, 5000), TALLY_RETRY_MS);
	store(6000);
	assert_int_equal(job_count, 2);
	assert_int_equal(jobs[1].count, 7);
	assert_int_equal(jobs[1].zone, 1);
	assert_int_equal(jobs[1].event, STORE_RIGHT);
	assert_int_equal(jobs[1].boot_ms, 1000);
}

static void what_comes_again_is_added_to_what_is_new(void **state)
{
	struct store_job back = {.kind = STORE_ADD, .event = STORE_SHOWN, .count = 2, .boot_ms = 1000};

	(void)state;
	tally_add(&tally, 0, 0, STORE_SHOWN, 3, 4900);
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
	    cmocka_unit_test_setup(zones_languages_and_events_stay_apart, begin),
	    cmocka_unit_test_setup(what_is_stored_is_not_stored_again, begin),
	    cmocka_unit_test_setup(what_the_queue_has_no_room_for_is_stored_later, begin),
	    cmocka_unit_test_setup(what_the_store_could_not_take_comes_again, begin),
	    cmocka_unit_test_setup(what_comes_again_is_added_to_what_is_new, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
