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

static void a_look_is_due_at_its_second_and_ends_with_the_release(void **state)
{
	struct released_change changes[] = {{.mac = mac_of(1), .expires = 100000},
					    {.mac = mac_of(2), .expires = 100000}};
	struct released_change out = {.mac = mac_of(1)};
	struct released_due due[ROOM];
	int64_t next;

	(void)state;
	assert_true(released_keep_looks(released));
	released_apply(released, &nl, changes, 2, 0, false);
	released_look(released, &changes[0].mac, 3, 9001);
	released_look(released, &changes[1].mac, 5, 20000);
	assert_int_equal(released_due(released, 9999, due, ROOM, &next), 0);
	assert_int_equal(next, 10000);
	assert_int_equal(released_due(released, 10000, due, ROOM, &next), 1);
	assert_memory_equal(&due[0].mac, &changes[0].mac, sizeof(due[0].mac));
	assert_int_equal(due[0].zone, 3);
	assert_int_equal(next, 20000);
	released_apply(released, &nl, &out, 1, 0, false);
	assert_int_equal(released_due(released, 90000, due, ROOM, &next), 1);
	assert_int_equal(due[0].zone, 5);
	released_look(released, &changes[1].mac, 5, 0);
	released_look(released, &out.mac, 5, 1); /* who is not released has none */
	assert_int_equal(released_due(released, 90000, due, ROOM, &next), 0);
	assert_true(next == INT64_MAX);
}

static void without_room_for_looks_there_are_none(void **state)
{
	struct released_change change = {.mac = mac_of(1), .expires = 100000};
	struct released_due due[ROOM];
	int64_t next, at_ms[16] = {0};

	(void)state;
	released_apply(released, &nl, &change, 1, 0, false);
	released_look(released, &change.mac, 3, 1);
	released_look_all(released, at_ms);
	assert_int_equal(released_due(released, 90000, due, ROOM, &next), 0);
	assert_true(next == INT64_MAX);
}

/* Slots move when a gap is closed: each device keeps its own look. */
static void looks_stay_with_their_devices(void **state)
{
	enum { MACS = 300, STEPS = 20000 };
	static struct released_due due[MACS];
	struct released *table = released_alloc(MACS);
	bool living[MACS] = {false};
	unsigned chance = 815, count = 0;
	int64_t next;

	(void)state;
	assert_non_null(table);
	assert_true(released_keep_looks(table));
	for (int64_t now = 1; now <= STEPS; now++) {
		unsigned n = ((chance = chance * 1103515245u + 12345u) >> 16) % MACS;
		bool out = (chance >> 8) % 2 == 0;
		struct released_change change = {.mac = mac_of(n), .expires = out ? 0 : now + 100000};

		released_apply(table, &nl, &change, 1, now, false);
		released_look(table, &change.mac, n % 16, 1000);
		count += (unsigned)(!out && !living[n]) - (unsigned)(out && living[n]);
		living[n] = !out;
	}
	assert_int_equal(released_due(table, 1000, due, MACS, &next), count);
	for (unsigned i = 0; i < count; i++) {
		unsigned n = due[i].mac.byte[4] * 256u + due[i].mac.byte[5];

		assert_true(living[n]);
		assert_int_equal(due[i].zone, n % 16);
	}
	released_free(table);
}

static void a_release_is_told_from_the_next_by_its_end(void **state)
{
	struct released_change change = {.mac = mac_of(1), .expires = 5999};

	(void)state;
	assert_int_equal(released_end(released, &change.mac), 0);
	released_apply(released, &nl, &change, 1, 0, false);
	assert_int_equal(released_end(released, &change.mac), 5999);
	change.expires = 0x500001234;
	released_apply(released, &nl, &change, 1, 0, false);
	assert_int_equal(released_end(released, &change.mac), 0x1234);
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
	    AROUND(a_look_is_due_at_its_second_and_ends_with_the_release),
	    AROUND(without_room_for_looks_there_are_none),
	    AROUND(looks_stay_with_their_devices),
	    AROUND(a_release_is_told_from_the_next_by_its_end),
	    cmocka_unit_test(freeing_nothing_is_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
