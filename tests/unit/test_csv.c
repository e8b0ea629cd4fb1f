/*
 * CSV as RFC 4180 and spreadsheets write it, and what is refused.
 * links: ctl/csv ctl/out common/conf_value common/ether common/report common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "ctl/csv.h"

static char text[1024];
static struct csv csv;
static struct csv_record record;

static enum csv_read begin(const char *from)
{
	snprintf(text, sizeof(text), "%s", from);
	csv = csv_begin(text);
	return csv_read(&csv, &record);
}

static void assert_fields(int line, size_t count, const char *const *fields)
{
	assert_int_equal(record.line, line);
	assert_int_equal(record.count, count);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(record.fields[i], fields[i]);
}

static void a_record_a_line(void **state)
{
	(void)state;
	assert_int_equal(begin("a,b\n1,2"), CSV_RECORD);
	assert_fields(1, 2, (const char *[]){"a", "b"});
	assert_int_equal(csv_read(&csv, &record), CSV_RECORD);
	assert_fields(2, 2, (const char *[]){"1", "2"});
	assert_int_equal(csv_read(&csv, &record), CSV_END);
}

static void quotes_keep_separators_quotes_and_lines(void **state)
{
	(void)state;
	assert_int_equal(begin("\"a,\"\"b\"\"\nc\",\"\",d\n\"e\"\n"), CSV_RECORD);
	assert_fields(1, 3, (const char *[]){"a,\"b\"\nc", "", "d"});
	assert_int_equal(csv_read(&csv, &record), CSV_RECORD);
	assert_fields(3, 1, (const char *[]){"e"});
	assert_int_equal(csv_read(&csv, &record), CSV_END);
}

static void empty_fields_count_and_empty_lines_do_not(void **state)
{
	(void)state;
	assert_int_equal(begin("\n,,\n\n\na\n"), CSV_RECORD);
	assert_fields(2, 3, (const char *[]){"", "", ""});
	assert_int_equal(csv_read(&csv, &record), CSV_RECORD);
	assert_fields(5, 1, (const char *[]){"a"});
}

static void semicolons_separate_when_the_first_line_has_them(void **state)
{
	(void)state;
	assert_int_equal(begin("a;b;c\n1,5;\"2;3\";4\n"), CSV_RECORD);
	assert_int_equal(csv_read(&csv, &record), CSV_RECORD);
	assert_fields(2, 3, (const char *[]){"1,5", "2;3", "4"});
}

static void what_is_no_csv_is_told(void **state)
{
	(void)state;
	assert_int_equal(begin("a\"b,c\n"), CSV_QUOTE_INSIDE);
	assert_int_equal(begin("\"a\"b,c\n"), CSV_QUOTE_AFTER);
	assert_int_equal(begin("a,\"b\nc,d\n"), CSV_QUOTE_OPEN);
	assert_int_equal(record.line, 1);
	assert_int_equal(begin(",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,"), CSV_TOO_MANY);
	assert_int_equal(begin(",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,"), CSV_RECORD);
	for (enum csv_read rc = CSV_QUOTE_INSIDE; rc <= CSV_TOO_MANY; rc++)
		assert_non_null(strstr(csv_error(rc), ", expected "));
}

static void no_field_is_a_formula_and_each_comes_back(void **state)
{
	static const char *const fields[] = {"=1+2", "+84",  "-",  "@a",	  "'=1", "'",
					     "''",   "a'=b", "\"", "plain, text", "'tis"};

	(void)state;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		char written[128] = "";
		FILE *out = fmemopen(written, sizeof(written), "w");

		csv_write(out, fields[i]);
		fclose(out);
		assert_int_equal(begin(written), CSV_RECORD);
		assert_int_equal(record.count, 1);
		assert_null(strchr("=+-@", record.fields[0][0]));
		assert_string_equal(csv_text(record.fields[0]), fields[i]);
	}
	assert_string_equal(csv_text("'typed by hand"), "'typed by hand");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_record_a_line),
	    cmocka_unit_test(quotes_keep_separators_quotes_and_lines),
	    cmocka_unit_test(empty_fields_count_and_empty_lines_do_not),
	    cmocka_unit_test(semicolons_separate_when_the_first_line_has_them),
	    cmocka_unit_test(what_is_no_csv_is_told),
	    cmocka_unit_test(no_field_is_a_formula_and_each_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
