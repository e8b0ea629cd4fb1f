/*
 * The released devices, in gate's table and in the set of a real kernel.
 * links: gate/released gate/elements gate/ruleset gate/rule gate/table gate/nl common/ether common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>

#include "common/clock.h"
#include "gate/released.h"
#include "gate/ruleset.h"
#include "test_kernel.h"

enum { ROOM = 4 };

static struct conf conf;
static struct ruleset rules;
static struct nl nl;
static struct released *released;
static char listed[512 * 1024];

static void fill(void *arg, struct nl_batch *batch, struct nl *to)
{
	released_fill(arg, batch, to);
}

static int begin(void **state)
{
	(void)state;
	if (!kernel_is_ours)
		return 0;
	conf = (struct conf){.zone_count = 1,
			     .zones = {{.interfaces = {"br-lan"}, .interface_count = 1}},
			     .port = 2080,
			     .connections_per_device = 16,
			     .released_max = ROOM};
	rules = (struct ruleset){.conf = &conf, .ctnetlink = true, .counts = true};
	released = released_alloc(ROOM);
	if (released == NULL || nl_open(&nl, NETLINK_NETFILTER, 0) < 0)
		return -1;
	return ruleset_install(&rules, &nl, fill, released);
}

static int end(void **state)
{
	(void)state;
	if (!kernel_is_ours)
		return 0;
	ruleset_remove(&nl); /* gone already in one of the tests */
	nl_close(&nl);
	released_free(released);
	return 0;
}

static struct ether mac_of(unsigned n)
{
	return (struct ether){{2, 0, 0, 0, (uint8_t)(n >> 8), (uint8_t)n}};
}

/* To be released for that many seconds, or with 0 to be taken out. */
static struct released_change change_of(unsigned n, unsigned seconds, int64_t now)
{
	return (struct released_change){.mac = mac_of(n),
					.expires = seconds != 0 ? now + seconds * 1000 : 0};
}

static struct released_change apply(unsigned n, unsigned seconds)
{
	int64_t now = clock_boot_ms();
	struct released_change change = change_of(n, seconds, now);

	released_apply(released, &nl, &change, 1, now, true);
	return change;
}

static uint32_t seconds_of(unsigned n)
{
	struct ether mac = mac_of(n);

	return released_seconds(released, &mac, clock_boot_ms());
}

/* The kernel's element of that device, as nft prints it from its MAC on; NULL: none. */
static const char *element(unsigned n)
{
	static char nft[] = "nft", list[] = "list", set[] = "set", inet[] = "inet",
		    table[] = RULESET_TABLE, name[] = RULESET_RELEASED;
	char *const words[] = {nft, list, set, inet, table, name, NULL};
	struct ether mac = mac_of(n);
	char text[ETHER_TEXT_SIZE];

	assert_int_equal(kernel_run(listed, sizeof(listed), words), 0);
	return strstr(listed, ether_text(&mac, text));
}

static bool element_lasts(unsigned n, const char *timeout)
{
	const char *at = element(n);
	char text[64];

	snprintf(text, sizeof(text), " timeout %s expires ", timeout);
	return at != NULL && strncmp(at + ETHER_TEXT_SIZE - 1, text, strlen(text)) == 0;
}

static void a_release_is_an_element_with_its_time(void **state)
{
	struct released_change change;

	(void)state;
	NEED_KERNEL();
	change = apply(1, 60);
	assert_true(change.done);
	assert_false(change.full);
	assert_int_equal(released_count(released), 1);
	assert_int_equal(seconds_of(1), 60);
	assert_true(element_lasts(1, "1m"));
	assert_int_equal(seconds_of(2), 0);
}

static void releasing_again_renews_the_time(void **state)
{
	(void)state;
	NEED_KERNEL();
	apply(1, 60);
	assert_true(apply(1, 3600).done);
	assert_int_equal(released_count(released), 1);
	assert_int_equal(seconds_of(1), 3600);
	assert_true(element_lasts(1, "1h"));
}

static void a_device_taken_out_is_no_element_any_more(void **state)
{
	(void)state;
	NEED_KERNEL();
	apply(1, 60);
	apply(2, 60);
	assert_true(apply(1, 0).done);
	assert_int_equal(released_count(released), 1);
	assert_int_equal(seconds_of(1), 0);
	assert_null(element(1));
	assert_non_null(element(2));
}

static void taking_out_who_is_not_there_succeeds(void **state)
{
	(void)state;
	NEED_KERNEL();
	assert_true(apply(1, 0).done);
	assert_int_equal(released_count(released), 0);
}

static void many_changes_are_one_transaction(void **state)
{
	int64_t now = clock_boot_ms();
	struct released_change changes[] = {change_of(1, 0, now), change_of(2, 7200, now),
					    change_of(3, 60, now)};

	(void)state;
	NEED_KERNEL();
	apply(1, 60);
	apply(2, 60);
	released_apply(released, &nl, changes, 3, now, true);
	for (size_t i = 0; i < 3; i++)
		assert_true(changes[i].done);
	assert_int_equal(released_count(released), 2);
	assert_null(element(1));
	assert_true(element_lasts(2, "2h"));
	assert_true(element_lasts(3, "1m"));
}

/* The kernel refuses the transaction (one element is not there): the others pass. */
static void one_bad_element_does_not_keep_the_others_out(void **state)
{
	int64_t now = clock_boot_ms();
	struct released_change changes[] = {change_of(1, 60, now), change_of(9, 0, now),
					    change_of(2, 60, now)};

	(void)state;
	NEED_KERNEL();
	released_apply(released, &nl, changes, 3, now, true);
	for (size_t i = 0; i < 3; i++)
		assert_true(changes[i].done);
	assert_non_null(element(1));
	assert_non_null(element(2));
	assert_int_equal(released_count(released), 2);
}

static void a_device_named_twice_has_the_last_time(void **state)
{
	int64_t now = clock_boot_ms();
	struct released_change changes[] = {change_of(1, 60, now), change_of(2, 60, now),
					    change_of(1, 3600, now)};

	(void)state;
	NEED_KERNEL();
	apply(1, 120);
	released_apply(released, &nl, changes, 3, now, true);
	for (size_t i = 0; i < 3; i++)
		assert_true(changes[i].done);
	assert_int_equal(released_count(released), 2);
	assert_true(element_lasts(1, "1h"));
	assert_true(element_lasts(2, "1m"));
	assert_in_range(seconds_of(1), 3599, 3600);
}

/* It ends in the kernel a moment before gate's table lets it go. */
static void who_has_just_ended_in_the_kernel_can_be_released_again(void **state)
{
	int64_t now = clock_boot_ms(), deadline = now + 10000;
	struct released_change soon = {.mac = mac_of(1), .expires = now + 50};

	(void)state;
	NEED_KERNEL();
	released_apply(released, &nl, &soon, 1, now, true);
	assert_true(soon.done);
	while (element(1) != NULL)
		assert_true(clock_boot_ms() < deadline);
	assert_int_equal(released_count(released), 1);
	assert_true(apply(1, 60).done);
	assert_true(element_lasts(1, "1m"));
	assert_int_equal(released_count(released), 1);
}

static void in_a_full_set_only_who_is_in_it_is_renewed(void **state)
{
	struct released_change change;

	(void)state;
	NEED_KERNEL();
	for (unsigned n = 1; n <= ROOM; n++)
		assert_true(apply(n, 60).done);
	change = apply(9, 60);
	assert_false(change.done);
	assert_true(change.full);
	assert_null(element(9));
	assert_int_equal(seconds_of(9), 0);
	assert_true(apply(1, 3600).done);
	assert_true(element_lasts(1, "1h"));
	assert_true(apply(2, 0).done);
	assert_true(apply(9, 60).done);
	assert_int_equal(released_count(released), ROOM);
}

static void of_those_who_come_together_the_last_find_it_full(void **state)
{
	int64_t now = clock_boot_ms();
	struct released_change changes[ROOM + 2];

	(void)state;
	NEED_KERNEL();
	for (unsigned n = 0; n < ROOM + 2; n++)
		changes[n] = change_of(n + 1, 60, now);
	released_apply(released, &nl, changes, ROOM + 2, now, true);
	for (unsigned n = 0; n < ROOM + 2; n++) {
		assert_int_equal(changes[n].done, n < ROOM);
		assert_int_equal(changes[n].full, n >= ROOM);
	}
	assert_int_equal(released_count(released), ROOM);
}

/* Somebody else has put an element in: the kernel has no room although gate's table has. */
static void what_the_kernel_has_no_room_for_is_full_and_not_entered(void **state)
{
	int64_t now = clock_boot_ms();
	struct released_change changes[ROOM];
	unsigned done = 0, full = 0;

	(void)state;
	NEED_KERNEL();
	kernel_do("nft add element inet congchao released { 02:00:00:00:00:77 }");
	for (unsigned n = 0; n < ROOM; n++)
		changes[n] = change_of(n + 1, 60, now);
	released_apply(released, &nl, changes, ROOM, now, true);
	for (unsigned n = 0; n < ROOM; n++) {
		done += changes[n].done;
		full += changes[n].full;
		assert_int_equal(seconds_of(n + 1) != 0, changes[n].done);
	}
	assert_int_equal(done, ROOM - 1);
	assert_int_equal(full, 1);
	assert_int_equal(released_count(released), ROOM - 1);
}

static void without_the_table_nothing_is_done_nor_entered(void **state)
{
	struct released_change change;

	(void)state;
	NEED_KERNEL();
	kernel_do("nft delete table inet congchao");
	change = apply(1, 60);
	assert_false(change.done);
	assert_false(change.full);
	assert_int_equal(released_count(released), 0);
}

/* Closed mode's answer to a flush, and the end of the replay at start. */
static void the_table_is_filled_with_all_who_have_time_left(void **state)
{
	int64_t now = clock_boot_ms();
	struct released_change changes[] = {change_of(1, 60, now), change_of(2, 3600, now),
					    {.mac = mac_of(3), .expires = now}};

	(void)state;
	NEED_KERNEL();
	released_apply(released, &nl, changes, 3, now, false);
	assert_true(changes[0].done && changes[1].done);
	assert_null(element(1));
	assert_int_equal(ruleset_install(&rules, &nl, fill, released), 0);
	assert_non_null(element(1));
	assert_non_null(element(2));
	assert_null(element(3));
}

/* More than one message of elements, more than one buffer. */
static void thousands_fill_the_table_in_one_transaction(void **state)
{
	enum { MANY = 3000 };
	static struct released_change changes[MANY];
	int64_t now = clock_boot_ms();
	unsigned count = 0;

	(void)state;
	NEED_KERNEL();
	released_free(released);
	released = released_alloc(MANY);
	assert_non_null(released);
	conf.released_max = MANY;
	for (unsigned n = 0; n < MANY; n++)
		changes[n] = change_of(n, 86400, now);
	released_apply(released, &nl, changes, MANY, now, false);
	assert_int_equal(ruleset_install(&rules, &nl, fill, released), 0);
	element(0);
	for (const char *at = listed; (at = strstr(at, "02:00:00:00:")) != NULL; at++)
		count++;
	assert_int_equal(count, MANY);
	assert_true(apply(MANY - 1, 60).done);
	assert_true(apply(MANY, 60).full);
}

#define AROUND(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    AROUND(a_release_is_an_element_with_its_time),
	    AROUND(releasing_again_renews_the_time),
	    AROUND(a_device_taken_out_is_no_element_any_more),
	    AROUND(taking_out_who_is_not_there_succeeds),
	    AROUND(many_changes_are_one_transaction),
	    AROUND(one_bad_element_does_not_keep_the_others_out),
	    AROUND(a_device_named_twice_has_the_last_time),
	    AROUND(who_has_just_ended_in_the_kernel_can_be_released_again),
	    AROUND(in_a_full_set_only_who_is_in_it_is_renewed),
	    AROUND(of_those_who_come_together_the_last_find_it_full),
	    AROUND(what_the_kernel_has_no_room_for_is_full_and_not_entered),
	    AROUND(without_the_table_nothing_is_done_nor_entered),
	    AROUND(the_table_is_filled_with_all_who_have_time_left),
	    AROUND(thousands_fill_the_table_in_one_transaction),
	};

	return cmocka_run_group_tests(tests, kernel_enter, NULL);
}
