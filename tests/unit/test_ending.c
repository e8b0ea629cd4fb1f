/*
 * The last minutes of releases, in gate's table and in the set of a real kernel.
 * links: gate/ending gate/released gate/elements gate/ruleset gate/rule gate/table gate/nl
 * links: common/conf common/report common/ether common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>

#include "common/clock.h"
#include "gate/ending.h"
#include "gate/ruleset.h"
#include "test_kernel.h"

enum { ROOM = 10000, HOUR = 3600, LAST = 300 };

static struct conf conf;
static struct ruleset rules;
static struct nl nl;
static struct released *released;
static struct ending ending;
static int64_t now;
static char listed[2 * 1024 * 1024];

static void fill(void *arg, struct nl_batch *batch, struct nl *to)
{
	(void)arg;
	released_fill(released, batch, to);
	ending_fill(&ending, batch, to);
}

static int begin(void **state)
{
	(void)state;
	conf = (struct conf){.zone_count = 2,
			     .zones = {{.interfaces = {"br-lan"},
					.interface_count = 1,
					.release_for_seconds = 12 * HOUR},
				       {.release_for_seconds = 60}},
			     .port = 2080,
			     .connections_per_device = 16,
			     .released_max = ROOM,
			     .remind_seconds = LAST};
	rules = (struct ruleset){.conf = &conf, .ctnetlink = true, .counts = true};
	released = released_alloc(ROOM);
	ending_open(&ending, &conf, released);
	now = clock_boot_ms();
	if (released == NULL)
		return -1;
	if (!kernel_is_ours)
		return 0;
	return nl_open(&nl, NETLINK_NETFILTER, 0) < 0 ? -1
						      : ruleset_install(&rules, &nl, fill, NULL);
}

static int end(void **state)
{
	(void)state;
	released_free(released);
	if (!kernel_is_ours)
		return 0;
	ruleset_remove(&nl); /* gone already in one of the tests */
	nl_close(&nl);
	return 0;
}

static struct ether mac_of(unsigned n)
{
	return (struct ether){{2, 0, 0, 0, (uint8_t)(n >> 8), (uint8_t)n}};
}

/* A release that had seconds when it began, and has `left` of them now. */
static struct released_change change_of(unsigned n, unsigned zone, unsigned seconds, unsigned left)
{
	return (struct released_change){
	    .mac = mac_of(n),
	    .zone = (uint8_t)zone,
	    .ending = (uint8_t)ending_at_first(&conf, zone, seconds),
	    .expires = left != 0 ? now + left * 1000 : 0,
	};
}

/* As serve.c makes changes. */
static void apply(struct released_change *changes, size_t count)
{
	ending_leave(&ending, &nl, changes, count);
	released_apply(released, &nl, changes, count, now, kernel_is_ours);
	for (size_t i = 0; i < count; i++)
		ending_note(&ending, &changes[i]);
}

static void release(unsigned n, unsigned left)
{
	struct released_change change = change_of(n, 0, 12 * HOUR, left);

	apply(&change, 1);
}

static void look(void)
{
	ending_look(&ending, &nl, now);
}

/* In the table, and in the kernel: the two never differ. */
static bool is_now(unsigned n)
{
	static char nft[] = "nft", list[] = "list", set[] = "set", inet[] = "inet",
		    table[] = RULESET_TABLE, name[] = RULESET_ENDING;
	char *const words[] = {nft, list, set, inet, table, name, NULL};
	struct ether mac = mac_of(n);
	char text[ETHER_TEXT_SIZE];
	bool is = ending_is_now(&ending, &mac);

	assert_int_equal(kernel_run(listed, sizeof(listed), words), 0);
	assert_int_equal(strstr(listed, ether_text(&mac, text)) != NULL, is);
	return is;
}

static unsigned count_listed(void)
{
	unsigned count = 0;

	is_now(0);
	for (const char *at = listed; (at = strstr(at, "02:00:00:00:")) != NULL; at++)
		count++;
	return count;
}

/* --- which releases have last minutes, and when they begin --- */

static void a_release_shorter_than_four_times_them_has_none(void **state)
{
	(void)state;
	assert_int_equal(ending_at_first(&conf, 0, 12 * HOUR), ENDING_TO_COME);
	assert_int_equal(ending_at_first(&conf, 0, 4 * LAST), ENDING_TO_COME);
	assert_int_equal(ending_at_first(&conf, 0, 4 * LAST - 1), ENDING_NEVER);
	assert_int_equal(ending_at_first(&conf, 0, 600), ENDING_NEVER); /* "later" */
	assert_int_equal(ending_at_first(&conf, 1, 60), ENDING_TO_COME);
	assert_int_equal(ending_at_first(&conf, 1, 59), ENDING_NEVER);
	conf.remind_seconds = 0;
	assert_int_equal(ending_at_first(&conf, 0, 12 * HOUR), ENDING_NEVER);
}

static void the_next_look_is_when_the_first_of_them_begins(void **state)
{
	struct released_change short_one = change_of(3, 1, 60, 60);

	(void)state;
	release(1, 12 * HOUR);
	assert_true(ending.next_ms == now + (12 * HOUR - LAST) * 1000);
	release(2, 6 * HOUR);
	assert_true(ending.next_ms == now + (6 * HOUR - LAST) * 1000);
	release(4, 7 * HOUR);
	assert_true(ending.next_ms == now + (6 * HOUR - LAST) * 1000);
	apply(&short_one, 1);
	assert_true(ending.next_ms == now + 45 * 1000);
}

static void what_has_none_is_never_looked_for(void **state)
{
	struct released_change brief = change_of(1, 0, 600, 600);

	(void)state;
	apply(&brief, 1);
	assert_true(ending.next_ms == INT64_MAX);
	ending.next_ms = 0;
	now += 599 * 1000;
	look();
	assert_true(ending.next_ms == INT64_MAX);
	assert_false(ending_is_now(&ending, &brief.mac));
}

/* --- in the kernel --- */

static void in_its_last_minutes_a_device_is_in_the_set(void **state)
{
	(void)state;
	NEED_KERNEL();
	release(1, LAST + 1);
	release(2, LAST + HOUR);
	look();
	assert_false(is_now(1));
	now += 1000;
	look();
	assert_true(is_now(1));
	assert_non_null(strstr(listed, " timeout 5m expires "));
	assert_false(is_now(2));
	assert_true(ending.next_ms == now + (HOUR - 1) * 1000);
}

static void released_anew_it_leaves_the_set_and_has_its_last_minutes_again(void **state)
{
	(void)state;
	NEED_KERNEL();
	release(1, LAST);
	look();
	assert_true(is_now(1));
	release(1, 12 * HOUR);
	assert_false(is_now(1));
	look();
	assert_false(is_now(1));
	now += (12 * HOUR - LAST) * 1000;
	look();
	assert_true(is_now(1));
}

static void revoked_it_leaves_the_set(void **state)
{
	(void)state;
	NEED_KERNEL();
	release(1, LAST);
	release(2, LAST);
	look();
	release(1, 0);
	assert_false(is_now(1));
	assert_true(is_now(2));
}

static void spared_it_leaves_the_set_and_does_not_come_back(void **state)
{
	struct ether mac = mac_of(1);

	(void)state;
	NEED_KERNEL();
	release(1, LAST);
	release(2, LAST);
	look();
	assert_true(ending_spare(&ending, &nl, &mac));
	assert_false(is_now(1));
	assert_true(is_now(2));
	now += 60 * 1000;
	ending.next_ms = 0;
	look();
	assert_false(is_now(1));
	assert_int_equal(released_seconds(released, &mac, now), LAST - 60);
	assert_true(ending_spare(&ending, &nl, &mac)); /* twice is as good as once */
	release(1, LAST);
	look();
	assert_true(is_now(1)); /* a new release is another one */
}

static void spared_before_its_last_minutes_it_has_none(void **state)
{
	struct ether mac = mac_of(1), absent = mac_of(2);

	(void)state;
	NEED_KERNEL();
	release(1, HOUR);
	assert_true(ending_spare(&ending, &nl, &mac));
	assert_false(ending_spare(&ending, &nl, &absent));
	now += (HOUR - 1) * 1000;
	look();
	assert_false(is_now(1));
}

/* What ends by itself in the kernel is not missed; the others leave all the same. */
static void one_that_is_gone_from_the_kernel_does_not_keep_the_others_in(void **state)
{
	struct released_change changes[3];

	(void)state;
	NEED_KERNEL();
	for (unsigned n = 0; n < 3; n++)
		release(n, LAST);
	look();
	kernel_do("nft delete element inet congchao ending { 02:00:00:00:00:01 }");
	for (unsigned n = 0; n < 3; n++)
		changes[n] = change_of(n, 0, 12 * HOUR, 12 * HOUR);
	apply(changes, 3);
	for (unsigned n = 0; n < 3; n++)
		assert_false(is_now(n));
	assert_false(ending.refused);
}

static void whose_time_is_over_is_not_put_in(void **state)
{
	(void)state;
	NEED_KERNEL();
	release(1, LAST + 1);
	now += (LAST + 1) * 1000;
	look();
	assert_false(is_now(1));
}

/* A village hall whose visitors were all released in the same minute. */
static void ten_thousand_who_end_together_take_looks_of_a_fixed_size(void **state)
{
	static struct released_change changes[ROOM];
	unsigned looks = 0;

	(void)state;
	NEED_KERNEL();
	for (unsigned n = 0; n < ROOM; n++)
		changes[n] = change_of(n, 0, 12 * HOUR, LAST);
	/* In the kernel, too: what it does not have it is asked to delete one by one. */
	for (unsigned n = 0; n < ROOM; n += 128)
		apply(&changes[n], n + 128 < ROOM ? 128 : ROOM - n);
	while (ending.next_ms <= now) {
		look();
		looks++;
		assert_true(looks <= ROOM / ENDING_AT_ONCE + 1);
		if (looks == 1)
			assert_int_equal(count_listed(), ENDING_AT_ONCE);
	}
	assert_int_equal(looks, ROOM / ENDING_AT_ONCE + 1);
	assert_int_equal(count_listed(), ROOM);
	for (unsigned n = 0; n < ROOM; n++)
		changes[n] = change_of(n, 0, 0, 0);
	for (unsigned n = 0; n < ROOM; n += 128)
		apply(&changes[n], n + 128 < ROOM ? 128 : ROOM - n);
	assert_int_equal(count_listed(), 0);
}

/* A flush in closed mode, or the first table after a restart: the replay has not looked. */
static void a_new_table_has_all_whose_last_minutes_they_are(void **state)
{
	static struct released_change changes[1500];
	struct ether mac = mac_of(7);

	(void)state;
	NEED_KERNEL();
	kernel_do("nft delete table inet congchao");
	for (unsigned n = 0; n < 1500; n++)
		changes[n] = change_of(n, 0, 12 * HOUR, n < 1000 ? LAST : HOUR);
	released_apply(released, &nl, changes, 1500, now, false);
	ending_spare(&ending, &nl, &mac);
	assert_int_equal(ruleset_install(&rules, &nl, fill, NULL), 0);
	assert_int_equal(count_listed(), 999);
	assert_false(is_now(7));
	assert_true(is_now(0) && is_now(999));
	assert_false(is_now(1000));
}

/* Said once, tried again a second later, and nobody is taken for led back meanwhile. */
static void what_the_kernel_refuses_is_tried_again(void **state)
{
	struct ether mac = mac_of(1);

	(void)state;
	NEED_KERNEL();
	release(1, LAST);
	kernel_do("nft delete table inet congchao");
	look();
	assert_true(ending.refused);
	assert_false(ending_is_now(&ending, &mac));
	assert_true(ending.next_ms > now && ending.next_ms <= now + 1000);
	assert_int_equal(ruleset_install(&rules, &nl, fill, NULL), 0);
	assert_true(is_now(1));
}

#define AROUND(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    AROUND(a_release_shorter_than_four_times_them_has_none),
	    AROUND(the_next_look_is_when_the_first_of_them_begins),
	    AROUND(what_has_none_is_never_looked_for),
	    AROUND(in_its_last_minutes_a_device_is_in_the_set),
	    AROUND(released_anew_it_leaves_the_set_and_has_its_last_minutes_again),
	    AROUND(revoked_it_leaves_the_set),
	    AROUND(spared_it_leaves_the_set_and_does_not_come_back),
	    AROUND(spared_before_its_last_minutes_it_has_none),
	    AROUND(one_that_is_gone_from_the_kernel_does_not_keep_the_others_in),
	    AROUND(whose_time_is_over_is_not_put_in),
	    AROUND(ten_thousand_who_end_together_take_looks_of_a_fixed_size),
	    AROUND(a_new_table_has_all_whose_last_minutes_they_are),
	    AROUND(what_the_kernel_refuses_is_tried_again),
	};

	return cmocka_run_group_tests(tests, kernel_enter, NULL);
}
