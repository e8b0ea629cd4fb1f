/*
 * OpenWrt's /etc/config/dhcp: what is put in, and that taking it out leaves every byte as
 * it was, also after UCI has written the file in its own way. The files are those of
 * tests/golden/setup: NAME.before, NAME.network, NAME.after, NAME.said. Run from the root
 * of the tree; GOLDEN_WRITE=1 writes the last two.
 * links: ctl/setup_openwrt ctl/uci common/report common/log
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
#include "ctl/uci.h"

#define GOLDEN "tests/golden/setup"
#define NAME   "portal.example.net"

static const struct {
	const char *name;
	const char *interfaces[3];
} cases[] = {
    {"delivered", {"br-lan"}},
    {"by-hand", {"br-lan.10", "br-lan.20"}},
    {"bridge", {"br-lan"}},
    {"own", {"br-lan"}},
    {"unknown", {"wlan0"}},
};

enum { CASES = sizeof(cases) / sizeof(cases[0]) };

static struct setup_plan plan_of(size_t i)
{
	struct setup_plan plan = {.name = NAME, .uri = "https://" NAME "/captive-portal/api"};

	while (cases[i].interfaces[plan.interface_count] != NULL) {
		plan.interfaces[plan.interface_count] = cases[i].interfaces[plan.interface_count];
		plan.interface_count++;
	}
	return plan;
}

static char *slurp(const char *name, const char *ending)
{
	enum { ROOM = 16 * 1024 };
	char path[200], *text = calloc(1, ROOM);
	FILE *in;

	snprintf(path, sizeof(path), GOLDEN "/%s.%s", name, ending);
	in = fopen(path, "re");
	if (in == NULL || text == NULL)
		fail_msg("%s cannot be opened; run this from the root of the tree", path);
	text[fread(text, 1, ROOM - 1, in)] = '\0';
	fclose(in);
	return text;
}

static void is_golden(const char *name, const char *ending, const char *text)
{
	char path[200], *expected;
	FILE *out;

	if (getenv("GOLDEN_WRITE") != NULL) {
		snprintf(path, sizeof(path), GOLDEN "/%s.%s", name, ending);
		out = fopen(path, "we");
		assert_non_null(out);
		fputs(text, out);
		fclose(out);
	}
	expected = slurp(name, ending);
	assert_string_equal(text, expected);
	free(expected);
}

/* text with what the plan says; *said is what was reported, for the caller to free. */
static char *with(const struct setup_plan *plan, const char *text, const char *network, char **said)
{
	size_t size;
	struct report report = {.out = open_memstream(said, &size)};
	char *result;

	assert_non_null(report.out);
	result = setup_openwrt_with(plan, text, network, "/etc/config/dhcp", &report);
	fclose(report.out);
	return result;
}

static char *without(const char *text)
{
	struct report report = {.out = stderr};
	char *result = setup_openwrt_without(text, "/etc/config/dhcp", &report);

	assert_non_null(result);
	assert_int_equal(report.errors, 0);
	return result;
}

static void print_quoted(FILE *out, const char *value)
{
	fputc('\'', out);
	for (; *value != '\0'; value++)
		fputs(*value == '\'' ? "'\\''" : (char[]){*value, '\0'}, out);
	fputs("'\n", out);
}

/* Has the section a list of that name before? UCI keeps them together, at the first. */
static bool is_repeated(const struct uci *uci, size_t section, size_t i)
{
	for (size_t j = section + 1; j < i; j++)
		if (strcmp(uci->statements[j].name, uci->statements[i].name) == 0)
			return true;
	return false;
}

/* The file as `uci commit` writes it: no comments, its own quotes, lists in one place. */
static char *rewritten(const char *text)
{
	char *result = NULL;
	size_t size;
	FILE *out = open_memstream(&result, &size);
	struct uci uci;

	assert_non_null(out);
	uci_read(&uci, text);
	assert_int_equal(uci.bad_line, 0);
	for (size_t s = 0; s < uci.count; s = uci_section_end(&uci, s)) {
		fprintf(out, "\nconfig %s", uci.statements[s].name);
		if (uci.statements[s].value[0] != '\0')
			fprintf(out, " '%s'", uci.statements[s].value);
		fputc('\n', out);
		for (size_t i = s + 1; i < uci_section_end(&uci, s); i++) {
			bool list = uci.statements[i].kind == UCI_LIST;

			for (size_t j = i; !is_repeated(&uci, s, i) && j < uci_section_end(&uci, s);
			     j += list ? 1 : uci.count)
				if (strcmp(uci.statements[j].name, uci.statements[i].name) == 0) {
					fprintf(out, "\t%s %s ", list ? "list" : "option",
						uci.statements[i].name);
					print_quoted(out, uci.statements[j].value);
				}
		}
	}
	fputc('\n', out);
	fclose(out);
	uci_free(&uci);
	return result;
}

static void test_what_is_put_in_and_said(void **state)
{
	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		struct setup_plan plan = plan_of(i);
		char *before = slurp(cases[i].name, "before"), *said;
		char *network = slurp(cases[i].name, "network");
		char *after = with(&plan, before, network, &said);

		assert_non_null(after);
		is_golden(cases[i].name, "after", after);
		is_golden(cases[i].name, "said", said);
		free(before);
		free(network);
		free(after);
		free(said);
	}
}

static void test_taken_out_every_byte_is_as_before(void **state)
{
	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		char *before = slurp(cases[i].name, "before");
		char *after = slurp(cases[i].name, "after"), *back = without(after);

		assert_string_equal(back, before);
		free(back);
		back = without(before);
		assert_string_equal(back, before);
		free(back);
		free(before);
		free(after);
	}
}

static void test_a_second_time_nothing_changes(void **state)
{
	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		struct setup_plan plan = plan_of(i);
		char *after = slurp(cases[i].name, "after"), *said;
		char *network = slurp(cases[i].name, "network");
		char *again = with(&plan, after, network, &said);

		assert_string_equal(again, after);
		free(after);
		free(network);
		free(again);
		free(said);
	}
}

static void test_after_uci_has_written_it_all_comes_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		char *before = slurp(cases[i].name, "before"), *after = slurp(cases[i].name, "after");
		char *expected = rewritten(before), *saved = rewritten(after);
		char *back = without(saved);

		assert_string_not_equal(saved, after);
		assert_string_equal(back, expected);
		free(before);
		free(after);
		free(expected);
		free(saved);
		free(back);
	}
}

/* The portal's name, or its certificate, is another one by then. */
static void test_another_plan_replaces_the_first(void **state)
{
	struct setup_plan plan = plan_of(0);
	char *before = slurp("delivered", "before"), *network = slurp("delivered", "network");
	char *first, *second, *back, *said;

	(void)state;
	first = with(&plan, before, network, &said);
	free(said);
	plan.name = "other.example.net";
	plan.uri[0] = '\0';
	second = with(&plan, first, network, &said);
	assert_null(strstr(second, NAME));
	assert_null(strstr(second, "114"));
	assert_null(strstr(second, "captive_portal_uri"));
	assert_non_null(strstr(second, "\n\tlist interface_name 'other.example.net'"));
	back = without(second);
	assert_string_equal(back, before);
	free(before);
	free(network);
	free(first);
	free(second);
	free(back);
	free(said);
}

/* What the operator has made of our line is the operator's. */
static void test_a_line_changed_by_hand_stays(void **state)
{
	char *back = without("config dnsmasq\n\toption noping '0'\n\tlist congchao 'noping 1'\n");

	(void)state;
	assert_string_equal(back, "config dnsmasq\n\toption noping '0'\n");
	free(back);
}

static void test_without_a_name_only_leases_are_quick(void **state)
{
	struct setup_plan plan = {.interfaces = {"wlan0"}, .interface_count = 1};
	char *said, *text = with(&plan, "config dnsmasq\nconfig dhcp lan", "", &said);

	(void)state;
	assert_string_equal(said, "");
	assert_non_null(strstr(text, "option noping '1'"));
	assert_null(strstr(text, "interface_name"));
	free(text);
	free(said);
}

static void test_what_is_not_understood_is_left_alone(void **state)
{
	struct setup_plan plan = plan_of(0);
	char *said;

	(void)state;
	assert_null(with(&plan, "config dnsmasq\n\toption a 1; option b 2\n", "", &said));
	assert_non_null(strstr(said, "/etc/config/dhcp:2: is not understood"));
	free(said);
	assert_null(with(&plan, "config dnsmasq\n", "config interface 'lan\n", &said));
	assert_non_null(strstr(said, "/etc/config/network:1: is not understood"));
	free(said);
}

/* Cut off at any byte, a file is either not understood or comes back as it was. */
static void comes_back(size_t i, const char *ending)
{
	struct setup_plan plan = plan_of(i);
	char *text = slurp(cases[i].name, ending), *network = slurp(cases[i].name, "network");

	for (size_t length = strlen(text); length-- > 0;) {
		struct report report = {.out = fopen("/dev/null", "we")};
		char *plain, *after, *back;

		assert_non_null(report.out);
		text[length] = '\0';
		plain = setup_openwrt_without(text, "dhcp", &report);
		after = setup_openwrt_with(&plan, text, network, "dhcp", &report);
		assert_int_equal(after == NULL, plain == NULL);
		if (after != NULL) {
			back = without(after);
			assert_string_equal(back, plain);
			free(back);
		}
		fclose(report.out);
		free(plain);
		free(after);
	}
	free(text);
	free(network);
}

static void test_every_beginning_of_a_file(void **state)
{
	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		comes_back(i, "before");
		comes_back(i, "after");
	}
}

static void test_the_added_lines_alone(void **state)
{
	char *shown = NULL;
	size_t size;
	FILE *out = open_memstream(&shown, &size);

	(void)state;
	assert_non_null(out);
	setup_openwrt_print_added("config a\n\n# c\nconfig b\n\tx\nconfig c",
				  "config a\n\n# c\nconfig b\n\tx\n\ty\n\tz\nconfig c\n\tq", out);
	fclose(out);
	assert_string_equal(shown, "config b\n\ty\n\tz\nconfig c\n\tq\n");
	free(shown);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_what_is_put_in_and_said),
	    cmocka_unit_test(test_taken_out_every_byte_is_as_before),
	    cmocka_unit_test(test_a_second_time_nothing_changes),
	    cmocka_unit_test(test_after_uci_has_written_it_all_comes_out),
	    cmocka_unit_test(test_another_plan_replaces_the_first),
	    cmocka_unit_test(test_a_line_changed_by_hand_stays),
	    cmocka_unit_test(test_without_a_name_only_leases_are_quick),
	    cmocka_unit_test(test_what_is_not_understood_is_left_alone),
	    cmocka_unit_test(test_every_beginning_of_a_file),
	    cmocka_unit_test(test_the_added_lines_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
