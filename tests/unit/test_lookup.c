/*
 * Questions to a DNS server: the one here answers as the name says.
 * links: common/lookup
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>

#include "common/lookup.h"
#include "test_kernel.h"

enum { PORT = 53, A = 1, AAAA = 28, TXT = 16, TTL = 77 };

static pid_t server;
static struct lookup *lookup;

/* What came of a question. */
static struct {
	unsigned done;
	enum lookup_is is;
	struct lookup_address addresses[LOOKUP_ADDRESSES_MAX];
	size_t count;
} got;

/* --- the server --- */

static size_t record_put(uint8_t *p, unsigned type, unsigned last)
{
	const uint8_t head[] = {0xc0, 12, 0, (uint8_t)type, 0, 1, 0, 0, 0, TTL, 0};
	size_t length = type == A ? 4 : 16;

	memcpy(p, head, sizeof(head));
	p[sizeof(head)] = (uint8_t)length;
	memset(p + sizeof(head) + 1, 0, length);
	p[sizeof(head) + 1] = type == A ? 203 : 0x20;
	p[sizeof(head) + length] = (uint8_t)last;
	return sizeof(head) + 1 + length;
}

/* "many" has 40 addresses, "both" one, "four" one of IPv4, "empty" none, and
 * "rcode3" is answered with that. */
static size_t answer(uint8_t *packet, size_t size)
{
	const char *name = (const char *)packet + 13;
	unsigned type = packet[size - 3], count = 0;

	packet[2] |= 0x80;
	packet[3] = 0x80;
	if (strncmp(name, "rcode", 5) == 0)
		packet[3] |= (uint8_t)(name[5] - '0');
	if (strncmp(name, "many", 4) == 0)
		count = type == A ? 24 : 16;
	if (strncmp(name, "both", 4) == 0 || (strncmp(name, "four", 4) == 0 && type == A))
		count = 1;
	if (type != A && type != AAAA)
		count = 0;
	for (unsigned i = 0; i < count; i++)
		size += record_put(packet + size, type, i + 1);
	packet[7] = (uint8_t)count;
	return size;
}

static void serve(int ready)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(PORT)};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 || write(ready, "", 1) != 1)
		_exit(1);
	for (;;) {
		uint8_t packet[2048];
		struct sockaddr_in from;
		socklen_t length = sizeof(from);
		ssize_t n = recvfrom(fd, packet, 512, 0, (struct sockaddr *)&from, &length);

		if (n > 17)
			sendto(fd, packet, answer(packet, (size_t)n), 0, (struct sockaddr *)&from,
			       length);
	}
}

static int begin_all(void **state)
{
	int ends[2];
	char byte;

	kernel_enter(state);
	if (!kernel_is_ours)
		return 0;
	kernel_do("ip link set lo up");
	if (pipe(ends) < 0)
		return -1;
	server = fork();
	if (server == 0)
		serve(ends[1]);
	return read(ends[0], &byte, 1) == 1 ? 0 : -1;
}

static int end_all(void **state)
{
	(void)state;
	if (server > 0) {
		kill(server, SIGKILL);
		waitpid(server, NULL, 0);
	}
	return 0;
}

/* --- the asker --- */

static int begin(void **state)
{
	(void)state;
	if (!kernel_is_ours)
		return 0;
	memset(&got, 0, sizeof(got));
	lookup = lookup_open("127.0.0.1");
	return lookup != NULL ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	lookup_close(lookup);
	lookup = NULL;
	return 0;
}

static void done(void *arg, enum lookup_is is, const struct lookup_address *addresses, size_t count)
{
	assert_ptr_equal(arg, &got);
	got.done++;
	got.is = is;
	got.count = count;
	if (count > 0)
		memcpy(got.addresses, addresses, count * sizeof(*addresses));
}

static enum lookup_is wait_for_answer(void)
{
	while (got.done == 0) {
		struct pollfd fds[LOOKUP_FDS];

		lookup_poll(lookup, fds);
		assert_true(poll(fds, LOOKUP_FDS, lookup_wait_ms(lookup, 10000)) >= 0);
		lookup_run(lookup, fds);
	}
	assert_int_equal(got.done, 1);
	got.done = 0;
	return got.is;
}

static enum lookup_is look_up(const char *name)
{
	lookup_addresses(lookup, name, done, &got);
	return wait_for_answer();
}

static void both_families_come_with_their_time(void **state)
{
	(void)state;
	NEED_KERNEL();
	assert_int_equal(look_up("both.example"), LOOKUP_ANSWERED);
	assert_int_equal(got.count, 2);
	assert_int_not_equal(got.addresses[0].family, got.addresses[1].family);
	for (size_t i = 0; i < 2; i++) {
		const struct lookup_address *address = &got.addresses[i];

		assert_int_equal(address->seconds, TTL);
		assert_int_equal(address->byte[0], address->family == 4 ? 203 : 0x20);
		assert_int_equal(address->byte[address->family == 4 ? 3 : 15], 1);
	}
}

static void one_family_is_enough(void **state)
{
	(void)state;
	NEED_KERNEL();
	assert_int_equal(look_up("four.example"), LOOKUP_ANSWERED);
	assert_int_equal(got.count, 1);
	assert_int_equal(got.addresses[0].family, 4);
}

static void no_more_than_there_is_room_for(void **state)
{
	(void)state;
	NEED_KERNEL();
	assert_int_equal(look_up("many.example"), LOOKUP_ANSWERED);
	assert_int_equal(got.count, LOOKUP_ADDRESSES_MAX);
}

static void that_there_is_none_is_an_answer(void **state)
{
	(void)state;
	NEED_KERNEL();
	assert_int_equal(look_up("empty.example"), LOOKUP_ANSWERED);
	assert_int_equal(got.count, 0);
	assert_int_equal(look_up("rcode3.example"), LOOKUP_ANSWERED);
	assert_int_equal(got.count, 0);
}

static enum lookup_is fresh(const char *name)
{
	lookup_fresh(lookup, name, done, &got);
	return wait_for_answer();
}

static void what_a_fresh_question_finds_out(void **state)
{
	(void)state;
	NEED_KERNEL();
	assert_int_equal(fresh("both.example"), LOOKUP_ANSWERED);
	assert_int_equal(fresh("rcode3.example"), LOOKUP_ANSWERED);
	assert_int_equal(fresh("rcode2.example"), LOOKUP_SILENT);
	assert_int_equal(fresh("rcode5.example"), LOOKUP_REFUSED);
	assert_int_equal(fresh("rcode4.example"), LOOKUP_REFUSED);
}

static void where_nobody_listens_nothing_is_heard(void **state)
{
	(void)state;
	NEED_KERNEL();
	lookup_close(lookup);
	lookup = lookup_open("127.0.0.2");
	assert_int_equal(fresh("both.example"), LOOKUP_UNHEARD);
}

static void one_that_says_nothing_is_given_up(void **state)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(PORT)};
	int mute = socket(AF_INET, SOCK_DGRAM, 0);

	(void)state;
	NEED_KERNEL();
	at.sin_addr.s_addr = inet_addr("127.0.0.3");
	assert_int_equal(bind(mute, (struct sockaddr *)&at, sizeof(at)), 0);
	lookup_close(lookup);
	lookup = lookup_open("127.0.0.3");
	assert_int_equal(fresh("both.example"), LOOKUP_SILENT);
	close(mute);
}

static void what_is_closed_is_not_answered(void **state)
{
	(void)state;
	NEED_KERNEL();
	lookup_addresses(lookup, "both.example", done, &got);
	lookup_fresh(lookup, "both.example", done, &got);
	lookup_close(lookup);
	lookup = NULL;
	assert_int_equal(got.done, 0);
}

static void a_server_is_an_address(void **state)
{
	(void)state;
	assert_null(lookup_open("dns.example"));
}

#define AROUND(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    AROUND(both_families_come_with_their_time),
	    AROUND(one_family_is_enough),
	    AROUND(no_more_than_there_is_room_for),
	    AROUND(that_there_is_none_is_an_answer),
	    AROUND(what_a_fresh_question_finds_out),
	    AROUND(where_nobody_listens_nothing_is_heard),
	    AROUND(one_that_says_nothing_is_given_up),
	    AROUND(what_is_closed_is_not_answered),
	    cmocka_unit_test(a_server_is_an_address),
	};

	return cmocka_run_group_tests_name("lookup", tests, begin_all, end_all);
}
