/*
 * What strangers send to the collector before a database sees it: bodies, small JSON, codes.
 * links: collect/body collect/flat collect/code collect/json
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect/body.h"
#include "collect/code.h"
#include "collect/flat.h"
#include "collect/json.h"

/* From memory of exactly that size: reading past its end is seen by the sanitizer. */
static const char *wrong(const char *bytes, size_t size)
{
	char *exact = test_malloc(size + 1);
	const char *answer;

	memcpy(exact, bytes, size);
	exact[size] = '\0';
	answer = body_wrong(exact, size);
	test_free(exact);
	return answer;
}
#define WRONG(text) wrong(text, sizeof(text) - 1)

static void utf8_without_nul_is_a_body(void **state)
{
	(void)state;
	assert_null(WRONG(""));
	assert_null(WRONG("[{\"a\":\"Cổng Chào \xf0\x9f\x98\x80\"}]"));
	assert_null(
	    WRONG("\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"));
	assert_string_equal(WRONG("a\0b"), "a NUL byte, expected JSON");
}

static void what_is_no_utf8_is_no_body(void **state)
{
	static const char *const bodies[] = {
	    "\x80",
	    "\xbf",
	    "\xc0\x80",
	    "\xc1\xbf",
	    "\xc3",
	    "\xc3(",
	    "\xe0\x80\x80",
	    "\xe0\x9f\xbf",
	    "\xe1\xba",
	    "\xe1\xba(",
	    "\xed\xa0\x80",
	    "\xed\xbf\xbf",
	    "\xf0\x8f\xbf\xbf",
	    "\xf4\x90\x80\x80",
	    "\xf5\x80\x80\x80",
	    "\xff",
	    "\xf0\x9f\x98",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		const char *said = wrong(bodies[i], strlen(bodies[i]));

		if (said == NULL || strcmp(said, "expected UTF-8") != 0)
			fail_msg("body %zu: %s", i, said != NULL ? said : "fine");
	}
}

static void eight_levels_are_let_in(void **state)
{
	(void)state;
	assert_null(WRONG("[[[[[[[[1]]]]]]]]"));
	assert_null(WRONG("[{\"a\":[{\"b\":[{\"c\":[{\"d\":1}]}]}]}]"));
	assert_non_null(WRONG("[[[[[[[[[1]]]]]]]]]"));
	assert_non_null(WRONG("{\"a\":[[[[[[[[1]]]]]]]]}"));
	assert_null(WRONG("[[1],[2],[3],[4],[5],[6],[7],[8],[9]]"));
}

static void brackets_in_texts_are_no_levels(void **state)
{
	(void)state;
	assert_null(WRONG("[\"[[[[[[[[[[[\"]"));
	assert_null(WRONG("[\"\\\"[[[[[[[[[[[\"]"));
	assert_null(WRONG("[\"\\\\\",\"[[[[[[[[[[[\"]"));
	assert_non_null(WRONG("[\"\\\\\"[[[[[[[[[[[\"]"));
	assert_null(WRONG("[\"[[[[[[[[[[[[ without an end\\"));
}

static bool flat(const char *body, char code[8], char other[8])
{
	const struct flat_field fields[] = {{"code", code, 8}, {"other", other, 8}};

	return flat_read(body, fields, 2);
}

static void an_object_of_texts_is_read(void **state)
{
	char code[8], other[8];

	(void)state;
	assert_true(flat("{\"code\":\"A\",\"other\":\"\"}", code, other));
	assert_string_equal(code, "A");
	assert_string_equal(other, "");
	assert_true(flat(" {\n\"other\" : \"Chào\" ,\t\"more\":\"x\", \"code\":\"1234567\" } \r\n",
			 code, other));
	assert_string_equal(code, "1234567");
	assert_string_equal(other, "Chào");
	assert_true(flat("{\"n\":-1.5e3,\"t\":true,\"code\":\"A\",\"u\": null ,\"other\":\"\"}", code,
			 other));
}

static void nothing_else_is_read(void **state)
{
	static const char *const bodies[] = {
	    "",
	    "[]",
	    "{}",
	    "{",
	    "{\"code\":\"A\",\"other\":\"\"",
	    "{\"code\":\"A\",\"other\":\"\"}}",
	    "{\"code\":\"A\",\"other\":\"\"} x",
	    "{\"code\":\"A\",\"other\":\"\",}",
	    "{\"code\":\"A\"}",
	    "{\"code\":\"A\",\"code\":\"B\",\"other\":\"\"}",
	    "{\"code\":\"12345678\",\"other\":\"\"}",
	    "{\"code\":1,\"other\":\"\"}",
	    "{\"code\":null,\"other\":\"\"}",
	    "{\"x\":,\"code\":\"A\",\"other\":\"\"}",
	    "{\"x\":[1],\"code\":\"A\",\"other\":\"\"}",
	    "{\"x\":{},\"code\":\"A\",\"other\":\"\"}",
	    "{\"code\":[\"A\"],\"other\":\"\"}",
	    "{\"code\":\"\\u0041\",\"other\":\"\"}",
	    "{\"code\":\"A\n\",\"other\":\"\"}",
	    "{\"code\":\"A,\"other\":\"\"}",
	    "{code:\"A\",\"other\":\"\"}",
	    "{\"code\" \"A\",\"other\":\"\"}",
	    "{\"code\":\"A\" \"other\":\"\"}",
	};
	char code[8], other[8];

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		if (flat(bodies[i], code, other))
			fail_msg("%s was read", bodies[i]);
}

static void codes_are_of_crockfords_letters(void **state)
{
	char code[CODE_SIZE], read[CODE_SIZE], first[CODE_SIZE];
	bool differ = false;

	(void)state;
	code_make(first);
	for (int i = 0; i < 1000; i++) {
		code_make(code);
		assert_int_equal(strlen(code), 9);
		assert_int_equal(code[4], '-');
		assert_null(strpbrk(code, "ILOUilou"));
		assert_true(code_read(code, read));
		assert_string_equal(read, code);
		differ = differ || strcmp(first, code) != 0;
	}
	assert_true(differ);
}

static void codes_are_read_as_people_type_them(void **state)
{
	static const char *const typed[] = {"10AB-CDEF", "10abcdef", "io ab cd ef",
					    " Lo-AB-CD-EF- "};
	static const char *const wrongly[] = {"",	   "10AB-CDE",	"10AB-CDEF0",
					      "10AB-CDEU", "10AB_CDEF", "10AB-CD\xc3\x89"};
	char code[CODE_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++) {
		if (!code_read(typed[i], code))
			fail_msg("%s was not read", typed[i]);
		assert_string_equal(code, "10AB-CDEF");
	}
	for (size_t i = 0; i < sizeof(wrongly) / sizeof(wrongly[0]); i++)
		if (code_read(wrongly[i], code))
			fail_msg("%s was read", wrongly[i]);
}

static void json_texts_are_escaped(void **state)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_non_null(out);
	json_text(out, "Cổng \"\\\n\x01/");
	fclose(out);
	assert_string_equal(text, "\"Cổng \\\"\\\\\\u000a\\u0001/\"");
	free(text);
}

static int sodium_up(void **state)
{
	(void)state;
	return sodium_init() < 0 ? -1 : 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(utf8_without_nul_is_a_body),
	    cmocka_unit_test(what_is_no_utf8_is_no_body),
	    cmocka_unit_test(eight_levels_are_let_in),
	    cmocka_unit_test(brackets_in_texts_are_no_levels),
	    cmocka_unit_test(an_object_of_texts_is_read),
	    cmocka_unit_test(nothing_else_is_read),
	    cmocka_unit_test(codes_are_of_crockfords_letters),
	    cmocka_unit_test(codes_are_read_as_people_type_them),
	    cmocka_unit_test(json_texts_are_escaped),
	};

	return cmocka_run_group_tests(tests, sodium_up, NULL);
}
