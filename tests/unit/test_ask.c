/*
 * Portal's side of the conversation with gate, over a real socketpair; the test is gate.
 * links: portal/ask common/msg common/ether
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "portal/ask.h"

enum { ROOM = 200, WINDOW = 128 };

static struct ask *ask;
static int gate; /* its end */
static unsigned answered;
static struct msg last;

static int conversation_open(void **state)
{
	int pair[2];

	(void)state;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -1;
	ask = ask_open(pair[0], ROOM);
	gate = pair[1];
	answered = 0;
	memset(&last, 0, sizeof(last));
	return ask == NULL ? -1 : 0;
}

static int conversation_close(void **state)
{
	(void)state;
	ask_close(ask);
	if (gate >= 0)
		close(gate);
	return 0;
}

static void count_answer(void *arg, const struct msg *answer)
{
	answered++;
	last = *answer;
	if (arg != NULL)
		*(unsigned *)arg += 1;
}

static bool put(uint32_t seconds)
{
	struct msg question = {.type = MSG_RELEASE, .seconds = seconds, .id = 999};

	return ask_put(ask, &question, count_answer, NULL);
}

/* What gate finds in its socket; false: nothing. */
static bool gate_reads(struct msg *msg)
{
	ssize_t n = recv(gate, msg, sizeof(*msg), MSG_DONTWAIT);

	if (n < 0)
		assert_int_equal(errno, EAGAIN);
	else
		assert_int_equal(n, sizeof(*msg));
	return n > 0;
}

static void gate_answers(struct msg msg)
{
	if (msg.status == MSG_ASK)
		msg.status = MSG_OK;
	assert_int_equal(send(gate, &msg, sizeof(msg), MSG_DONTWAIT), sizeof(msg));
}

/* One question, sent and read by gate. */
static struct msg one_asked(void)
{
	struct msg msg = {0};

	assert_true(put(60));
	assert_int_equal(ask_send(ask), 0);
	assert_true(gate_reads(&msg));
	return msg;
}

static void questions_go_out_in_order_with_ids_of_their_own(void **state)
{
	struct msg one, two;

	(void)state;
	assert_true(put(1));
	assert_true(put(2));
	assert_int_equal(ask_pending(ask), 2);
	assert_int_equal(ask_send(ask), 0);
	assert_true(gate_reads(&one));
	assert_true(gate_reads(&two));
	assert_int_equal(one.seconds, 1);
	assert_int_equal(two.seconds, 2);
	assert_int_equal(one.type, MSG_RELEASE);
	assert_int_not_equal(one.id, 999);
	assert_int_equal(two.id, one.id + 1);
}

static void nothing_is_sent_before_send(void **state)
{
	struct msg msg;

	(void)state;
	put(1);
	assert_false(gate_reads(&msg));
}

static void an_answer_calls_back_whoever_asked_once(void **state)
{
	struct msg question = {.type = MSG_COUNT}, msg;
	unsigned mine = 0;

	(void)state;
	assert_true(ask_put(ask, &question, count_answer, &mine));
	ask_send(ask);
	assert_true(gate_reads(&msg));
	msg.count = 42;
	gate_answers(msg);
	assert_int_equal(ask_read(ask), 0);
	assert_int_equal(mine, 1);
	assert_int_equal(last.count, 42);
	assert_int_equal(ask_pending(ask), 0);
	assert_int_equal(ask_read(ask), 0);
	assert_int_equal(answered, 1);
}

static void nobody_need_be_called_back(void **state)
{
	struct msg question = {.type = MSG_COUNT}, msg;

	(void)state;
	assert_true(ask_put(ask, &question, NULL, NULL));
	ask_send(ask);
	assert_true(gate_reads(&msg));
	gate_answers(msg);
	assert_int_equal(ask_read(ask), 0);
	assert_int_equal(ask_pending(ask), 0);
}

static void a_full_ring_takes_no_more_until_one_is_answered(void **state)
{
	struct msg msg;

	(void)state;
	for (unsigned i = 0; i < ROOM; i++)
		assert_true(put(i));
	assert_false(put(0));
	assert_int_equal(ask_pending(ask), ROOM);
	ask_send(ask);
	assert_true(gate_reads(&msg));
	gate_answers(msg);
	assert_int_equal(ask_read(ask), 0);
	assert_true(put(0));
	assert_false(put(0));
}

static void at_most_a_window_is_under_way(void **state)
{
	struct msg msg[WINDOW], more;

	(void)state;
	for (unsigned i = 0; i < ROOM; i++)
		put(i);
	assert_int_equal(ask_send(ask), 0);
	for (unsigned i = 0; i < WINDOW; i++)
		assert_true(gate_reads(&msg[i]));
	assert_false(gate_reads(&more));
	for (unsigned i = 0; i < 5; i++)
		gate_answers(msg[i]);
	assert_int_equal(ask_read(ask), 0);
	assert_int_equal(ask_send(ask), 0);
	for (unsigned i = 0; i < 5; i++) {
		assert_true(gate_reads(&more));
		assert_int_equal(more.seconds, WINDOW + i);
	}
	assert_false(gate_reads(&more));
}

/* More than are received at once, and round the ring several times. */
static void thousands_are_answered_in_order(void **state)
{
	unsigned asked = 0, sent = 0;

	(void)state;
	while (answered < 3000) {
		struct msg msg;

		while (asked < 3000 && put(asked))
			asked++;
		assert_int_equal(ask_send(ask), 0);
		for (; gate_reads(&msg); sent++) {
			assert_int_equal(msg.seconds, sent);
			gate_answers(msg);
		}
		assert_int_equal(ask_read(ask), 0);
		assert_int_equal(answered, sent);
	}
	assert_int_equal(ask_pending(ask), 0);
}

static void ask_again(void *arg, const struct msg *answer)
{
	count_answer(NULL, answer);
	*(bool *)arg = put(7);
}

/* The ring is full when the answer comes: the place of the answered one is free already. */
static void whoever_is_called_back_may_ask_the_next(void **state)
{
	struct msg question = {.type = MSG_COUNT}, msg;
	bool put_again = false;

	(void)state;
	assert_true(ask_put(ask, &question, ask_again, &put_again));
	for (unsigned i = 1; i < ROOM; i++)
		put(i);
	ask_send(ask);
	assert_true(gate_reads(&msg));
	gate_answers(msg);
	assert_int_equal(ask_read(ask), 0);
	assert_true(put_again);
	assert_int_equal(ask_pending(ask), ROOM);
}

static void refuses(struct msg answer)
{
	assert_int_equal(send(gate, &answer, sizeof(answer), 0), sizeof(answer));
	errno = 0;
	assert_int_equal(ask_read(ask), -1);
	assert_int_equal(errno, EPROTO);
	assert_int_equal(answered, 0);
}

static void an_answer_to_another_question_is_refused(void **state)
{
	struct msg msg = one_asked();

	(void)state;
	msg.status = MSG_OK;
	msg.id++;
	refuses(msg);
}

static void an_answer_of_another_type_is_refused(void **state)
{
	struct msg msg = one_asked();

	(void)state;
	msg.status = MSG_OK;
	msg.type = MSG_FIND;
	refuses(msg);
}

static void an_answer_without_a_status_is_refused(void **state)
{
	(void)state;
	refuses(one_asked());
}

static void an_answer_with_an_unknown_status_is_refused(void **state)
{
	struct msg msg = one_asked();

	(void)state;
	msg.status = MSG_STATUS__MAX;
	refuses(msg);
}

/* Even if it names the right id: the question has not left. */
static void an_answer_before_the_question_was_sent_is_refused(void **state)
{
	(void)state;
	put(60);
	refuses((struct msg){.type = MSG_RELEASE, .id = 1, .status = MSG_OK});
}

/* Between answers, without a question; each to whom it is for. */
static void a_word_of_gates_own_reaches_who_listens(void **state)
{
	struct msg msg = one_asked();
	struct msg word = {.type = MSG_ENDED, .status = MSG_OK, .mac = {{2, 0, 0, 0, 0, 9}}};
	unsigned ended = 0, reloads = 0;

	(void)state;
	ask_on_word(ask, MSG_ENDED, count_answer, &ended);
	ask_on_word(ask, MSG_RELOAD, count_answer, &reloads);
	gate_answers(word);
	gate_answers(msg);
	gate_answers((struct msg){.type = MSG_RELOAD});
	assert_int_equal(ask_read(ask), 0);
	assert_int_equal(ended, 1);
	assert_int_equal(reloads, 1);
	assert_int_equal(answered, 3);
	assert_int_equal(ask_pending(ask), 0);
}

static void a_word_that_nobody_listens_to_is_refused(void **state)
{
	(void)state;
	refuses((struct msg){.type = MSG_ENDED, .status = MSG_OK});
}

static void a_word_with_an_id_or_unknown_is_refused(void **state)
{
	(void)state;
	ask_on_word(ask, MSG_ENDED, count_answer, NULL);
	refuses((struct msg){.type = MSG_ENDED, .id = 1, .status = MSG_OK});
	refuses((struct msg){.type = MSG_WORD__MAX, .status = MSG_OK});
	refuses((struct msg){.type = MSG_RELOAD - 1, .status = MSG_OK});
}

static void a_short_packet_is_refused(void **state)
{
	struct msg msg = one_asked();

	(void)state;
	msg.status = MSG_OK;
	assert_int_equal(send(gate, &msg, sizeof(msg) - 1, 0), sizeof(msg) - 1);
	assert_int_equal(ask_read(ask), -1);
	assert_int_equal(errno, EPROTO);
}

static void the_end_of_gate_is_noticed_in_reading(void **state)
{
	(void)state;
	one_asked();
	close(gate);
	gate = -1;
	assert_int_equal(ask_read(ask), -1);
	assert_int_equal(errno, ECONNRESET);
}

static void the_end_of_gate_is_noticed_in_sending(void **state)
{
	(void)state;
	close(gate);
	gate = -1;
	put(1);
	assert_int_equal(ask_send(ask), -1);
}

static void answers_before_the_end_of_gate_still_count(void **state)
{
	struct msg msg = one_asked();

	(void)state;
	gate_answers(msg);
	close(gate);
	gate = -1;
	assert_int_equal(ask_read(ask), -1);
	assert_int_equal(answered, 1);
}

static void closing_nothing_is_allowed(void **state)
{
	(void)state;
	ask_close(NULL);
}

#define AROUND(name) cmocka_unit_test_setup_teardown(name, conversation_open, conversation_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    AROUND(questions_go_out_in_order_with_ids_of_their_own),
	    AROUND(nothing_is_sent_before_send),
	    AROUND(an_answer_calls_back_whoever_asked_once),
	    AROUND(nobody_need_be_called_back),
	    AROUND(a_full_ring_takes_no_more_until_one_is_answered),
	    AROUND(at_most_a_window_is_under_way),
	    AROUND(thousands_are_answered_in_order),
	    AROUND(whoever_is_called_back_may_ask_the_next),
	    AROUND(an_answer_to_another_question_is_refused),
	    AROUND(an_answer_of_another_type_is_refused),
	    AROUND(an_answer_without_a_status_is_refused),
	    AROUND(an_answer_with_an_unknown_status_is_refused),
	    AROUND(an_answer_before_the_question_was_sent_is_refused),
	    AROUND(a_word_of_gates_own_reaches_who_listens),
	    AROUND(a_word_that_nobody_listens_to_is_refused),
	    AROUND(a_word_with_an_id_or_unknown_is_refused),
	    AROUND(a_short_packet_is_refused),
	    AROUND(the_end_of_gate_is_noticed_in_reading),
	    AROUND(the_end_of_gate_is_noticed_in_sending),
	    AROUND(answers_before_the_end_of_gate_still_count),
	    cmocka_unit_test(closing_nothing_is_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
