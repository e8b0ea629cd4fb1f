/*
 * The responder on real sockets, in a network of its own and at a time of the test's own:
 * what a connection is answered, and what ends it.
 * links: portal/alert portal/hello portal/listen common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "portal/alert.h"
#include "test_kernel.h"

enum { PORT = 2444, ROOM = 4, SECOND = 1000, RECORD_MAX = 16384 + 5, PATIENCE_MS = 2000 };

static const uint8_t hello[] = {0x16, 0x03, 0x01, 0x00, 0x2f, 0x01, 0x00, 0x00, 0x2b, 0x03, 0x03};
static const uint8_t expected[] = {0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x50};

static struct alert *alert;
static int64_t now;

static int network(void **state)
{
	if (kernel_enter(state) == 0 && kernel_is_ours)
		kernel_do("ip link set lo up");
	return 0;
}

static int begin(void **state)
{
	static const struct conf conf = {.alert_port = PORT, .connections_max = ROOM * 4};

	(void)state;
	now = 1000000;
	alert = kernel_is_ours ? alert_open(&conf) : NULL;
	return kernel_is_ours && alert == NULL ? -1 : 0;
}

static int end(void **state)
{
	(void)state;
	alert_close(alert);
	return 0;
}

/* Portal's loop comes round once. False: there was nothing to do. */
static bool turn_within(int wait_ms)
{
	struct pollfd fds = {.fd = alert_fd(alert), .events = POLLIN};
	bool due = poll(&fds, 1, wait_ms) > 0;

	alert_run(alert, now);
	return due;
}

static void turn(void)
{
	assert_true(turn_within(PATIENCE_MS));
}

/* Until there is nothing to do. */
static void turns(void)
{
	while (turn_within(20))
		;
}

static int dial(int family)
{
	struct sockaddr_in6 six = {
	    .sin6_family = AF_INET6, .sin6_port = htons(PORT), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	struct sockaddr_in four = {.sin_family = AF_INET,
				   .sin_port = htons(PORT),
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(family == AF_INET ? connect(fd, (struct sockaddr *)&four, sizeof(four))
					   : connect(fd, (struct sockaddr *)&six, sizeof(six)),
			 0);
	return fd;
}

static void say(int fd, const void *bytes, size_t size)
{
	assert_int_equal(send(fd, bytes, size, MSG_NOSIGNAL), size);
}

/* A connection that has said so much, and been heard. */
static int caller(const void *bytes, size_t size)
{
	int fd = dial(AF_INET);

	say(fd, bytes, size);
	turn();
	return fd;
}

static bool has_something(int fd, int wait_ms)
{
	struct pollfd fds = {.fd = fd, .events = POLLIN};

	return poll(&fds, 1, wait_ms) > 0;
}

static void assert_alerted(int fd)
{
	uint8_t got[64];

	assert_true(has_something(fd, PATIENCE_MS));
	assert_int_equal(recv(fd, got, sizeof(got), 0), sizeof(expected));
	assert_memory_equal(got, expected, sizeof(expected));
}

static void assert_ended(int fd, int error)
{
	uint8_t got[64];
	ssize_t n;

	assert_true(has_something(fd, PATIENCE_MS));
	errno = 0;
	n = recv(fd, got, sizeof(got), 0);
	assert_int_equal(n, error == 0 ? 0 : -1);
	assert_int_equal(errno, error);
	close(fd);
}

static void assert_waiting(int fd)
{
	assert_false(has_something(fd, 0));
}

static void the_beginning_of_a_hello_gets_the_alert(void **state)
{
	static const int families[] = {AF_INET, AF_INET6};

	(void)state;
	NEED_KERNEL();
	for (size_t i = 0; i < 2; i++) {
		int fd = dial(families[i]);

		say(fd, hello, sizeof(hello));
		turn();
		assert_alerted(fd);
		close(fd);
		turn();
	}
}

static void byte_by_byte_it_is_the_same(void **state)
{
	int fd;

	(void)state;
	NEED_KERNEL();
	fd = caller(hello, 1);
	for (size_t i = 1; i < 6; i++) {
		assert_waiting(fd);
		say(fd, hello + i, 1);
		turn();
	}
	assert_alerted(fd);
	close(fd);
}

/* What is behind it is read away: nothing unread makes a reset of the end. */
static void a_hello_as_large_as_a_record_gets_the_alert(void **state)
{
	static uint8_t large[RECORD_MAX];
	int fd;

	(void)state;
	NEED_KERNEL();
	memcpy(large, hello, sizeof(hello));
	fd = dial(AF_INET);
	for (size_t sent = 0, n; sent < sizeof(large); sent += n) {
		n = sizeof(large) - sent < 4096 ? sizeof(large) - sent : 4096;
		say(fd, large + sent, n);
		turn();
	}
	turns();
	assert_alerted(fd);
	assert_waiting(fd);
	close(fd);
}

static void more_than_a_record_is_ended(void **state)
{
	static const uint8_t more[4096];
	int fd;

	(void)state;
	NEED_KERNEL();
	fd = caller(hello, sizeof(hello));
	assert_alerted(fd);
	for (int i = 0; i < 4; i++) {
		say(fd, more, sizeof(more));
		turn();
	}
	assert_ended(fd, ECONNRESET);
}

static void what_is_not_tls_is_reset_at_once(void **state)
{
	(void)state;
	NEED_KERNEL();
	assert_ended(caller("GET / HTTP/1.1\r\n\r\n", 18), ECONNRESET);
	assert_ended(caller("\x16\x03\x01\x00\x2f\x02", 6), ECONNRESET);
}

static void a_silent_one_is_reset_after_five_seconds(void **state)
{
	int fd;

	(void)state;
	NEED_KERNEL();
	fd = caller(hello, 3);
	now += ALERT_SECONDS * SECOND - 1;
	alert_sweep(alert, now);
	assert_waiting(fd);
	/* A byte does not buy time. */
	say(fd, hello + 3, 1);
	turn();
	now += 1;
	alert_sweep(alert, now);
	assert_ended(fd, ECONNRESET);
}

static void one_that_does_not_close_is_reset_after_five_seconds(void **state)
{
	int fd;

	(void)state;
	NEED_KERNEL();
	fd = caller(hello, sizeof(hello));
	assert_alerted(fd);
	assert_waiting(fd);
	now += ALERT_SECONDS * SECOND;
	alert_sweep(alert, now);
	assert_ended(fd, ECONNRESET);
}

static void one_that_has_closed_its_half_gets_the_alert(void **state)
{
	int fd;

	(void)state;
	NEED_KERNEL();
	fd = dial(AF_INET);
	say(fd, hello, sizeof(hello));
	shutdown(fd, SHUT_WR);
	turns();
	assert_alerted(fd);
	close(fd);
}

static void one_that_closes_its_half_without_a_hello_is_ended(void **state)
{
	int fd;

	(void)state;
	NEED_KERNEL();
	fd = caller(hello, 3);
	shutdown(fd, SHUT_WR);
	turn();
	assert_ended(fd, ECONNRESET);
}

static void when_all_places_are_taken_the_next_is_reset_at_once(void **state)
{
	int fd[ROOM], more;

	(void)state;
	NEED_KERNEL();
	for (size_t i = 0; i < ROOM; i++)
		fd[i] = caller(hello, 1);
	more = caller(hello, sizeof(hello));
	assert_ended(more, ECONNRESET);
	assert_waiting(fd[0]);
	/* One place is free again. */
	close(fd[0]);
	turn();
	more = caller(hello, sizeof(hello));
	assert_alerted(more);
	close(more);
	for (size_t i = 1; i < ROOM; i++) {
		say(fd[i], hello + 1, sizeof(hello) - 1);
		turn();
		assert_alerted(fd[i]);
		close(fd[i]);
	}
}

static void places_come_back_however_they_were_left(void **state)
{
	(void)state;
	NEED_KERNEL();
	for (unsigned i = 0; i < 20 * ROOM; i++) {
		const struct linger none = {.l_onoff = 1};
		int fd = caller(hello, i % 2 == 0 ? sizeof(hello) : 3);

		if (i % 2 == 0)
			assert_alerted(fd);
		if (i % 3 == 0)
			setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
		close(fd);
		turn();
	}
}

/* It does not turn in circles meanwhile, and takes who waits when there are some again. */
static void without_descriptors_nobody_is_taken_until_the_next_sweep(void **state)
{
	const char *preload = getenv("LD_PRELOAD");
	struct rlimit before, none;
	int fd, last;

	(void)state;
	NEED_KERNEL();
	if (preload != NULL && strstr(preload, "valgrind") != NULL)
		skip(); /* its accept4() knows of no limit */
	fd = dial(AF_INET);
	say(fd, hello, sizeof(hello));
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	last = dup(fd);
	close(last);
	none = (struct rlimit){.rlim_cur = (rlim_t)last, .rlim_max = before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	turn();
	assert_false(turn_within(20));
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_waiting(fd);
	alert_sweep(alert, now);
	turn();
	assert_alerted(fd);
	close(fd);
}

static void where_there_is_none_nothing_is_done(void **state)
{
	(void)state;
	assert_int_equal(alert_fd(NULL), -1);
	alert_run(NULL, 0);
	alert_sweep(NULL, 0);
	alert_close(NULL);
}

static void a_port_that_is_taken_is_said(void **state)
{
	static const struct conf conf = {.alert_port = PORT, .connections_max = 16};

	(void)state;
	NEED_KERNEL();
	assert_null(alert_open(&conf));
	assert_int_equal(errno, EADDRINUSE);
}

#define AROUND(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    AROUND(the_beginning_of_a_hello_gets_the_alert),
	    AROUND(byte_by_byte_it_is_the_same),
	    AROUND(a_hello_as_large_as_a_record_gets_the_alert),
	    AROUND(more_than_a_record_is_ended),
	    AROUND(what_is_not_tls_is_reset_at_once),
	    AROUND(a_silent_one_is_reset_after_five_seconds),
	    AROUND(one_that_does_not_close_is_reset_after_five_seconds),
	    AROUND(one_that_has_closed_its_half_gets_the_alert),
	    AROUND(one_that_closes_its_half_without_a_hello_is_ended),
	    AROUND(when_all_places_are_taken_the_next_is_reset_at_once),
	    AROUND(places_come_back_however_they_were_left),
	    AROUND(without_descriptors_nobody_is_taken_until_the_next_sweep),
	    AROUND(where_there_is_none_nothing_is_done),
	    AROUND(a_port_that_is_taken_is_said),
	};

	return cmocka_run_group_tests(tests, network, NULL);
}
