/*
 * From counters to the rows of stats questions and stats learning: what is summed where,
 * what is right, and what an editor is told. The numbers themselves: tests/stats.
 * links: ctl/items ctl/questions_row ctl/learning_rows ctl/score ctl/db common/measure
 * links: common/lesson common/conf common/ether common/report common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "ctl/items.h"
#include "ctl/learning_rows.h"
#include "ctl/questions_row.h"

/* Two objectives; the key of OTP-A is b. */
static const struct lesson_question questions[] = {
    {.id = "OTP-A", .rev = 2, .options = 3, .key = 1, .lesson = 0},
    {.id = "WIFI-A", .rev = 1, .options = 4, .key = 0, .lesson = 1},
};
static const struct lesson lessons[] = {{.id = "OTP"}, {.id = "WIFI"}};
static const struct lesson_bank bank = {
    .lessons = lessons, .lesson_count = 2, .questions = questions, .question_count = 2};

static struct items items;
static struct questions_row rows[16];

static void add(const char *audience, const char *item, const char *event, int64_t n)
{
	struct db_count count = {.zone = "wifi",
				 .language = "vi",
				 .audience = audience,
				 .item = item,
				 .event = event,
				 .count = n};

	items_add(&items, &count);
}

static int clear(void **state)
{
	(void)state;
	items_free(&items);
	return 0;
}

static void counts_of_zones_and_languages_are_one_row(void **state)
{
	(void)state;
	add("citizen", "OTP-A.2", "answer/pre/b/calm", 3);
	add("citizen", "OTP-A.2", "answer/pre/b/calm", 4);
	add("civil", "OTP-A.2", "answer/pre/b/calm", 5);
	assert_int_equal(items.count, 2);
	assert_int_equal(items_answers(&items.rows[0], MEASURE_PRE, 1, true), 7);
	assert_int_equal(items_answers(&items.rows[1], MEASURE_PRE, 1, true), 5);
}

static void what_is_no_measure_is_left_out(void **state)
{
	(void)state;
	add("citizen", "", "shown", 3);
	add("citizen", "", "answer/pre/b/calm", 3);
	add("citizen", "OTP-A.2", "answer/pre/e/calm", 3);
	add("citizen", "OTP-A.2", "answer/later/a/calm", 3);
	assert_int_equal(items.count, 0);
}

static void rows_are_found_in_any_order(void **state)
{
	char item[8] = "Q-A.1";

	(void)state;
	for (int i = 0; i < 2000; i++) {
		item[0] = (char)('A' + i * 7 % 26);
		item[2] = (char)('A' + i * 11 % 26);
		add("citizen", item, "rest/right/2", 1);
	}
	for (size_t i = 1; i < items.count; i++)
		assert_true(strcmp(items.rows[i - 1].item, items.rows[i].item) < 0);
}

static void fast_answers_can_be_left_out(void **state)
{
	(void)state;
	add("citizen", "OTP-A.2", "answer/pre/b/fast", 1);
	add("citizen", "OTP-A.2", "answer/pre/b/calm", 10);
	add("citizen", "OTP-A.2", "answer/pre/b/slow", 100);
	assert_int_equal(items_answers(&items.rows[0], MEASURE_PRE, 1, true), 111);
	assert_int_equal(items_answers(&items.rows[0], MEASURE_PRE, 1, false), 110);
}

static void a_question_is_found_in_its_revision_only(void **state)
{
	(void)state;
	assert_ptr_equal(items_question(&bank, "OTP-A.2"), &questions[0]);
	assert_null(items_question(&bank, "OTP-A.1"));
	assert_null(items_question(&bank, "OTP-A"));
	assert_null(items_question(NULL, "OTP-A.2"));
}

static void facility_is_of_all_roles_pre_and_post_of_their_own(void **state)
{
	(void)state;
	add("citizen", "OTP-A.2", "answer/pre/b/calm", 1);
	add("citizen", "OTP-A.2", "answer/pre/a/fast", 2);
	add("citizen", "OTP-A.2", "answer/post/b/calm", 4);
	add("citizen", "OTP-A.2", "answer/control/c/calm", 8);
	add("civil", "OTP-A.2", "answer/review24/b/slow", 16);
	assert_int_equal(questions_rows(&items, &bank, rows), 1);
	assert_int_equal(rows[0].attempts, 31);
	assert_int_equal(rows[0].all.n, 31);
	assert_int_equal(rows[0].all.right, 21);
	assert_int_equal(rows[0].read.n, 29);
	assert_int_equal(rows[0].pre.n, 3);
	assert_int_equal(rows[0].pre.right, 1);
	assert_int_equal(rows[0].post.n, 4);
	assert_int_equal(rows[0].taken[2], 8);
}

static void without_a_key_finished_visits_say_what_was_right(void **state)
{
	(void)state;
	add("citizen", "OTP-A.1", "answer/pre/c/calm", 40);
	add("citizen", "OTP-A.1", "rest/right/0", 10);
	add("citizen", "OTP-A.1", "rest/wrong/2", 25);
	assert_int_equal(questions_rows(&items, &bank, rows), 1);
	assert_null(rows[0].question);
	assert_true(rows[0].retired);
	assert_int_equal(rows[0].options, 3);
	assert_int_equal(rows[0].attempts, 40);
	assert_int_equal(rows[0].all.right, 10);
	assert_int_equal(rows[0].all.n, 35);
	assert_int_equal(questions_finished(&rows[0]), 35);
}

static void the_newest_revision_comes_first(void **state)
{
	static const char *const order[] = {"OTP.2", "OTP-A.12", "OTP-A.2", "OTP-A.1"};

	(void)state;
	for (int i = 3; i >= 0; i--)
		add("citizen", order[i], "answer/pre/a/calm", 1);
	add("citizen", "OTP", "pair/wrong/right", 1);
	add("citizen", "OTP-A.x", "answer/pre/a/calm", 1);
	add("citizen", "OTP-A.0", "answer/pre/a/calm", 1);
	assert_int_equal(questions_rows(&items, &bank, rows), 4);
	for (int i = 0; i < 4; i++)
		assert_string_equal(rows[i].item, order[i]);
}

/* The remarks on the only question, joined. */
static const char *remarks(void)
{
	static char all[QUESTIONS_REMARKS_MAX * QUESTIONS_REMARK_SIZE];
	char each[QUESTIONS_REMARKS_MAX][QUESTIONS_REMARK_SIZE];
	size_t count, used = 0;

	assert_int_equal(questions_rows(&items, &bank, rows), 1);
	count = questions_remarks(&rows[0], each);
	all[0] = '\0';
	for (size_t i = 0; i < count; i++)
		used += (size_t)snprintf(all + used, sizeof(all) - used, "%s%s", i > 0 ? ", " : "",
					 each[i]);
	items_free(&items);
	return all;
}

static void hard_and_easy_begin_beyond_30_and_95_of_100(void **state)
{
	static const struct {
		int64_t right, wrong;
		const char *said;
	} cases[] = {{8, 22, "hard or wrong key"}, {9, 21, ""}, {8, 21, ""},
		     {29, 1, "too easy"},	   {38, 2, ""}, {39, 1, "too easy"}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		add("citizen", "OTP-A.2", "answer/pre/b/calm", cases[i].right);
		add("citizen", "OTP-A.2", "answer/pre/a/calm", cases[i].wrong);
		assert_string_equal(remarks(), cases[i].said);
	}
}

static void a_distractor_needs_five_of_hundred(void **state)
{
	(void)state;
	add("citizen", "OTP-A.2", "answer/pre/b/calm", 60);
	add("citizen", "OTP-A.2", "answer/pre/a/calm", 36);
	add("citizen", "OTP-A.2", "answer/pre/c/calm", 4);
	assert_string_equal(remarks(), "distractor c nobody takes");
	add("citizen", "OTP-A.2", "answer/pre/b/calm", 60);
	add("citizen", "OTP-A.2", "answer/pre/a/calm", 35);
	add("citizen", "OTP-A.2", "answer/pre/c/calm", 5);
	assert_string_equal(remarks(), "");
	/* 99: too few to tell */
	add("citizen", "OTP-A.2", "answer/pre/b/calm", 60);
	add("citizen", "OTP-A.2", "answer/pre/a/calm", 39);
	assert_string_equal(remarks(), "");
	/* The key may be rare: that is another remark. */
	add("citizen", "WIFI-A.1", "answer/pre/b/calm", 50);
	add("citizen", "WIFI-A.1", "answer/pre/c/calm", 50);
	assert_string_equal(remarks(), "hard or wrong key, distractor d nobody takes");
}

static void a_key_is_doubted_from_100_visits(void **state)
{
	(void)state;
	add("citizen", "OTP-A.2", "rest/right/0", 50);
	add("citizen", "OTP-A.2", "rest/wrong/2", 49);
	assert_string_equal(remarks(), "");
	add("citizen", "OTP-A.2", "rest/right/0", 50);
	add("citizen", "OTP-A.2", "rest/wrong/2", 50);
	assert_string_equal(remarks(), "check the key");
	add("citizen", "OTP-A.2", "rest/right/2", 50);
	add("citizen", "OTP-A.2", "rest/wrong/0", 50);
	assert_string_equal(remarks(), "");
}

static const struct learning_row *learning_find(const struct learning *learning,
						const char *audience, const char *objective)
{
	for (size_t i = 0; i < learning->count; i++) {
		const struct learning_row *row = &learning->rows[i];

		if ((row->audience == NULL) == (audience == NULL) &&
		    (row->objective == NULL) == (objective == NULL) &&
		    (audience == NULL || strcmp(row->audience, audience) == 0) &&
		    (objective == NULL || strcmp(row->objective, objective) == 0))
			return row;
	}
	fail_msg("no row of %s, %s", audience, objective);
	return NULL;
}

static void learning_sums_objective_audience_and_all(void **state)
{
	struct learning learning = {0};

	(void)state;
	add("citizen", "OTP", "pair/wrong/right", 10);
	add("citizen", "WIFI", "pair/right/right", 20);
	add("civil", "CIV", "pair/right/wrong", 40);
	learning_sum(&learning, &items, &bank);
	assert_int_equal(learning.count, 3 + 2 + 1);
	assert_null(learning.rows[5].audience);
	assert_null(learning.rows[2].objective);
	assert_int_equal(learning_find(&learning, "citizen", "OTP")->pairs.n[0][1], 10);
	assert_int_equal(learning_find(&learning, "citizen", NULL)->pairs.n[1][1], 20);
	assert_int_equal(score_first(&learning_find(&learning, NULL, NULL)->pairs).n, 70);
	learning_free(&learning);
}

static void learning_judges_by_the_key_under_the_objective(void **state)
{
	const struct learning_row *row;
	struct learning learning = {0};

	(void)state;
	add("citizen", "OTP-A.2", "answer/control/b/fast", 1);
	add("citizen", "OTP-A.2", "answer/control/a/calm", 2);
	add("citizen", "OTP-A.2", "answer/review3/b/calm", 4);
	add("citizen", "OTP-A.2", "answer/review10/b/calm", 8);
	add("citizen", "OTP-A.2", "answer/review24/c/calm", 16);
	add("citizen", "OTP-A.2", "answer/pre/b/fast", 32);
	add("citizen", "OTP-A.2", "answer/pre/b/slow", 64);
	add("citizen", "OTP-A.2", "answer/only/b/slow", 128);
	learning_sum(&learning, &items, &bank);
	row = learning_find(&learning, "citizen", "OTP");
	assert_int_equal(row->control.right, 1);
	assert_int_equal(row->control.n, 3);
	assert_int_equal(row->retention[0].right, 4);
	assert_int_equal(row->retention[1].n, 8);
	assert_int_equal(row->retention[2].right, 0);
	assert_int_equal(row->retention[2].n, 16);
	assert_int_equal(row->read_pre.n, 64);
	assert_int_equal(row->read_post.n, 0);
	assert_int_equal(learning.unknown, 0);
	learning_free(&learning);
}

static void learning_says_what_it_cannot_judge(void **state)
{
	struct learning learning = {0};

	(void)state;
	add("citizen", "OTP-A.1", "answer/control/b/calm", 3);
	add("citizen", "GONE", "pair/wrong/right", 5);
	learning_sum(&learning, &items, &bank);
	assert_int_equal(learning.unknown, 3);
	assert_int_equal(learning_find(&learning, "citizen", "GONE")->control.n, 0);
	learning_free(&learning);
}

/* The easy objective is mostly the control's, the hard one mostly the reviewed. */
static void learning_compares_each_objective_with_itself(void **state)
{
	struct learning learning = {0};
	struct score more;

	(void)state;
	add("citizen", "OTP-A.2", "answer/control/b/calm", 90);
	add("citizen", "OTP-A.2", "answer/control/a/calm", 10);
	add("citizen", "OTP-A.2", "answer/review3/b/calm", 18);
	add("citizen", "OTP-A.2", "answer/review3/a/calm", 2);
	add("citizen", "WIFI-A.1", "answer/control/a/calm", 4);
	add("citizen", "WIFI-A.1", "answer/control/b/calm", 16);
	add("citizen", "WIFI-A.1", "answer/review3/a/calm", 20);
	add("citizen", "WIFI-A.1", "answer/review3/b/calm", 80);
	learning_sum(&learning, &items, &bank);
	more = learning_more(&learning, learning_find(&learning, NULL, NULL), 0);
	assert_true(more.known && more.value > -1e-9 && more.value < 1e-9);
	assert_int_equal(more.n, 120);
	assert_false(learning_more(&learning, learning_find(&learning, NULL, NULL), 1).known);
	learning_free(&learning);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(counts_of_zones_and_languages_are_one_row, clear),
	    cmocka_unit_test_teardown(what_is_no_measure_is_left_out, clear),
	    cmocka_unit_test_teardown(rows_are_found_in_any_order, clear),
	    cmocka_unit_test_teardown(fast_answers_can_be_left_out, clear),
	    cmocka_unit_test_teardown(a_question_is_found_in_its_revision_only, clear),
	    cmocka_unit_test_teardown(facility_is_of_all_roles_pre_and_post_of_their_own, clear),
	    cmocka_unit_test_teardown(without_a_key_finished_visits_say_what_was_right, clear),
	    cmocka_unit_test_teardown(the_newest_revision_comes_first, clear),
	    cmocka_unit_test_teardown(hard_and_easy_begin_beyond_30_and_95_of_100, clear),
	    cmocka_unit_test_teardown(a_distractor_needs_five_of_hundred, clear),
	    cmocka_unit_test_teardown(a_key_is_doubted_from_100_visits, clear),
	    cmocka_unit_test_teardown(learning_sums_objective_audience_and_all, clear),
	    cmocka_unit_test_teardown(learning_judges_by_the_key_under_the_objective, clear),
	    cmocka_unit_test_teardown(learning_says_what_it_cannot_judge, clear),
	    cmocka_unit_test_teardown(learning_compares_each_objective_with_itself, clear),
	};

	return cmocka_run_group_tests_name("items", tests, NULL, NULL);
}
