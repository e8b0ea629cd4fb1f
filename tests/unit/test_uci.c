/*
 * OpenWrt's configuration files: what is read, where it stands, and what is not understood.
 * links: ctl/uci common/report common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/uci.h"

static void is_value(const char *text, const char *expected)
{
	struct uci uci;

	uci_read(&uci, text);
	assert_int_equal(uci.bad_line, 0);
	assert_int_equal(uci.count, 2);
	assert_string_equal(uci.statements[1].value, expected);
	assert_int_equal(uci.statements[1].end, strcspn(text + 9, "\n") + 9);
	uci_free(&uci);
}

static void test_values_in_every_kind_of_quote(void **state)
{
	(void)state;
	is_value("config a\noption b c", "c");
	is_value("config a\n\toption b 'c d'\n", "c d");
	is_value("config a\n\toption b \"c \\\"d\\\"\"", "c \"d\"");
	is_value("config a\n\toption b 'c'\"d\"e\\ f", "cde f");
	is_value("config a\n\toption b ''", "");
	is_value("config a\n\toption b", "");
	is_value("config a\n\toption b '#c;'", "#c;");
	is_value("config a\n\toption b c # d 'e", "c");
	is_value("config a\n\toption b c#d", "c");
	is_value("config a\n\toption b c\r", "c");
}

static void bad_in_line(const char *text, int line)
{
	struct report report = {.out = tmpfile()};
	char said[64];
	struct uci uci;

	assert_non_null(report.out);
	uci_read(&uci, text);
	assert_int_equal(uci.bad_line, line);
	assert_false(uci_understood(&uci, "dhcp", &report));
	assert_int_equal(report.errors, 1);
	rewind(report.out);
	assert_non_null(fgets(said, sizeof(said), report.out));
	assert_int_equal(strtol(said + strlen("dhcp:"), NULL, 10), line);
	fclose(report.out);
	uci_free(&uci);
}

static void test_what_is_not_understood_has_its_line(void **state)
{
	(void)state;
	bad_in_line("config a\n\toption b 1; option c 1\n", 2);
	bad_in_line("config a\n\toption b '1\n\n", 2);
	bad_in_line("config a\n\n\toption b \"1\\", 3);
	bad_in_line("config a\n\tset b 1\n", 2);
	bad_in_line("config a\n\toption b 1 2\n", 2);
	bad_in_line("config a\n\toption\n", 2);
	bad_in_line("config a\n\toption b 1\\\n2\n", 2);
	bad_in_line("# a\nconfig\n", 2);
}

static void test_sections_and_places(void **state)
{
	const char *text = "package dhcp\n\nconfig dnsmasq # one\n\tlist s 'a\nb'\n\n"
			   "config dhcp lan\n\toption x 1\n\toption x 2";
	struct uci uci;

	(void)state;
	uci_read(&uci, text);
	assert_int_equal(uci.bad_line, 0);
	assert_int_equal(uci.count, 6);
	assert_int_equal(uci.statements[0].kind, UCI_PACKAGE);
	assert_string_equal(uci.statements[1].name, "dnsmasq");
	assert_string_equal(uci.statements[1].value, "");
	assert_int_equal(uci_section_end(&uci, 1), 3);
	assert_int_equal(uci.statements[2].kind, UCI_LIST);
	assert_string_equal(uci.statements[2].value, "a\nb");
	/* Over both of its lines, from the first byte to the last. */
	assert_memory_equal(text + uci.statements[2].begin, "\tlist s 'a\nb'\n", 14);
	assert_int_equal(uci.statements[2].end - uci.statements[2].begin, 13);
	assert_int_equal(uci.statements[3].line, 7);
	assert_int_equal(uci_section_end(&uci, 3), 6);
	assert_string_equal(uci_value(&uci, 3, "x", "none"), "2");
	assert_string_equal(uci_value(&uci, 3, "y", "none"), "none");
	assert_string_equal(uci_value(&uci, 1, "x", "none"), "none");
	uci_free(&uci);
}

static void test_nothing_is_nothing(void **state)
{
	struct uci uci;

	(void)state;
	uci_read(&uci, "");
	assert_int_equal(uci.count, 0);
	uci_free(&uci);
	uci_read(&uci, "\n # only\n\t\n");
	assert_int_equal(uci.count, 0);
	assert_int_equal(uci.bad_line, 0);
	uci_free(&uci);
}

static void test_truth(void **state)
{
	(void)state;
	assert_true(uci_is_true("1"));
	assert_true(uci_is_true("on"));
	assert_true(uci_is_true("enabled"));
	assert_false(uci_is_true("0"));
	assert_false(uci_is_true(""));
	assert_false(uci_is_true("off"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_values_in_every_kind_of_quote),
	    cmocka_unit_test(test_what_is_not_understood_has_its_line),
	    cmocka_unit_test(test_sections_and_places),
	    cmocka_unit_test(test_nothing_is_nothing),
	    cmocka_unit_test(test_truth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
