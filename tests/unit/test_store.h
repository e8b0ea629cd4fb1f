/*
 * The world in which the store's tests run: a folder of its own, clocks that a test sets,
 * log lines that are counted. Takes the place of portal/store_now and common/log, which is
 * why store.c is included and its parts are linked one by one.
 */
#ifndef TEST_STORE_H
#define TEST_STORE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "portal/store.c"

enum { WORLD_WAIT_MS = 20000, WORLD_HOUR = 3600, WORLD_DAY = 24 * 3600 };

/* 2026-11-23 09:30:00 UTC, when this boot is 100 s old. */
#define WORLD_WALL	INT64_C(1795426200)
#define WORLD_BOOT_MS	INT64_C(100000)
#define WORLD_THIS_HOUR (WORLD_WALL - 1800)

static _Atomic int64_t world_boot_ms;
static _Atomic int64_t world_wall;
static atomic_bool world_synchronised;
static char world_boot_id[STORE_BOOT_ID_SIZE];
static atomic_int world_lines;
static char world_line[1024];
static pthread_mutex_t world_lock = PTHREAD_MUTEX_INITIALIZER;
static char world_dir[64];
static char world_path[128];
static struct conf world_conf;

void store_now_read(struct store_now *now)
{
	now->boot_ms = world_boot_ms;
	now->wall_seconds = world_wall;
	now->synchronised = world_synchronised;
}

int64_t store_now_boot_ms(void)
{
	return world_boot_ms;
}

void store_now_boot_id(char out[STORE_BOOT_ID_SIZE])
{
	memcpy(out, world_boot_id, STORE_BOOT_ID_SIZE);
}

static void world_note(const char *fmt, va_list ap)
{
	pthread_mutex_lock(&world_lock);
	vsnprintf(world_line, sizeof(world_line), fmt, ap);
	world_lines++;
	pthread_mutex_unlock(&world_lock);
}

#define WORLD_LOG(name)                 \
	void name(const char *fmt, ...) \
	{                               \
		va_list ap;             \
		va_start(ap, fmt);      \
		world_note(fmt, ap);    \
		va_end(ap);             \
	}

WORLD_LOG(log_warn)
WORLD_LOG(log_warnx)
WORLD_LOG(log_info)

/* Time goes on: both clocks. */
static inline void world_pass(int64_t seconds)
{
	world_boot_ms += seconds * 1000;
	world_wall += seconds;
}

static inline void world_boot(const char *id, int64_t boot_ms, int64_t wall)
{
	memset(world_boot_id, 0, sizeof(world_boot_id));
	snprintf(world_boot_id, sizeof(world_boot_id), "%s", id);
	world_boot_ms = boot_ms;
	world_wall = wall;
}

static inline int world_set_up(void **state)
{
	(void)state;
	snprintf(world_dir, sizeof(world_dir), "/tmp/test-store-XXXXXX");
	if (mkdtemp(world_dir) == NULL)
		return -1;
	snprintf(world_path, sizeof(world_path), "%s/congchao.db", world_dir);
	memset(&world_conf, 0, sizeof(world_conf));
	snprintf(world_conf.path_state, sizeof(world_conf.path_state), "%s", world_dir);
	world_conf.visits_max = 64;
	world_conf.remembered_max = 1024;
	world_conf.zone_count = 2;
	snprintf(world_conf.zones[0].name, CONF_NAME_SIZE, "wifi");
	snprintf(world_conf.zones[1].name, CONF_NAME_SIZE, "cafe");
	world_conf.language_count = 2;
	snprintf(world_conf.languages[0], CONF_LANGUAGE_SIZE, "vi");
	snprintf(world_conf.languages[1], CONF_LANGUAGE_SIZE, "en");
	world_synchronised = true;
	world_lines = 0;
	world_boot("boot-one", WORLD_BOOT_MS, WORLD_WALL);
	return 0;
}

/* How many files of the folder have part in their name. */
static inline int world_files(const char *part)
{
	DIR *dir = opendir(world_dir);
	struct dirent *entry;
	int count = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL)
		count += strstr(entry->d_name, part) != NULL;
	closedir(dir);
	return count;
}

static inline int world_tear_down(void **state)
{
	DIR *dir = opendir(world_dir);
	struct dirent *entry;

	(void)state;
	while (dir != NULL && (entry = readdir(dir)) != NULL)
		unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir != NULL)
		closedir(dir);
	return rmdir(world_dir);
}

static inline struct store *world_open(void)
{
	struct store *store = store_open(&world_conf);

	assert_non_null(store);
	return store;
}

static inline struct store *world_open_running(void)
{
	struct store *store = world_open();

	assert_int_equal(store_start(store), 0);
	return store;
}

static inline struct store_job world_job(enum store_kind kind, unsigned device)
{
	struct store_job job;

	memset(&job, 0, sizeof(job));
	job.kind = kind;
	if (kind == STORE_ACKNOWLEDGE || kind == STORE_WITHDRAW)
		job.event = STORE_ACKNOWLEDGED;
	job.tag = device;
	job.mac = (struct ether){
	    {0x02, 0xc0, 0x5e, (uint8_t)(device >> 16), (uint8_t)(device >> 8), (uint8_t)device}};
	job.seconds = WORLD_HOUR;
	job.boot_ms = world_boot_ms;
	return job;
}

static inline void world_take(struct store *store, struct store_job *jobs, size_t count)
{
	struct pollfd poll_fd = {.fd = store_fd(store), .events = POLLIN};
	size_t got = 0;

	while (got < count) {
		assert_int_equal(poll(&poll_fd, 1, WORLD_WAIT_MS), 1);
		got += store_take(store, jobs + got, count - got);
	}
}

/* Puts the job and waits for it; was it stored? */
static inline bool world_do_job(struct store *store, struct store_job job)
{
	assert_true(store_put(store, &job));
	world_take(store, &job, 1);
	return job.stored;
}

static inline bool world_do(struct store *store, enum store_kind kind, unsigned device)
{
	return world_do_job(store, world_job(kind, device));
}

/* One integer, by a connection of our own; -1 when there is no row. */
static inline int64_t world_ask(const char *sql)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *statement = NULL;
	int64_t value = -1;

	assert_int_equal(sqlite3_open_v2(world_path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	sqlite3_busy_timeout(db, WORLD_WAIT_MS);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	if (sqlite3_step(statement) == SQLITE_ROW &&
	    sqlite3_column_type(statement, 0) != SQLITE_NULL)
		value = sqlite3_column_int64(statement, 0);
	assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
	sqlite3_close(db);
	return value;
}

/* Several statements, by a connection of our own; makes the file when there is none. */
static inline void world_execute(const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(world_path, &db), SQLITE_OK);
	sqlite3_busy_timeout(db, WORLD_WAIT_MS);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sqlite3_errmsg(db), sql);
	sqlite3_close(db);
}

/* What the first version has made: one release, counts with and without their hour, owed. */
static inline void world_make_version_1(void)
{
	static const char sql[] =
	    "PRAGMA page_size=1024; PRAGMA journal_mode=WAL;"
	    "CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;"
	    "CREATE TABLE leases(id INTEGER PRIMARY KEY, mac BLOB NOT NULL, zone TEXT NOT NULL,"
	    "  expires_ms INTEGER NOT NULL);"
	    "CREATE TABLE owed(zone TEXT, audience TEXT, language TEXT, count INTEGER NOT NULL,"
	    "  PRIMARY KEY(zone, audience, language)) WITHOUT ROWID;"
	    "CREATE TABLE counters(hour INTEGER, zone TEXT, audience TEXT, language TEXT, event "
	    "TEXT,"
	    "  count INTEGER NOT NULL CHECK(count >= 0),"
	    "  PRIMARY KEY(hour, zone, audience, language, event)) WITHOUT ROWID;"
	    "CREATE TABLE pending(boot_id TEXT, minute INTEGER, zone TEXT, audience TEXT,"
	    "  language TEXT, event TEXT, count INTEGER NOT NULL CHECK(count >= 0),"
	    "  PRIMARY KEY(boot_id, minute, zone, audience, language, event)) WITHOUT ROWID;"
	    "PRAGMA user_version = 1;"
	    "INSERT INTO meta VALUES('boot_id', 'boot-one'), ('boot_ms', 100000),"
	    " ('wall_seconds', 1795426200), ('wall_max', 1795426200);"
	    "INSERT INTO leases(mac, zone, expires_ms) VALUES(x'02c05e000007', 'wifi', 3700000),"
	    " (x'02c05e000008', 'cafe', 100001);"
	    "INSERT INTO owed VALUES('wifi', 'citizen', 'vi', 2);"
	    "INSERT INTO counters VALUES(1795424400, 'wifi', 'citizen', 'vi', 'shown', 30),"
	    " (1795424400, 'wifi', 'citizen', 'vi', 'acknowledged', 10),"
	    " (1795420800, 'cafe', 'citizen', 'en', 'right', 5);"
	    "INSERT INTO pending VALUES('boot-one', 1, 'wifi', 'citizen', 'vi', 'answered', 4);";

	world_execute(sql);
}

/* Waits until the thread has made it so. */
static inline void world_await(const char *sql, int64_t value)
{
	int tries = WORLD_WAIT_MS;

	while (world_ask(sql) != value && tries-- > 0)
		poll(NULL, 0, 1);
	assert_int_equal(world_ask(sql), value);
}

/* All that is counted of an event, with its hour or still waiting for it. */
static inline int64_t world_counted(const char *event)
{
	char sql[256];

	snprintf(sql, sizeof(sql),
		 "SELECT coalesce(sum(count), 0) FROM (SELECT event, count FROM counters UNION ALL "
		 "SELECT event, count FROM pending) WHERE event = '%s'",
		 event);
	return world_ask(sql);
}

static inline int64_t world_counted_at(int64_t hour, const char *event)
{
	char sql[256];

	snprintf(sql, sizeof(sql), "SELECT count FROM counters WHERE hour = %lld AND event = '%s'",
		 (long long)hour, event);
	return world_ask(sql);
}

static inline int64_t world_owed(void)
{
	return world_ask("SELECT coalesce(sum(count), 0) FROM owed");
}

static inline void world_keep_lease(void *arg, const struct store_lease *lease)
{
	*(struct store_lease *)arg = *lease;
}

/* Is the sequence anywhere in the file? False when there is no file. */
static inline bool world_file_has_bytes(const char *ending, const void *wanted, size_t wanted_size)
{
	char name[160];
	uint8_t *bytes;
	size_t size;
	FILE *file;
	bool found;

	snprintf(name, sizeof(name), "%s%s", world_path, ending);
	file = fopen(name, "rb");
	if (file == NULL)
		return false;
	bytes = malloc(8 * 1024 * 1024);
	assert_non_null(bytes);
	size = fread(bytes, 1, 8 * 1024 * 1024, file);
	fclose(file);
	found = memmem(bytes, size, wanted, wanted_size) != NULL;
	free(bytes);
	return found;
}

static inline bool world_file_has(const char *ending, const struct ether *mac)
{
	return world_file_has_bytes(ending, mac->byte, ETHER_LEN);
}

#endif
