/*
 * What the Wi-Fi sign's code says: names that barcode readers would misread.
 * links: ctl/publish_wifi common/lesson_check
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "ctl/publish_wifi.h"

static void says(const char *name, const char *expected)
{
	char out[PUBLISH_WIFI_SIZE];

	assert_true(publish_wifi_is_name(name));
	assert_string_equal(publish_wifi_text(name, out), expected);
}

static void test_plain_name_stays_as_it_is(void **state)
{
	(void)state;
	says("CaoBang-FreeWiFi", "WIFI:T:nopass;S:CaoBang-FreeWiFi;;");
	says("Wi-Fi chợ Xanh", "WIFI:T:nopass;S:Wi-Fi chợ Xanh;;");
}

static void test_marks_are_escaped(void **state)
{
	(void)state;
	says("a;b,c:d\"e\\f", "WIFI:T:nopass;S:a\\;b\\,c\\:d\\\"e\\\\f;;");
	/* ZXing's own example. */
	says("\"foo;bar\\baz\"", "WIFI:T:nopass;S:\\\"foo\\;bar\\\\baz\\\";;");
}

static void test_name_that_could_be_hexadecimal_is_quoted(void **state)
{
	(void)state;
	says("ABCD", "WIFI:T:nopass;S:\"ABCD\";;");
	says("CAFE2026", "WIFI:T:nopass;S:\"CAFE2026\";;");
	says("ABC", "WIFI:T:nopass;S:ABC;;"); /* half a byte is none */
	says("CAFE 26", "WIFI:T:nopass;S:CAFE 26;;");
}

static void test_longest_name_of_marks_fits(void **state)
{
	(void)state;
	says(";;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;",
	     "WIFI:T:nopass;S:\\;\\;\\;\\;\\;\\;\\;\\;\\;\\;\\;\\;\\;\\;\\;\\;\\;\\;\\;\\;\\;\\;\\;"
	     "\\;\\;\\;\\;\\;\\;\\;\\;\\;;;");
}

static void test_what_is_no_name_is_refused(void **state)
{
	(void)state;
	assert_false(publish_wifi_is_name(""));
	assert_false(publish_wifi_is_name("   "));
	assert_false(publish_wifi_is_name("123456789012345678901234567890123")); /* 33 */
	assert_false(publish_wifi_is_name("a\nb"));
	assert_false(publish_wifi_is_name("a\xff"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_plain_name_stays_as_it_is),
	    cmocka_unit_test(test_marks_are_escaped),
	    cmocka_unit_test(test_name_that_could_be_hexadecimal_is_quoted),
	    cmocka_unit_test(test_longest_name_of_marks_fits),
	    cmocka_unit_test(test_what_is_no_name_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
