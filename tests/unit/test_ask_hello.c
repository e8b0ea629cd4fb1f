/*
 * Portal's first word to gate: HELLO, and what it makes of the answer.
 * links: portal/ask common/msg common/ether
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "portal/ask.h"

static struct ask *ask;
static int gate; /* its end */

static int conversation_open(void **state)
{
	int pair[2];

	(void)state;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -1;
	ask = ask_open(pair[0], 4);
	gate = pair[1];
	return ask == NULL ? -1 : 0;
}

static int conversation_close(void **state)
{
	(void)state;
	ask_close(ask);
	close(gate);
	return 0;
}

/* Gate in a thread: answers HELLO with a status of the test's choice, or ends. */
static struct msg hello_seen;

static void *gate_thread(void *status)
{
	if (recv(gate, &hello_seen, sizeof(hello_seen), 0) == sizeof(hello_seen) &&
	    *(uint32_t *)status != MSG_ASK) {
		struct msg answer = hello_seen;

		answer.status = *(uint32_t *)status;
		send(gate, &answer, sizeof(answer), MSG_NOSIGNAL);
	} else {
		shutdown(gate, SHUT_RDWR);
	}
	return NULL;
}

static int say_hello(uint32_t status)
{
	pthread_t thread;
	int rc;

	memset(&hello_seen, 0, sizeof(hello_seen));
	assert_int_equal(pthread_create(&thread, NULL, gate_thread, &status), 0);
	rc = ask_hello(ask, 5);
	pthread_join(thread, NULL);
	return rc;
}

static void hello_names_the_protocol_and_the_replay(void **state)
{
	(void)state;
	assert_int_equal(say_hello(MSG_OK), 0);
	assert_int_equal(hello_seen.type, MSG_HELLO);
	assert_int_equal(hello_seen.value, MSG_PROTOCOL);
	assert_int_equal(hello_seen.count, 5);
	assert_true(msg_is_question(&hello_seen));
	assert_int_equal(ask_pending(ask), 0);
}

static void a_hello_that_gate_refuses_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(say_hello(MSG_FAILED), -1);
}

static void a_hello_to_nobody_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(say_hello(MSG_ASK), -1);
}

#define AROUND(name) cmocka_unit_test_setup_teardown(name, conversation_open, conversation_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    AROUND(hello_names_the_protocol_and_the_replay),
	    AROUND(a_hello_that_gate_refuses_is_an_error),
	    AROUND(a_hello_to_nobody_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
