/*
 * The learning side of a visit: who it is for, reviews, returns, a second try, "later",
 * and what is counted of it.
 * links: portal/flow portal/api portal/session portal/later portal/visit portal/quiz
 * links: portal/tally common/ether common/measure common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "test_flow.h"

static void choose(const char *audience)
{
	struct request request = request_of(PATH_ROOT, false);

	snprintf(request.audience, sizeof(request.audience), "%s", audience);
	ask(request);
}

static void remember(uint16_t objective, int32_t days_ago)
{
	remembered.learned[remembered.count].objective = objective;
	remembered.learned[remembered.count++].day = today - days_ago;
}

/* --- audiences --- */

static void a_visit_begins_with_the_audience_of_its_zone(void **state)
{
	(void)state;
	edition.zone_audience[1] = 1;
	get(PATH_ROOT);
	assert_int_equal(reply.page.audience, 1);
	assert_in_range(visit()->quiz.lesson, 2, 3);
}

static void one_tap_chooses_another_audience(void **state)
{
	(void)state;
	get(PATH_ROOT);
	assert_true(reply.page.choose);
	assert_in_range(visit()->quiz.lesson, 0, 1);
	choose("press");
	shows(200, PAGE_QUESTION);
	assert_int_equal(reply.page.audience, 1);
	assert_in_range(visit()->quiz.lesson, 2, 3);
	get(PATH_ROOT);
	assert_int_equal(visit()->audience, 1);
}

static void an_audience_that_is_not_there_changes_nothing(void **state)
{
	struct quiz before;

	(void)state;
	get(PATH_ROOT);
	before = visit()->quiz;
	choose("<script>");
	shows(200, PAGE_QUESTION);
	assert_int_equal(visit()->audience, 0);
	assert_memory_equal(&before, &visit()->quiz, sizeof(before));
}

/* The counters of a visit are of one audience. */
static void after_the_first_answer_the_audience_stays(void **state)
{
	(void)state;
	get(PATH_ROOT);
	answer("a");
	choose("press");
	assert_int_equal(visit()->audience, 0);
	assert_false(reply.page.choose);
}

static void a_pack_for_one_audience_offers_no_choice(void **state)
{
	(void)state;
	bank.audience_count = 1;
	get(PATH_ROOT);
	bank.audience_count = 2;
	assert_false(reply.page.choose);
}

static void counters_are_of_the_chosen_audience(void **state)
{
	(void)state;
	choose("press");
	answer("b");
	for (unsigned i = 0; i < portal.tally.row_count; i++)
		assert_int_equal(portal.tally.rows[i].audience, 102);
	assert_int_equal(counted(STORE_ANSWERED), 1);
}

/* --- devices that come back --- */

static void the_third_question_of_a_new_device_is_another_objective(void **state)
{
	(void)state;
	get(PATH_ROOT);
	answer("b");
	get(PATH_ROOT);
	answer("b");
	get(PATH_ROOT);
	assert_int_equal(reply.page.review, PAGE_REVIEW_OTHER);
	assert_false(reply.page.known);
}

static void after_three_days_the_objective_of_the_first_visit_is_reviewed(void **state)
{
	(void)state;
	remember(11, 3);
	get(PATH_ROOT);
	assert_true(reply.page.known);
	assert_int_equal(visit()->quiz.lesson, 1); /* the one not taught yet */
	answer("b");
	get(PATH_ROOT);
	answer("b");
	get(PATH_ROOT);
	assert_int_equal(reply.page.review, PAGE_REVIEW_EARLIER);
	assert_int_equal(reply.page.question->lesson, 0);
}

static void who_was_asked_today_is_greeted_and_not_asked(void **state)
{
	struct request button;

	(void)state;
	remember(12, 0);
	get(PATH_ROOT);
	shows(200, PAGE_RETURN);
	assert_ptr_equal(reply.page.lesson, &lessons[1]);
	assert_int_equal(counted(STORE_SHOWN), 0);
	button = acknowledge_of(token());
	assert_false(flow_reply(&portal, &button, &reply));
	assert_int_equal(admitted_as, STORE_RETURNED);
}

static void the_zone_says_how_often_a_device_is_asked(void **state)
{
	(void)state;
	conf.zones[1].ask_every_days = 5;
	remember(11, 4);
	get(PATH_ROOT);
	shows(200, PAGE_RETURN);
	visit_end(portal.visits, visit());
	conf.zones[1].ask_every_days = 0;
	get(PATH_ROOT);
	shows(200, PAGE_QUESTION);
}

static void without_a_clock_nobody_is_known(void **state)
{
	(void)state;
	remember(11, 3);
	today = 0;
	get(PATH_ROOT);
	shows(200, PAGE_QUESTION);
	assert_false(reply.page.known);
}

/* Else a device would be let through unasked until that day, and its answers counted as a
 * review of what it will have learned. */
static void what_was_learned_on_a_day_to_come_is_passed_over(void **state)
{
	(void)state;
	remember(11, -10);
	remember(12, -10);
	get(PATH_ROOT);
	shows(200, PAGE_QUESTION);
	assert_in_range(visit()->quiz.role[2], MEASURE_CONTROL, MEASURE_OTHER);
}

/* An objective that the pack does not have any more. */
static void what_is_not_taught_any_more_is_passed_over(void **state)
{
	(void)state;
	remember(99, 0);
	get(PATH_ROOT);
	shows(200, PAGE_QUESTION);
}

/* --- a second try --- */

static void a_wrong_second_answer_offers_a_similar_question_once(void **state)
{
	(void)state;
	get(PATH_ROOT);
	answer("b");
	get(PATH_ROOT);
	answer("a");
	get(PATH_ROOT);
	assert_true(reply.page.offer_retry);
	get(PATH_RETRY);
	leads_to(302, "/");
	get(PATH_ROOT);
	shows(200, PAGE_QUESTION);
	assert_true(reply.page.retry);
	assert_int_equal(reply.page.question->lesson, visit()->quiz.lesson);
	answer("b");
	leads_to(303, "/");
	get(PATH_ROOT);
	assert_true(reply.page.retried);
	assert_int_equal(reply.page.answer_count, 1);
	assert_false(reply.page.offer_retry);
	assert_int_equal(reply.page.number, 3);
	get(PATH_RETRY); /* a second time: nothing */
	get(PATH_ROOT);
	assert_false(reply.page.retry);
}

static void a_second_try_is_not_counted(void **state)
{
	uint32_t before;

	(void)state;
	get(PATH_ROOT);
	answer("a");
	get(PATH_ROOT);
	answer("a");
	get(PATH_RETRY);
	get(PATH_ROOT);
	before = portal.tally.row_count;
	answer("b");
	assert_int_equal(portal.tally.row_count, before);
	assert_int_equal(counted(STORE_ANSWERED), 2);
	assert_int_equal(counted(STORE_SHOWN), 2);
	assert_int_equal(counted(STORE_RIGHT), 0);
}

static void a_right_answer_offers_none(void **state)
{
	(void)state;
	get(PATH_ROOT);
	answer("a"); /* the first is not explained yet */
	get(PATH_ROOT);
	assert_false(reply.page.offer_retry);
	get(PATH_RETRY);
	get(PATH_ROOT);
	assert_false(reply.page.retry);
	answer("b");
	get(PATH_ROOT);
	assert_false(reply.page.offer_retry);
}

static void the_last_answer_can_be_tried_again_before_the_button(void **state)
{
	struct request button;

	(void)state;
	for (int i = 0; i < 3; i++) {
		get(PATH_ROOT);
		answer(i < 2 ? "b" : "a");
	}
	get(PATH_ROOT);
	shows(200, PAGE_ACKNOWLEDGE);
	assert_true(reply.page.offer_retry);
	get(PATH_RETRY);
	ask(acknowledge_of(token())); /* the question stands there now */
	notices(400, PAGE_BAD_REQUEST);
	get(PATH_ROOT);
	assert_true(reply.page.retry);
	answer("c");
	get(PATH_ROOT);
	shows(200, PAGE_ACKNOWLEDGE);
	assert_true(reply.page.retried);
	assert_int_equal(reply.page.right, 2);
	button = acknowledge_of(token());
	assert_false(flow_reply(&portal, &button, &reply));
	assert_int_equal(admitted_as, STORE_ACKNOWLEDGED);
}

/* --- later --- */

static struct request later_of(const char *with)
{
	struct request request = request_of(PATH_LATER, true);

	field(&request.token, with);
	return request;
}

static void later_is_not_offered_unless_configured(void **state)
{
	(void)state;
	get(PATH_ROOT);
	assert_int_equal(reply.page.later_seconds, 0);
	ask(later_of(token()));
	notices(400, PAGE_BAD_REQUEST);
	assert_int_equal(admissions, 0);
}

static void later_is_admitted_as_such(void **state)
{
	struct request request;

	(void)state;
	conf.later_seconds = 600;
	get(PATH_ROOT);
	assert_int_equal(reply.page.later_seconds, 600);
	request = later_of(token());
	assert_false(flow_reply(&portal, &request, &reply));
	assert_int_equal(admitted_as, STORE_DEFERRED);
}

static void later_is_offered_once_a_day(void **state)
{
	const struct ether other = {{2, 0, 0, 0, 0, 2}};

	(void)state;
	later_take(&other, 1000);
	assert_false(later_is_free(&other, 1000 + 24 * 3600 * 1000 - 1));
	assert_true(later_is_free(&other, 1000 + 24 * 3600 * 1000));
	assert_true(later_is_free(&phone, 1000));
}

static void later_is_for_the_first_page_only(void **state)
{
	(void)state;
	conf.later_seconds = 600;
	get(PATH_ROOT);
	answer("b");
	get(PATH_ROOT);
	assert_int_equal(reply.page.later_seconds, 0);
	ask(later_of(token()));
	notices(400, PAGE_BAD_REQUEST);
}

/* "later" has been pressed and is being stored: a tap on the form below it changes nothing,
 * or the release would find nobody at the button and its connection would wait for ever. */
static void while_later_is_stored_an_answer_is_not_taken(void **state)
{
	struct request request;

	(void)state;
	conf.later_seconds = 600;
	get(PATH_ROOT);
	request = later_of(token());
	assert_false(flow_reply(&portal, &request, &reply));
	answer("b");
	leads_to(303, "/");
	assert_int_equal(visit()->answered, 0);
	assert_int_equal(counted(STORE_ANSWERED), 0);
	get(PATH_ROOT);
	assert_int_equal(visit()->state, VISIT_ACKNOWLEDGED);
	assert_ptr_equal(visit()->waiters, &request);
}

/* Another audience, asked for by HEAD, has not been counted as shown yet. */
static void while_later_is_stored_a_look_leaves_it_so(void **state)
{
	struct request look = request_of(PATH_ROOT, false), request;

	(void)state;
	conf.later_seconds = 600;
	get(PATH_ROOT);
	look.head = true;
	snprintf(look.audience, sizeof(look.audience), "press");
	ask(look);
	request = later_of(token());
	assert_false(flow_reply(&portal, &request, &reply));
	get(PATH_ROOT);
	assert_int_equal(visit()->state, VISIT_ACKNOWLEDGED);
}

/* --- what is counted of learning --- */

static void first_answers_are_counted_by_role_option_and_time(void **state)
{
	uint16_t item;

	(void)state;
	get(PATH_ROOT);
	item = question_names[visit()->quiz.question[0]];
	answer("c");
	assert_int_equal(counted_measure(item, "answer/pre/c/fast"), 1);
	get(PATH_ROOT);
	item = question_names[visit()->quiz.question[1]];
	visit()->shown_ms -= 5000;
	answer("b");
	assert_int_equal(counted_measure(item, "answer/post/b/calm"), 1);
	assert_int_equal(measured(MEASURE_ANSWER), 2);
	assert_int_equal(measured(MEASURE_PAIR) + measured(MEASURE_REST), 0);
}

static void a_visit_answered_to_its_end_counts_how_its_answers_go_together(void **state)
{
	static const char *const choices[] = {"a", "b", "b"};
	uint16_t items[3], objective;

	(void)state;
	for (int i = 0; i < 3; i++) {
		get(PATH_ROOT);
		items[i] = question_names[visit()->quiz.question[i]];
		answer(choices[i]);
	}
	objective = lesson_names[visit()->quiz.lesson];
	assert_int_equal(counted_measure(objective, "pair/wrong/right"), 1);
	assert_int_equal(counted_measure(items[0], "rest/wrong/2"), 1);
	assert_int_equal(counted_measure(items[1], "rest/right/1"), 1);
	assert_int_equal(counted_measure(items[2], "rest/right/1"), 1);
	assert_int_equal(measured(MEASURE_REST), 3);
	assert_int_equal(measured(MEASURE_PAIR), 1);
	assert_int_equal(counted_measure(items[2], "answer/control/b/fast"), 1);
}

/* It may have been taught here, only nobody knows it any more: no control. */
static void a_device_that_nobody_could_know_is_no_control(void **state)
{
	(void)state;
	get(PATH_ROOT);
	assert_int_equal(visit()->quiz.role[2], MEASURE_CONTROL);
	visit_end(portal.visits, visit());
	conf.remember_days = 0;
	get(PATH_ROOT);
	assert_int_equal(visit()->quiz.role[2], MEASURE_OTHER);
	visit_end(portal.visits, visit());
	conf.remember_days = 30;
	today = 0;
	get(PATH_ROOT);
	assert_int_equal(visit()->quiz.role[2], MEASURE_OTHER);
}

static void an_express_answer_is_a_role_of_its_own(void **state)
{
	(void)state;
	conf.express = true;
	get(PATH_ROOT);
	answer("b");
	assert_int_equal(
	    counted_measure(question_names[visit()->quiz.question[0]], "answer/only/b/fast"), 1);
	assert_int_equal(measured(MEASURE_PAIR) + measured(MEASURE_REST), 0);
}

/* --- editions --- */

static void a_visit_keeps_the_edition_that_it_began_with(void **state)
{
	static struct lesson_bank other_bank;
	struct edition newer = edition;

	(void)state;
	get(PATH_ROOT);
	assert_int_equal(edition.visits, 1);
	newer.bank = &other_bank;
	portal.edition = &newer;
	answer("b");
	get(PATH_ROOT);
	assert_ptr_equal(reply.edition, &edition);
	visit_end(portal.visits, visit());
	assert_int_equal(edition.visits, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    AROUND(a_visit_begins_with_the_audience_of_its_zone),
	    AROUND(one_tap_chooses_another_audience),
	    AROUND(an_audience_that_is_not_there_changes_nothing),
	    AROUND(after_the_first_answer_the_audience_stays),
	    AROUND(a_pack_for_one_audience_offers_no_choice),
	    AROUND(counters_are_of_the_chosen_audience),
	    AROUND(the_third_question_of_a_new_device_is_another_objective),
	    AROUND(after_three_days_the_objective_of_the_first_visit_is_reviewed),
	    AROUND(who_was_asked_today_is_greeted_and_not_asked),
	    AROUND(the_zone_says_how_often_a_device_is_asked),
	    AROUND(without_a_clock_nobody_is_known),
	    AROUND(what_was_learned_on_a_day_to_come_is_passed_over),
	    AROUND(what_is_not_taught_any_more_is_passed_over),
	    AROUND(a_wrong_second_answer_offers_a_similar_question_once),
	    AROUND(a_second_try_is_not_counted),
	    AROUND(a_right_answer_offers_none),
	    AROUND(the_last_answer_can_be_tried_again_before_the_button),
	    AROUND(later_is_not_offered_unless_configured),
	    AROUND(later_is_admitted_as_such),
	    AROUND(later_is_offered_once_a_day),
	    AROUND(later_is_for_the_first_page_only),
	    AROUND(while_later_is_stored_an_answer_is_not_taken),
	    AROUND(while_later_is_stored_a_look_leaves_it_so),
	    AROUND(first_answers_are_counted_by_role_option_and_time),
	    AROUND(a_visit_answered_to_its_end_counts_how_its_answers_go_together),
	    AROUND(a_device_that_nobody_could_know_is_no_control),
	    AROUND(an_express_answer_is_a_role_of_its_own),
	    AROUND(a_visit_keeps_the_edition_that_it_began_with),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
