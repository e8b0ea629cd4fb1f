/*
 * A computer that many people use, one after the other.
 * links: portal/flow portal/api portal/session portal/later portal/visit portal/quiz
 * links: portal/tally common/ether common/measure common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "test_flow.h"

static int begin_shared(void **state)
{
	if (begin(state) < 0)
		return -1;
	conf.zones[1].shared = true;
	return 0;
}

/* --- everybody is new --- */

static void remember_today(void)
{
	remembered.learned[0].objective = 11;
	remembered.learned[0].day = today;
	remembered.count = 1;
}

static void what_the_one_before_has_learned_is_not_the_next_ones(void **state)
{
	(void)state;
	remember_today();
	get(PATH_ROOT);
	shows(200, PAGE_QUESTION);
	assert_false(reply.page.known);
	assert_int_equal(visit()->quiz.total, 3);
}

static void in_another_zone_it_is_remembered(void **state)
{
	struct request request = request_of(PATH_ROOT, false);

	(void)state;
	remember_today();
	request.found.zone = 0;
	ask(request);
	shows(200, PAGE_RETURN);
}

/* Who was never taught: nobody can know that here. */
static void its_answers_are_no_control(void **state)
{
	(void)state;
	for (int i = 0; i < 50; i++) {
		get(PATH_ROOT);
		assert_int_equal(visit()->quiz.role[2], MEASURE_OTHER);
		visit_end(portal.visits, visit());
	}
	conf.zones[1].shared = false;
	get(PATH_ROOT);
	assert_int_equal(visit()->quiz.role[2], MEASURE_CONTROL);
}

static void later_is_not_offered_there(void **state)
{
	struct request request;

	(void)state;
	conf.later_seconds = 600;
	get(PATH_ROOT);
	assert_int_equal(reply.page.later_seconds, 0);
	request = request_of(PATH_LATER, true);
	field(&request.token, token());
	ask(request);
	notices(400, PAGE_BAD_REQUEST);
	assert_int_equal(admissions, 0);
}

/* --- the session and its end --- */

static struct request released_of(enum request_path path, bool post)
{
	struct request request = request_of(path, post);

	request.found.seconds = 1800;
	request.found.value = 5000;
	snprintf(request.host, sizeof(request.host), "10.77.0.1:2080");
	return request;
}

static const char *end_token(void)
{
	static char text[PAGE_TOKEN_SIZE];

	ask(released_of(PATH_ONLINE, false));
	shows(200, PAGE_ONLINE);
	assert_true(reply.page.shared);
	snprintf(text, sizeof(text), "%s", reply.page.token);
	return text;
}

static struct request end_of(const char *with)
{
	struct request request = released_of(PATH_END, true);

	field(&request.token, with);
	return request;
}

static void told(enum msg_status status)
{
	struct wish_outcome outcome = {.status = status, .mac = phone};

	wish_tell(wish_arg, &outcome);
}

static void who_is_online_can_end_the_session_and_find_the_page_again(void **state)
{
	struct request request = released_of(PATH_ROOT, false);

	(void)state;
	assert_int_equal(strlen(end_token()), PAGE_TOKEN_SIZE - 1);
	assert_int_equal(reply.page.seconds_left, 1800);
	assert_true(flow_reply(&portal, &request, &reply));
	assert_true(reply.page.shared);
	assert_string_equal(reply.page.portal, "10.77.0.1:2080");
}

static void elsewhere_there_is_no_session_to_end(void **state)
{
	struct request request = released_of(PATH_ONLINE, false);

	(void)state;
	request.found.zone = 0;
	ask(request);
	assert_false(reply.page.shared);
	assert_null(reply.page.token);
	request = released_of(PATH_ONLINE, false);
	request.found.flags = MSG_FLAG_TRUSTED;
	ask(request);
	assert_false(reply.page.shared);
}

static void a_session_ends_when_it_is_stored_and_revoked(void **state)
{
	struct request button = end_of(end_token());

	(void)state;
	assert_false(flow_reply(&portal, &button, &reply));
	assert_int_equal(wished, 1);
	assert_null(woken);
	told(MSG_OK);
	assert_ptr_equal(woken, &button);
	assert_true(woken_admitted);
	button.admitted = true;
	flow_outcome(&portal, &button, &reply);
	leads_to(303, "/ended");
	get(PATH_ENDED);
	notices(200, PAGE_ENDED);
	/* The next person, at the same computer. */
	get(PATH_ROOT);
	shows(200, PAGE_QUESTION);
}

static void the_language_that_was_read_goes_along(void **state)
{
	struct request button = end_of(end_token());

	(void)state;
	button.language = EN;
	assert_false(flow_reply(&portal, &button, &reply));
	told(MSG_OK);
	button.admitted = true;
	flow_outcome(&portal, &button, &reply);
	leads_to(303, "/ended?lang=en");
}

static void one_that_could_not_be_ended_is_still_on(void **state)
{
	struct request button = end_of(end_token());

	(void)state;
	assert_false(flow_reply(&portal, &button, &reply));
	told(MSG_FAILED);
	assert_false(woken_admitted);
	button.admitted = false;
	flow_outcome(&portal, &button, &reply);
	notices(503, PAGE_STILL_ON);
	/* The same button, once more. */
	button = end_of(end_token());
	assert_false(flow_reply(&portal, &button, &reply));
	assert_int_equal(wished, 2);
	told(MSG_OK);
	assert_true(woken_admitted);
}

static void when_all_places_are_taken_it_is_still_on(void **state)
{
	(void)state;
	wishes_have_room = false;
	ask(end_of(end_token()));
	notices(503, PAGE_STILL_ON);
}

static void a_second_tap_on_the_end_waits_for_the_same(void **state)
{
	struct request one = end_of(end_token()), two = one;

	(void)state;
	assert_false(flow_reply(&portal, &one, &reply));
	assert_false(flow_reply(&portal, &two, &reply));
	assert_int_equal(wished, 1);
	told(MSG_OK);
	assert_ptr_equal(woken, &two);
	assert_ptr_equal(two.next_waiter, &one);
	/* One that comes when all is over. */
	two = request_of(PATH_END, true);
	ask(two);
	leads_to(303, "/ended");
}

/* From another site, from another device, of an earlier release, or none. */
static void a_form_that_is_not_this_sessions_ends_nothing(void **state)
{
	char token[PAGE_TOKEN_SIZE];
	struct request request;

	(void)state;
	snprintf(token, sizeof(token), "%s", end_token());
	request = end_of(token);
	request.found.value++;
	ask(request);
	notices(403, PAGE_STILL_ON);
	request = end_of(token);
	request.found.mac.byte[5]++;
	ask(request);
	notices(403, PAGE_STILL_ON);
	ask(end_of(""));
	notices(403, PAGE_STILL_ON);
	ask(released_of(PATH_END, true));
	notices(403, PAGE_STILL_ON);
	request = end_of(token);
	request.token.count = 2;
	ask(request);
	notices(403, PAGE_STILL_ON);
	for (size_t i = 0; i < sizeof(token) - 1; i++) {
		char kept = token[i];

		token[i] = kept == 'a' ? 'b' : 'a';
		ask(end_of(token));
		notices(403, PAGE_STILL_ON);
		token[i] = kept;
	}
	assert_int_equal(wished, 0);
	request = end_of(token);
	assert_false(flow_reply(&portal, &request, &reply));
	told(MSG_OK);
}

static void where_computers_are_not_shared_nothing_is_ended(void **state)
{
	struct request request = end_of(end_token());

	(void)state;
	request.found.zone = 0;
	ask(request);
	leads_to(303, "/online");
	assert_int_equal(wished, 0);
}

static void looking_at_the_end_ends_nothing(void **state)
{
	struct request request;

	(void)state;
	ask(released_of(PATH_END, false));
	leads_to(302, "/");
	ask(released_of(PATH_ENDED, false));
	leads_to(302, "/");
	request = request_of(PATH_ENDED, false); /* another device, held, that has ended nothing */
	request.found.mac.byte[5] = 77;
	ask(request);
	leads_to(302, "/");
	request.path = PATH_END;
	request.post = true;
	ask(request);
	leads_to(303, "/");
	assert_int_equal(wished, 0);
}

#define SHARED(name) cmocka_unit_test_setup_teardown(name, begin_shared, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    SHARED(what_the_one_before_has_learned_is_not_the_next_ones),
	    SHARED(in_another_zone_it_is_remembered),
	    SHARED(its_answers_are_no_control),
	    SHARED(later_is_not_offered_there),
	    SHARED(who_is_online_can_end_the_session_and_find_the_page_again),
	    SHARED(elsewhere_there_is_no_session_to_end),
	    SHARED(a_session_ends_when_it_is_stored_and_revoked),
	    SHARED(the_language_that_was_read_goes_along),
	    SHARED(one_that_could_not_be_ended_is_still_on),
	    SHARED(when_all_places_are_taken_it_is_still_on),
	    SHARED(a_second_tap_on_the_end_waits_for_the_same),
	    SHARED(a_form_that_is_not_this_sessions_ends_nothing),
	    SHARED(where_computers_are_not_shared_nothing_is_ended),
	    SHARED(looking_at_the_end_ends_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
