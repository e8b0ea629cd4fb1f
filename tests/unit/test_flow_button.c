/*
 * The button, and who needs none: released, trusted, not here, or without a place.
 * links: portal/flow portal/api portal/session portal/later portal/visit portal/quiz portal/tally
 * links: common/ether common/measure common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "test_flow.h"

/* --- the button --- */

static void the_button_waits_with_the_address_that_gate_will_check(void **state)
{
	struct request button;

	(void)state;
	to_the_button();
	button = acknowledge_of(token());
	button.found.zone = 0; /* it has moved */
	assert_false(flow_reply(&portal, &button, &reply));
	assert_int_equal(admissions, 1);
	assert_int_equal(visit()->state, VISIT_ACKNOWLEDGED);
	assert_ptr_equal(visit()->waiters, &button);
	assert_int_equal(visit()->family, 4);
	assert_memory_equal(visit()->address, button.address, 16);
	assert_int_equal(visit()->ifindex, 7);
	assert_int_equal(visit()->zone, 0);
}

static void a_second_tap_waits_for_the_same_outcome(void **state)
{
	struct request one, two;

	(void)state;
	to_the_button();
	one = acknowledge_of(token());
	two = acknowledge_of(token());
	two.address[3] = 99;
	assert_false(flow_reply(&portal, &one, &reply));
	assert_false(flow_reply(&portal, &two, &reply));
	assert_int_equal(admissions, 1);
	assert_ptr_equal(visit()->waiters, &two);
	assert_ptr_equal(two.next_waiter, &one);
	assert_null(one.next_waiter);
	assert_int_equal(visit()->address[3], 5);
}

static void with_a_full_store_nothing_is_admitted_and_all_can_be_tried_again(void **state)
{
	struct request button;

	(void)state;
	to_the_button();
	store_has_room = false;
	ask(acknowledge_of(token()));
	notices(503, PAGE_TRY_AGAIN);
	assert_null(visit()->waiters);
	assert_int_not_equal(visit()->state, VISIT_ACKNOWLEDGED);
	store_has_room = true;
	button = acknowledge_of(token());
	assert_false(flow_reply(&portal, &button, &reply));
	assert_int_equal(admissions, 1);
}

static void looking_while_it_is_stored_shows_the_button(void **state)
{
	struct request button;

	(void)state;
	to_the_button();
	button = acknowledge_of(token());
	assert_false(flow_reply(&portal, &button, &reply));
	get(PATH_ROOT);
	shows(200, PAGE_ACKNOWLEDGE);
	assert_int_equal(visit()->state, VISIT_ACKNOWLEDGED);
}

static void the_outcome_is_online_or_try_again(void **state)
{
	struct request request = acknowledge_of("x");

	(void)state;
	memset(&reply, 0xa5, sizeof(reply));
	request.admitted = true;
	flow_outcome(&portal, &request, &reply);
	leads_to(303, "/online");
	memset(&reply, 0xa5, sizeof(reply));
	request.admitted = false;
	flow_outcome(&portal, &request, &reply);
	notices(503, PAGE_TRY_AGAIN);
}

/* --- who is not held, or not here --- */

static void a_released_device_is_told_that_it_is_online(void **state)
{
	static const enum request_path paths[] = {PATH_ROOT, PATH_ONLINE};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct request request = request_of(paths[i], false);

		request.found.seconds = 4321;
		request.language = EN;
		ask(request);
		shows(200, PAGE_ONLINE);
		assert_int_equal(reply.page.seconds_left, 4321);
		assert_int_equal(reply.page.language, EN);
	}
	assert_null(visit());
	assert_int_equal(counted(STORE_SHOWN), 0);
}

/* Released meanwhile in another tab: the form is not read any more. */
static void a_form_of_a_released_device_leads_to_online(void **state)
{
	static const enum request_path paths[] = {PATH_ANSWER, PATH_ACKNOWLEDGE, PATH_OTHER};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct request request = request_of(paths[i], true);

		request.found.seconds = 1;
		ask(request);
		leads_to(303, "/online");
	}
	assert_int_equal(admissions, 0);
}

static void another_page_of_a_released_device_leads_to_the_first(void **state)
{
	struct request request = request_of(PATH_OTHER, false);

	(void)state;
	request.found.seconds = 1;
	ask(request);
	leads_to(302, "/");
}

static void a_trusted_device_is_online_without_an_end(void **state)
{
	struct request request = request_of(PATH_ROOT, false);

	(void)state;
	request.found.flags = MSG_FLAG_TRUSTED;
	ask(request);
	shows(200, PAGE_ONLINE);
	assert_int_equal(reply.page.seconds_left, 0);
	assert_null(visit());
}

static void who_is_not_on_the_wifi_is_told_so_and_nothing_begins(void **state)
{
	static const uint32_t statuses[] = {MSG_ABSENT, MSG_FAILED};

	(void)state;
	for (size_t i = 0; i < 2; i++)
		for (int path = PATH_ROOT; path <= PATH_OTHER; path++) {
			struct request request = request_of((enum request_path)path,
							    path == PATH_ANSWER ||
								path == PATH_ACKNOWLEDGE);

			request.found.status = statuses[i];
			request.found.seconds = 60; /* means nothing then */
			ask(request);
			notices(403, PAGE_NOT_HERE);
		}
	assert_int_equal(visit_count(portal.visits), 0);
}

/* --- a full table --- */

static void fill_with_acknowledged(void)
{
	for (uint8_t n = 0; n < VISITS; n++) {
		struct ether mac = {{2, 0, 0, 0, 9, n}};

		visit_begin(portal.visits, &mac, 1)->state = VISIT_ACKNOWLEDGED;
	}
}

static void with_a_full_table_it_is_try_again(void **state)
{
	(void)state;
	fill_with_acknowledged();
	get(PATH_ROOT);
	notices(503, PAGE_TRY_AGAIN);
	assert_null(visit());
	assert_int_equal(counted(STORE_SHOWN), 0);
}

/* A reader is not the oldest: each request makes the visit the youngest. */
static void who_is_reading_is_not_the_one_to_make_room(void **state)
{
	(void)state;
	get(PATH_ROOT);
	for (uint8_t n = 0; n < 2 * VISITS; n++) {
		struct request other = request_of(PATH_ROOT, false);

		get(PATH_ROOT);
		other.found.mac.byte[5] = (uint8_t)(n + 10);
		ask(other);
	}
	assert_non_null(visit());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    AROUND(the_button_waits_with_the_address_that_gate_will_check),
	    AROUND(a_second_tap_waits_for_the_same_outcome),
	    AROUND(with_a_full_store_nothing_is_admitted_and_all_can_be_tried_again),
	    AROUND(looking_while_it_is_stored_shows_the_button),
	    AROUND(the_outcome_is_online_or_try_again),
	    AROUND(a_released_device_is_told_that_it_is_online),
	    AROUND(a_form_of_a_released_device_leads_to_online),
	    AROUND(another_page_of_a_released_device_leads_to_the_first),
	    AROUND(a_trusted_device_is_online_without_an_end),
	    AROUND(who_is_not_on_the_wifi_is_told_so_and_nothing_begins),
	    AROUND(with_a_full_table_it_is_try_again),
	    AROUND(who_is_reading_is_not_the_one_to_make_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
