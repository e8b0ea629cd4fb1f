/*
 * How often somebody may try to log in.
 * links: collect/throttle
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <sodium.h>

#include "collect/throttle.h"

static int fresh(void **state)
{
	(void)state;
	throttle_open();
	return sodium_init() < 0;
}

/* A moment for each try that is far enough from the last. */
static int64_t now = 1000000;

static bool may(const char *account, const char *address)
{
	now += 1000;
	return throttle_may(account, address, now);
}

static void failing(const char *account, const char *address, int times)
{
	for (int i = 0; i < times; i++)
		throttle_failed(account, address, now);
}

static void an_account_may_fail_ten_times_from_anywhere(void **state)
{
	char address[24];

	(void)state;
	for (int i = 0; i < THROTTLE_ACCOUNT_MAX; i++) {
		snprintf(address, sizeof(address), "192.0.2.%d", i);
		assert_true(may("lan", address));
		throttle_failed("lan", address, now);
	}
	assert_false(may("lan", "192.0.2.99"));
	assert_true(may("minh", "192.0.2.99"));
}

static void an_address_may_fail_twenty_times_with_any_account(void **state)
{
	char account[24];

	(void)state;
	for (int i = 0; i < THROTTLE_ADDRESS_MAX; i++) {
		snprintf(account, sizeof(account), "name%d", i);
		assert_true(may(account, "192.0.2.1"));
		throttle_failed(account, "192.0.2.1", now);
	}
	assert_false(may("lan", "192.0.2.1"));
	assert_true(may("lan", "192.0.2.2"));
}

static void failures_are_forgotten_after_a_quarter_of_an_hour(void **state)
{
	(void)state;
	failing("lan", "192.0.2.1", THROTTLE_ACCOUNT_MAX);
	assert_false(may("lan", "192.0.2.1"));
	now += THROTTLE_SECONDS * INT64_C(1000);
	assert_true(may("lan", "192.0.2.1"));
}

static void a_right_password_forgives_the_account(void **state)
{
	(void)state;
	failing("lan", "192.0.2.1", THROTTLE_ACCOUNT_MAX - 1);
	throttle_succeeded("lan");
	failing("lan", "192.0.2.1", THROTTLE_ACCOUNT_MAX - 1);
	assert_true(may("lan", "192.0.2.1"));
}

static void all_logins_together_are_a_few_a_second(void **state)
{
	int n = 0;

	(void)state;
	now += 60000;
	while (throttle_may("lan", "192.0.2.1", now))
		n++;
	assert_int_equal(n, THROTTLE_BURST);
	now += 1000;
	for (n = 0; throttle_may("lan", "192.0.2.1", now);)
		n++;
	assert_int_equal(n, THROTTLE_RATE);
}

static void a_full_table_forgets_who_has_been_quiet(void **state)
{
	char address[32];

	(void)state;
	for (int i = 0; i < 8 * THROTTLE_SLOTS; i++) {
		snprintf(address, sizeof(address), "2001:db8::%x", (unsigned)i);
		now++;
		throttle_failed("lan", address, now);
	}
	/* It has failed all the time, and is not forgotten for the others' sake. */
	assert_false(may("lan", "192.0.2.1"));
	assert_true(may("minh", "2001:db8::0"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(an_account_may_fail_ten_times_from_anywhere, fresh),
	    cmocka_unit_test_setup(an_address_may_fail_twenty_times_with_any_account, fresh),
	    cmocka_unit_test_setup(failures_are_forgotten_after_a_quarter_of_an_hour, fresh),
	    cmocka_unit_test_setup(a_right_password_forgives_the_account, fresh),
	    cmocka_unit_test_setup(all_logins_together_are_a_few_a_second, fresh),
	    cmocka_unit_test_setup(a_full_table_forgets_who_has_been_quiet, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
