/*
 * The canonical text of an hour and its digest, made of a database as portal writes it; and
 * what the database does not give: releases, review records, a write.
 * links: report/hour report/problem report/text common/measure common/conf
 * links: common/ether common/report
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/counters.c"

static struct conf conf;
static char path[CONF_PATH_SIZE];
static struct problem problem;

static const char tables[] =
    "CREATE TABLE leases(id INTEGER PRIMARY KEY, mac BLOB, zone TEXT, expires_ms INTEGER);"
    "CREATE TABLE counters(hour INTEGER, zone TEXT, audience TEXT, language TEXT, event TEXT,"
    " item TEXT NOT NULL DEFAULT '', count INTEGER,"
    " PRIMARY KEY(hour, zone, audience, language, item, event)) WITHOUT ROWID;"
    "CREATE TABLE pending(boot_id TEXT, minute INTEGER, zone TEXT, audience TEXT, language TEXT,"
    " event TEXT, item TEXT NOT NULL DEFAULT '', count INTEGER,"
    " PRIMARY KEY(boot_id, minute, zone, audience, language, item, event)) WITHOUT ROWID;"
    "PRAGMA user_version = 2;";

static void execute(const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sqlite3_errmsg(db), sql);
	sqlite3_close(db);
}

static int setup(void **state)
{
	char folder[] = "/tmp/test_report_hour.XXXXXX";

	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(conf.path_state, sizeof(conf.path_state), "%s", folder);
	conf_database_path(&conf, path);
	execute("PRAGMA journal_mode = WAL;");
	execute(tables);
	return 0;
}

static int teardown(void **state)
{
	static const char *const ends[] = {"", "-wal", "-shm", "-journal"};

	(void)state;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		char file[CONF_PATH_SIZE + 16];

		snprintf(file, sizeof(file), "%s%s", path, ends[i]);
		unlink(file);
	}
	return rmdir(conf.path_state);
}

static struct counters *opened(void)
{
	struct counters *counters = counters_open(&conf, &problem);

	if (counters == NULL)
		fail_msg("%s", problem.text);
	return counters;
}

/* For the caller to hour_free. */
static struct hour read_hour(int64_t begin)
{
	struct counters *counters = opened();
	struct hour hour;

	assert_int_equal(counters_begin(counters, &problem), 0);
	assert_int_equal(counters_hour(counters, begin, &hour, &problem), 0);
	assert_int_equal(counters_end(counters, &problem), 0);
	counters_close(counters);
	return hour;
}

static void assert_hour(int64_t begin, const char *cells, const char *measures)
{
	struct hour hour = read_hour(begin);
	uint8_t digest[HOUR_DIGEST];
	char both[2048];

	assert_string_equal(hour.cells, cells);
	assert_string_equal(hour.measures, measures);
	assert_int_equal(hour.length, strlen(cells) + strlen(measures));
	assert_false(hour.strange);
	snprintf(both, sizeof(both), "%s%s", cells, measures);
	crypto_hash_sha256(digest, (const unsigned char *)both, strlen(both));
	assert_memory_equal(hour.digest, digest, HOUR_DIGEST);
	hour_free(&hour);
}

#define INSERT "INSERT INTO counters VALUES"

static void an_hour_without_counts_is_two_empty_lists(void **state)
{
	(void)state;
	execute(INSERT "(3600, 'wifi', 'citizen', 'vi', 'shown', '', 1);");
	assert_hour(7200, "[]", "[]");
}

static void cells_come_by_zone_audience_and_language(void **state)
{
	(void)state;
	execute(INSERT "(3600, 'wifi', 'citizen', 'vi', 'shown', '', 40),"
		       "(3600, 'wifi', 'citizen', 'vi', 'answered', '', 22),"
		       "(3600, 'wifi', 'citizen', 'vi', 'right', '', 18),"
		       "(3600, 'wifi', 'citizen', 'vi', 'acknowledged', '', 17),"
		       "(3600, 'wifi', 'citizen', 'vi', 'released', '', 16),"
		       "(3600, 'wifi', 'citizen', 'vi', 'deferred', '', 5),"
		       "(3600, 'wifi', 'citizen', 'vi', 'returned', '', 3),"
		       "(3600, 'wifi', 'citizen', 'en', 'shown', '', 1),"
		       "(3600, 'cafe', 'press_leader', 'vi', 'returned', '', 2),"
		       "(7200, 'cafe', 'press_leader', 'vi', 'returned', '', 9);");
	assert_hour(3600,
		    "[{\"zone\":\"cafe\",\"aud\":\"press_leader\",\"lang\":\"vi\",\"shown\":0,"
		    "\"answered\":0,\"right\":0,\"acknowledged\":0,\"released\":0,\"deferred\":0,"
		    "\"returned\":2},"
		    "{\"zone\":\"wifi\",\"aud\":\"citizen\",\"lang\":\"en\",\"shown\":1,"
		    "\"answered\":0,\"right\":0,\"acknowledged\":0,\"released\":0,\"deferred\":0,"
		    "\"returned\":0},"
		    "{\"zone\":\"wifi\",\"aud\":\"citizen\",\"lang\":\"vi\",\"shown\":40,"
		    "\"answered\":22,\"right\":18,\"acknowledged\":17,\"released\":16,"
		    "\"deferred\":5,\"returned\":3}]",
		    "[]");
}

static void measures_are_summed_over_zones(void **state)
{
	(void)state;
	execute(INSERT "(3600, 'wifi', 'citizen', 'vi', 'pair/wrong/right', 'CIT-OTP', 3),"
		       "(3600, 'cafe', 'citizen', 'vi', 'pair/wrong/right', 'CIT-OTP', 4),"
		       "(3600, 'wifi', 'citizen', 'vi', 'answer/pre/b/calm', 'CIT-OTP-A.1', 2),"
		       "(3600, 'wifi', 'citizen', 'vi', 'answer/pre/a/calm', 'CIT-OTP-A.1', 1),"
		       "(3600, 'wifi', 'citizen', 'en', 'rest/right/2', 'CIT-OTP-A.12', 1);");
	assert_hour(3600, "[]",
		    "[{\"aud\":\"citizen\",\"lang\":\"en\",\"item\":\"CIT-OTP-A.12\","
		    "\"event\":\"rest/right/2\",\"n\":1},"
		    "{\"aud\":\"citizen\",\"lang\":\"vi\",\"item\":\"CIT-OTP\","
		    "\"event\":\"pair/wrong/right\",\"n\":7},"
		    "{\"aud\":\"citizen\",\"lang\":\"vi\",\"item\":\"CIT-OTP-A.1\","
		    "\"event\":\"answer/pre/a/calm\",\"n\":1},"
		    "{\"aud\":\"citizen\",\"lang\":\"vi\",\"item\":\"CIT-OTP-A.1\","
		    "\"event\":\"answer/pre/b/calm\",\"n\":2}]");
}

/* An acknowledgement that was withdrawn leaves a row of 0. */
static void what_is_nothing_is_left_out(void **state)
{
	(void)state;
	execute(INSERT "(3600, 'wifi', 'citizen', 'vi', 'acknowledged', '', 0),"
		       "(3600, 'wifi', 'citizen', 'vi', 'pair/wrong/right', 'CIT-OTP', 0);");
	assert_hour(3600, "[]", "[]");
}

static void an_event_that_the_format_does_not_have_stays_here(void **state)
{
	(void)state;
	execute(INSERT "(3600, 'wifi', 'citizen', 'vi', 'reminded', '', 4);");
	assert_hour(3600, "[]", "[]");
}

static int64_t weight_of(const char *change)
{
	struct hour hour;
	int64_t weight;

	execute(change);
	hour = read_hour(3600);
	weight = hour.weight;
	hour_free(&hour);
	return weight;
}

/* It tells a replaced database from one in which something was taken back. */
static void the_weight_grows_and_is_not_taken_back(void **state)
{
	int64_t before, now;

	(void)state;
	before = weight_of(INSERT "(3600, 'wifi', 'citizen', 'vi', 'shown', '', 4),"
				  "(3600, 'wifi', 'citizen', 'vi', 'acknowledged', '', 1),"
				  "(3600, 'wifi', 'citizen', 'vi', 'deferred', '', 1),"
				  "(3600, 'wifi', 'citizen', 'vi', 'returned', '', 1),"
				  "(3600, 'wifi', 'citizen', 'vi', 'released', '', 1);");
	now = weight_of("UPDATE counters SET count = 0 WHERE event IN"
			" ('acknowledged', 'deferred', 'returned', 'released');");
	assert_int_equal(now, before);
	assert_true(weight_of("UPDATE counters SET count = 3 WHERE event = 'shown';") < now);
	assert_true(weight_of(INSERT "(3600, 'wifi', 'citizen', 'vi', 'pair/wrong/right',"
				     " 'CIT-OTP', 2);") > now);
	assert_true(weight_of("DELETE FROM counters WHERE event = 'returned';") < now + 3);
	assert_int_equal(weight_of("DELETE FROM counters;"), 0);
}

static void what_is_no_code_makes_the_hour_stay_here(void **state)
{
	static const char *const rows[] = {
	    "'02:00:5e:00:00:01', 'citizen', 'vi', 'shown', '', 1",
	    "'wifi', '10.0.0.1', 'vi', 'shown', '', 1",
	    "'wifi', '', 'vi', 'shown', '', 1",
	    "'wifi', 'citizen', 'http', 'shown', '', 1",
	    "'wifi', 'citizen', 'vi', 'https://a.vn', '', 1",
	    "'wifi', 'citizen', 'vi', 'shown', '', -1",
	    "'wifi', 'citizen', 'vi', 'shown', '', 2147483648",
	    "'wifi\"', 'citizen', 'vi', 'shown', '', 1",
	    "'wifi', 'citizen', 'vi', 'pair/wrong/right', '02:00:5e:00:00:01', 1",
	    "'wifi', 'citizen', 'vi', 'pair/wrong/right', 'https://a.vn', 1",
	    "'wifi', 'citizen', 'vi', 'pair/wrong/right', 'A.', 1",
	    "'wifi', 'citizen', 'vi', 'pair/wrong/right', 'A.0', 1",
	    "'wifi', 'citizen', 'vi', 'pair/wrong/right', '.1', 1",
	    "'wifi', 'citizen', 'vi', 'pair/wrong/maybe', 'CIT-OTP', 1",
	    "'wifi', 'citizen', 'vi', 'shown', 'CIT-OTP', 1",
	    "'wifi', 'citizen', 'vi', 'pair/wrong/right', '', 1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char sql[256];
		struct hour hour;

		snprintf(sql, sizeof(sql), "DELETE FROM counters; " INSERT "(3600, %s);", rows[i]);
		execute(sql);
		hour = read_hour(3600);
		if (!hour.strange)
			fail_msg("%s is taken for a code", rows[i]);
		assert_string_equal(hour.cells, "[]");
		assert_string_equal(hour.measures, "[]");
		hour_free(&hour);
	}
}

static void an_hour_beyond_all_measure_is_cut_and_known_to_be_too_long(void **state)
{
	struct hour hour;

	(void)state;
	execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
		"INSERT INTO counters SELECT 3600, 'wifi', 'citizen', 'vi', 'pair/wrong/right',"
		" 'Q-' || i, 1 FROM n;");
	hour = read_hour(3600);
	assert_in_range(hour.length, HOUR_TEXT_MAX, HOUR_TEXT_MAX + 8192);
	assert_int_equal(hour.weight, 40000);
	hour_free(&hour);
}

static void the_first_hour_and_what_waits(void **state)
{
	struct counters *counters = opened();
	int64_t first;
	bool wait;

	(void)state;
	assert_int_equal(counters_first(counters, &first, &problem), 0);
	assert_int_equal(first, -1);
	assert_int_equal(counters_wait(counters, &wait, &problem), 0);
	assert_false(wait);
	execute(INSERT
		"(7200, 'wifi', 'citizen', 'vi', 'shown', '', 1),"
		"(3600, 'wifi', 'citizen', 'vi', 'shown', '', 1);"
		"INSERT INTO pending VALUES('b', 1, 'wifi', 'citizen', 'vi', 'shown', '', 1);");
	assert_int_equal(counters_first(counters, &first, &problem), 0);
	assert_int_equal(first, 3600);
	assert_int_equal(counters_wait(counters, &wait, &problem), 0);
	assert_true(wait);
	counters_close(counters);
}

static void nothing_but_counters_can_be_read_and_nothing_written(void **state)
{
	static const char *const forbidden[] = {
	    "SELECT mac FROM leases",
	    "SELECT count(*) FROM leases",
	    "SELECT hour FROM counters JOIN leases",
	    "DELETE FROM counters",
	    "INSERT INTO counters SELECT * FROM counters",
	    "PRAGMA journal_mode = DELETE",
	    "PRAGMA table_info(leases)",
	    "ATTACH 'x' AS y",
	    "CREATE TABLE x(y)",
	    "SELECT sql FROM sqlite_master",
	};
	struct counters *counters = opened();

	(void)state;
	for (size_t i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++)
		if (sqlite3_exec(counters->db, forbidden[i], NULL, NULL, NULL) != SQLITE_AUTH)
			fail_msg("%s: %s", forbidden[i], sqlite3_errmsg(counters->db));
	counters_close(counters);
}

static void another_schema_is_refused_and_said(void **state)
{
	(void)state;
	execute("PRAGMA user_version = 1;");
	assert_null(counters_open(&conf, &problem));
	assert_non_null(
	    strstr(problem.text, "schema 1, expected 2: congchao-portal takes it over"));
	execute("PRAGMA user_version = 3;");
	assert_null(counters_open(&conf, &problem));
	assert_non_null(strstr(problem.text, "must be of one version"));
}

static void no_database_and_no_database_at_all(void **state)
{
	FILE *file;

	(void)state;
	unlink(path);
	assert_null(counters_open(&conf, &problem));
	assert_non_null(strstr(problem.text, "has the gate ever run?"));
	file = fopen(path, "w");
	assert_non_null(file);
	for (int i = 0; i < 100; i++)
		fputs("this is no database, ", file);
	fclose(file);
	assert_null(counters_open(&conf, &problem));
	assert_non_null(strstr(problem.text, "cannot be read now"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(an_hour_without_counts_is_two_empty_lists),
	    TEST(cells_come_by_zone_audience_and_language),
	    TEST(measures_are_summed_over_zones),
	    TEST(what_is_nothing_is_left_out),
	    TEST(an_event_that_the_format_does_not_have_stays_here),
	    TEST(the_weight_grows_and_is_not_taken_back),
	    TEST(what_is_no_code_makes_the_hour_stay_here),
	    TEST(an_hour_beyond_all_measure_is_cut_and_known_to_be_too_long),
	    TEST(the_first_hour_and_what_waits),
	    TEST(nothing_but_counters_can_be_read_and_nothing_written),
	    TEST(another_schema_is_refused_and_said),
	    TEST(no_database_and_no_database_at_all),
	};

	return cmocka_run_group_tests_name("report_hour", tests, NULL, NULL);
}
