/*
 * What the operator's command reads from portal's database: releases with the time left,
 * counters with those of before the clock was right added, and what it refuses.
 * links: ctl/db common/conf
 * links: common/ether common/report common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "ctl/db.h"

static struct conf conf;
static char path[CONF_PATH_SIZE];
static char said[2048]; /* by the callbacks */

static const char schema[] =
    "PRAGMA journal_mode = WAL;"
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;"
    "CREATE TABLE leases(id INTEGER PRIMARY KEY, mac BLOB, zone TEXT, expires_ms INTEGER);"
    "CREATE TABLE counters(hour INTEGER, zone TEXT, audience TEXT, language TEXT, event TEXT,"
    " item TEXT NOT NULL DEFAULT '', count INTEGER,"
    " PRIMARY KEY(hour, zone, audience, language, item, event)) WITHOUT ROWID;"
    "CREATE TABLE pending(boot_id TEXT, minute INTEGER, zone TEXT, audience TEXT, language TEXT,"
    " event TEXT, item TEXT NOT NULL DEFAULT '', count INTEGER,"
    " PRIMARY KEY(boot_id, minute, zone, audience, language, item, event)) WITHOUT ROWID;"
    "PRAGMA user_version = 2;";

static void execute(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void execute(const char *fmt, ...)
{
	char sql[2048];
	va_list ap;
	sqlite3 *db;

	va_start(ap, fmt);
	vsnprintf(sql, sizeof(sql), fmt, ap);
	va_end(ap);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sqlite3_errmsg(db), sql);
	sqlite3_close(db);
}

static const char *this_boot(void)
{
	static char id[64];
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "r");

	assert_non_null(file);
	assert_non_null(fgets(id, sizeof(id), file));
	fclose(file);
	id[strcspn(id, "\n")] = '\0';
	return id;
}

static int setup(void **state)
{
	char folder[] = "/tmp/test_ctl_db.XXXXXX";

	(void)state;
	said[0] = '\0';
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(conf.path_state, sizeof(conf.path_state), "%s", folder);
	conf_database_path(&conf, path);
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

static void say_lease(void *arg, const struct db_lease *lease)
{
	size_t used = strlen(said);
	char mac[ETHER_TEXT_SIZE];

	(void)arg;
	/* A second may pass between the test's clock and the program's. */
	snprintf(said + used, sizeof(said) - used, "%s %s %lld\n", ether_text(&lease->mac, mac),
		 lease->zone, (long long)(lease->seconds_left + 5) / 10 * 10);
}

static void say_count(void *arg, const struct db_count *count)
{
	size_t used = strlen(said);

	(void)arg;
	snprintf(said + used, sizeof(said) - used, "%lld %s %s %s %s %s%s%lld\n",
		 (long long)count->hour, count->zone, count->audience, count->language,
		 count->event, count->item, count->item[0] != '\0' ? " " : "",
		 (long long)count->count);
}

static void read_leases(void)
{
	sqlite3 *db;

	assert_int_equal(db_open(&conf, &db), DB_OPEN);
	assert_int_equal(db_leases(db, say_lease, NULL), 0);
	sqlite3_close(db);
}

static void read_counts(int64_t from, int64_t to)
{
	sqlite3 *db;

	assert_int_equal(db_open(&conf, &db), DB_OPEN);
	assert_int_equal(db_counts(db, from, to, say_count, NULL), 0);
	sqlite3_close(db);
}

static void read_learning(int64_t from, int64_t to)
{
	sqlite3 *db;

	said[0] = '\0';
	assert_int_equal(db_open(&conf, &db), DB_OPEN);
	assert_int_equal(db_learning(db, from, to, say_count, NULL), 0);
	sqlite3_close(db);
}

static void no_database_is_no_failure(void **state)
{
	sqlite3 *db;

	(void)state;
	assert_int_equal(db_open(&conf, &db), DB_NONE);
	assert_null(db);
}

static void another_schema_is_refused(void **state)
{
	sqlite3 *db;

	(void)state;
	execute("%s PRAGMA user_version = 1;", schema);
	assert_int_equal(db_open(&conf, &db), DB_FAILED);
	assert_null(db);
}

static void a_file_that_is_no_database_is_refused(void **state)
{
	FILE *file = fopen(path, "w");
	sqlite3 *db;

	(void)state;
	assert_non_null(file);
	for (int i = 0; i < 100; i++)
		fputs("this is no database, ", file);
	fclose(file);
	assert_int_equal(db_open(&conf, &db), DB_FAILED);
}

static void a_database_cannot_be_changed_through_it(void **state)
{
	sqlite3 *db;

	(void)state;
	execute("%s", schema);
	assert_int_equal(db_open(&conf, &db), DB_OPEN);
	assert_int_equal(sqlite3_exec(db, "DELETE FROM leases", NULL, NULL, NULL), SQLITE_READONLY);
	sqlite3_close(db);
}

static void releases_of_this_boot_count_down_with_its_clock(void **state)
{
	int64_t now = clock_boot_ms();

	(void)state;
	execute("%s INSERT INTO meta VALUES('boot_id', '%s'), ('boot_ms', 1), ('wall_seconds', 1);"
		"INSERT INTO leases(mac, zone, expires_ms) VALUES(x'02005e000001', 'wifi', %lld),"
		" (x'02005e000002', 'cafe', %lld), (x'02005e000003', 'wifi', %lld);",
		schema, this_boot(), (long long)now + 100000, (long long)now + 3600000,
		(long long)now - 1);
	read_leases();
	assert_string_equal(said, "02:00:5e:00:00:02 cafe 3600\n02:00:5e:00:00:01 wifi 100\n");
}

static void releases_of_an_earlier_boot_keep_what_was_left(void **state)
{
	(void)state;
	execute("%s INSERT INTO meta VALUES('boot_id', 'earlier'), ('boot_ms', 5000000),"
		" ('wall_seconds', 1);"
		"INSERT INTO leases(mac, zone, expires_ms) VALUES(x'02005e000001', 'wifi', 5060000),"
		" (x'02005e000002', 'wifi', 5000000);",
		schema);
	read_leases();
	assert_string_equal(said, "02:00:5e:00:00:01 wifi 60\n");
}

static void counts_of_the_span_alone_are_given(void **state)
{
	(void)state;
	execute("%s INSERT INTO counters VALUES(1795402800, 'wifi', 'citizen', 'vi', 'shown', '', 3),"
		" (1795406400, 'wifi', 'citizen', 'en', 'shown', '', 2),"
		" (1795406400, 'wifi', 'citizen', 'vi', 'right', '', 0),"
		" (1795410000, 'wifi', 'citizen', 'vi', 'shown', '', 9);",
		schema);
	read_counts(1795402800, 1795410000);
	assert_string_equal(said, "1795402800 wifi citizen vi shown 3\n"
				  "1795406400 wifi citizen en shown 2\n");
}

static void pending_events_of_this_boot_join_their_hour(void **state)
{
	int64_t start = clock_wall_seconds() - clock_boot_ms() / 1000;
	int64_t hour = (start + 60) / 3600 * 3600;
	char expected[128];

	(void)state;
	/* Away from the hour's ends, so that a second's difference cannot change it. */
	int64_t minute = (hour + 1800 - start) / 60;

	execute("%s INSERT INTO pending VALUES('%s', %lld, 'wifi', 'citizen', 'vi', 'shown', '', 4);"
		"INSERT INTO counters VALUES(%lld, 'wifi', 'citizen', 'vi', 'shown', '', 3);",
		schema, this_boot(), (long long)minute, (long long)hour);
	read_counts(0, INT64_MAX);
	snprintf(expected, sizeof(expected), "%lld wifi citizen vi shown 7\n", (long long)hour);
	assert_string_equal(said, expected);
}

static void pending_events_of_earlier_boots_go_by_what_is_known_of_them(void **state)
{
	(void)state;
	/* Before 1795402800 minus 1000 s is the last boot's beginning; the other has its own. */
	execute("%s INSERT INTO meta VALUES('boot_id', 'last'), ('boot_ms', 1000000),"
		" ('wall_seconds', 1767407200), ('offset:older', 1767300000);"
		"INSERT INTO pending VALUES('last', 30, 'wifi', 'citizen', 'vi', 'shown', '', 1),"
		" ('older', 30, 'wifi', 'citizen', 'vi', 'shown', '', 2);",
		schema);
	read_counts(0, INT64_MAX);
	assert_string_equal(said, "1767301200 wifi citizen vi shown 2\n"
				  "1767405600 wifi citizen vi shown 1\n");
}

static void pending_events_that_cannot_be_so_old_go_to_this_boots_begin(void **state)
{
	int64_t start = clock_wall_seconds() - clock_boot_ms() / 1000;
	char expected[128];

	(void)state;
	execute("%s INSERT INTO meta VALUES('boot_id', 'last'), ('boot_ms', 0),"
		" ('wall_seconds', 100);"
		"INSERT INTO pending VALUES('last', 3, 'wifi', 'citizen', 'vi', 'shown', '', 1);",
		schema);
	read_counts(0, INT64_MAX);
	snprintf(expected, sizeof(expected), "%lld wifi citizen vi shown 1\n",
		 (long long)(start / 3600 * 3600));
	assert_string_equal(said, expected);
}

static void measures_are_summed_over_the_span_and_apart_from_events(void **state)
{
	(void)state;
	execute("%s INSERT INTO counters VALUES"
		" (1795402800, 'wifi', 'citizen', 'vi', 'pair/wrong/right', 'CIT-OTP', 3),"
		" (1795406400, 'wifi', 'citizen', 'vi', 'pair/wrong/right', 'CIT-OTP', 4),"
		" (1795406400, 'wifi', 'citizen', 'vi', 'pair/wrong/right', 'CIT-WIFI', 5),"
		" (1795406400, 'wifi', 'citizen', 'vi', 'shown', '', 9),"
		" (1795410000, 'wifi', 'citizen', 'vi', 'pair/wrong/right', 'CIT-OTP', 90);",
		schema);
	read_learning(1795402800, 1795410000);
	assert_string_equal(said, "0 wifi citizen vi pair/wrong/right CIT-OTP 7\n"
				  "0 wifi citizen vi pair/wrong/right CIT-WIFI 5\n");
	said[0] = '\0';
	read_counts(1795402800, 1795410000);
	assert_string_equal(said, "1795406400 wifi citizen vi shown 9\n");
}

static void measures_that_wait_for_their_hour_are_among_them(void **state)
{
	(void)state;
	execute("%s INSERT INTO pending VALUES"
		"('%s', 1, 'wifi', 'citizen', 'vi', 'pair/wrong/right', 'CIT-OTP', 2),"
		"('%s', 2, 'wifi', 'citizen', 'vi', 'pair/wrong/right', 'CIT-OTP', 1);",
		schema, this_boot(), this_boot());
	read_learning(0, INT64_MAX);
	assert_string_equal(said, "0 wifi citizen vi pair/wrong/right CIT-OTP 3\n");
	said[0] = '\0';
	read_counts(0, INT64_MAX);
	assert_string_equal(said, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(no_database_is_no_failure),
	    TEST(another_schema_is_refused),
	    TEST(a_file_that_is_no_database_is_refused),
	    TEST(a_database_cannot_be_changed_through_it),
	    TEST(releases_of_this_boot_count_down_with_its_clock),
	    TEST(releases_of_an_earlier_boot_keep_what_was_left),
	    TEST(counts_of_the_span_alone_are_given),
	    TEST(pending_events_of_this_boot_join_their_hour),
	    TEST(pending_events_of_earlier_boots_go_by_what_is_known_of_them),
	    TEST(pending_events_that_cannot_be_so_old_go_to_this_boots_begin),
	    TEST(measures_are_summed_over_the_span_and_apart_from_events),
	    TEST(measures_that_wait_for_their_hour_are_among_them),
	};

	return cmocka_run_group_tests_name("ctl_db", tests, NULL, NULL);
}
