/*
 * The way of a visitor, request by request: pages, languages, counters.
 * links: portal/flow portal/api portal/session portal/later portal/visit portal/quiz portal/tally
 * links: common/ether common/measure common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "test_flow.h"

/* --- the pages of a visit --- */

static void the_first_page_is_a_question_without_lesson_or_key(void **state)
{
	(void)state;
	get(PATH_ROOT);
	shows(200, PAGE_QUESTION);
	assert_int_equal(reply.page.number, 1);
	assert_int_equal(reply.page.total, 3);
	assert_ptr_equal(reply.page.question, &questions[visit()->quiz.question[0]]);
	assert_memory_equal(reply.page.order, visit()->quiz.order[0], LESSON_OPTIONS_MAX);
	assert_null(reply.page.lesson);
	assert_false(reply.page.noted);
	assert_int_equal(reply.page.answer_count, 0);
	assert_string_equal(reply.page.token, token());
	assert_int_equal(visit()->state, VISIT_LEARNING);
	assert_int_equal(visit()->zone, 1);
}

static void after_the_first_answer_comes_its_lesson_and_no_key_yet(void **state)
{
	(void)state;
	get(PATH_ROOT);
	answer("a");
	leads_to(303, "/");
	get(PATH_ROOT);
	shows(200, PAGE_QUESTION);
	assert_int_equal(reply.page.number, 2);
	assert_ptr_equal(reply.page.question, &questions[visit()->quiz.question[1]]);
	assert_ptr_equal(reply.page.lesson, &lessons[reply.page.question->lesson]);
	assert_true(reply.page.noted);
	assert_int_equal(reply.page.answer_count, 0);
}

static void after_the_second_both_are_explained(void **state)
{
	(void)state;
	get(PATH_ROOT);
	answer("b");
	get(PATH_ROOT);
	answer("a");
	get(PATH_ROOT);
	shows(200, PAGE_QUESTION);
	assert_int_equal(reply.page.number, 3);
	assert_null(reply.page.lesson);
	assert_false(reply.page.noted);
	assert_int_equal(reply.page.answer_count, 2);
	assert_ptr_equal(reply.page.answers, reply.answers);
	assert_ptr_equal(reply.answers[0].question, &questions[visit()->quiz.question[0]]);
	assert_int_equal(reply.answers[0].chosen, 1);
	assert_ptr_equal(reply.answers[1].question, &questions[visit()->quiz.question[1]]);
	assert_int_equal(reply.answers[1].chosen, 0);
}

static void after_the_third_come_its_explanation_the_score_and_the_button(void **state)
{
	(void)state;
	get(PATH_ROOT);
	answer("b");
	get(PATH_ROOT);
	answer("b");
	get(PATH_ROOT);
	answer("c");
	get(PATH_ROOT);
	shows(200, PAGE_ACKNOWLEDGE);
	assert_int_equal(reply.page.right, 2);
	assert_int_equal(reply.page.total, 3);
	assert_int_equal(reply.page.answer_count, 1);
	assert_ptr_equal(reply.answers[0].question, &questions[visit()->quiz.question[2]]);
	assert_int_equal(reply.answers[0].chosen, 2);
	assert_string_equal(reply.page.token, token());
}

static void an_express_visit_has_its_lesson_with_the_one_question(void **state)
{
	(void)state;
	conf.express = true;
	get(PATH_ROOT);
	shows(200, PAGE_QUESTION);
	assert_int_equal(reply.page.total, 1);
	assert_ptr_equal(reply.page.lesson, &lessons[reply.page.question->lesson]);
	assert_false(reply.page.noted);
	answer("b");
	get(PATH_ROOT);
	shows(200, PAGE_ACKNOWLEDGE);
	assert_int_equal(reply.page.right, 1);
	assert_int_equal(reply.page.total, 1);
	assert_int_equal(reply.page.answer_count, 1);
}

/* Nobody is kept offline for a wrong answer. */
static void wrong_answers_lead_to_the_button_too(void **state)
{
	(void)state;
	to_the_button();
	get(PATH_ROOT);
	shows(200, PAGE_ACKNOWLEDGE);
	assert_int_equal(reply.page.right, 0);
}

static void looking_again_shows_the_same_page(void **state)
{
	struct reply first;

	(void)state;
	get(PATH_ROOT);
	first = reply;
	get(PATH_ROOT);
	assert_ptr_equal(reply.page.question, first.page.question);
	assert_string_equal(reply.token, first.token);
	assert_memory_equal(reply.page.order, first.page.order, sizeof(first.page.order));
	assert_int_equal(visit_count(portal.visits), 1);
}

/* --- languages --- */

static void a_visit_begins_in_the_language_that_the_device_prefers(void **state)
{
	struct request request = request_of(PATH_ROOT, false);

	(void)state;
	request.accepted = EN;
	ask(request);
	assert_int_equal(reply.page.language, EN);
	get(PATH_ROOT); /* another header does not change it */
	assert_int_equal(reply.page.language, EN);
}

static void a_language_asked_for_stays_for_the_visit(void **state)
{
	struct request request = request_of(PATH_ROOT, false);

	(void)state;
	request.language = EN;
	ask(request);
	assert_int_equal(reply.page.language, EN);
	answer("a");
	get(PATH_ROOT);
	assert_int_equal(reply.page.language, EN);
	request.language = VI;
	ask(request);
	assert_int_equal(reply.page.language, VI);
}

static void a_notice_is_in_the_language_asked_for_or_preferred(void **state)
{
	struct request request = request_of(PATH_ROOT, false);

	(void)state;
	request.found.status = MSG_ABSENT;
	request.accepted = EN;
	ask(request);
	assert_int_equal(reply.page.language, EN);
	request.language = VI;
	ask(request);
	assert_int_equal(reply.page.language, VI);
}

/* What is counted as acknowledged and as released must be one language. */
static void the_language_stays_while_the_acknowledgement_is_stored(void **state)
{
	struct request button, look = request_of(PATH_ROOT, false);

	(void)state;
	to_the_button();
	button = acknowledge_of(token());
	assert_false(flow_reply(&portal, &button, &reply));
	look.language = EN;
	ask(look);
	assert_int_equal(visit()->language, VI);
}

/* --- counting --- */

static void a_question_is_counted_as_shown_once(void **state)
{
	(void)state;
	get(PATH_ROOT);
	get(PATH_ROOT);
	assert_int_equal(counted(STORE_SHOWN), 1);
	answer("a");
	assert_int_equal(counted(STORE_SHOWN), 1);
	get(PATH_ROOT);
	get(PATH_ROOT);
	assert_int_equal(counted(STORE_SHOWN), 2);
}

static void a_whole_visit_is_counted_exactly(void **state)
{
	(void)state;
	to_the_button();
	get(PATH_ROOT);
	get(PATH_ROOT);
	assert_int_equal(counted(STORE_SHOWN), 3);
	assert_int_equal(counted(STORE_ANSWERED), 3);
	assert_int_equal(counted(STORE_RIGHT), 0);
}

static void right_answers_are_counted_beside_answered_ones(void **state)
{
	(void)state;
	get(PATH_ROOT);
	answer("b");
	assert_int_equal(counted(STORE_ANSWERED), 1);
	assert_int_equal(counted(STORE_RIGHT), 1);
	get(PATH_ROOT);
	answer("a");
	assert_int_equal(counted(STORE_ANSWERED), 2);
	assert_int_equal(counted(STORE_RIGHT), 1);
}

static void it_is_counted_in_the_visits_zone_and_language(void **state)
{
	struct request request = request_of(PATH_ROOT, false);

	(void)state;
	request.language = EN;
	ask(request);
	answer("b");
	assert_int_equal(counted_in(1, EN, STORE_SHOWN), 1);
	assert_int_equal(counted_in(1, EN, STORE_ANSWERED), 1);
	assert_int_equal(counted_in(1, EN, STORE_RIGHT), 1);
	assert_int_equal(counted(STORE_SHOWN), 1);
}

/* The numbers at its foot are believed for so long. */
static void every_page_knows_the_day(void **state)
{
	struct request online = request_of(PATH_ONLINE, false);
	struct request away = request_of(PATH_ROOT, false);

	(void)state;
	get(PATH_ROOT);
	assert_int_equal(reply.page.today, today);
	online.found.seconds = 60;
	ask(online);
	assert_int_equal(reply.page.kind, PAGE_ONLINE);
	assert_int_equal(reply.page.today, today);
	away.found.status = MSG_ABSENT;
	ask(away);
	assert_int_equal(reply.page.kind, PAGE_NOTICE);
	assert_int_equal(reply.page.today, today);
	away.admitted = false;
	flow_outcome(&portal, &away, &reply);
	assert_int_equal(reply.page.today, today);
}

/* A visit goes on as always; the pages only do not promise what is not there. */
static void without_an_internet_the_pages_say_so(void **state)
{
	struct request root = request_of(PATH_ROOT, false);
	struct request online = request_of(PATH_ONLINE, false);

	(void)state;
	ask(root);
	assert_false(reply.page.offline);
	root.found.flags = MSG_FLAG_UPLINK_DOWN;
	ask(root);
	assert_int_equal(reply.page.kind, PAGE_QUESTION);
	assert_true(reply.page.offline);
	online.found.seconds = 60;
	ask(online);
	assert_false(reply.page.offline);
	online.found.flags = MSG_FLAG_UPLINK_DOWN | MSG_FLAG_TRUSTED;
	ask(online);
	assert_int_equal(reply.page.kind, PAGE_ONLINE);
	assert_true(reply.page.offline);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    AROUND(the_first_page_is_a_question_without_lesson_or_key),
	    AROUND(after_the_first_answer_comes_its_lesson_and_no_key_yet),
	    AROUND(after_the_second_both_are_explained),
	    AROUND(after_the_third_come_its_explanation_the_score_and_the_button),
	    AROUND(an_express_visit_has_its_lesson_with_the_one_question),
	    AROUND(wrong_answers_lead_to_the_button_too),
	    AROUND(looking_again_shows_the_same_page),
	    AROUND(a_visit_begins_in_the_language_that_the_device_prefers),
	    AROUND(a_language_asked_for_stays_for_the_visit),
	    AROUND(a_notice_is_in_the_language_asked_for_or_preferred),
	    AROUND(the_language_stays_while_the_acknowledgement_is_stored),
	    AROUND(a_question_is_counted_as_shown_once),
	    AROUND(a_whole_visit_is_counted_exactly),
	    AROUND(right_answers_are_counted_beside_answered_ones),
	    AROUND(it_is_counted_in_the_visits_zone_and_language),
	    AROUND(every_page_knows_the_day),
	    AROUND(without_an_internet_the_pages_say_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
