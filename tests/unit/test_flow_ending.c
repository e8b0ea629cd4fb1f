/*
 * The visitor whose release is about to end: the page with two buttons, one more lesson,
 * or later; and what comes of an old page.
 * links: portal/flow portal/api portal/session portal/later portal/visit portal/quiz portal/tally
 * links: common/ether common/measure common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "test_flow.h"

enum { LEFT = 299, HOURS12 = 12 * 3600 };

static int begin_ending(void **state)
{
	int rc = begin(state);

	conf.zones[1].release_for_seconds = HOURS12;
	conf.later_seconds = 600;
	return rc;
}

/* Gate's answer about a device in the last minutes of its release. */
static struct request ending_request(enum request_path path, bool post)
{
	struct request request = request_of(path, post);

	request.found.seconds = LEFT;
	request.found.flags = MSG_FLAG_ENDING;
	return request;
}

static void look(void)
{
	ask(ending_request(PATH_ROOT, false));
}

static struct request button_of(enum request_path path, const char *with)
{
	struct request request = ending_request(path, true);

	field(&request.token, with);
	return request;
}

static void renew(void)
{
	look();
	ask(button_of(PATH_RENEW, token()));
	leads_to(303, "/");
}

/* Presses "later"; the request waits for gate. */
static struct request *press_spare(void)
{
	static struct request button;

	look();
	button = button_of(PATH_SPARE, token());
	assert_false(flow_reply(&portal, &button, &reply));
	assert_ptr_equal(sparing, &button);
	return &button;
}

static void outcome(struct request *request, enum msg_status status)
{
	request->found.status = status;
	request->admitted = status == MSG_OK;
	memset(&reply, 0xa5, sizeof(reply));
	flow_outcome(&portal, request, &reply);
}

/* --- the page --- */

static void it_is_told_what_is_left_and_what_one_more_lesson_gives(void **state)
{
	(void)state;
	look();
	shows(200, PAGE_ENDING);
	assert_int_equal(reply.page.seconds_left, LEFT);
	assert_int_equal(reply.page.more_seconds, HOURS12);
	assert_string_equal(reply.page.token, token());
	assert_int_equal(reply.page.later_seconds, 0);
	assert_false(reply.page.choose);
	assert_null(reply.page.question);
}

/* Nobody has seen a question: a phone asks its way here by itself. */
static void the_page_counts_nothing(void **state)
{
	(void)state;
	look();
	look();
	assert_int_equal(counted(STORE_SHOWN), 0);
	assert_int_equal(visit_count(portal.visits), 1);
	assert_int_equal(visit()->state, VISIT_HELD);
}

static void every_other_page_leads_to_it(void **state)
{
	static const enum request_path paths[] = {PATH_ANSWER, PATH_RENEW, PATH_SPARE, PATH_ENDED,
						  PATH_OTHER};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		ask(ending_request(paths[i], false));
		leads_to(302, "/");
	}
}

static void how_long_it_is_online_can_be_seen_still(void **state)
{
	(void)state;
	ask(ending_request(PATH_ONLINE, false));
	shows(200, PAGE_ONLINE);
	assert_int_equal(reply.page.seconds_left, LEFT);
	assert_null(visit());
}

static void it_speaks_the_language_that_is_asked_for(void **state)
{
	struct request request = ending_request(PATH_ROOT, false);

	(void)state;
	request.language = EN;
	ask(request);
	shows(200, PAGE_ENDING);
	assert_int_equal(reply.page.language, EN);
	renew();
	look();
	shows(200, PAGE_QUESTION);
	assert_int_equal(reply.page.language, EN);
}

static void a_trusted_device_is_simply_online(void **state)
{
	struct request request = ending_request(PATH_ROOT, false);

	(void)state;
	request.found.flags |= MSG_FLAG_TRUSTED;
	assert_false(flow_can_extend(&request.found));
	ask(request);
	shows(200, PAGE_ONLINE);
	assert_null(visit());
}

/* What the RFC 8908 API says of it. */
static void the_release_can_be_made_longer_in_its_last_minutes_alone(void **state)
{
	struct request request = ending_request(PATH_ROOT, false);

	(void)state;
	assert_true(flow_can_extend(&request.found));
	request.found.seconds = 0;
	assert_false(flow_can_extend(&request.found));
	request.found.seconds = LEFT;
	request.found.flags = 0;
	assert_false(flow_can_extend(&request.found));
	request.found.flags = MSG_FLAG_ENDING;
	request.found.status = MSG_ABSENT;
	assert_false(flow_can_extend(&request.found));
}

/* --- one more lesson --- */

static void one_more_lesson_is_a_visit_like_any_other(void **state)
{
	struct request button;

	(void)state;
	renew();
	look();
	shows(200, PAGE_QUESTION);
	assert_int_equal(reply.page.number, 1);
	assert_true(reply.page.choose);
	assert_int_equal(counted(STORE_SHOWN), 1);
	for (int i = 0; i < 3; i++) {
		answer("b");
		look();
	}
	shows(200, PAGE_ACKNOWLEDGE);
	assert_int_equal(counted(STORE_SHOWN), 3);
	assert_int_equal(counted(STORE_RIGHT), 3);
	button = acknowledge_of(token());
	assert_false(flow_reply(&portal, &button, &reply));
	assert_int_equal(admissions, 1);
	assert_int_equal(admitted_as, STORE_ACKNOWLEDGED);
}

static void who_was_asked_today_is_shown_the_lesson_once_more(void **state)
{
	struct request button;

	(void)state;
	remembered.count = 1;
	remembered.learned[0].objective = 12;
	remembered.learned[0].day = today;
	look();
	shows(200, PAGE_ENDING);
	/* Not before the button has been pressed. */
	button = button_of(PATH_ACKNOWLEDGE, token());
	ask(button);
	leads_to(303, "/");
	assert_int_equal(admissions, 0);
	renew();
	look();
	shows(200, PAGE_RETURN);
	button = acknowledge_of(token());
	assert_false(flow_reply(&portal, &button, &reply));
	assert_int_equal(admitted_as, STORE_RETURNED);
}

/* It would have less time by it. */
static void later_for_some_minutes_is_not_offered_to_who_is_online(void **state)
{
	struct request later;

	(void)state;
	renew();
	look();
	assert_int_equal(reply.page.later_seconds, 0);
	later = button_of(PATH_LATER, token());
	ask(later);
	notices(400, PAGE_BAD_REQUEST);
	assert_int_equal(admissions, 0);
}

static void the_visit_goes_on_when_the_old_release_ends_in_it(void **state)
{
	(void)state;
	renew();
	look();
	answer("a");
	look();
	assert_int_equal(reply.page.number, 2);
	get(PATH_ROOT); /* held now */
	shows(200, PAGE_QUESTION);
	assert_int_equal(reply.page.number, 2);
	assert_int_equal(counted(STORE_SHOWN), 2);
	answer("a");
	get(PATH_ROOT);
	answer("a");
	get(PATH_ROOT);
	shows(200, PAGE_ACKNOWLEDGE);
}

static void pressed_twice_it_leads_to_the_same_question(void **state)
{
	char first[VISIT_TOKEN_SIZE];

	(void)state;
	look();
	memcpy(first, token(), sizeof(first));
	ask(button_of(PATH_RENEW, first));
	leads_to(303, "/");
	look();
	ask(button_of(PATH_RENEW, first));
	leads_to(303, "/");
	look();
	shows(200, PAGE_QUESTION);
	answer("a");
	ask(button_of(PATH_RENEW, first));
	leads_to(303, "/");
	look();
	assert_int_equal(reply.page.number, 2);
}

/* Released by the operator in the middle of its questions, and now in its last minutes. */
static void who_had_begun_before_goes_on_there(void **state)
{
	(void)state;
	get(PATH_ROOT);
	answer("b");
	look();
	shows(200, PAGE_ENDING);
	renew();
	look();
	shows(200, PAGE_QUESTION);
	assert_int_equal(reply.page.number, 2);
}

/* --- later --- */

static void later_ends_the_visit_and_leads_to_online(void **state)
{
	(void)state;
	outcome(press_spare(), MSG_OK);
	leads_to(303, "/online");
	assert_null(visit());
	assert_int_equal(counted(STORE_SHOWN), 0);
}

static void later_keeps_the_language(void **state)
{
	struct request request = ending_request(PATH_ROOT, false);

	(void)state;
	request.language = EN;
	ask(request);
	outcome(press_spare(), MSG_OK);
	leads_to(303, "/online?lang=en");
}

/* It is held by then, and its visit waits for it. */
static void later_after_the_end_leads_to_the_questions(void **state)
{
	(void)state;
	outcome(press_spare(), MSG_ABSENT);
	leads_to(303, "/");
	get(PATH_ROOT);
	shows(200, PAGE_QUESTION);
}

static void later_that_the_kernel_refused_can_be_tried_again(void **state)
{
	(void)state;
	outcome(press_spare(), MSG_FAILED);
	notices(503, PAGE_TRY_AGAIN);
	look();
	shows(200, PAGE_ENDING);
}

static void when_gate_cannot_be_asked_it_is_try_again(void **state)
{
	(void)state;
	look();
	gate_has_room = false;
	ask(button_of(PATH_SPARE, token()));
	notices(503, PAGE_TRY_AGAIN);
	look();
	shows(200, PAGE_ENDING);
}

/* The visit has made room for others while gate was asked. */
static void later_does_not_need_its_visit_any_more(void **state)
{
	struct request *button = press_spare();

	(void)state;
	visit_end(portal.visits, visit());
	outcome(button, MSG_OK);
	leads_to(303, "/online");
}

/* --- pages that are too old, and buttons that another page presses --- */

static void a_button_without_its_token_does_nothing(void **state)
{
	static const enum request_path paths[] = {PATH_RENEW, PATH_SPARE};
	static const char other[] = "00000000000000000000000000000000";

	(void)state;
	look();
	for (size_t i = 0; i < 2; i++) {
		struct request missing = button_of(paths[i], "");

		missing.token.count = 0;
		ask(missing);
		notices(400, PAGE_BAD_REQUEST);
		ask(button_of(paths[i], other));
		notices(403, PAGE_STALE);
	}
	assert_null(sparing);
	look();
	shows(200, PAGE_ENDING);
}

static void an_old_page_of_who_is_held_now_leads_to_the_questions(void **state)
{
	struct request old;

	(void)state;
	look();
	old = button_of(PATH_RENEW, token());
	old.found.seconds = 0;
	old.found.flags = 0;
	ask(old);
	leads_to(303, "/");
	get(PATH_ROOT);
	shows(200, PAGE_QUESTION);
	assert_int_equal(reply.page.number, 1);
}

static void an_old_page_of_who_has_renewed_leads_to_online(void **state)
{
	static const enum request_path paths[] = {PATH_RENEW, PATH_SPARE};
	char old[VISIT_TOKEN_SIZE];

	(void)state;
	look();
	memcpy(old, token(), sizeof(old));
	visit_end(portal.visits, visit()); /* as admit.c does when it is released */
	for (size_t i = 0; i < 2; i++) {
		struct request button = button_of(paths[i], old);

		button.found.seconds = HOURS12;
		button.found.flags = 0;
		ask(button);
		leads_to(303, "/online");
	}
	assert_null(sparing);
}

static void neither_button_is_there_for_who_is_held(void **state)
{
	static const enum request_path paths[] = {PATH_RENEW, PATH_SPARE};

	(void)state;
	get(PATH_ROOT);
	for (size_t i = 0; i < 2; i++) {
		struct request button = request_of(paths[i], true);

		field(&button.token, token());
		ask(button);
		leads_to(303, "/");
	}
	assert_null(sparing);
	get(PATH_ROOT);
	shows(200, PAGE_QUESTION);
	assert_int_equal(reply.page.number, 1);
}

/* A question that nobody has seen is not answered. */
static void an_answer_before_the_button_is_not_taken(void **state)
{
	(void)state;
	look();
	answer("b");
	leads_to(303, "/");
	assert_int_equal(counted(STORE_ANSWERED), 0);
	assert_int_equal(visit()->answered, 0);
}

#define ENDING(name) cmocka_unit_test_setup_teardown(name, begin_ending, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    ENDING(it_is_told_what_is_left_and_what_one_more_lesson_gives),
	    ENDING(the_page_counts_nothing),
	    ENDING(every_other_page_leads_to_it),
	    ENDING(how_long_it_is_online_can_be_seen_still),
	    ENDING(it_speaks_the_language_that_is_asked_for),
	    ENDING(a_trusted_device_is_simply_online),
	    ENDING(the_release_can_be_made_longer_in_its_last_minutes_alone),
	    ENDING(one_more_lesson_is_a_visit_like_any_other),
	    ENDING(who_was_asked_today_is_shown_the_lesson_once_more),
	    ENDING(later_for_some_minutes_is_not_offered_to_who_is_online),
	    ENDING(the_visit_goes_on_when_the_old_release_ends_in_it),
	    ENDING(pressed_twice_it_leads_to_the_same_question),
	    ENDING(who_had_begun_before_goes_on_there),
	    ENDING(later_ends_the_visit_and_leads_to_online),
	    ENDING(later_keeps_the_language),
	    ENDING(later_after_the_end_leads_to_the_questions),
	    ENDING(later_that_the_kernel_refused_can_be_tried_again),
	    ENDING(when_gate_cannot_be_asked_it_is_try_again),
	    ENDING(later_does_not_need_its_visit_any_more),
	    ENDING(a_button_without_its_token_does_nothing),
	    ENDING(an_old_page_of_who_is_held_now_leads_to_the_questions),
	    ENDING(an_old_page_of_who_has_renewed_leads_to_online),
	    ENDING(neither_button_is_there_for_who_is_held),
	    ENDING(an_answer_before_the_button_is_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
