/*
 * Codes as they are typed, and the body of a request: its bytes, and when it is full.
 * links: report/batch report/code report/text report/hour common/measure common/conf
 * links: common/ether common/report
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "report/batch.h"
#include "report/code.h"

static const int64_t this_hour = INT64_C(1795435200);
static const struct key key = {.site = "cb-0017", .instance = "0123456789abcdef0123456789abcdef"};

/* An hour with a measure of n items. */
static struct hour hour_of(int64_t begin, unsigned items)
{
	struct hour hour;
	char item[32];

	assert_int_equal(hour_begin(&hour, begin), 0);
	for (unsigned i = 0; i < items; i++) {
		snprintf(item, sizeof(item), "QUESTION-%04u.1", i);
		hour_measure(&hour, "citizen", "vi", item, "answer/pre/b/calm", 1, 1);
	}
	assert_int_equal(hour_end(&hour), 0);
	return hour;
}

static void add(struct batch *batch, int64_t begin, unsigned items, int64_t rev)
{
	struct revision known = {.hour = begin, .rev = rev};
	struct hour hour = hour_of(begin, items);

	assert_true(batch_has_room(batch, &hour, BATCH_MAX));
	batch_add(batch, &known, &hour);
	assert_null(hour.cells);
}

static void the_bytes_of_a_body(void **state)
{
	struct batch batch = {0};
	struct batch_about about = {.key = &key, .unsent = 3, .oldest_unsent = this_hour + 7200};
	char *body;

	(void)state;
	add(&batch, this_hour, 0, 1);
	add(&batch, this_hour + 3600, 1, 4);
	body = batch_body(&batch, &about);
	assert_string_equal(
	    body, "[{\"v\":1,\"site\":\"cb-0017\",\"period\":\"2026-11-23T12:00:00Z\",\"len\":3600,"
		  "\"rev\":1,\"final\":true,\"sw\":\"" VERSION "\","
		  "\"instance\":\"0123456789abcdef0123456789abcdef\",\"clk\":{\"settled\":false},"
		  "\"cells\":[],\"measures\":[],"
		  "\"health\":{\"unsent\":3,\"oldest_unsent\":\"2026-11-23T14:00:00Z\"}},"
		  "{\"v\":1,\"site\":\"cb-0017\",\"period\":\"2026-11-23T13:00:00Z\",\"len\":3600,"
		  "\"rev\":4,\"final\":true,\"sw\":\"" VERSION "\","
		  "\"instance\":\"0123456789abcdef0123456789abcdef\",\"clk\":{\"settled\":false},"
		  "\"cells\":[],\"measures\":[{\"aud\":\"citizen\",\"lang\":\"vi\","
		  "\"item\":\"QUESTION-0000.1\",\"event\":\"answer/pre/b/calm\",\"n\":1}],"
		  "\"health\":{\"unsent\":3,\"oldest_unsent\":\"2026-11-23T14:00:00Z\"}}]");
	assert_true(strlen(body) <= batch.size);
	free(body);
	about.unsent = 0;
	body = batch_body(&batch, &about);
	assert_non_null(strstr(body, "\"health\":{\"unsent\":0,\"oldest_unsent\":null}}]"));
	free(body);
	batch_clear(&batch);
	assert_int_equal(batch.count, 0);
}

static void a_batch_is_full_at_48_or_as_many_as_are_allowed(void **state)
{
	struct batch batch = {0};
	struct hour hour = hour_of(this_hour, 0);

	(void)state;
	assert_true(batch_has_room(&batch, &hour, 1));
	assert_false(batch_has_room(&batch, &hour, 0));
	for (int64_t i = 0; i < BATCH_MAX; i++)
		add(&batch, this_hour + i * 3600, 0, 1);
	assert_false(batch_has_room(&batch, &hour, BATCH_MAX));
	assert_false(batch_has_room(&batch, &hour, 1000));
	batch_clear(&batch);
	add(&batch, this_hour, 0, 1);
	assert_false(batch_has_room(&batch, &hour, 1));
	hour_free(&hour);
	batch_clear(&batch);
}

static void a_batch_is_full_at_60_kib_and_a_larger_hour_goes_alone(void **state)
{
	struct batch batch = {0};
	struct batch_about about = {
	    .key = &key, .settled = true, .unsent = INT64_C(1416), .oldest_unsent = this_hour};
	struct hour hour = hour_of(this_hour, 200), large = hour_of(this_hour, 900);
	char *body;

	(void)state;
	assert_true(large.length > BATCH_BYTES);
	assert_true(batch_has_room(&batch, &large, BATCH_MAX));
	while (batch_has_room(&batch, &hour, BATCH_MAX))
		add(&batch, this_hour + (int64_t)batch.count * 3600, 200, INT32_MAX);
	assert_in_range(batch.count, 2, 6);
	assert_false(batch_has_room(&batch, &large, BATCH_MAX));
	body = batch_body(&batch, &about);
	assert_true(strlen(body) <= BATCH_BYTES);
	free(body);
	hour_free(&hour);
	hour_free(&large);
	batch_clear(&batch);
}

static void codes_are_read_as_they_are_typed(void **state)
{
	static const char *const same[] = {"7KQM-29XD", "7kqm29xd", " 7kqm 29xd ",
					   "7-K-Q-M-2-9-X-D"};
	static const char *const none[] = {"",		"7KQM-29X",  "7KQM-29XDA",
					   "7KQM-29XU", "7KQM_29XD", "7KQM-29X\xc3\x90",
					   "--------",	"7KQM/29XD"};
	char out[CODE_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		assert_true(code_read(same[i], out));
		assert_string_equal(out, "7KQM-29XD");
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		if (code_read(none[i], out))
			fail_msg("\"%s\" is a code", none[i]);
	assert_true(code_read("oOiIlL10", out));
	assert_string_equal(out, "0011-1110");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_bytes_of_a_body),
	    cmocka_unit_test(a_batch_is_full_at_48_or_as_many_as_are_allowed),
	    cmocka_unit_test(a_batch_is_full_at_60_kib_and_a_larger_hour_goes_alone),
	    cmocka_unit_test(codes_are_read_as_they_are_typed),
	};

	return cmocka_run_group_tests_name("report_batch", tests, NULL, NULL);
}
