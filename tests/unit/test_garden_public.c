/*
 * Which addresses a name may open, the first and the last of each block.
 * links: gate/garden_public
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <string.h>

#include "gate/garden_public.h"

static bool is_public(const char *text)
{
	struct neigh_address address = {.family = strchr(text, ':') != NULL ? 6 : 4};

	if (inet_pton(address.family == 4 ? AF_INET : AF_INET6, text, address.byte) != 1)
		fail_msg("%s is no address", text);
	return garden_is_public(&address);
}

static void are(bool expected, const char *const *addresses)
{
	for (; *addresses != NULL; addresses++)
		if (is_public(*addresses) != expected)
			fail_msg("%s is %spublic", *addresses, expected ? "not " : "");
}

static void special_ipv4_is_closed(void **state)
{
	static const char *const addresses[] = {
	    "0.0.0.0",	       "0.255.255.255",	  "10.0.0.0",	     "10.255.255.255",
	    "100.64.0.0",      "100.127.255.255", "127.0.0.1",	     "127.255.255.255",
	    "169.254.0.1",     "169.254.255.255", "172.16.0.0",	     "172.31.255.255",
	    "192.0.0.0",       "192.0.0.255",	  "192.88.99.1",     "192.168.0.0",
	    "192.168.255.255", "198.18.0.0",	  "198.19.255.255",  "224.0.0.1",
	    "239.255.255.255", "240.0.0.1",	  "255.255.255.255", NULL};

	(void)state;
	are(false, addresses);
}

static void other_ipv4_is_public(void **state)
{
	static const char *const addresses[] = {
	    "1.0.0.0",	   "9.255.255.255",   "11.0.0.0",	 "100.63.255.255",
	    "100.128.0.0", "126.255.255.255", "128.0.0.0",	 "169.253.255.255",
	    "169.255.0.0", "172.15.255.255",  "172.32.0.0",	 "191.255.255.255",
	    "192.0.1.0",   "192.167.255.255", "192.169.0.0",	 "198.17.255.255",
	    "198.20.0.0",  "203.0.113.10",    "223.255.255.255", NULL};

	(void)state;
	are(true, addresses);
}

static void only_global_unicast_of_ipv6_is_public(void **state)
{
	static const char *const open[] = {"2000::1",	   "2001:200::1",  "2001:db8::1", "2003::1",
					   "2400:cb00::1", "3fff:ffff::1", NULL};
	static const char *const shut[] = {"::",
					   "::1",
					   "::ffff:203.0.113.10",
					   "::203.0.113.10",
					   "100::1",
					   "1fff::1",
					   "2001::1",
					   "2001:1ff::1",
					   "2002:cb00:710a::1",
					   "4000::1",
					   "fc00::1",
					   "fd77::1",
					   "fe80::1",
					   "fec0::1",
					   "ff02::1",
					   "ffff::",
					   NULL};

	(void)state;
	are(true, open);
	are(false, shut);
}

static void what_nat64_leads_to_is_looked_at(void **state)
{
	(void)state;
	assert_true(is_public("64:ff9b::203.0.113.10"));
	assert_false(is_public("64:ff9b::10.0.0.1"));
	assert_false(is_public("64:ff9b::192.168.1.1"));
	assert_false(is_public("64:ff9b::127.0.0.1"));
	/* A prefix for networks of one's own, RFC 8215. */
	assert_false(is_public("64:ff9b:1::203.0.113.10"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(special_ipv4_is_closed),
	    cmocka_unit_test(other_ipv4_is_public),
	    cmocka_unit_test(only_global_unicast_of_ipv6_is_public),
	    cmocka_unit_test(what_nat64_leads_to_is_looked_at),
	};

	return cmocka_run_group_tests_name("garden public", tests, NULL, NULL);
}
