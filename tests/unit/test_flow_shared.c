/*
 * A computer that many people use, one after the other.
 * links: portal/flow portal/later portal/visit portal/quiz portal/tally common/ether
 * links: common/measure common/log
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

#define SHARED(name) cmocka_unit_test_setup_teardown(name, begin_shared, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    SHARED(what_the_one_before_has_learned_is_not_the_next_ones),
	    SHARED(in_another_zone_it_is_remembered),
	    SHARED(its_answers_are_no_control),
	    SHARED(later_is_not_offered_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
