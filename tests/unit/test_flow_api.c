/*
 * What a device is told over the API, at each moment of its visit.
 * links: portal/flow portal/api portal/session portal/later portal/visit portal/quiz portal/tally
 * links: common/ether common/measure common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "test_flow.h"

static struct request api_of(void)
{
	struct request request = request_of(PATH_API, false);

	snprintf(conf.name, sizeof(conf.name), "portal.example.net");
	request.secure = true;
	return request;
}

static void says(struct request request, const char *json)
{
	ask(request);
	assert_int_equal(reply.status, 200);
	assert_null(reply.location);
	assert_true(reply.varies);
	assert_int_equal(reply.api_size, strlen(json));
	assert_memory_equal(reply.api, json, reply.api_size);
}

#define URL "\"user-portal-url\":\"https://portal.example.net/\""

static void a_held_device_is_captive_whatever_it_has_done(void **state)
{
	(void)state;
	says(api_of(), "{\"captive\":true," URL "}");
	get(PATH_ROOT);
	says(api_of(), "{\"captive\":true," URL "}");
	to_the_button();
	says(api_of(), "{\"captive\":true," URL "}");
}

static void it_begins_no_visit_and_touches_none(void **state)
{
	struct request request = api_of();

	(void)state;
	ask(request);
	assert_null(visit());
	get(PATH_ROOT);
	request.address[3] = 9; /* of the same device */
	ask(request);
	assert_int_equal(visit()->address[3], 5);
	assert_int_equal(counted(STORE_SHOWN), 1);
}

static void a_released_device_is_told_how_long(void **state)
{
	struct request request = api_of();

	(void)state;
	request.found.seconds = 43199;
	says(request, "{\"captive\":false," URL ",\"seconds-remaining\":43199}");
	request.found.seconds = UINT32_MAX;
	says(request, "{\"captive\":false," URL ",\"seconds-remaining\":4294967295}");
}

static void in_its_last_minutes_a_release_can_be_extended(void **state)
{
	struct request request = api_of();

	(void)state;
	request.found.seconds = 299;
	request.found.flags = MSG_FLAG_ENDING;
	says(request, "{\"captive\":false," URL ",\"seconds-remaining\":299"
		      ",\"can-extend-session\":true}");
	assert_null(visit());
}

static void a_trusted_device_has_no_end(void **state)
{
	struct request request = api_of();

	(void)state;
	request.found.flags = MSG_FLAG_TRUSTED;
	says(request, "{\"captive\":false," URL "}");
	request.found.seconds = 60; /* released once, trusted now */
	says(request, "{\"captive\":false," URL "}");
}

static void who_is_no_neighbour_is_told_nothing(void **state)
{
	struct request request = api_of();

	(void)state;
	request.found.status = MSG_ABSENT;
	ask(request);
	notices(403, PAGE_NOT_HERE);
	assert_int_equal(reply.api_size, 0);
	assert_true(reply.varies);
}

static void a_person_is_led_to_the_page(void **state)
{
	struct request request = api_of();

	(void)state;
	request.wants_page = true;
	ask(request);
	leads_to(302, "https://portal.example.net/");
	assert_true(reply.varies);
}

static void without_https_there_is_no_api(void **state)
{
	struct request request = api_of();

	(void)state;
	request.secure = false;
	ask(request);
	leads_to(302, "/");
	assert_int_equal(reply.api_size, 0);
	request.found.seconds = 60;
	ask(request);
	leads_to(302, "/");
	request.found.seconds = 0;
	request.post = true;
	ask(request);
	notices(400, PAGE_BAD_REQUEST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    AROUND(a_held_device_is_captive_whatever_it_has_done),
	    AROUND(it_begins_no_visit_and_touches_none),
	    AROUND(a_released_device_is_told_how_long),
	    AROUND(in_its_last_minutes_a_release_can_be_extended),
	    AROUND(a_trusted_device_has_no_end),
	    AROUND(who_is_no_neighbour_is_told_nothing),
	    AROUND(a_person_is_led_to_the_page),
	    AROUND(without_https_there_is_no_api),
	};

	return cmocka_run_group_tests_name("flow_api", tests, NULL, NULL);
}
