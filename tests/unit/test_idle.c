/*
 * Who is idle, by the set `active` of a real kernel; gate's clock is the test's. A socket
 * stands for portal, and what would be told to it and to flows is noted here.
 * links: gate/idle gate/ending gate/released gate/elements gate/ruleset gate/rule gate/table gate/nl
 * links: common/conf common/report common/ether common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>

#include "common/clock.h"
#include "gate/idle.h"
#include "gate/serve.h"
#include "test_kernel.h"

enum { ROOM = 200, QUICK = 1, NEVER = 0, SLOW = 2 }; /* zones: never by idleness, 60 s, 15 min */
enum { MINUTE = 60 * 1000 };

static struct conf conf;
static struct gate gate;
static int portal; /* its end */
static int64_t start;
static unsigned told, dropped, hurried;
static struct ether told_of;

void serve_ended(const struct gate *of, const struct ether *mac)
{
	assert_ptr_equal(of, &gate);
	told++;
	told_of = *mac;
}

void flows_drop(struct flows *flows, const struct ether *mac, enum flows_mode mode)
{
	(void)flows;
	(void)mac;
	assert_int_equal(mode, FLOWS_ALL);
	dropped++;
}

void flows_hurry(struct flows *flows)
{
	(void)flows;
	hurried++;
}

static void fill(void *arg, struct nl_batch *batch, struct nl *to)
{
	released_fill(arg, batch, to);
}

static int begin(void **state)
{
	int pair[2];

	(void)state;
	if (!kernel_is_ours)
		return 0;
	conf = (struct conf){
	    .zone_count = 3,
	    .zones = {{.interfaces = {"a0"}, .interface_count = 1},
		      {.interfaces = {"b0"}, .interface_count = 1, .idle_after_seconds = 60},
		      {.interfaces = {"c0"}, .interface_count = 1, .idle_after_seconds = 900}},
	    .port = 2080,
	    .connections_per_device = 16,
	    .remind_seconds = 300,
	    .released_max = ROOM};
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair) < 0)
		return -1;
	gate = (struct gate){.conf = &conf,
			     .released = released_alloc(ROOM),
			     .ruleset = {.conf = &conf, .ctnetlink = true, .counts = true},
			     .flows = (struct flows *)&gate, /* not looked into */
			     .portal_fd = pair[0],
			     .in_place = true};
	portal = pair[1];
	ending_open(&gate.ending, &conf, gate.released);
	told = dropped = hurried = 0;
	start = clock_boot_ms();
	if (gate.released == NULL || nl_open(&gate.nft, NETLINK_NETFILTER, 0) < 0)
		return -1;
	idle_open(&gate);
	return ruleset_install(&gate.ruleset, &gate.nft, fill, gate.released);
}

static int end(void **state)
{
	(void)state;
	if (!kernel_is_ours)
		return 0;
	ruleset_remove(&gate.nft); /* gone already in one of the tests */
	nl_close(&gate.nft);
	released_free(gate.released);
	close(gate.portal_fd);
	close(portal);
	return 0;
}

static struct ether mac_of(unsigned n)
{
	return (struct ether){{2, 0, 0, 0, (uint8_t)(n >> 8), (uint8_t)n}};
}

static void release(unsigned n, unsigned zone)
{
	struct released_change change = {.mac = mac_of(n), .expires = start + 100 * MINUTE};

	released_apply(gate.released, &gate.nft, &change, 1, start, true);
	assert_true(change.done);
	idle_begin(&gate, &change.mac, zone, start);
}

/* The kernel has seen it send, and counts it as active for so long still. */
static void active(unsigned n, unsigned seconds)
{
	struct ether mac = mac_of(n);
	char text[ETHER_TEXT_SIZE], command[128];

	snprintf(command, sizeof(command),
		 "nft add element inet congchao active { %s timeout %us }", ether_text(&mac, text),
		 seconds);
	kernel_do(command);
}

static bool is_released(unsigned n)
{
	static char nft[] = "nft", get[] = "get", element[] = "element", inet[] = "inet",
		    table[] = RULESET_TABLE, set[] = RULESET_RELEASED, open[] = "{", close_[] = "}";
	char text[ETHER_TEXT_SIZE], out[1024];
	char *const words[] = {nft, get, element, inet, table, set, open, text, close_, NULL};
	struct ether mac = mac_of(n);
	bool here = released_seconds(gate.released, &mac, start) > 0;

	ether_text(&mac, text);
	assert_int_equal(kernel_run(out, sizeof(out), words) == 0, here);
	return here;
}

static void who_is_idle_is_ended_cut_off_and_told_of(void **state)
{
	struct ether mac = mac_of(1);

	(void)state;
	NEED_KERNEL();
	release(1, QUICK);
	idle_tick(&gate, start + MINUTE - 1);
	assert_true(is_released(1));
	idle_tick(&gate, start + MINUTE + 1000);
	assert_false(is_released(1));
	assert_int_equal(told, 1);
	assert_memory_equal(&told_of, &mac, sizeof(mac));
	assert_int_equal(dropped, 1);
	assert_int_equal(hurried, 1);
	idle_tick(&gate, start + 2 * MINUTE);
	assert_int_equal(told, 1);
	assert_true(gate.next_idle_ms == INT64_MAX);
}

static void who_is_active_is_looked_at_again_when_that_may_be_over(void **state)
{
	int64_t now = start + MINUTE + 1000;

	(void)state;
	NEED_KERNEL();
	release(1, QUICK);
	active(1, 40);
	idle_tick(&gate, now);
	assert_true(is_released(1));
	assert_int_equal(told, 0);
	assert_in_range(gate.next_idle_ms, now + 38000, now + 41000);
	kernel_do("nft delete element inet congchao active { 02:00:00:00:00:01 }");
	idle_tick(&gate, now + 30000);
	assert_true(is_released(1));
	idle_tick(&gate, now + 41000);
	assert_false(is_released(1));
}

static void each_zone_has_its_own_time_or_none(void **state)
{
	(void)state;
	NEED_KERNEL();
	release(1, QUICK);
	release(2, NEVER);
	release(3, SLOW);
	idle_tick(&gate, start + MINUTE + 1000);
	assert_false(is_released(1));
	assert_true(is_released(2) && is_released(3));
	idle_tick(&gate, start + 16 * MINUTE);
	assert_true(is_released(2));
	assert_false(is_released(3));
	assert_int_equal(told, 2);
	idle_tick(&gate, start + 99 * MINUTE);
	assert_true(is_released(2));
}

/* Renewed, in another zone perhaps: the last release is the one that counts. */
static void a_new_release_begins_anew(void **state)
{
	(void)state;
	NEED_KERNEL();
	release(1, QUICK);
	release(1, SLOW);
	release(2, QUICK);
	release(2, NEVER);
	idle_tick(&gate, start + 2 * MINUTE);
	idle_tick(&gate, start + 14 * MINUTE);
	assert_true(is_released(1) && is_released(2));
	idle_tick(&gate, start + 16 * MINUTE);
	assert_false(is_released(1));
	assert_true(is_released(2));
}

static void who_was_revoked_is_not_looked_for(void **state)
{
	struct released_change revoked = {.mac = mac_of(1)};

	(void)state;
	NEED_KERNEL();
	release(1, QUICK);
	released_apply(gate.released, &gate.nft, &revoked, 1, start, true);
	idle_tick(&gate, start + 2 * MINUTE);
	assert_int_equal(told, 0);
	assert_true(gate.next_idle_ms == INT64_MAX);
}

/* Flushed by somebody: the kernel says of everybody that there is no such thing. */
static void without_the_set_nobody_is_ended(void **state)
{
	(void)state;
	NEED_KERNEL();
	release(1, QUICK);
	kernel_do("nft delete table inet congchao");
	idle_tick(&gate, start + 2 * MINUTE);
	assert_int_equal(told, 0);
	assert_int_equal(released_count(gate.released), 1);
	assert_true(gate.next_idle_ms > start + 2 * MINUTE);
	/* Put back, it knows of nobody: everybody has the whole time. */
	assert_int_equal(ruleset_install(&gate.ruleset, &gate.nft, fill, gate.released), 0);
	idle_begin_all(&gate, start + 2 * MINUTE);
	idle_tick(&gate, start + 3 * MINUTE - 1000);
	assert_true(is_released(1));
	idle_tick(&gate, start + 3 * MINUTE + 1000);
	assert_false(is_released(1));
}

static void many_are_ended_a_few_at_a_time(void **state)
{
	int64_t now = start + MINUTE + 1000;
	unsigned looks = 0;

	(void)state;
	NEED_KERNEL();
	for (unsigned n = 0; n < ROOM; n++)
		release(n, QUICK);
	active(7, 40);
	while (gate.next_idle_ms <= now) {
		unsigned before = told;

		idle_tick(&gate, now);
		assert_true(told - before <= 64);
		looks++;
	}
	assert_int_equal(told, ROOM - 1);
	assert_int_equal(looks, 4);
	assert_int_equal(released_count(gate.released), 1);
	assert_true(is_released(7));
}

static void before_the_table_stands_nobody_is_ended(void **state)
{
	(void)state;
	NEED_KERNEL();
	release(1, QUICK);
	gate.in_place = false;
	idle_tick(&gate, start + 2 * MINUTE);
	assert_true(is_released(1));
	assert_true(gate.next_idle_ms > start + 2 * MINUTE);
}

/* It would not hear of it, and one of its answers might find the socket full. */
static void while_portal_does_not_listen_nobody_is_ended(void **state)
{
	char packet[64] = {0};

	(void)state;
	NEED_KERNEL();
	release(1, QUICK);
	while (send(gate.portal_fd, packet, sizeof(packet), MSG_DONTWAIT) > 0)
		continue;
	assert_int_equal(errno, EAGAIN);
	idle_tick(&gate, start + 2 * MINUTE);
	assert_true(is_released(1));
	while (recv(portal, packet, sizeof(packet), MSG_DONTWAIT) > 0)
		continue;
	idle_tick(&gate, start + 2 * MINUTE + 500);
	assert_true(is_released(1));
	idle_tick(&gate, start + 2 * MINUTE + 1000);
	assert_false(is_released(1));
}

/* Its last minutes were there already: held, it is led by the rules for all who are held. */
static void who_ends_in_its_last_minutes_leaves_their_set_too(void **state)
{
	struct ether mac = mac_of(1);
	char out[4096];
	static char nft[] = "nft", list[] = "list", set[] = "set", inet[] = "inet",
		    table[] = RULESET_TABLE, name[] = RULESET_ENDING;
	char *const words[] = {nft, list, set, inet, table, name, NULL};

	(void)state;
	NEED_KERNEL();
	conf.zones[QUICK].release_for_seconds = 3600;
	release(1, QUICK);
	released_find(gate.released, &mac)->ending = ENDING_TO_COME;
	released_find(gate.released, &mac)->zone = QUICK;
	gate.ending.next_ms = 0;
	ending_look(&gate.ending, &gate.nft, start + 96 * MINUTE);
	assert_true(ending_is_now(&gate.ending, &mac));
	idle_tick(&gate, start + 97 * MINUTE);
	assert_false(is_released(1));
	assert_int_equal(kernel_run(out, sizeof(out), words), 0);
	assert_null(strstr(out, "elements"));
}

#define AROUND(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    AROUND(who_is_idle_is_ended_cut_off_and_told_of),
	    AROUND(who_is_active_is_looked_at_again_when_that_may_be_over),
	    AROUND(each_zone_has_its_own_time_or_none),
	    AROUND(a_new_release_begins_anew),
	    AROUND(who_was_revoked_is_not_looked_for),
	    AROUND(without_the_set_nobody_is_ended),
	    AROUND(many_are_ended_a_few_at_a_time),
	    AROUND(before_the_table_stands_nobody_is_ended),
	    AROUND(while_portal_does_not_listen_nobody_is_ended),
	    AROUND(who_ends_in_its_last_minutes_leaves_their_set_too),
	};

	return cmocka_run_group_tests(tests, kernel_enter, NULL);
}
