/*
 * The table of probe hosts, and what a garden's name has to do with it.
 * links: common/probe common/report
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/probe.h"

static void names_are_lower_case_and_there_once(void **state)
{
	(void)state;
	assert_true(probe_count() > 40);
	for (size_t i = 0; i < probe_count(); i++) {
		const char *name = probe_at(i)->name;

		assert_non_null(strchr(name, '.'));
		for (const char *p = name; *p != '\0'; p++)
			assert_int_equal(*p, tolower((unsigned char)*p));
		assert_ptr_equal(probe_find(name), probe_at(i));
		assert_true(strlen(probe_at(i)->system) > 0);
	}
}

static void what_must_be_answered_truly_is_an_address(void **state)
{
	uint8_t byte[16];
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < probe_count(); i++) {
		const struct probe *probe = probe_at(i);

		assert_int_equal(probe->ipv4 == NULL, probe->ipv6 == NULL);
		if (probe->ipv4 == NULL)
			continue;
		assert_int_equal(inet_pton(AF_INET, probe->ipv4, byte), 1);
		assert_int_equal(inet_pton(AF_INET6, probe->ipv6, byte), 1);
		count++;
	}
	assert_int_equal(count, 1);
	assert_string_equal(probe_find("dns.msftncsi.com")->ipv4, "131.107.255.255");
}

static void a_host_is_found_by_its_whole_name(void **state)
{
	(void)state;
	assert_non_null(probe_find("captive.apple.com"));
	assert_non_null(probe_find("Captive.APPLE.com"));
	assert_null(probe_find("apple.com"));
	assert_null(probe_find("x.captive.apple.com"));
	assert_null(probe_find("captive.apple.com."));
	assert_null(probe_find(""));
}

static void a_domain_covers_what_is_below_it(void **state)
{
	(void)state;
	assert_string_equal(probe_below("captive.apple.com")->name, "captive.apple.com");
	assert_string_equal(probe_below("apple.com")->name, "captive.apple.com");
	assert_non_null(probe_below("Gstatic.com"));
	assert_non_null(probe_below("amazonaws.com"));
	assert_non_null(probe_below("cn"));
	assert_null(probe_below("pple.com"));
	assert_null(probe_below("x.captive.apple.com"));
	assert_null(probe_below("dichvucong.gov.vn"));
	assert_null(probe_below("fonts.gstatic.com"));
}

static void the_operator_is_warned_of_each_such_name(void **state)
{
	static struct conf conf;
	char *said = NULL;
	size_t size;
	struct report report = {.out = open_memstream(&said, &size)};

	(void)state;
	conf.garden.names[0] = (struct conf_domain){.name = "dichvucong.gov.vn", .line = 3};
	conf.garden.names[1] = (struct conf_domain){.name = "gstatic.com", .line = 4};
	conf.garden.names[2] = (struct conf_domain){.name = "captive.apple.com", .line = 5};
	conf.garden.name_count = 3;
	probe_check_names(&conf, "c.conf", &report);
	fclose(report.out);
	assert_int_equal(report.errors, 0);
	assert_int_equal(report.warnings, 2);
	assert_string_equal(
	    said, "c.conf:4: warning: names has \"gstatic.com\", which covers "
		  "connectivitycheck.gstatic.com, by which Android and ChromeOS devices find out "
		  "that they are held: that host stays closed, expected a name that does not "
		  "cover it\n"
		  "c.conf:5: warning: names has \"captive.apple.com\", which covers "
		  "captive.apple.com, by which iOS and macOS devices find out that they are held: "
		  "that host stays closed, expected a name that does not cover it\n");
	free(said);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_are_lower_case_and_there_once),
	    cmocka_unit_test(what_must_be_answered_truly_is_an_address),
	    cmocka_unit_test(a_host_is_found_by_its_whole_name),
	    cmocka_unit_test(a_domain_covers_what_is_below_it),
	    cmocka_unit_test(the_operator_is_warned_of_each_such_name),
	};

	return cmocka_run_group_tests_name("probe", tests, NULL, NULL);
}
