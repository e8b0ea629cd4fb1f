/*
 * The files that are ours as a whole, as tests/golden/setup has them, and that a change by
 * hand shows. Run from the root of the tree; GOLDEN_WRITE=1 writes the golden files.
 * links: ctl/setup_dnsmasq ctl/setup_seal common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/setup.h"
#include "ctl/setup_seal.h"

#define GOLDEN "tests/golden/setup/"
#define NAME   "portal.example.net"
#define URI    "https://" NAME "/captive-portal/api"

static char *printed(void (*print)(const struct setup_plan *, FILE *),
		     const struct setup_plan *plan, const char *word)
{
	char *body = NULL, *text;
	size_t size;
	FILE *out = open_memstream(&body, &size);

	assert_non_null(out);
	print(plan, out);
	fclose(out);
	text = setup_seal_put(body, word);
	free(body);
	assert_true(setup_seal_holds(text));
	return text;
}

static void is_golden(const char *path, char *text)
{
	static char expected[8192];
	FILE *file;

	if (getenv("GOLDEN_WRITE") != NULL) {
		file = fopen(path, "we");
		assert_non_null(file);
		fputs(text, file);
		fclose(file);
	}
	file = fopen(path, "re");
	if (file == NULL)
		fail_msg("%s cannot be opened; run this from the root of the tree", path);
	expected[fread(expected, 1, sizeof(expected) - 1, file)] = '\0';
	fclose(file);
	assert_string_equal(text, expected);
	free(text);
}

static const struct setup_plan announced = {
    .interfaces = {"br-lan", "wlan0.20"},
    .interface_count = 2,
    .name = NAME,
    .uri = URI,
    .garden = {"moh.gov.vn", "sos.example.org"},
    .garden_count = 2,
};

static void test_dnsmasq_is_told_everything(void **state)
{
	(void)state;
	is_golden(GOLDEN "announced.dnsmasq", printed(setup_dnsmasq_print, &announced, "dnsmasq"));
}

static void test_networkmanagers_is_told_of_ipv4(void **state)
{
	(void)state;
	is_golden(GOLDEN "announced.networkmanager",
		  printed(setup_networkmanager_print, &announced, "networkmanager"));
}

static void test_what_cannot_be_used_is_not_announced(void **state)
{
	struct setup_plan plan = announced;
	char *text;

	(void)state;
	plan.uri[0] = '\0';
	plan.garden_count = 0;
	snprintf(plan.why, sizeof(plan.why), "fullchain.pem expired on 2026-11-01");
	text = printed(setup_dnsmasq_print, &plan, "dnsmasq");
	assert_null(strstr(text, "dhcp-option"));
	is_golden(GOLDEN "expired.dnsmasq", text);
}

static void test_without_a_name_only_leases_are_quick(void **state)
{
	struct setup_plan plan = {.interfaces = {"br-lan"},
				  .interface_count = 1,
				  .why = "portal.name is not set"};

	(void)state;
	is_golden(GOLDEN "no-name.dnsmasq", printed(setup_dnsmasq_print, &plan, "dnsmasq"));
}

static void test_every_change_by_hand_shows(void **state)
{
	char *text = printed(setup_dnsmasq_print, &announced, "dnsmasq");
	size_t length = strlen(text);

	(void)state;
	for (size_t i = 0; i < length; i++) {
		text[i] ^= 1;
		if (setup_seal_holds(text))
			fail_msg("byte %zu was changed, and the sum holds", i);
		text[i] ^= 1;
	}
	assert_true(setup_seal_holds(text));
	text[length - 1] = '\0';
	assert_false(setup_seal_holds(text));
	free(text);
}

static void test_what_is_not_ours_is_not_ours(void **state)
{
	(void)state;
	assert_false(setup_seal_holds(""));
	assert_false(setup_seal_holds("no-ping\n"));
	assert_false(setup_seal_holds("# Sum of this file: "));
	assert_false(setup_seal_holds("# Sum of this file: 0123456789abcde"));
	assert_false(setup_seal_holds("# Sum of this file: 0123456789abcdef\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_dnsmasq_is_told_everything),
	    cmocka_unit_test(test_networkmanagers_is_told_of_ipv4),
	    cmocka_unit_test(test_what_cannot_be_used_is_not_announced),
	    cmocka_unit_test(test_without_a_name_only_leases_are_quick),
	    cmocka_unit_test(test_every_change_by_hand_shows),
	    cmocka_unit_test(test_what_is_not_ours_is_not_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
