/*
 * The reporter's own file: what it remembers, a broken one, and which hours there are.
 * links: report/state report/span report/key report/problem report/text report/revision
 * links: common/conf common/ether common/report common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/span.h"
#include "report/state.h"

enum { DAY = 86400 };

static const int64_t now = INT64_C(1795437000); /* 2026-11-23 12:30 UTC */
static const int64_t this_hour = INT64_C(1795435200);

static struct conf conf;
static struct problem problem;
static struct key key;
static struct state *state;

static struct state *opened(void)
{
	struct state *found = state_open(&conf, &problem);

	if (found == NULL)
		fail_msg("%s", problem.text);
	return found;
}

static int setup(void **unused)
{
	char folder[] = "/tmp/test_report_state.XXXXXX";

	(void)unused;
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(conf.report_state, sizeof(conf.report_state), "%s", folder);
	key = (struct key){.site = "cb-0017",
			   .version = 2,
			   .bytes = {1, 2, 3},
			   .url = "https://a.vn/x/",
			   .instance = "0123456789abcdef0123456789abcdef",
			   .enrolled = now - 5 * HOUR_SECONDS};
	state = opened();
	return 0;
}

static int teardown(void **unused)
{
	DIR *folder = opendir(conf.report_state);
	struct dirent *entry;

	(void)unused;
	state_close(state);
	while (folder != NULL && (entry = readdir(folder)) != NULL)
		unlinkat(dirfd(folder), entry->d_name, 0);
	closedir(folder);
	return rmdir(conf.report_state);
}

static void path_of(const char *name, char out[300])
{
	snprintf(out, 300, "%s/%s", conf.report_state, name);
}

static void put(int64_t hour, enum revision_state is, int code)
{
	struct revision revision = {.hour = hour, .state = is, .rev = 3, .weight = 7, .code = code};

	memset(revision.digest, 0xab, sizeof(revision.digest));
	snprintf(revision.said, sizeof(revision.said), "said");
	assert_int_equal(state_put_hour(state, &revision, &problem), 0);
}

static struct revision get(int64_t hour)
{
	struct revision revision;

	assert_int_equal(state_hour(state, hour, &revision, &problem), 0);
	return revision;
}

static void what_is_put_is_there_after_a_restart(void **unused)
{
	struct schedule schedule = {.tried = 5, .retry_at = 6, .failures = 7};
	struct revision revision;
	char text[64];

	(void)unused;
	put(3600, REVISION_PARKED, 11);
	assert_int_equal(state_put_text(state, STATE_PROBLEM, "it's broken", &problem), 0);
	assert_int_equal(state_put_schedule(state, &schedule, &problem), 0);
	state_close(state);
	state = opened();
	revision = get(3600);
	assert_int_equal(revision.hour, 3600);
	assert_int_equal(revision.state, REVISION_PARKED);
	assert_int_equal(revision.rev, 3);
	assert_int_equal(revision.weight, 7);
	assert_int_equal(revision.code, 11);
	assert_int_equal(revision.digest[31], 0xab);
	assert_string_equal(revision.said, "said");
	assert_int_equal(get(7200).state, REVISION_NEW);
	state_text(state, STATE_PROBLEM, text, sizeof(text));
	assert_string_equal(text, "it's broken");
	state_schedule(state, &schedule);
	assert_int_equal(schedule.failures, 7);
	assert_int_equal(state_number(state, STATE_SUCCESS), 0);
	state_text(state, STATE_SITE, text, sizeof(text));
	assert_string_equal(text, "");
}

static void what_is_abandoned_is_not_kept(void **unused)
{
	(void)unused;
	assert_int_equal(state_begin(state, &problem), 0);
	put(3600, REVISION_CONFIRMED, 0);
	state_abandon(state);
	assert_int_equal(get(3600).state, REVISION_NEW);
}

static void unsent_hours_are_counted_from_the_first_gap(void **unused)
{
	int64_t count, first;

	(void)unused;
	put(3600, REVISION_CONFIRMED, 0);
	put(7200, REVISION_PARKED, 11);
	put(10800, REVISION_ATTEMPTED, 0);
	put(14400, REVISION_CONFIRMED, 0);
	assert_int_equal(state_unsent(state, 3600, 18000, &count, &first, &problem), 0);
	assert_int_equal(count, 1);
	assert_int_equal(first, 10800);
	assert_int_equal(state_unsent(state, 0, 21600, &count, &first, &problem), 0);
	assert_int_equal(count, 3);
	assert_int_equal(first, 0);
	assert_int_equal(state_unsent(state, 3600, 3600, &count, &first, &problem), 0);
	assert_int_equal(count, 0);
}

static void what_is_given_up_is_what_was_not_settled(void **unused)
{
	(void)unused;
	put(3600, REVISION_CONFIRMED, 0);
	put(7200, REVISION_ATTEMPTED, 0);
	put(10800, REVISION_ATTEMPTED, 0);
	assert_int_equal(state_give_up(state, 10800, &problem), 0);
	assert_int_equal(get(3600).state, REVISION_CONFIRMED);
	assert_int_equal(get(7200).state, REVISION_PARKED);
	assert_int_equal(get(7200).code, REVISION_GONE);
	assert_int_equal(get(10800).state, REVISION_ATTEMPTED);
	assert_int_equal(state_forget(state, 7200, &problem), 0);
	assert_int_equal(get(3600).state, REVISION_NEW);
}

static void overwrite(const char *text)
{
	char path[300];
	FILE *file;

	state_close(state);
	path_of("state.db", path);
	file = fopen(path, "w");
	assert_non_null(file);
	for (int i = 0; i < 200; i++)
		fputs(text, file);
	fclose(file);
}

static void a_broken_file_is_set_aside_and_a_new_one_begun(void **unused)
{
	char path[300];

	(void)unused;
	put(3600, REVISION_CONFIRMED, 0);
	overwrite("this is no database; ");
	state = opened();
	assert_int_equal(get(3600).state, REVISION_NEW);
	path_of("state.db.broken", path);
	assert_int_equal(access(path, F_OK), 0);
}

static void a_file_of_a_newer_version_is_left_alone(void **unused)
{
	char path[300];
	sqlite3 *db;

	(void)unused;
	state_close(state);
	path_of("state.db", path);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "PRAGMA user_version = 2", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	state = state_open(&conf, &problem);
	assert_null(state);
	assert_non_null(strstr(problem.text, "newer version"));
	assert_int_equal(access(path, F_OK), 0);
}

/* ---------------------------------------------------------------- the span */

static void assert_span(int64_t from, int64_t to)
{
	int64_t is_from, is_to;

	span_find(state, &key, now, &is_from, &is_to);
	assert_int_equal(is_from, from);
	assert_int_equal(is_to, to);
}

static int note(int64_t first)
{
	return span_note(state, &key, first, now, &problem);
}

static void hours_begin_with_the_enrolment(void **unused)
{
	(void)unused;
	assert_span(this_hour - 5 * HOUR_SECONDS, this_hour);
	assert_int_equal(note(-1), 0);
	assert_span(this_hour - 5 * HOUR_SECONDS, this_hour);
}

static void what_was_counted_before_it_is_reported_too(void **unused)
{
	(void)unused;
	assert_int_equal(note(this_hour - 30 * HOUR_SECONDS), 0);
	assert_span(this_hour - 30 * HOUR_SECONDS, this_hour);
	/* Events of before the clock was set have got their hour. */
	assert_int_equal(note(this_hour - 40 * HOUR_SECONDS), 0);
	assert_span(this_hour - 40 * HOUR_SECONDS, this_hour);
}

static void nothing_is_older_than_59_days(void **unused)
{
	int64_t from, to;

	(void)unused;
	assert_int_equal(note(this_hour - 400 * DAY), 0);
	span_find(state, &key, now, &from, &to);
	assert_true(now - from <= INT64_C(59) * DAY);
	assert_true(now - (from - HOUR_SECONDS) > INT64_C(59) * DAY);
	assert_int_equal(from % HOUR_SECONDS, 0);
}

static void a_database_begun_anew_says_nothing_of_before(void **unused)
{
	(void)unused;
	assert_int_equal(note(this_hour - 30 * HOUR_SECONDS), 0);
	put(this_hour - 20 * HOUR_SECONDS, REVISION_ATTEMPTED, 0);
	assert_int_equal(note(this_hour - 2 * HOUR_SECONDS), 0);
	assert_span(this_hour - 2 * HOUR_SECONDS, this_hour);
	assert_int_equal(get(this_hour - 20 * HOUR_SECONDS).code, REVISION_GONE);
	/* Before anybody has come: nothing is known at all. */
	assert_int_equal(note(-1), 0);
	assert_span(this_hour, this_hour);
	assert_int_equal(note(this_hour), 0);
	assert_span(this_hour, this_hour);
}

static void a_clock_of_before_the_enrolment_leaves_no_hours(void **unused)
{
	(void)unused;
	key.enrolled = now + 10 * DAY;
	assert_span(this_hour, this_hour);
}

/* ---------------------------------------------------------------- the key */

static void the_key_comes_back_as_it_was_written(void **unused)
{
	struct key read = {0};
	struct stat st;
	char path[300], url[CONF_URL_SIZE];

	(void)unused;
	assert_int_equal(key_read(&conf, &read, &problem), KEY_NONE);
	assert_int_equal(key_write(&conf, &key, &problem), 0);
	assert_int_equal(key_read(&conf, &read, &problem), KEY_FOUND);
	assert_memory_equal(&read, &key, sizeof(key));
	path_of("key", path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	path_of("key.new", path);
	assert_int_equal(access(path, F_OK), -1);
	key_url(&conf, &key, url);
	assert_string_equal(url, "https://a.vn/x");
}

static void a_key_that_is_none_is_said(void **unused)
{
	static const char *const texts[] = {
	    "",
	    "site = \"cb-0017\";",
	    "@include \"/etc/passwd\"",
	    "site = \"a\"; key_version = 0; key = \"00\"; url = \"https://a\"; instance = \"1\";",
	    "site = \"cb-0017\"; key_version = 1; enrolled = 1L; url = \"http://a.vn\";"
	    "instance = \"0123456789abcdef0123456789abcdef\"; key = "
	    "\"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\";",
	};
	struct key read;
	char path[300];

	(void)unused;
	path_of("key", path);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		FILE *file = fopen(path, "w");

		assert_non_null(file);
		fputs(texts[i], file);
		fclose(file);
		if (key_read(&conf, &read, &problem) != KEY_FAILED)
			fail_msg("taken: %s", texts[i]);
		assert_non_null(strstr(problem.text, "congchao enrol"));
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(what_is_put_is_there_after_a_restart),
	    TEST(what_is_abandoned_is_not_kept),
	    TEST(unsent_hours_are_counted_from_the_first_gap),
	    TEST(what_is_given_up_is_what_was_not_settled),
	    TEST(a_broken_file_is_set_aside_and_a_new_one_begun),
	    TEST(a_file_of_a_newer_version_is_left_alone),
	    TEST(hours_begin_with_the_enrolment),
	    TEST(what_was_counted_before_it_is_reported_too),
	    TEST(nothing_is_older_than_59_days),
	    TEST(a_database_begun_anew_says_nothing_of_before),
	    TEST(a_clock_of_before_the_enrolment_leaves_no_hours),
	    TEST(the_key_comes_back_as_it_was_written),
	    TEST(a_key_that_is_none_is_said),
	};

	return cmocka_run_group_tests_name("report_state", tests, NULL, NULL);
}
