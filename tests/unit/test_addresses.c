/*
 * The addresses of one conntrack pass: found after sorting, and served networks.
 * links: gate/addresses
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <string.h>

#include "gate/addresses.h"

static struct addresses addresses;

static int begin(void **state)
{
	(void)state;
	addresses = (struct addresses){0};
	return 0;
}

static int end(void **state)
{
	(void)state;
	addresses_free(&addresses);
	return 0;
}

static struct neigh_address address_of(const char *text)
{
	struct neigh_address address = {.family = strchr(text, ':') != NULL ? 6 : 4};

	assert_int_equal(inet_pton(address.family == 6 ? AF_INET6 : AF_INET, text, address.byte), 1);
	return address;
}

static void add(const char *text, enum flows_mode mode)
{
	struct neigh_address address = address_of(text);

	assert_true(addresses_add(&addresses, &address, mode));
}

static void add_prefix(const char *own, unsigned bits)
{
	struct neigh_address address = address_of(own);

	addresses_add_prefix(&addresses, &address, bits);
}

static enum flows_mode mode_of(const char *text)
{
	struct neigh_address address = address_of(text);

	return addresses_mode(&addresses, &address, FLOWS_BEYOND);
}

static void in_an_empty_pass_everything_is_kept(void **state)
{
	(void)state;
	addresses_sort(&addresses);
	assert_int_equal(mode_of("10.77.0.5"), FLOWS_KEEP);
	assert_int_equal(mode_of("fd77::5"), FLOWS_KEEP);
}

static void each_known_address_has_its_mode(void **state)
{
	(void)state;
	add("10.77.0.9", FLOWS_ALL);
	add("fd77::9", FLOWS_REDIRECTED);
	add("10.77.0.2", FLOWS_KEEP);
	add("10.77.0.5", FLOWS_BEYOND);
	addresses_sort(&addresses);
	assert_int_equal(mode_of("10.77.0.9"), FLOWS_ALL);
	assert_int_equal(mode_of("fd77::9"), FLOWS_REDIRECTED);
	assert_int_equal(mode_of("10.77.0.2"), FLOWS_KEEP);
	assert_int_equal(mode_of("10.77.0.5"), FLOWS_BEYOND);
	assert_int_equal(mode_of("10.77.0.3"), FLOWS_KEEP);
}

/* The same sixteen bytes, once as IPv4 and once as IPv6. */
static void families_are_not_mixed_up(void **state)
{
	(void)state;
	add("10.77.0.5", FLOWS_ALL);
	addresses_sort(&addresses);
	assert_int_equal(mode_of("a4d:5::"), FLOWS_KEEP);
	add_prefix("10.77.0.1", 8);
	assert_int_equal(mode_of("a4d:5::"), FLOWS_KEEP);
}

static void ten_thousand_are_all_found(void **state)
{
	struct neigh_address address = {.family = 4, .byte = {10, 77}};

	(void)state;
	for (unsigned i = 0; i < 10000; i++) {
		unsigned n = i * 7919 % 10007; /* in no order */

		address.byte[2] = (uint8_t)(n >> 8);
		address.byte[3] = (uint8_t)n;
		assert_true(addresses_add(&addresses, &address, n % 2 ? FLOWS_ALL : FLOWS_BEYOND));
	}
	addresses_sort(&addresses);
	for (unsigned i = 0; i < 10000; i++) {
		unsigned n = i * 7919 % 10007;

		address.byte[2] = (uint8_t)(n >> 8);
		address.byte[3] = (uint8_t)n;
		assert_int_equal(addresses_mode(&addresses, &address, FLOWS_KEEP),
				 n % 2 ? FLOWS_ALL : FLOWS_BEYOND);
	}
}

static void more_than_131072_are_refused(void **state)
{
	struct neigh_address address = {.family = 6, .byte = {0xfd}};

	(void)state;
	for (unsigned i = 0; i < 131072; i++)
		assert_true(addresses_add(&addresses, &address, FLOWS_KEEP));
	assert_false(addresses_add(&addresses, &address, FLOWS_KEEP));
	assert_int_equal(addresses.count, 131072);
}

static void a_silent_address_of_a_served_network_is_unknown(void **state)
{
	(void)state;
	add_prefix("10.77.0.1", 24);
	add_prefix("fd77::1", 64);
	assert_int_equal(mode_of("10.77.0.255"), FLOWS_BEYOND);
	assert_int_equal(mode_of("10.77.1.0"), FLOWS_KEEP);
	assert_int_equal(mode_of("fd77::ffff"), FLOWS_BEYOND);
	assert_int_equal(mode_of("fd77:0:0:1::1"), FLOWS_KEEP);
}

static void the_gateways_own_address_is_kept(void **state)
{
	(void)state;
	add_prefix("10.77.0.1", 24);
	add_prefix("10.77.0.2", 24); /* a second one in the same network */
	assert_int_equal(mode_of("10.77.0.1"), FLOWS_KEEP);
	assert_int_equal(mode_of("10.77.0.2"), FLOWS_KEEP);
	assert_int_equal(mode_of("10.77.0.3"), FLOWS_BEYOND);
}

static void own_is_the_gateways_address_and_no_other(void **state)
{
	struct neigh_address own = address_of("fd77::1"), other = address_of("fd77::2");

	(void)state;
	assert_false(addresses_is_own(&addresses, &own));
	add_prefix("10.77.0.1", 24);
	add_prefix("fd77::1", 64);
	assert_true(addresses_is_own(&addresses, &own));
	assert_false(addresses_is_own(&addresses, &other));
}

static void a_known_address_wins_over_its_network(void **state)
{
	(void)state;
	add_prefix("10.77.0.1", 24);
	add("10.77.0.5", FLOWS_KEEP);
	addresses_sort(&addresses);
	assert_int_equal(mode_of("10.77.0.5"), FLOWS_KEEP);
}

/* Bit by bit: inside, and the first address outside on either side. */
static void prefixes_end_at_any_bit(void **state)
{
	static const struct {
		const char *own, *inside, *outside;
		unsigned bits;
	} cases[] = {
	    {"10.77.0.1", "10.77.0.1", "10.77.0.0", 32},
	    {"10.77.0.8", "10.77.0.9", "10.77.0.10", 31},
	    {"10.77.0.9", "10.77.0.15", "10.77.0.16", 29},
	    {"10.77.0.129", "10.77.0.255", "10.77.0.127", 25},
	    {"10.77.5.1", "10.77.7.255", "10.77.8.0", 22},
	    {"192.168.0.1", "255.0.0.1", "127.0.0.1", 1},
	    {"fd77:0:0:8::1", "fd77:0:0:f::", "fd77:0:0:10::", 61},
	    {"fe80::1", "fe80::2", "fe80::4", 126},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		addresses_clear(&addresses);
		add_prefix(cases[i].own, cases[i].bits);
		assert_int_equal(mode_of(cases[i].inside), strcmp(cases[i].own, cases[i].inside) == 0
							       ? FLOWS_KEEP
							       : FLOWS_BEYOND);
		assert_int_equal(mode_of(cases[i].outside), FLOWS_KEEP);
	}
}

static void prefixes_beyond_the_room_or_of_no_length_are_left_out(void **state)
{
	(void)state;
	add_prefix("fd78::1", 129);
	assert_int_equal(addresses.prefix_count, 0);
	for (unsigned i = 0; i < ADDRESSES_PREFIXES_MAX + 3; i++)
		add_prefix("10.77.0.1", 24);
	assert_int_equal(addresses.prefix_count, ADDRESSES_PREFIXES_MAX);
}

static void the_next_pass_begins_empty(void **state)
{
	(void)state;
	add("10.77.0.5", FLOWS_ALL);
	add_prefix("10.77.0.1", 24);
	addresses_sort(&addresses);
	addresses_clear(&addresses);
	assert_int_equal(mode_of("10.77.0.5"), FLOWS_KEEP);
	assert_int_equal(mode_of("10.77.0.9"), FLOWS_KEEP);
}

#define AROUND(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    AROUND(in_an_empty_pass_everything_is_kept),
	    AROUND(each_known_address_has_its_mode),
	    AROUND(families_are_not_mixed_up),
	    AROUND(ten_thousand_are_all_found),
	    AROUND(more_than_131072_are_refused),
	    AROUND(a_silent_address_of_a_served_network_is_unknown),
	    AROUND(the_gateways_own_address_is_kept),
	    AROUND(own_is_the_gateways_address_and_no_other),
	    AROUND(a_known_address_wins_over_its_network),
	    AROUND(prefixes_end_at_any_bit),
	    AROUND(prefixes_beyond_the_room_or_of_no_length_are_left_out),
	    AROUND(the_next_pass_begins_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
