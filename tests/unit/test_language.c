/*
 * Which language a visitor gets, from Accept-Language headers as devices send them.
 * links: portal/language
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "portal/language.h"

enum { VI, EN, KM };

static const struct conf conf = {.languages = {"vi", "en", "km"}, .language_count = 3};

struct header {
	const char *text;
	unsigned language;
};

/* Each from memory of exactly its size: reading past its end is seen by the sanitizer. */
static void check(const struct header *headers, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t size = strlen(headers[i].text) + 1;
		char *exact = test_malloc(size);
		unsigned language;

		memcpy(exact, headers[i].text, size);
		language = language_accepted(&conf, exact);
		if (language != headers[i].language)
			fail_msg("\"%s\" gave %s", headers[i].text, conf.languages[language]);
		test_free(exact);
	}
}
#define CHECK(headers) check(headers, sizeof(headers) / sizeof(headers[0]))

static void without_a_header_it_is_the_first(void **state)
{
	static const struct header headers[] = {{"", VI}, {",", VI}, {" , ,", VI}, {";", VI}};

	(void)state;
	assert_int_equal(language_accepted(&conf, NULL), VI);
	CHECK(headers);
}

static void what_devices_send_is_understood(void **state)
{
	static const struct header headers[] = {
	    {"en", EN},
	    {"en-GB", EN},
	    {"vi-VN,vi;q=0.9,en-US;q=0.8,en;q=0.7", VI},
	    {"en-US,en;q=0.9,vi;q=0.8", EN},
	    {"de-DE,de;q=0.9,en;q=0.8,vi;q=0.7", EN},
	    {"fr-FR,fr;q=0.9,km-KH;q=0.8", KM},
	    {"zh-Hans-CN,zh;q=0.9", VI},
	};

	(void)state;
	CHECK(headers);
}

static void the_greatest_quality_wins_the_first_of_equals(void **state)
{
	static const struct header headers[] = {
	    {"vi;q=0.1,en;q=0.2", EN},
	    {"vi;q=0.2,en;q=0.2", VI},
	    {"en;q=0.2,vi;q=0.2", EN},
	    {"vi;q=0.998,en;q=0.999", EN},
	    {"vi;q=0.9,en", EN},
	    {"vi;q=0.9,en;q=1", EN},
	    {"vi;q=0.9,en;q=1.000", EN},
	    {"km;q=0.01,en;q=0.001", KM},
	};

	(void)state;
	CHECK(headers);
}

static void quality_zero_means_not_this_one(void **state)
{
	static const struct header headers[] = {
	    {"en;q=0", VI}, {"en;q=0.0,km;q=0.1", KM}, {"en;q=0.000", VI}};

	(void)state;
	CHECK(headers);
}

static void case_and_spaces_do_not_matter(void **state)
{
	static const struct header headers[] = {
	    {"EN-us", EN},	    {"  en  ", EN},	       {"vi;q=0.1 , en;q=0.5", EN},
	    {"vi; q=0.1, en", EN}, {"vi ;\tQ=0.1,\ten", EN}, {",,en,,", EN},
	};

	(void)state;
	CHECK(headers);
}

/* "english" and "e" are not "en". */
static void only_whole_subtags_are_compared(void **state)
{
	static const struct header headers[] = {
	    {"english", VI}, {"e", VI}, {"en_US", VI}, {"enx-GB,km", KM}, {"*", VI}};

	(void)state;
	CHECK(headers);
}

static void a_malformed_quality_counts_as_none(void **state)
{
	static const struct header headers[] = {
	    {"en;q", VI},   {"en;q=", VI},	{"en;x=1", VI},	  {"en;q=x", VI},
	    {"en;1", VI},   {"en;q=-1", VI},	{"en;;;;", EN},	  {"en;level=1;q=0.5,km;q=0.1", KM},
	    {"en;q=.", VI}, {"km;q=9,en;q=1", KM}, {"km;q=1,en;q=99999999999999999999", KM},
	};

	(void)state;
	CHECK(headers);
}

static void find_wants_the_exact_tag(void **state)
{
	(void)state;
	assert_int_equal(language_find(&conf, "vi"), VI);
	assert_int_equal(language_find(&conf, "en"), EN);
	assert_int_equal(language_find(&conf, "km"), KM);
	assert_int_equal(language_find(&conf, "EN"), -1);
	assert_int_equal(language_find(&conf, "en-GB"), -1);
	assert_int_equal(language_find(&conf, ""), -1);
	assert_int_equal(language_find(&conf, NULL), -1);
}

static void a_language_that_is_not_configured_is_not_found(void **state)
{
	struct conf one = conf;

	(void)state;
	one.language_count = 1;
	assert_int_equal(language_find(&one, "en"), -1);
	assert_int_equal(language_accepted(&one, "en"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(without_a_header_it_is_the_first),
	    cmocka_unit_test(what_devices_send_is_understood),
	    cmocka_unit_test(the_greatest_quality_wins_the_first_of_equals),
	    cmocka_unit_test(quality_zero_means_not_this_one),
	    cmocka_unit_test(case_and_spaces_do_not_matter),
	    cmocka_unit_test(only_whole_subtags_are_compared),
	    cmocka_unit_test(a_malformed_quality_counts_as_none),
	    cmocka_unit_test(find_wants_the_exact_tag),
	    cmocka_unit_test(a_language_that_is_not_configured_is_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
