/*
 * Questions to the DNS while there is no internet, byte by byte.
 * links: portal/dns_answer common/probe common/report
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "portal/dns_answer.h"

enum { A = 1, CNAME = 5, TXT = 16, AAAA = 28, HTTPS = 65, ANY = 255, IN = 1, CHAOS = 3 };
enum { OK = 0, SERVER_FAILURE = 2, NOT_IMPLEMENTED = 4 };

static uint8_t asked[DNS_SIZE_MAX + 64], answer[DNS_SIZE_MAX];
static size_t asked_size, answer_size;
static const struct dns_own nameless = {.name = ""};

/* "captive.apple.com" as labels; a backslash stands for a point within one. */
static void ask(const char *name, unsigned type, unsigned class)
{
	static const uint8_t header[] = {0xab, 0xcd, 0x01, 0x20, 0, 1, 0, 0, 0, 0, 0, 0};
	uint8_t *p = asked + sizeof(header);

	memcpy(asked, header, sizeof(header));
	while (*name != '\0') {
		size_t n = strcspn(name, ".");

		*p++ = (uint8_t)n;
		for (size_t i = 0; i < n; i++)
			*p++ = name[i] == '\\' ? '.' : (uint8_t)name[i];
		name += n + (name[n] == '.');
	}
	*p++ = 0;
	*p++ = (uint8_t)(type >> 8);
	*p++ = (uint8_t)type;
	*p++ = 0;
	*p++ = (uint8_t) class;
	asked_size = (size_t)(p - asked);
}

static void answered(void)
{
	memset(answer, 0xee, sizeof(answer));
	answer_size = dns_answer(asked, asked_size, &nameless, answer);
}

/* The header and the question of the answer are as they should be. */
static void looks_like(unsigned code, unsigned records)
{
	assert_true(answer_size >= asked_size);
	assert_memory_equal(answer, asked, 2);
	assert_int_equal(answer[2], 0x81);
	assert_int_equal(answer[3], 0x80 | code);
	assert_int_equal(answer[5], 1);
	assert_int_equal(answer[7], records);
	assert_int_equal(answer[9] | answer[11] | answer[4] | answer[6] | answer[8] | answer[10],
			 0);
	assert_memory_equal(answer + 12, asked + 12, asked_size - 12);
}

static void has_record(unsigned type, const void *address, size_t length)
{
	const uint8_t head[] = {0xc0, 12, 0, (uint8_t)type, 0, IN, 0, 0, 0, 1, 0, (uint8_t)length};

	looks_like(OK, 1);
	assert_int_equal(answer_size, asked_size + sizeof(head) + length);
	assert_true(answer_size - asked_size <= DNS_LONGER_MAX);
	assert_memory_equal(answer + asked_size, head, sizeof(head));
	assert_memory_equal(answer + asked_size + sizeof(head), address, length);
}

static const uint8_t sink4[] = {192, 175, 48, 6};
static const uint8_t sink6[] = {0x26, 0x20, 0, 0x4f, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6};

static void a_probe_host_has_a_public_address_of_each_family(void **state)
{
	(void)state;
	ask("captive.apple.com", A, IN);
	answered();
	has_record(A, sink4, sizeof(sink4));
	ask("captive.apple.com", AAAA, IN);
	answered();
	has_record(AAAA, sink6, sizeof(sink6));
}

static void letters_come_back_as_they_were_sent(void **state)
{
	(void)state;
	ask("CaPtIvE.aPPle.cOm", A, IN);
	answered();
	has_record(A, sink4, sizeof(sink4));
}

/* Windows believes in a network whose DNS tells the truth of this one. */
static void what_must_be_true_is(void **state)
{
	static const uint8_t truth4[] = {131, 107, 255, 255};
	static const uint8_t truth6[] = {0xfd, 0x3e, 0x4f, 0x5a, 0x5b, 0x81, 0, 0,
					 0,    0,    0,	   0,	 0,    0,    0, 1};

	(void)state;
	ask("dns.msftncsi.com", A, IN);
	answered();
	has_record(A, truth4, sizeof(truth4));
	ask("dns.msftncsi.com", AAAA, IN);
	answered();
	has_record(AAAA, truth6, sizeof(truth6));
}

static void own_answered(const struct dns_own *own)
{
	memset(answer, 0xee, sizeof(answer));
	answer_size = dns_answer(asked, asked_size, own, answer);
}

/* Over HTTPS the portal has a name, which no one else can tell now. */
static void the_portals_name_is_where_the_question_has_come_to(void **state)
{
	struct dns_own own = {.name = "wifi.example.vn", .family = 4, .address = {10, 77, 0, 1}};
	static const uint8_t global[] = {0xfd, 0x77, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

	(void)state;
	ask("WiFi.example.vn", A, IN);
	own_answered(&own);
	has_record(A, own.address, 4);
	ask("wifi.example.vn", AAAA, IN);
	own_answered(&own);
	looks_like(OK, 0);
	own.family = 6;
	memcpy(own.address, global, sizeof(global));
	own_answered(&own);
	has_record(AAAA, global, sizeof(global));
	own.address[0] = 0xfe;
	own.address[1] = 0x80;
	own_answered(&own);
	looks_like(OK, 0);
	ask("example.vn", A, IN);
	own_answered(&own);
	looks_like(SERVER_FAILURE, 0);
	ask("", A, IN);
	own_answered(&nameless);
	looks_like(SERVER_FAILURE, 0);
}

static void other_types_of_a_probe_host_are_empty(void **state)
{
	static const unsigned types[] = {CNAME, TXT, HTTPS, ANY, 0, 257};

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		ask("www.gstatic.com", types[i], IN);
		answered();
		looks_like(OK, 0);
		assert_int_equal(answer_size, asked_size);
	}
}

static void every_other_name_fails_at_once(void **state)
{
	static const char *const names[] = {"example.com",
					    "apple.com",
					    "x.captive.apple.com",
					    "captive.apple.com.vn",
					    "captive\\apple.com",
					    "com",
					    ""};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		ask(names[i], A, IN);
		answered();
		if (strchr(names[i], '\\') != NULL) {
			assert_int_equal(answer_size, 0); /* no host has a point in a label */
			continue;
		}
		looks_like(SERVER_FAILURE, 0);
		assert_int_equal(answer_size, asked_size);
	}
	ask("captive.apple.com", A, CHAOS);
	answered();
	looks_like(SERVER_FAILURE, 0);
}

static void an_option_record_is_read_over(void **state)
{
	static const uint8_t option[] = {0, 0, 41, 4, 0xd0, 0, 0, 0, 0, 0, 0};
	size_t size;

	(void)state;
	ask("www.google.com", A, IN);
	size = asked_size;
	memcpy(asked + size, option, sizeof(option));
	asked[11] = 1;
	answer_size = dns_answer(asked, size + sizeof(option), &nameless, answer);
	has_record(A, sink4, sizeof(sink4));
}

static void what_is_not_a_question_is_not_answered(void **state)
{
	static const struct {
		uint8_t at, value;
	} wrong[] = {{2, 0x81}, {5, 0}, {5, 2}, {4, 1}, {7, 1}, {9, 1}, {11, 2}};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		ask("captive.apple.com", A, IN);
		asked[wrong[i].at] = wrong[i].value;
		answered();
		assert_int_equal(answer_size, 0);
	}
}

static void other_kinds_of_questions_are_refused(void **state)
{
	(void)state;
	ask("captive.apple.com", A, IN);
	asked[2] = 0x29; /* an update, RFC 2136 */
	answered();
	assert_int_equal(answer_size, asked_size);
	assert_int_equal(answer[2], 0x80 | 0x29);
	assert_int_equal(answer[3], 0x80 | NOT_IMPLEMENTED);
	assert_int_equal(answer[7], 0);
}

static void a_question_cut_off_anywhere_is_not_answered(void **state)
{
	size_t whole;

	(void)state;
	ask("captive.apple.com", A, IN);
	whole = asked_size;
	for (asked_size = 0; asked_size < whole; asked_size++) {
		answered();
		assert_int_equal(answer_size, 0);
	}
	answered();
	assert_int_not_equal(answer_size, 0);
}

static void names_that_are_none_are_not_answered(void **state)
{
	char name[400];

	(void)state;
	ask("captive.apple.com", A, IN);
	asked[12] = 0xc0; /* a pointer, to itself */
	asked[13] = 12;
	answered();
	assert_int_equal(answer_size, 0);
	ask("captive.apple.com", A, IN);
	asked[12] = 64;
	answered();
	assert_int_equal(answer_size, 0);
	ask("captive.apple.com", A, IN);
	asked[14] = 0;
	answered();
	assert_int_equal(answer_size, 0);
	memset(name, 'a', sizeof(name));
	for (size_t i = 63; i < sizeof(name); i += 64)
		name[i] = '.';
	name[253] = '\0';
	ask(name, A, IN);
	answered();
	looks_like(SERVER_FAILURE, 0);
	name[253] = 'a';
	name[254] = '\0';
	ask(name, A, IN);
	answered();
	assert_int_equal(answer_size, 0);
}

static void what_is_longer_than_the_dns_allows_is_not_answered(void **state)
{
	(void)state;
	ask("captive.apple.com", A, IN);
	memset(asked + asked_size, 0, sizeof(asked) - asked_size);
	asked[11] = 1;
	asked_size = DNS_SIZE_MAX;
	answer_size = dns_answer(asked, asked_size, &nameless, answer);
	assert_int_not_equal(answer_size, 0);
	assert_true(answer_size < 100);
	asked_size = DNS_SIZE_MAX + 1;
	assert_int_equal(dns_answer(asked, asked_size, &nameless, answer), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_probe_host_has_a_public_address_of_each_family),
	    cmocka_unit_test(letters_come_back_as_they_were_sent),
	    cmocka_unit_test(what_must_be_true_is),
	    cmocka_unit_test(the_portals_name_is_where_the_question_has_come_to),
	    cmocka_unit_test(other_types_of_a_probe_host_are_empty),
	    cmocka_unit_test(every_other_name_fails_at_once),
	    cmocka_unit_test(an_option_record_is_read_over),
	    cmocka_unit_test(what_is_not_a_question_is_not_answered),
	    cmocka_unit_test(other_kinds_of_questions_are_refused),
	    cmocka_unit_test(a_question_cut_off_anywhere_is_not_answered),
	    cmocka_unit_test(names_that_are_none_are_not_answered),
	    cmocka_unit_test(what_is_longer_than_the_dns_allows_is_not_answered),
	};

	return cmocka_run_group_tests_name("dns answer", tests, NULL, NULL);
}
