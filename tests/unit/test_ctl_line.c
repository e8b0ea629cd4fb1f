/*
 * The command line: which command is run with what, and what is refused with status 2.
 * The commands themselves are stood in for here.
 * links: ctl/line common/conf
 * links: common/ether common/report common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <getopt.h>

#include "ctl/command.h"

static struct command_line ran;
static size_t zones;

static int note(const struct command_line *line, const struct conf *conf)
{
	ran = *line;
	zones = conf->zone_count;
	return COMMAND_FINE;
}

#define STAND_IN(name)                                                     \
	int name(const struct command_line *line, const struct conf *conf) \
	{                                                                  \
		return note(line, conf);                                   \
	}
STAND_IN(check_run)
STAND_IN(status_run)
STAND_IN(visitors_run)
STAND_IN(release_run)
STAND_IN(revoke_run)
STAND_IN(end_run)
STAND_IN(stats_run)
STAND_IN(reload_run)
STAND_IN(report_run)
STAND_IN(enrol_run)
STAND_IN(setup_run)
STAND_IN(content_main)

#define FILE_GIVEN "-c", "etc/congchao.conf"

/* congchao with these words; its exit status. */
static int run_words(const char *const *words)
{
	static char copies[16][64];
	static char *argv[17]; /* ran.words points into it */
	int argc = 1;

	memset(argv, 0, sizeof(argv));
	argv[0] = copies[0];
	snprintf(copies[0], sizeof(copies[0]), "congchao");
	for (; words[argc - 1] != NULL; argc++) {
		snprintf(copies[argc], sizeof(copies[argc]), "%s", words[argc - 1]);
		argv[argc] = copies[argc];
	}
	memset(&ran, 0, sizeof(ran));
	optind = 0;
	return command_main(argc, argv);
}

#define RUN(...) run_words((const char *const[]){__VA_ARGS__, NULL})

static void a_command_runs_with_the_configuration_read(void **state)
{
	(void)state;
	assert_int_equal(RUN(FILE_GIVEN, "status"), COMMAND_FINE);
	assert_string_equal(ran.name, "status");
	assert_false(ran.json);
	assert_int_equal(zones, 1);
}

static void options_stand_before_or_after_the_mac(void **state)
{
	(void)state;
	assert_int_equal(RUN(FILE_GIVEN, "release", "02:00:5E:00:00:07", "--json"), COMMAND_FINE);
	assert_true(ran.json);
	assert_int_equal(ran.mac.byte[5], 7);
	assert_int_equal(RUN(FILE_GIVEN, "revoke", "--json", "02-00-5e-00-00-08"), COMMAND_FINE);
	assert_string_equal(ran.name, "revoke");
	assert_true(ran.json);
	assert_int_equal(ran.mac.byte[5], 8);
}

static void a_session_is_ended_by_any_address_of_the_device(void **state)
{
	static const char *const addresses[] = {"10.77.0.5", "fd77::5", "fe80::5",
						"02:00:5e:00:00:07"};

	(void)state;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		assert_int_equal(RUN(FILE_GIVEN, "end", addresses[i]), COMMAND_FINE);
		assert_string_equal(ran.name, "end");
		assert_string_equal(ran.address, addresses[i]);
	}
}

static void what_is_no_address_ends_nothing(void **state)
{
	static const char *const wrong[] = {"",		  "10.77.0",	   "10.77.0.500", "fd77::x",
					    "pc-3",	  "ff:ff:ff:ff:ff:ff", "10.0.0.0/8",
					    "10.0.0.5 x", "fe80::5%br-pc"};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(RUN(FILE_GIVEN, "end", wrong[i]), COMMAND_USAGE);
	assert_int_equal(RUN(FILE_GIVEN, "end"), COMMAND_USAGE);
	assert_int_equal(RUN(FILE_GIVEN, "end", "10.0.0.5", "10.0.0.6"), COMMAND_USAGE);
	assert_int_equal(RUN(FILE_GIVEN, "release", "10.0.0.5"), COMMAND_USAGE);
	assert_null(ran.name);
}

static void the_configuration_may_be_named_after_the_command(void **state)
{
	(void)state;
	assert_int_equal(RUN("visitors", FILE_GIVEN), COMMAND_FINE);
	assert_string_equal(ran.file, "etc/congchao.conf");
}

static void stats_takes_a_span_and_a_form(void **state)
{
	(void)state;
	assert_int_equal(
	    RUN(FILE_GIVEN, "stats", "--from", "2026-11-01", "--to=2026-11-30", "--csv"),
	    COMMAND_FINE);
	assert_string_equal(ran.from, "2026-11-01");
	assert_string_equal(ran.to, "2026-11-30");
	assert_true(ran.csv);
}

static void the_words_of_reports_are_passed_on_as_they_are(void **state)
{
	(void)state;
	assert_int_equal(RUN("-c", "/nowhere", "report", "status", "--json"), COMMAND_FINE);
	assert_string_equal(ran.name, "report");
	assert_string_equal(ran.file, "/nowhere"); /* congchao-report reads it */
	assert_int_equal(ran.word_count, 2);
	assert_string_equal(ran.words[1], "--json");
	assert_int_equal(RUN("enrol", "7KQM-29XD", "https://a.vn"), COMMAND_FINE);
	assert_int_equal(ran.word_count, 2);
}

static void n_is_check(void **state)
{
	(void)state;
	assert_int_equal(RUN("-n", FILE_GIVEN), COMMAND_FINE);
	assert_string_equal(ran.name, "check");
	assert_string_equal(ran.file, "etc/congchao.conf");
}

static void what_is_asked_wrongly_runs_nothing(void **state)
{
	(void)state;
	assert_int_equal(run_words((const char *const[]){NULL}), COMMAND_USAGE);
	assert_int_equal(RUN("stat"), COMMAND_USAGE);
	assert_int_equal(RUN("--what"), COMMAND_USAGE);
	assert_int_equal(RUN(FILE_GIVEN, "status", "--what"), COMMAND_USAGE);
	assert_int_equal(RUN(FILE_GIVEN, "status", "--csv"), COMMAND_USAGE);
	assert_int_equal(RUN(FILE_GIVEN, "status", "more"), COMMAND_USAGE);
	assert_int_equal(RUN(FILE_GIVEN, "stats", "--json", "--csv"), COMMAND_USAGE);
	assert_int_equal(RUN(FILE_GIVEN, "release"), COMMAND_USAGE);
	assert_int_equal(RUN(FILE_GIVEN, "release", "02:00:5e:00:00:01", "x"), COMMAND_USAGE);
	assert_int_equal(RUN(FILE_GIVEN, "release", "printer"), COMMAND_USAGE);
	assert_int_equal(RUN(FILE_GIVEN, "revoke", "ff:ff:ff:ff:ff:ff"), COMMAND_USAGE);
	assert_null(ran.name);
}

static void a_broken_configuration_is_a_problem_and_runs_nothing(void **state)
{
	(void)state;
	assert_int_equal(RUN("-c", "tests/golden/conf/no-zones.conf", "status"), COMMAND_PROBLEM);
	assert_null(ran.name);
}

static void help_and_version_are_fine_and_run_nothing(void **state)
{
	static const char *const names[] = {"check",   "status", "visitors",
					    "release", "revoke", "stats"};

	(void)state;
	assert_int_equal(RUN("--help"), COMMAND_FINE);
	assert_int_equal(RUN("--version"), COMMAND_FINE);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(RUN(names[i], "--help"), COMMAND_FINE);
	assert_null(ran.name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_command_runs_with_the_configuration_read),
	    cmocka_unit_test(options_stand_before_or_after_the_mac),
	    cmocka_unit_test(a_session_is_ended_by_any_address_of_the_device),
	    cmocka_unit_test(what_is_no_address_ends_nothing),
	    cmocka_unit_test(the_configuration_may_be_named_after_the_command),
	    cmocka_unit_test(stats_takes_a_span_and_a_form),
	    cmocka_unit_test(the_words_of_reports_are_passed_on_as_they_are),
	    cmocka_unit_test(n_is_check),
	    cmocka_unit_test(what_is_asked_wrongly_runs_nothing),
	    cmocka_unit_test(a_broken_configuration_is_a_problem_and_runs_nothing),
	    cmocka_unit_test(help_and_version_are_fine_and_run_nothing),
	};

	return cmocka_run_group_tests_name("ctl_line", tests, NULL, NULL);
}
