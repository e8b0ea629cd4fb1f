/*
 * What counts as the beginning of TLS: each of the six bytes, whole and in pieces.
 * links: portal/hello
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "portal/hello.h"

enum { SIZE = 6 };

static const uint8_t tls13[] = {0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03};

static enum hello whole(const void *bytes, size_t size)
{
	uint8_t known = 0;

	return hello_feed(&known, bytes, size);
}

static void a_client_hello_is_known_by_six_bytes(void **state)
{
	(void)state;
	assert_int_equal(whole(tls13, sizeof(tls13)), HELLO_YES);
	assert_int_equal(whole(tls13, SIZE), HELLO_YES);
	for (size_t size = 0; size < SIZE; size++)
		assert_int_equal(whole(tls13, size), HELLO_MORE);
}

static void in_pieces_it_is_the_same(void **state)
{
	(void)state;
	for (unsigned cuts = 0; cuts < 1u << (SIZE - 1); cuts++) {
		uint8_t known = 0;
		enum hello hello = HELLO_MORE;

		for (size_t from = 0, to = 1; from < SIZE; from = to++) {
			while (to < SIZE && (cuts >> (to - 1) & 1) == 0)
				to++;
			assert_int_equal(hello, HELLO_MORE);
			hello = hello_feed(&known, tls13 + from, to - from);
		}
		assert_int_equal(hello, HELLO_YES);
	}
}

static void versions_that_clients_write_are_taken(void **state)
{
	uint8_t bytes[SIZE];

	(void)state;
	memcpy(bytes, tls13, SIZE);
	for (unsigned minor = 0; minor < 256; minor++) {
		bytes[2] = (uint8_t)minor;
		assert_int_equal(whole(bytes, SIZE), minor <= 4 ? HELLO_YES : HELLO_NO);
	}
}

/* At once, not after all six. */
static void a_byte_out_of_place_is_seen_where_it_stands(void **state)
{
	static const struct {
		size_t place;
		uint8_t byte;
	} wrong[] = {{0, 0x15}, {0, 0x17}, {0, 0x80}, {1, 0x02},
		     {2, 0x05}, {3, 0x41}, {5, 0x00}, {5, 0x02}};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		uint8_t bytes[SIZE];

		memcpy(bytes, tls13, SIZE);
		bytes[wrong[i].place] = wrong[i].byte;
		assert_int_equal(whole(bytes, wrong[i].place), HELLO_MORE);
		assert_int_equal(whole(bytes, wrong[i].place + 1), HELLO_NO);
	}
}

static void other_protocols_are_none(void **state)
{
	static const char *const others[] = {"GET / HTTP/1.1\r\n", "SSH-2.0-x\r\n",
					     "\x80\x2e\x01\x03",   "EHLO a\r\n",
					     "\x16\x16\x16",	   "PRI * HTTP/2.0\r\n"};

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_int_equal(whole(others[i], strlen(others[i])), HELLO_NO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_client_hello_is_known_by_six_bytes),
	    cmocka_unit_test(in_pieces_it_is_the_same),
	    cmocka_unit_test(versions_that_clients_write_are_taken),
	    cmocka_unit_test(a_byte_out_of_place_is_seen_where_it_stands),
	    cmocka_unit_test(other_protocols_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
