/*
 * X-Forwarded-For: the last hop and nothing else.
 * links: portal/forwarded
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <string.h>

#include "portal/forwarded.h"

static void is(const char *value, uint8_t family, const char *address)
{
	uint8_t expected[16] = {0};
	struct forwarded out;

	memset(&out, 0xa5, sizeof(out));
	if (!forwarded_parse(value, &out))
		fail_msg("\"%s\" is refused", value);
	assert_int_equal(inet_pton(family == 4 ? AF_INET : AF_INET6, address, expected), 1);
	assert_int_equal(out.family, family);
	assert_memory_equal(out.address, expected, sizeof(expected));
}

static void one_address(void **state)
{
	(void)state;
	is("10.77.0.5", 4, "10.77.0.5");
	is(" 10.77.0.5\t", 4, "10.77.0.5");
	is("fd77::5", 6, "fd77::5");
	is("FD77:0:0:0:0:0:0:5", 6, "fd77::5");
	is("fe80::1", 6, "fe80::1");
}

static void a_mapped_address_is_ipv4(void **state)
{
	(void)state;
	is("::ffff:10.77.0.5", 4, "10.77.0.5");
	is("::FFFF:a4d:5", 4, "10.77.0.5");
}

static void what_the_visitor_wrote_before_does_not_count(void **state)
{
	(void)state;
	is("10.77.0.9, 10.77.0.5", 4, "10.77.0.5");
	is("10.77.0.9,fd77::5", 6, "fd77::5");
	is("' OR 1=1 --, \"\x01\xff, 10.77.0.5", 4, "10.77.0.5");
	is(",,,10.77.0.5", 4, "10.77.0.5");
}

static void garbage_is_refused(void **state)
{
	static const char *const garbage[] = {
	    "",
	    " ",
	    ",",
	    "10.77.0.5,",
	    "10.77.0.5, ",
	    "unknown",
	    "_hidden",
	    "10.77.0",
	    "10.77.0.256",
	    "10.77.0.5.1",
	    "010.77.0.5",
	    "0x0a.77.0.5",
	    "10.77.0.5:1234",
	    "10.77.0.5 10.77.0.6",
	    "10.77.0.5;for=x",
	    "[fd77::5]",
	    "[fd77::5]:80",
	    "fe80::1%br-lan",
	    "fd77::5::1",
	    "fd77:::5",
	    "::ffff:10.77.0.256",
	    "12345::",
	    "portal.lab",
	    "\"10.77.0.5\"",
	    "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.2555",
	    "10.77.0.5\n",
	};
	struct forwarded out;

	(void)state;
	for (size_t i = 0; i < sizeof(garbage) / sizeof(garbage[0]); i++)
		if (forwarded_parse(garbage[i], &out))
			fail_msg("\"%s\" is taken", garbage[i]);
}

static void the_longest_address_fits(void **state)
{
	(void)state;
	is("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", 6,
	   "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_address),
	    cmocka_unit_test(a_mapped_address_is_ipv4),
	    cmocka_unit_test(what_the_visitor_wrote_before_does_not_count),
	    cmocka_unit_test(garbage_is_refused),
	    cmocka_unit_test(the_longest_address_fits),
	};

	return cmocka_run_group_tests_name("forwarded", tests, NULL, NULL);
}
