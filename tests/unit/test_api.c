/*
 * The API's object, byte for byte, and who is led to the page instead.
 * links: portal/api
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "portal/api.h"

static void is(struct api api, const char *json)
{
	char out[API_SIZE];

	assert_int_equal(api_write(&api, out), strlen(json));
	assert_string_equal(out, json);
}

static void each_state_of_a_device(void **state)
{
	(void)state;
	is((struct api){.name = "p.lan", .captive = true},
	   "{\"captive\":true,\"user-portal-url\":\"https://p.lan/\"}");
	is((struct api){.name = "p.lan", .captive = false, .seconds = 1},
	   "{\"captive\":false,\"user-portal-url\":\"https://p.lan/\",\"seconds-remaining\":1}");
	is((struct api){.name = "p.lan", .captive = false},
	   "{\"captive\":false,\"user-portal-url\":\"https://p.lan/\"}");
}

static void in_its_last_minutes_the_session_can_be_extended(void **state)
{
	(void)state;
	is((struct api){.name = "p.lan", .seconds = 60, .extends = true},
	   "{\"captive\":false,\"user-portal-url\":\"https://p.lan/\",\"seconds-remaining\":60,"
	   "\"can-extend-session\":true}");
}

static void no_time_is_left_while_captive(void **state)
{
	(void)state;
	is((struct api){.name = "p.lan", .captive = true, .seconds = 60},
	   "{\"captive\":true,\"user-portal-url\":\"https://p.lan/\"}");
}

static void the_longest_name_fits(void **state)
{
	char name[CONF_HOST_SIZE], out[API_SIZE];
	const char *last = ",\"seconds-remaining\":4294967295,\"can-extend-session\":true}";
	size_t size;

	(void)state;
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	size = api_write(&(struct api){.name = name, .seconds = UINT32_MAX, .extends = true}, out);
	assert_true(size < sizeof(out) && size <= 4096);
	assert_string_equal(out + size - strlen(last), last);
}

static void who_accepts_it_gets_it(void **state)
{
	static const char *const accepts[] = {
	    API_TYPE,
	    "Application/Captive+JSON",
	    "text/html, " API_TYPE,
	    "text/html;q=0.9," API_TYPE ";q=0.1",
	    " ,, " API_TYPE " ;v=1",
	    "*/*",
	    "application/*",
	    "application/json",
	    "text/plain",
	    "text/htm",
	    "text/htmlx, x",
	    "",
	    ",",
	};

	(void)state;
	assert_false(api_wants_page(NULL));
	for (size_t i = 0; i < sizeof(accepts) / sizeof(accepts[0]); i++)
		if (api_wants_page(accepts[i]))
			fail_msg("\"%s\" gets a page", accepts[i]);
}

static void who_reads_pages_is_led_to_one(void **state)
{
	static const char *const accepts[] = {
	    "text/html",
	    "TEXT/HTML;level=1",
	    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
	    "image/webp, text/html ;q=0.3",
	    "application/xhtml+xml",
	    "application/captive+jsonx, text/html",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(accepts) / sizeof(accepts[0]); i++)
		if (!api_wants_page(accepts[i]))
			fail_msg("\"%s\" gets JSON", accepts[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_state_of_a_device),
	    cmocka_unit_test(in_its_last_minutes_the_session_can_be_extended),
	    cmocka_unit_test(no_time_is_left_while_captive),
	    cmocka_unit_test(the_longest_name_fits),
	    cmocka_unit_test(who_accepts_it_gets_it),
	    cmocka_unit_test(who_reads_pages_is_led_to_one),
	};

	return cmocka_run_group_tests_name("api", tests, NULL, NULL);
}
