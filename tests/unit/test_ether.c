/*
 * Ethernet addresses as operators write them, and what may be a visitor's.
 * links: common/ether
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "common/ether.h"

static void colons_dashes_and_both_cases_are_read(void **state)
{
	static const char *const texts[] = {"02:0a:5e:ff:00:9b", "02-0A-5E-FF-00-9B",
					    "02:0a-5E:ff-00:9B"};
	static const struct ether expected = {{0x02, 0x0a, 0x5e, 0xff, 0x00, 0x9b}};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct ether mac = {{0}};

		assert_true(ether_parse(texts[i], &mac));
		assert_memory_equal(&mac, &expected, sizeof(mac));
	}
}

/* Each from memory of exactly its size: reading past its end is seen by the sanitizer. */
static void anything_else_is_refused_and_changes_nothing(void **state)
{
	static const char *const texts[] = {
	    "",
	    "0",
	    "02",
	    "02:",
	    "02:0",
	    "02:00:5e:00:00",
	    "02:00:5e:00:00:",
	    "02:00:5e:00:00:0",
	    "02:00:5e:00:00:01:",
	    "02:00:5e:00:00:01 ",
	    " 02:00:5e:00:00:01",
	    "02:00:5e:00:00:01:02",
	    "0200.5e00.0001",
	    "02005e000001",
	    "2:0:5e:0:0:1",
	    "02:00:5g:00:00:01",
	    "02:00:5e:00:00:0@",
	    "02:00:5e:00:00:0`",
	    "02:00:5e:00:00:/1",
	    "02:00:5e:00:00:0:",
	    "02 00 5e 00 00 01",
	    "02:00:5e:00:00:\xc3\xa9",
	    "-2:00:5e:00:00:01",
	    "0x:00:5e:00:00:01",
	};
	static const struct ether before = {{1, 2, 3, 4, 5, 6}};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		size_t size = strlen(texts[i]) + 1;
		char *exact = test_malloc(size);
		struct ether mac = before;

		memcpy(exact, texts[i], size);
		if (ether_parse(exact, &mac))
			fail_msg("\"%s\" was taken for an address", texts[i]);
		assert_memory_equal(&mac, &before, sizeof(mac));
		test_free(exact);
	}
}

static void it_is_written_in_lower_case_with_colons(void **state)
{
	static const struct ether mac = {{0x02, 0xAB, 0x00, 0x0F, 0xF0, 0xFF}};
	char text[ETHER_TEXT_SIZE];

	(void)state;
	assert_ptr_equal(ether_text(&mac, text), text);
	assert_string_equal(text, "02:ab:00:0f:f0:ff");
}

static void group_addresses_and_zero_are_no_stations(void **state)
{
	static const struct ether stations[] = {
	    {{0, 0, 0, 0, 0, 1}}, {{2, 0, 0, 0, 0, 0}}, {{0xfe, 0xff, 0xff, 0xff, 0xff, 0xff}}};
	static const struct ether others[] = {
	    {{0}}, {{1, 0, 0x5e, 0, 0, 1}}, {{0x33, 0x33, 0, 0, 0, 1}}, {{255, 255, 255, 255, 255, 255}}};

	(void)state;
	for (size_t i = 0; i < sizeof(stations) / sizeof(stations[0]); i++)
		assert_true(ether_is_unicast(&stations[i]));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(ether_is_unicast(&others[i]));
}

static void equal_means_every_byte(void **state)
{
	const struct ether one = {{2, 0, 0, 0, 0, 1}};

	(void)state;
	assert_true(ether_equal(&one, &one));
	for (size_t i = 0; i < ETHER_LEN; i++) {
		struct ether other = one;

		other.byte[i] ^= 0x80;
		assert_false(ether_equal(&one, &other));
	}
}

/* Neighbouring MACs, as one maker numbers them, in a table of 4096 buckets: with a good
 * hash the fullest of them has about 7. */
static void numbered_macs_spread_over_a_hash_table(void **state)
{
	static uint8_t bucket[4096];
	unsigned fullest = 0;

	(void)state;
	for (unsigned n = 0; n < 4096; n++) {
		struct ether mac = {{2, 0, 0, 0, (uint8_t)(n >> 8), (uint8_t)n}};
		uint8_t *b = &bucket[ether_hash(&mac, 0x243f6a8885a308d3u) & 4095];

		if (++*b > fullest)
			fullest = *b;
	}
	assert_in_range(fullest, 1, 14);
}

static void another_key_is_another_hash(void **state)
{
	unsigned same = 0;

	(void)state;
	for (unsigned n = 0; n < 1000; n++) {
		struct ether mac = {{2, 0, 0, 0, (uint8_t)(n >> 8), (uint8_t)n}};

		same += (ether_hash(&mac, 0x243f6a8885a308d3u) & 255) ==
			(ether_hash(&mac, 0x13198a2e03707345u) & 255);
	}
	assert_in_range(same, 0, 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(colons_dashes_and_both_cases_are_read),
	    cmocka_unit_test(anything_else_is_refused_and_changes_nothing),
	    cmocka_unit_test(it_is_written_in_lower_case_with_colons),
	    cmocka_unit_test(group_addresses_and_zero_are_no_stations),
	    cmocka_unit_test(equal_means_every_byte),
	    cmocka_unit_test(numbered_macs_spread_over_a_hash_table),
	    cmocka_unit_test(another_key_is_another_hash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
