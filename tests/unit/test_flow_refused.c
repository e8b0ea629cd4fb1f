/*
 * Forms that are not as they should be: missing, repeated, impossible, foreign, replayed.
 * None of them moves a visit or a counter, or releases.
 * links: portal/flow portal/api portal/session portal/later portal/visit portal/quiz portal/tally
 * links: common/ether common/measure common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "test_flow.h"

/* --- forms that are not as they should be --- */

/* Answers that change nothing: not the step, not a counter. */
static void refuses(struct request request, unsigned status, enum page_notice notice)
{
	uint8_t step = visit()->step;
	uint32_t answered = counted(STORE_ANSWERED);

	ask(request);
	notices(status, notice);
	assert_int_equal(visit()->step, step);
	assert_int_equal(counted(STORE_ANSWERED), answered);
	assert_int_equal(admissions, 0);
}

static void an_impossible_choice_is_a_bad_request(void **state)
{
	static const char *const choices[] = {"", "d", "e", "z", "A", "0", "aa", "a ", " a", "`", "\xff"};

	(void)state;
	get(PATH_ROOT);
	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++)
		refuses(answer_of(token(), choices[i]), 400, PAGE_BAD_REQUEST);
}

static void a_missing_repeated_or_overlong_choice_is_a_bad_request(void **state)
{
	struct request missing, repeated, overlong;

	(void)state;
	get(PATH_ROOT);
	missing = answer_of(token(), "");
	missing.choice.count = 0;
	repeated = answer_of(token(), "a");
	repeated.choice.count = 2;
	overlong = answer_of(token(), "a");
	overlong.choice.bad = true;
	refuses(missing, 400, PAGE_BAD_REQUEST);
	refuses(repeated, 400, PAGE_BAD_REQUEST);
	refuses(overlong, 400, PAGE_BAD_REQUEST);
}

static void a_missing_repeated_or_overlong_token_is_a_bad_request(void **state)
{
	(void)state;
	to_the_button();
	for (int i = 0; i < 2; i++) {
		struct request missing = i == 0 ? answer_of(token(), "a") : acknowledge_of(token());
		struct request repeated = missing, overlong = missing;

		missing.token.count = 0;
		repeated.token.count = 2;
		overlong.token.bad = true;
		refuses(missing, 400, PAGE_BAD_REQUEST);
		refuses(repeated, 400, PAGE_BAD_REQUEST);
		refuses(overlong, 400, PAGE_BAD_REQUEST);
	}
}

static void another_visitors_token_is_stale(void **state)
{
	struct request other = request_of(PATH_ROOT, false);
	char theirs[VISIT_TOKEN_SIZE];

	(void)state;
	other.found.mac.byte[5] = 2;
	ask(other);
	memcpy(theirs, reply.token, sizeof(theirs));
	get(PATH_ROOT);
	refuses(answer_of(theirs, "a"), 403, PAGE_STALE);
	to_the_button();
	refuses(acknowledge_of(theirs), 403, PAGE_STALE);
	assert_int_equal(visit_find(portal.visits, &other.found.mac)->step, 0);
}

static void a_form_without_a_visit_is_stale(void **state)
{
	static const char some[] = "00000000000000000000000000000000";

	(void)state;
	ask(answer_of(some, "a"));
	notices(403, PAGE_STALE);
	ask(acknowledge_of(some));
	notices(403, PAGE_STALE);
	assert_null(visit());
	assert_int_equal(admissions, 0);
}

/* "Back", or a second tap: what has been answered stays, the present page follows. */
static void a_replayed_answer_leads_on_and_changes_nothing(void **state)
{
	char old[VISIT_TOKEN_SIZE];

	(void)state;
	get(PATH_ROOT);
	memcpy(old, token(), sizeof(old));
	answer("a");
	ask(answer_of(old, "b"));
	leads_to(303, "/");
	assert_int_equal(visit()->step, 1);
	assert_int_equal(visit()->quiz.chosen[0], 0);
	assert_int_equal(counted(STORE_ANSWERED), 1);
	assert_int_equal(counted(STORE_RIGHT), 0);
}

static void an_acknowledgement_with_an_old_token_leads_on(void **state)
{
	char old[VISIT_TOKEN_SIZE];

	(void)state;
	get(PATH_ROOT);
	memcpy(old, token(), sizeof(old));
	to_the_button();
	ask(acknowledge_of(old));
	leads_to(303, "/");
	assert_int_equal(admissions, 0);
}

static void an_answer_at_the_button_is_a_bad_request(void **state)
{
	(void)state;
	to_the_button();
	refuses(answer_of(token(), "a"), 400, PAGE_BAD_REQUEST);
}

static void the_button_before_the_last_answer_is_a_bad_request(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		get(PATH_ROOT);
		refuses(acknowledge_of(token()), 400, PAGE_BAD_REQUEST);
		answer("b");
	}
}

static void a_form_sent_to_a_page_is_a_bad_request(void **state)
{
	static const enum request_path pages[] = {PATH_ROOT, PATH_ONLINE, PATH_OTHER};

	(void)state;
	get(PATH_ROOT);
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		struct request request = answer_of(token(), "a");

		request.path = pages[i];
		refuses(request, 400, PAGE_BAD_REQUEST);
	}
}

static void a_page_that_is_not_there_leads_to_the_first(void **state)
{
	static const enum request_path paths[] = {PATH_OTHER, PATH_ONLINE, PATH_ANSWER,
						  PATH_ACKNOWLEDGE};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		get(paths[i]);
		leads_to(302, "/");
	}
	assert_null(visit()); /* none of them begins one */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    AROUND(an_impossible_choice_is_a_bad_request),
	    AROUND(a_missing_repeated_or_overlong_choice_is_a_bad_request),
	    AROUND(a_missing_repeated_or_overlong_token_is_a_bad_request),
	    AROUND(another_visitors_token_is_stale),
	    AROUND(a_form_without_a_visit_is_stale),
	    AROUND(a_replayed_answer_leads_on_and_changes_nothing),
	    AROUND(an_acknowledgement_with_an_old_token_leads_on),
	    AROUND(an_answer_at_the_button_is_a_bad_request),
	    AROUND(the_button_before_the_last_answer_is_a_bad_request),
	    AROUND(a_form_sent_to_a_page_is_a_bad_request),
	    AROUND(a_page_that_is_not_there_leads_to_the_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
