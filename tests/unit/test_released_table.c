/*
 * Gate's table of released devices by itself: times, its limit, its end; the kernel is not
 * asked (as at start, before the rules stand).
 * links: gate/released gate/elements gate/nl common/ether common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "gate/released.h"

enum { ROOM = 4 };

static struct nl nl; /* closed: nothing must be sent */
static struct released *released;

static int begin(void **state)
{
	(void)state;
	released = released_alloc(ROOM);
	return released == NULL ? -1 : 0;
}

static int end(void **state)
{
	(void)state;
	released_free(released);
	return 0;
}

static struct ether mac_of(unsigned n)
{
	return (struct ether){{2, 0, 0, 0, (uint8_t)(n >> 8), (uint8_t)n}};
}

static void the_time_left_is_rounded_up(void **state)
{
	struct released_change change = {.mac = mac_of(1), .expires = 10000};
	struct ether mac = mac_of(1);

	(void)state;
	released_apply(released, &nl, &change, 1, 0, false);
	assert_int_equal(released_seconds(released, &mac, 0), 10);
	assert_int_equal(released_seconds(released, &mac, 8999), 2);
	assert_int_equal(released_seconds(released, &mac, 9000), 1);
	assert_int_equal(released_seconds(released, &mac, 9999), 1);
	assert_int_equal(released_seconds(released, &mac, 10000), 0);
	assert_int_equal(released_seconds(released, &mac, 99999), 0);
}

/* At start the kernel is not asked: gate's table alone keeps the limit. */
static void before_the_table_stands_the_limit_is_kept_too(void **state)
{
	struct released_change changes[ROOM + 2];

	(void)state;
	for (unsigned n = 0; n < ROOM + 2; n++)
		changes[n] = (struct released_change){.mac = mac_of(n + 1), .expires = 60000};
	released_apply(released, &nl, changes, ROOM + 2, 1, false);
	for (unsigned n = 0; n < ROOM + 2; n++)
		assert_int_equal(changes[n].full, n >= ROOM);
	assert_int_equal(released_count(released), ROOM);
}

static void those_whose_time_is_over_are_taken_out(void **state)
{
	struct released_change changes[] = {{.mac = mac_of(1), .expires = 1000},
					    {.mac = mac_of(2), .expires = 5000}};
	struct ether macs[ROOM], one = mac_of(1);
	int64_t next = 0;

	(void)state;
	assert_int_equal(released_expired(released, 0, macs, ROOM, &next), 0);
	assert_true(next == INT64_MAX);
	released_apply(released, &nl, changes, 2, 0, false);
	assert_int_equal(released_expired(released, 1000, macs, ROOM, &next), 0);
	assert_in_range(next, 1001, 1500); /* the kernel's jiffies go first */
	assert_int_equal(released_expired(released, next, macs, ROOM, &next), 1);
	assert_memory_equal(&macs[0], &one, sizeof(one));
	assert_int_equal(released_count(released), 1);
	assert_in_range(next, 5001, 5500);
	assert_int_equal(released_expired(released, next, macs, ROOM, &next), 1);
	assert_int_equal(released_count(released), 0);
	assert_true(next == INT64_MAX);
}

static void more_than_fit_are_taken_out_the_next_time(void **state)
{
	struct released_change changes[ROOM];
	struct ether macs[3];
	int64_t next;

	(void)state;
	for (unsigned n = 0; n < ROOM; n++)
		changes[n] = (struct released_change){.mac = mac_of(n), .expires = 1000};
	released_apply(released, &nl, changes, ROOM, 0, false);
	assert_int_equal(released_expired(released, 9000, macs, 3, &next), 3);
	assert_true(next <= 9000);
	assert_int_equal(released_expired(released, 9000, macs, 3, &next), 1);
	assert_int_equal(released_count(released), 0);
}

/* Come, renew, go, expire, thousands of times, beside a plain model: no probe is cut. */
static void a_long_life_keeps_every_probe_whole(void **state)
{
	enum { MACS = 300, MANY = 200, STEPS = 40000 };
	static int64_t ends[MACS];
	struct released *table = released_alloc(MANY);
	unsigned chance = 4711, living = 0;

	(void)state;
	assert_non_null(table);
	memset(ends, 0, sizeof(ends));
	for (int64_t now = 1; now <= STEPS; now++) {
		unsigned n = ((chance = chance * 1103515245u + 12345u) >> 16) % MACS;
		bool out = (chance >> 8) % 3 == 0;
		struct released_change change = {.mac = mac_of(n), .expires = out ? 0 : now + 100000};
		bool room = ends[n] != 0 || living < MANY;

		released_apply(table, &nl, &change, 1, now, false);
		assert_int_equal(change.full, !out && !room);
		if (change.done) {
			living += (unsigned)(!out && ends[n] == 0) - (unsigned)(out && ends[n] != 0);
			ends[n] = change.expires;
		}
		assert_int_equal(released_count(table), living);
		for (unsigned i = 0; now % 97 == 0 && i < MACS; i++) {
			struct ether mac = mac_of(i);

			assert_int_equal(released_seconds(table, &mac, now),
					 ends[i] != 0 ? (ends[i] - now + 999) / 1000 : 0);
		}
	}
	released_free(table);
}

static void freeing_nothing_is_allowed(void **state)
{
	(void)state;
	released_free(NULL);
}

#define AROUND(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    AROUND(the_time_left_is_rounded_up),
	    AROUND(before_the_table_stands_the_limit_is_kept_too),
	    AROUND(those_whose_time_is_over_are_taken_out),
	    AROUND(more_than_fit_are_taken_out_the_next_time),
	    AROUND(a_long_life_keeps_every_probe_whole),
	    cmocka_unit_test(freeing_nothing_is_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
