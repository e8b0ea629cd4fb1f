/*
 * Answers of the department: exactly as expected, or nothing of them is taken.
 * links: report/answer report/key report/text report/problem common/conf common/ether
 * links: common/report
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/answer.h"

#define DIGEST	     "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define RESULT(rest) "{\"results\":[{\"period\":\"2026-11-20T08:00:00Z\"," rest "}]}"

static struct answer answer;
static struct problem problem;

static int take(const char *body)
{
	memset(&answer, 0xee, sizeof(answer));
	return answer_results(body, strlen(body), &answer, &problem);
}

static void the_result_of_each_report_is_taken(void **state)
{
	(void)state;
	assert_int_equal(
	    take(
		"{\"results\":[{\"period\":\"2026-11-20T08:00:00Z\",\"code\":0,\"result\":\"new\","
		"\"rev\":1,\"digest\":\"" DIGEST "\"},\n"
		" {\"period\":\"2026-11-20T09:00:00Z\",\"code\":11,\"result\":\"refused\","
		"\"rev\":null,\"digest\":null,\"reason\":\"cells: \\u0111\\u001b[2Junknown\"}]}\n"),
	    0);
	assert_int_equal(answer.count, 2);
	assert_int_equal(answer.results[0].hour, 1795161600);
	assert_int_equal(answer.results[0].code, 0);
	assert_int_equal(answer.results[0].rev, 1);
	assert_true(answer.results[0].digested);
	assert_int_equal(answer.results[0].digest[31], 0xff);
	assert_string_equal(answer.results[0].said, "");
	assert_int_equal(answer.results[1].hour, 1795165200);
	assert_int_equal(answer.results[1].code, 11);
	assert_int_equal(answer.results[1].rev, 0);
	assert_false(answer.results[1].digested);
	assert_string_equal(answer.results[1].said,
			    "cells: ???[2Junknown"); /* no escape gets out */
}

static void fields_that_nobody_knows_are_no_mistake(void **state)
{
	(void)state;
	assert_int_equal(take("{\"v\":2,\"results\":[],\"more\":{\"a\":[1,2,{}]}}"), 0);
	assert_int_equal(answer.count, 0);
	assert_int_equal(take(RESULT("\"code\":1,\"rev\":7,\"colour\":\"red\"")), 0);
	assert_int_equal(answer.results[0].rev, 7);
}

static void what_is_not_as_expected_confirms_nothing(void **state)
{
	static const char *const bodies[] = {
	    "",
	    "null",
	    "[]",
	    "{}",
	    "{\"results\":{}}",
	    "{\"results\":[[]]}",
	    "{\"results\":[null]}",
	    "{\"results\":[{}]}",
	    "{\"results\":[]} x",
	    "{\"results\":[]",
	    "{\"results\":[],}",
	    "{\"results\":[{\"code\":0}]}",
	    "{\"results\":[{\"period\":\"2026-11-20T08:00:00Z\"}]}",
	    "{\"results\":[{\"period\":1795161600,\"code\":0}]}",
	    "{\"results\":[{\"period\":\"2026-11-20T08:30:00Z\",\"code\":0}]}",
	    "{\"results\":[{\"period\":\"2026-11-20T8:00:00Z\",\"code\":0}]}",
	    "{\"results\":[{\"period\":\"2026-11-31T08:00:00Z\",\"code\":0}]}",
	    "{\"results\":[{\"period\":\"2026-11-20T08:00:00Z \",\"code\":0}]}",
	    "{\"results\":[{\"period\":\"2026-11-20T08:00:00+07\",\"code\":0}]}",
	    "{\"results\":[{\"period\":\"2026-11-20T08:00:00Z\\u0000\",\"code\":0}]}",
	    RESULT("\"code\":\"0\""),
	    RESULT("\"code\":0.0"),
	    RESULT("\"code\":-1"),
	    RESULT("\"code\":1000"),
	    RESULT("\"code\":true"),
	    RESULT("\"code\":0,\"rev\":\"1\""),
	    RESULT("\"code\":0,\"rev\":-1"),
	    RESULT("\"code\":0,\"rev\":2147483648"),
	    RESULT("\"code\":0,\"rev\":99999999999999999999"),
	    RESULT("\"code\":0,\"rev\":1,\"digest\":7"),
	    RESULT("\"code\":0,\"rev\":1,\"digest\":\"\""),
	    RESULT("\"code\":0,\"rev\":1,\"digest\":\"0011\""),
	    RESULT("\"code\":0,\"rev\":1,\"digest\":\"x0" DIGEST "\""),
	    ("{\"results\":[{\"period\":\"2026-11-20T08:00:00Z\",\"code\":0},"
	    "{\"period\":\"2026-11-20T08:00:00Z\",\"code\":1}]}"),
	    "{\"results\":[[[[[[[[[[]]]]]]]]]]}",
	    "{\"results\":[{\"period\":\"2026-11-20T08:00:00Z\",\"code\":0,\"reason\":\"\xff\"}]}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		if (take(bodies[i]) == 0)
			fail_msg("taken: %s", bodies[i]);
	/* A NUL is an end to C and to json-c, not to the server. */
	assert_int_equal(answer_results("{\"results\":[]}\0x", 16, &answer, &problem), -1);
}

static char *many(size_t count)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	fputs("{\"results\":[", out);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "%s{\"period\":\"2026-11-%02zuT%02zu:00:00Z\",\"code\":1}",
			i > 0 ? "," : "", 1 + i / 24, i % 24);
	fputs("]}", out);
	fclose(out);
	return text;
}

static void there_are_at_most_as_many_as_can_be_sent(void **state)
{
	char *text = many(ANSWER_RESULTS_MAX);

	(void)state;
	assert_int_equal(take(text), 0);
	assert_int_equal(answer.count, ANSWER_RESULTS_MAX);
	free(text);
	text = many(ANSWER_RESULTS_MAX + 1);
	assert_int_equal(take(text), -1);
	free(text);
}

static void an_enrolment_gives_all_or_nothing(void **state)
{
	static const char good[] = "{\"site\":\"cb-0017\",\"key_version\":1,\"key\":\"" DIGEST
				   "\",\"url\":\"https://a.vn/x\"}";
	static const char *const bad[] = {
	    "{}",
	    "[]",
	    "{\"site\":\"cb-0017\",\"key_version\":1,\"key\":\"" DIGEST "\"}",
	    "{\"site\":\"CB 17\",\"key_version\":1,\"key\":\"" DIGEST
	    "\",\"url\":\"https://a.vn\"}",
	    "{\"site\":\"c\\n\",\"key_version\":1,\"key\":\"" DIGEST "\",\"url\":\"https://a.vn\"}",
	    "{\"site\":\"c\",\"key_version\":0,\"key\":\"" DIGEST "\",\"url\":\"https://a.vn\"}",
	    "{\"site\":\"c\",\"key_version\":\"1\",\"key\":\"" DIGEST
	    "\",\"url\":\"https://a.vn\"}",
	    "{\"site\":\"c\",\"key_version\":1,\"key\":\"00\",\"url\":\"https://a.vn\"}",
	    "{\"site\":\"c\",\"key_version\":1,\"key\":\"" DIGEST "\",\"url\":\"http://a.vn\"}",
	    "{\"site\":\"c\",\"key_version\":1,\"key\":\"" DIGEST
	    "\",\"url\":\"https://a.vn/\\\"\"}",
	};
	struct key before, key = {.site = "before", .version = 9, .url = "https://b.vn"};

	(void)state;
	before = key;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (answer_enrolled(bad[i], strlen(bad[i]), &key, &problem) == 0)
			fail_msg("taken: %s", bad[i]);
		assert_memory_equal(&key, &before, sizeof(key));
	}
	assert_int_equal(answer_enrolled(good, strlen(good), &key, &problem), 0);
	assert_string_equal(key.site, "cb-0017");
	assert_string_equal(key.url, "https://a.vn/x");
	assert_int_equal(key.version, 1);
	assert_int_equal(key.bytes[1], 0x11);
}

static void a_rotation_gives_a_key_and_its_version(void **state)
{
	static const char good[] = "{\"key_version\":2,\"key\":\"" DIGEST "\",\"site\":\"other\"}";
	struct key key = {.site = "cb-0017", .version = 1, .url = "https://b.vn"};

	(void)state;
	assert_int_equal(answer_rotated("{\"key_version\":2}", 17, &key, &problem), -1);
	assert_int_equal(key.version, 1);
	assert_int_equal(answer_rotated(good, strlen(good), &key, &problem), 0);
	assert_int_equal(key.version, 2);
	assert_string_equal(key.site, "cb-0017");
}

static void an_error_is_shown_in_plain_characters(void **state)
{
	static const char body[] = "{\"error\":\"no \\u001b[31msuch\\n key \xc4\x91\"}";
	char text[ANSWER_TEXT_SIZE];

	(void)state;
	answer_error(body, strlen(body), text);
	assert_string_equal(text, "no ?[31msuch? key ??");
	answer_error("<html>", 6, text);
	assert_string_equal(text, "");
	answer_error("{\"error\":7}", 11, text);
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_result_of_each_report_is_taken),
	    cmocka_unit_test(fields_that_nobody_knows_are_no_mistake),
	    cmocka_unit_test(what_is_not_as_expected_confirms_nothing),
	    cmocka_unit_test(there_are_at_most_as_many_as_can_be_sent),
	    cmocka_unit_test(an_enrolment_gives_all_or_nothing),
	    cmocka_unit_test(a_rotation_gives_a_key_and_its_version),
	    cmocka_unit_test(an_error_is_shown_in_plain_characters),
	};

	return cmocka_run_group_tests_name("report_answer", tests, NULL, NULL);
}
