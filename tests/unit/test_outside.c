/*
 * What gate takes from its resolver, which may be captured: here the test has its mouth, and
 * stands in place of the garden, the uplink and the rules.
 * links: gate/outside common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gate/outside.h"
#include "gate/resolver.h"

enum { NAMES = 3 };

static struct conf conf;
static struct gate gate;
static int mouth; /* the resolver's end */

static struct {
	unsigned learned, changes;
	uint32_t name, seconds;
	struct neigh_address address;
	bool stand_in;
} seen;

/* In place of garden.c's: three names. */
bool garden_learn(struct garden *garden, uint32_t name, const struct neigh_address *address,
		  uint32_t seconds, int64_t now_ms)
{
	assert_ptr_equal(garden, gate.garden);
	assert_true(now_ms > 0);
	if (name >= NAMES)
		return false;
	seen.learned++;
	seen.name = name;
	seen.seconds = seconds;
	seen.address = *address;
	return true;
}

/* In place of uplink.c's. */
bool uplink_hear(struct uplink *uplink, bool answered)
{
	bool other = uplink->down == answered;

	uplink->down = !answered;
	return other;
}

int uplink_open(struct uplink *uplink, const struct conf *with, struct nl *route)
{
	(void)route;
	*uplink = (struct uplink){.check = with->uplink_check};
	return 0;
}

void uplink_close(struct uplink *uplink)
{
	(void)uplink;
}

int uplink_fd(const struct uplink *uplink)
{
	(void)uplink;
	return -1;
}

/* Some route has changed, and nothing with it. */
bool uplink_read(struct uplink *uplink, struct nl *route)
{
	(void)uplink;
	(void)route;
	return false;
}

/* In place of ruleset.c's. */
int ruleset_stand_in(const struct ruleset *rules, struct nl *nl)
{
	assert_ptr_equal(nl, &gate.nft);
	seen.changes++;
	seen.stand_in = rules->stand_in;
	return 0;
}

/* In place of resolver.c's: the test's own end. */
bool resolver_is_needed(const struct conf *with)
{
	return with->uplink_check;
}

int resolver_start(const struct conf *with, const struct passwd *user, pid_t *pid)
{
	int pair[2];

	(void)with;
	assert_int_not_equal(user->pw_uid, 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair), 0);
	*pid = 4321;
	mouth = pair[1];
	return pair[0];
}

static int begin(void **state)
{
	static int garden;

	(void)state;
	memset(&seen, 0, sizeof(seen));
	conf = (struct conf){.uplink_check = true, .user_resolver = "nobody"};
	gate = (struct gate){.conf = &conf, .in_place = true};
	gate.garden = (struct garden *)(void *)&garden; /* never looked into here */
	outside_start(&gate);
	outside_open(&gate);
	return 0;
}

static int end(void **state)
{
	(void)state;
	outside_close(&gate);
	close(mouth);
	return 0;
}

static void says_bytes(const void *data, size_t size)
{
	assert_int_equal(send(mouth, data, size, 0), size);
}

static void says(const struct resolver_msg *msg)
{
	says_bytes(msg, sizeof(*msg));
}

/* Gate reads; does it still listen? */
static bool listens(void)
{
	struct pollfd fds[OUTSIDE_FDS];

	outside_poll(&gate, fds);
	assert_true(poll(fds, OUTSIDE_FDS, 0) >= 0);
	outside_read(&gate, fds);
	return gate.resolver_fd >= 0;
}

static struct resolver_msg address_msg(void)
{
	return (struct resolver_msg){.word = RESOLVER_ADDRESS,
				     .name = 2,
				     .seconds = 77,
				     .address = {203, 0, 113, 20},
				     .family = 4};
}

static void an_address_goes_to_the_garden(void **state)
{
	struct resolver_msg msg = address_msg();

	(void)state;
	says(&msg);
	assert_true(listens());
	assert_int_equal(seen.learned, 1);
	assert_int_equal(seen.name, 2);
	assert_int_equal(seen.seconds, 77);
	assert_int_equal(seen.address.family, 4);
	assert_memory_equal(seen.address.byte, msg.address, 16);
	msg.family = 6;
	memset(msg.address, 0xff, sizeof(msg.address));
	says(&msg);
	assert_true(listens());
	assert_int_equal(seen.learned, 2);
	assert_int_equal(seen.address.family, 6);
}

/* Nothing of it is done, and nothing more is heard. */
static void refused(const struct resolver_msg *msg, size_t size)
{
	end(NULL);
	begin(NULL);
	says_bytes(msg, size);
	assert_false(listens());
	assert_int_equal(seen.learned, 0);
	assert_int_equal(seen.changes, 0);
}

static void what_is_not_as_it_should_be_ends_the_conversation(void **state)
{
	const struct resolver_msg good = address_msg();
	struct resolver_msg msg[8];
	uint8_t long_one[sizeof(good) + 1] = {0};

	(void)state;
	for (size_t i = 0; i < 8; i++)
		msg[i] = good;
	msg[0].word = 0;
	msg[1].word = RESOLVER_HURRY; /* gate's own */
	msg[2].word = RESOLVER__MAX;
	msg[3].name = NAMES;
	msg[4].family = 5;
	msg[5].address[4] = 1; /* beyond an IPv4 address */
	msg[6].unused[2] = 1;
	msg[7].family = 0;
	for (size_t i = 0; i < 8; i++)
		refused(&msg[i], sizeof(msg[i]));
	refused(&good, sizeof(good) - 1);
	refused(&good, 1);
	memcpy(long_one, &good, sizeof(good));
	refused((const struct resolver_msg *)(const void *)long_one, sizeof(long_one));
}

static void without_a_garden_there_are_no_addresses(void **state)
{
	struct resolver_msg msg = address_msg();

	(void)state;
	gate.garden = NULL;
	says(&msg);
	assert_false(listens());
}

static void the_uplink_goes_and_comes_as_it_says(void **state)
{
	struct resolver_msg msg = {.word = RESOLVER_DOWN};

	(void)state;
	says(&msg);
	says(&msg);
	assert_true(listens());
	assert_true(gate.uplink.down && seen.stand_in && gate.ruleset.stand_in);
	assert_int_equal(seen.changes, 1);
	msg.word = RESOLVER_UP;
	says(&msg);
	assert_true(listens());
	assert_false(gate.uplink.down || seen.stand_in);
	assert_int_equal(seen.changes, 2);
}

static void before_the_table_stands_nothing_is_put_there(void **state)
{
	struct resolver_msg msg = {.word = RESOLVER_DOWN};

	(void)state;
	gate.in_place = false;
	says(&msg);
	assert_true(listens());
	assert_int_equal(seen.changes, 0);
	assert_true(gate.ruleset.stand_in); /* it comes with the table */
}

static void who_says_it_too_often_is_not_heard_any_more(void **state)
{
	struct resolver_msg msg;

	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		msg = (struct resolver_msg){.word = i % 2 ? RESOLVER_UP : RESOLVER_DOWN};
		says(&msg);
	}
	assert_false(listens());
	assert_true(seen.changes <= 21);
	assert_false(gate.uplink.down); /* nobody can tell any more: it is up */
	assert_false(seen.stand_in);
}

static void unchecked_it_has_nothing_to_say_of_the_uplink(void **state)
{
	struct resolver_msg msg = {.word = RESOLVER_UP};

	(void)state;
	gate.uplink.check = false;
	says(&msg);
	assert_false(listens());
}

static void when_it_ends_gate_goes_on_and_the_uplink_is_up(void **state)
{
	struct resolver_msg msg = {.word = RESOLVER_DOWN};

	(void)state;
	says(&msg);
	assert_true(listens());
	assert_true(gate.uplink.down);
	assert_false(outside_ended(&gate, 1234)); /* portal */
	assert_true(outside_ended(&gate, 4321));
	assert_int_equal(gate.resolver_fd, -1);
	assert_false(gate.uplink.down || seen.stand_in);
	assert_false(outside_ended(&gate, 4321));
}

static void a_changed_route_is_told_once(void **state)
{
	struct pollfd fds[OUTSIDE_FDS] = {{.fd = -1}, {.fd = -1, .revents = POLLIN}};
	struct resolver_msg msg;

	(void)state;
	outside_read(&gate, fds);
	assert_int_equal(recv(mouth, &msg, sizeof(msg), 0), sizeof(msg));
	assert_int_equal(msg.word, RESOLVER_HURRY);
	assert_int_equal(recv(mouth, &msg, sizeof(msg), 0), -1);
}

#define AROUND(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    AROUND(an_address_goes_to_the_garden),
	    AROUND(what_is_not_as_it_should_be_ends_the_conversation),
	    AROUND(without_a_garden_there_are_no_addresses),
	    AROUND(the_uplink_goes_and_comes_as_it_says),
	    AROUND(before_the_table_stands_nothing_is_put_there),
	    AROUND(who_says_it_too_often_is_not_heard_any_more),
	    AROUND(unchecked_it_has_nothing_to_say_of_the_uplink),
	    AROUND(when_it_ends_gate_goes_on_and_the_uplink_is_up),
	    AROUND(a_changed_route_is_told_once),
	};

	return cmocka_run_group_tests_name("outside", tests, NULL, NULL);
}
