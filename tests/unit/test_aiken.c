/*
 * Aiken: what is taken, what comes back, what it cannot say. Its refusals are golden files
 * (test_gift.c).
 * links: ctl/aiken ctl/item ctl/intake common/lesson_check common/report
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/aiken.h"

static struct report report;
static struct item_list list;
static char text[4096], said[4096];

static size_t parse(const char *aiken)
{
	memset(said, 0, sizeof(said));
	item_list_free(&list);
	report = (struct report){.out = fmemopen(said, sizeof(said), "w")};
	assert_non_null(report.out);
	snprintf(text, sizeof(text), "%s", aiken);
	aiken_parse(text, "a.aiken", &list, &report);
	fclose(report.out);
	return list.count;
}

static int forget(void **state)
{
	(void)state;
	item_list_free(&list);
	return 0;
}

static void both_marks_of_an_option_are_taken(void **state)
{
	(void)state;
	assert_int_equal(parse("Một?\nA) hai\nB) ba\nANSWER: B\n\nBốn?\nA.năm\nB. sáu\nC. bảy\n"
			       "ANSWER: A"),
			 2);
	assert_string_equal(said, "");
	assert_int_equal(list.items[0].key, 1);
	assert_string_equal(list.items[0].options[1].text, "ba");
	assert_int_equal(list.items[1].line, 6);
	assert_string_equal(list.items[1].options[0].text, "năm");
	assert_int_equal(list.items[1].option_count, 3);
}

static void empty_lines_inside_are_passed_over_as_by_moodle(void **state)
{
	(void)state;
	assert_int_equal(parse("Một?\n\nA) hai\n\nB) ba\n\nANSWER: A\n"), 1);
	assert_string_equal(said, "");
}

static void a_broken_question_does_not_take_the_next_one_with_it(void **state)
{
	(void)state;
	assert_int_equal(
	    parse("Một\nhai?\nA) ba\nB) bốn\nANSWER: A\nNăm?\nA) sáu\nB) bảy\nANSWER: B"), 1);
	assert_int_equal(report.errors, 1);
	assert_string_equal(list.items[0].stem, "Năm?");
}

static void what_is_written_is_read_again(void **state)
{
	const struct item item = {
	    .stem = "Một {hai}?",
	    .option_count = 3,
	    .key = 2,
	    .options = {{.text = "A) ba"}, {.text = "ANSWER: A"}, {.text = "~"}}};
	char written[512] = "";
	FILE *out = fmemopen(written, sizeof(written), "w");

	(void)state;
	assert_true(aiken_write(out, &item));
	fclose(out);
	assert_int_equal(parse(written), 1);
	assert_string_equal(said, "");
	assert_string_equal(list.items[0].stem, item.stem);
	assert_int_equal(list.items[0].key, 2);
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(list.items[0].options[i].text, item.options[i].text);
}

static void a_question_that_looks_like_an_option_is_not_written(void **state)
{
	struct item item = {.stem = "A. Nguyễn hỏi gì?",
			    .option_count = 2,
			    .options = {{.text = "một"}, {.text = "hai"}}};
	char written[64] = "";
	FILE *out = fmemopen(written, sizeof(written), "w");

	(void)state;
	assert_false(aiken_write(out, &item));
	item.stem = "ANSWER: là gì?";
	assert_false(aiken_write(out, &item));
	fclose(out);
	assert_string_equal(written, "");
}

static void a_file_is_aiken_by_its_answers(void **state)
{
	(void)state;
	assert_true(aiken_likely("Một?\nA) hai\nB) ba\n ANSWER: A\n"));
	assert_false(aiken_likely("Một?{=hai ~ba}\n\nANSWER: A?{=một ~hai}"));
	assert_false(aiken_likely("The ANSWER: A\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(both_marks_of_an_option_are_taken, forget),
	    cmocka_unit_test_teardown(empty_lines_inside_are_passed_over_as_by_moodle, forget),
	    cmocka_unit_test_teardown(a_broken_question_does_not_take_the_next_one_with_it, forget),
	    cmocka_unit_test_teardown(what_is_written_is_read_again, forget),
	    cmocka_unit_test(a_question_that_looks_like_an_option_is_not_written),
	    cmocka_unit_test(a_file_is_aiken_by_its_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
