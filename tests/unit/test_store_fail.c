/*
 * The store with files that are broken, of another version, or gone.
 * links: portal/store_apply portal/store_book portal/store_clock portal/store_db
 * links: portal/store_lease portal/store_name portal/store_review portal/store_sql
 * links: portal/store_sum portal/store_tick common/conf common/ether
 * links: common/measure common/report
 */
#include "test_store.h"

static void write_file(const char *path, off_t from, size_t size)
{
	char junk[1024];
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	size_t done;

	assert_true(fd >= 0);
	memset(junk, 0xa5, sizeof(junk));
	for (done = 0; done < size; done += sizeof(junk))
		assert_int_equal(pwrite(fd, junk, sizeof(junk), from + (off_t)done), sizeof(junk));
	close(fd);
}

/* Databases that were set aside; each may have its -wal and -shm beside it. */
static int set_aside_files(void)
{
	return world_files(".corrupt-") - world_files("-wal") - world_files("-shm") +
	       world_files("congchao.db-wal") + world_files("congchao.db-shm");
}

static void a_file_that_is_no_database_is_set_aside(void **state)
{
	struct store *store;
	struct stat st;
	int lines;

	(void)state;
	write_file(world_path, 0, 65536);
	store = world_open_running();
	lines = world_lines;
	assert_int_equal(lines, 1);
	assert_non_null(strstr(world_line, "corrupt"));
	assert_int_equal(set_aside_files(), 1);
	assert_int_equal(stat(world_path, &st), 0);
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 1));
	assert_int_equal(world_counted("acknowledged"), 1);
	assert_int_equal(world_lines, 1);
	store_close(store);
}

static void fill_and_close(unsigned devices)
{
	struct store *store = world_open_running();
	unsigned i;

	for (i = 0; i < devices; i++)
		assert_true(world_do(store, STORE_ACKNOWLEDGE, i));
	store_close(store);
}

static void a_damaged_database_is_set_aside_at_start(void **state)
{
	struct store *store;

	(void)state;
	fill_and_close(64);
	write_file(world_path, 1024, 8192);
	store = world_open();
	assert_int_equal(world_lines, 1);
	assert_int_equal(set_aside_files(), 1);
	assert_int_equal(store_leases(store, world_keep_lease, NULL), 0);
	assert_int_equal(store_start(store), 0);
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 1));
	store_close(store);
}

static void damage_where_nothing_is_read_is_found_at_start(void **state)
{
	int64_t page;

	(void)state;
	fill_and_close(1);
	page = world_ask("SELECT rootpage FROM sqlite_master WHERE name = 'counters'");
	assert_true(page > 1);
	write_file(world_path, (off_t)(page - 1) * 1024, 1024);
	store_close(world_open());
	assert_int_equal(world_lines, 1);
	assert_int_equal(set_aside_files(), 1);
}

/* Another connection's commit makes the store read its pages again. */
static void damage_while_running(void)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(world_path, &db), SQLITE_OK);
	sqlite3_busy_timeout(db, WORLD_WAIT_MS);
	assert_int_equal(sqlite3_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "REPLACE INTO meta VALUES('test', 1)", NULL, NULL, NULL),
			 SQLITE_OK);
	write_file(world_path, 1024, 65536);
	sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_close(db);
}

static void a_database_damaged_while_running_is_set_aside_and_the_batch_stored(void **state)
{
	struct store *store;

	(void)state;
	fill_and_close(64);
	store = world_open_running();
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 100));
	damage_while_running();
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 101));
	assert_int_equal(world_lines, 1);
	assert_int_equal(set_aside_files(), 1);
	assert_int_equal(world_counted("acknowledged"), 1);
	assert_int_equal(world_ask("SELECT count(*) FROM leases"), 1);
	store_close(store);
}

static void a_second_corruption_has_to_wait_a_minute(void **state)
{
	struct store *store;

	(void)state;
	fill_and_close(64);
	write_file(world_path, 1024, 8192);
	store = world_open_running();
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 1));
	damage_while_running();
	assert_false(world_do(store, STORE_ACKNOWLEDGE, 2));
	assert_int_equal(set_aside_files(), 1);
	world_pass(60);
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 2));
	/* The two may have begun in one second: then the second is "-2". */
	assert_int_equal(set_aside_files(), 2);
	store_close(store);
}

static void a_dated_name_that_exists_is_not_overwritten(void **state)
{
	struct store_db db = {.handle = NULL};
	char first[192];
	struct stat st;
	time_t now;
	struct tm tm;
	char date[32];
	int i;

	(void)state;
	snprintf(db.path, sizeof(db.path), "%s", world_path);
	/* Every name of this second and of the next few is taken. */
	now = time(NULL);
	for (i = 0; i < 5; i++, now++) {
		assert_non_null(gmtime_r(&now, &tm));
		strftime(date, sizeof(date), "%Y%m%d-%H%M%S", &tm);
		snprintf(first, sizeof(first), "%s.corrupt-%s", world_path, date);
		write_file(first, 0, 4096);
	}
	write_file(world_path, 0, 8192);
	assert_int_equal(store_db_set_aside(&db), 0);
	assert_int_equal(set_aside_files(), 6);
	assert_non_null(strstr(world_line, "-2,"));
	assert_int_equal(stat(first, &st), 0);
	assert_int_equal(st.st_size, 4096);
}

static void set_version(const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(world_path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void a_newer_version_is_refused_and_left_as_it_is(void **state)
{
	struct store *store;

	(void)state;
	fill_and_close(3);
	set_version("PRAGMA user_version = 3");
	store = world_open();
	assert_int_equal(store_leases(store, world_keep_lease, NULL), 0);
	assert_int_equal(store_start(store), 0);
	assert_int_equal(world_lines, 1);
	assert_non_null(strstr(world_line, "newer version"));
	world_pass(1);
	assert_false(world_do(store, STORE_ACKNOWLEDGE, 9));
	assert_int_equal(world_lines, 1);
	assert_int_equal(set_aside_files(), 0);
	assert_int_equal(world_ask("SELECT count(*) FROM leases"), 3);
	/* The file of our version is back. */
	set_version("PRAGMA user_version = 2");
	world_pass(1);
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 9));
	assert_non_null(strstr(world_line, "writing again after 2 failures"));
	store_close(store);
}

static void a_closed_database_is_tried_once_a_second(void **state)
{
	struct store *store;

	(void)state;
	assert_int_equal(rmdir(world_dir), 0);
	store = world_open_running();
	assert_int_equal(mkdir(world_dir, 0700), 0);
	assert_false(world_do(store, STORE_ACKNOWLEDGE, 1));
	world_pass(1);
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 1));
	store_close(store);
}

static void a_database_removed_while_running_is_begun_anew(void **state)
{
	struct store *store = world_open_running();

	(void)state;
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 1));
	assert_int_equal(unlink(world_path), 0);
	world_pass(1);
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 2));
	assert_int_equal(world_ask("SELECT count(*) FROM leases"), 1);
	assert_int_equal(world_lines, 1);
	store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)
	    T(a_file_that_is_no_database_is_set_aside),
	    T(a_damaged_database_is_set_aside_at_start),
	    T(damage_where_nothing_is_read_is_found_at_start),
	    T(a_database_damaged_while_running_is_set_aside_and_the_batch_stored),
	    T(a_second_corruption_has_to_wait_a_minute),
	    T(a_dated_name_that_exists_is_not_overwritten),
	    T(a_newer_version_is_refused_and_left_as_it_is),
	    T(a_closed_database_is_tried_once_a_second),
	    T(a_database_removed_while_running_is_begun_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
