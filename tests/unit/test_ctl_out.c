/*
 * How answers look: JSON strings, CSV fields, durations, tables, and the stats' sums.
 * links: ctl/out ctl/tally ctl/date common/conf_value common/ether common/report common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ctl/out.h"
#include "ctl/tally.h"

static char written[4096];
static FILE *out;

static void begin(void)
{
	memset(written, 0, sizeof(written));
	out = fmemopen(written, sizeof(written), "w");
	assert_non_null(out);
}

static const char *end(void)
{
	fclose(out);
	return written;
}

static void assert_json(const char *text, const char *expected)
{
	begin();
	out_json_text(out, text);
	assert_string_equal(end(), expected);
}

static void json_escapes_what_ends_a_string(void **state)
{
	(void)state;
	assert_json("a\"b\\c", "\"a\\\"b\\\\c\"");
	assert_json("line\nfeed\x1b[31m", "\"line\\u000afeed\\u001b[31m\"");
	assert_json("", "\"\"");
}

static void json_keeps_utf8_and_replaces_what_is_none(void **state)
{
	(void)state;
	assert_json("Cổng Chào 🏮", "\"Cổng Chào 🏮\"");
	assert_json("a\xff\xe1\xbb", "\"a\\ufffd\\ufffd\\ufffd\"");
}

static void assert_csv(const char *text, const char *expected)
{
	begin();
	out_csv_field(out, text);
	assert_string_equal(end(), expected);
}

static void csv_quotes_commas_quotes_and_lines(void **state)
{
	(void)state;
	assert_csv("wifi", "wifi");
	assert_csv("a,b", "\"a,b\"");
	assert_csv("a\"b", "\"a\"\"b\"");
	assert_csv("a\nb", "\"a\nb\"");
}

static void csv_never_begins_a_formula(void **state)
{
	(void)state;
	assert_csv("=1+2", "\"'=1+2\"");
	assert_csv("+1", "\"'+1\"");
	assert_csv("-1", "\"'-1\"");
	assert_csv("@sum", "\"'@sum\"");
	assert_csv("", "");
}

static void durations_have_two_units_at_most(void **state)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} cases[] = {{0, "0 s"},     {59, "59 s"},   {60, "1 min"},
		     {119, "1 min"}, {3600, "1 h"},  {43080, "11 h 58 min"},
		     {86400, "1 d"}, {86460, "1 d"}, {273600, "3 d 4 h"}};
	char text[OUT_DURATION_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(out_duration(cases[i].seconds, text), cases[i].text);
}

static void a_table_is_aligned_numbers_to_the_right(void **state)
{
	struct out_table table = {.columns = 3, .numbers = 1};
	const char *cells[] = {"DEVICE", "ZONE", "N", "x", "quite-long", "12345"};

	(void)state;
	for (size_t i = 0; i < 6; i++)
		out_table_add(&table, cells[i]);
	begin();
	out_table_print(&table, out);
	assert_string_equal(end(), "DEVICE  ZONE            N\n"
				   "x       quite-long  12345\n");
	out_table_free(&table);
}

static void a_table_never_sends_an_escape_to_the_terminal(void **state)
{
	struct out_table table = {.columns = 1};

	(void)state;
	out_table_add(&table, "a\x1b]0;x\x07\xc2\x9b");
	begin();
	out_table_print(&table, out);
	assert_string_equal(end(), "a?]0;x???\n");
	out_table_free(&table);
}

static void a_share_is_in_hundredths(void **state)
{
	static const struct {
		double share;
		int decimals;
		const char *text;
	} cases[] = {{0.41264, 2, "41.26"},    {1, 2, "100.00"},      {-0.0455, 1, "-4.5"},
		     {0.005, 0, "0"},	       {-0.00001, 2, "0.00"}, {-0.00006, 2, "-0.01"},
		     {-1234.5, 1, "-123450.0"}};
	char text[OUT_SHARE_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(out_share(cases[i].share, cases[i].decimals, text),
				    cases[i].text);
}

static void a_share_that_is_not_known_is_a_dash(void **state)
{
	struct out_table table = {.columns = 2};

	(void)state;
	out_table_add_share(&table, true, 0.4126);
	out_table_add_span(&table, true, -0.0005, 0.4471);
	out_table_add_share(&table, false, 0.4126);
	out_table_add_span(&table, false, 0, 1);
	begin();
	out_table_print(&table, out);
	assert_string_equal(end(), "41.3  -0.1 to 44.7\n"
				   "-     -\n");
	out_table_free(&table);
}

static void plain_text_is_cut_and_has_no_escape(void **state)
{
	char text[8];

	(void)state;
	assert_string_equal(out_plain("a\x1b[31mlong", text, sizeof(text)), "a?[31ml");
}

static void add(struct tally *tally, int64_t hour, const char *zone, const char *event, int64_t n)
{
	struct db_count count = {.hour = hour, .zone = zone, .event = event, .count = n};

	tally_add(tally, &count);
}

static void tally_sums_days_by_zone_and_hours_over_zones(void **state)
{
	int64_t nine = 1795402800; /* 2026-11-23 03:00 UTC, 10:00 in Vietnam */
	struct tally tally = {.from = nine, .to = nine + 7200};

	(void)state;
	setenv("TZ", "ICT-7", 1);
	tzset();
	add(&tally, nine, "cafe", "shown", 3);
	add(&tally, nine, "wifi", "shown", 5);
	add(&tally, nine, "wifi", "unheard-of", 99);
	add(&tally, nine + 3600, "wifi", "shown", 7);
	add(&tally, nine + 3600, "wifi", "right", 2);
	begin();
	tally_print(&tally, out);
	assert_string_equal(end(),
			    "From 2026-11-23 10:00 to 2026-11-23 12:00, local time:\n\n"
			    "DAY         ZONE  shown  answered  right  acknowledged  released\n"
			    "2026-11-23  cafe      3         0      0             0         0\n"
			    "2026-11-23  wifi     12         0      2             0         0\n"
			    "all                  15         0      2             0         0\n\n"
			    "HOUR              shown  answered  right  acknowledged  released\n"
			    "2026-11-23 10:00      8         0      0             0         0\n"
			    "2026-11-23 11:00      7         0      2             0         0\n");
	tally_free(&tally);
}

static void tally_says_what_is_too_seldom_for_a_column(void **state)
{
	struct tally tally = {.from = 0, .to = 3600};

	(void)state;
	add(&tally, 0, "wifi", "released", 9);
	add(&tally, 0, "wifi", "deferred", 2);
	add(&tally, 0, "cafe", "deferred", 1);
	add(&tally, 0, "wifi", "returned", 4);
	begin();
	tally_print(&tally, out);
	assert_non_null(strstr(end(), "\n\nDeferred (later): 3 times.\n"
				      "\nReturned and let through without questions: 4 times.\n"));
	tally_free(&tally);
}

static void tally_without_counts_says_so(void **state)
{
	struct tally tally = {.from = 0, .to = 86400};

	(void)state;
	setenv("TZ", "UTC0", 1);
	tzset();
	begin();
	tally_print(&tally, out);
	assert_string_equal(end(), "No counts yet from 1970-01-01 00:00 to 1970-01-02 00:00.\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(json_escapes_what_ends_a_string),
	    cmocka_unit_test(json_keeps_utf8_and_replaces_what_is_none),
	    cmocka_unit_test(csv_quotes_commas_quotes_and_lines),
	    cmocka_unit_test(csv_never_begins_a_formula),
	    cmocka_unit_test(durations_have_two_units_at_most),
	    cmocka_unit_test(a_table_is_aligned_numbers_to_the_right),
	    cmocka_unit_test(a_table_never_sends_an_escape_to_the_terminal),
	    cmocka_unit_test(tally_sums_days_by_zone_and_hours_over_zones),
	    cmocka_unit_test(a_share_is_in_hundredths),
	    cmocka_unit_test(a_share_that_is_not_known_is_a_dash),
	    cmocka_unit_test(plain_text_is_cut_and_has_no_escape),
	    cmocka_unit_test(tally_says_what_is_too_seldom_for_a_column),
	    cmocka_unit_test(tally_without_counts_says_so),
	};

	return cmocka_run_group_tests_name("ctl_out", tests, NULL, NULL);
}
