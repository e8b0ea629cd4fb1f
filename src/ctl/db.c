/*
 * Reads portal's database for the operator, also while portal writes to it or does not
 * run. Opened read-only: it must never change a release or a count.
 */
#include "ctl/db.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"

/* 2026-01-01: before it no clock is right, as portal has it. */
enum { SCHEMA_VERSION = 2, BUSY_MS = 2000, CLOCK_FLOOR = 1767225600 };

static const char leases_sql[] =
    "SELECT mac, zone, (expires_ms - CASE boot_id WHEN ?1 THEN ?2 ELSE boot_ms END) / 1000 AS "
    "seconds"
    " FROM leases, (SELECT (SELECT value FROM meta WHERE key = 'boot_id') AS boot_id,"
    " (SELECT value FROM meta WHERE key = 'boot_ms') AS boot_ms)"
    /* Of a device that is there twice, the later release counts. */
    " WHERE id IN (SELECT max(id) FROM leases GROUP BY mac) AND seconds > 0"
    " ORDER BY seconds DESC, mac";

/*
 * pending holds what happened before the clock was right, in minutes since its boot. The
 * hours are those that portal will count it under: an earlier boot goes by what meta
 * knows of its clock, and by this boot's beginning where that cannot be right.
 */
#define EVENTS                                                                                     \
	"WITH earlier(start) AS (SELECT (SELECT value FROM meta WHERE key = 'wall_seconds')"       \
	" - (SELECT value FROM meta WHERE key = 'boot_ms') / 1000),"                               \
	" placed(at, boot_id, zone, audience, language, event, item, count) AS ("                  \
	"SELECT CASE boot_id WHEN ?1 THEN ?2 ELSE IFNULL((SELECT value FROM meta"                  \
	" WHERE key = 'offset:' || boot_id), start) END + minute * 60,"                            \
	" boot_id, zone, audience, language, event, item, count FROM pending, earlier),"           \
	" events(hour, zone, audience, language, event, item, count) AS ("                         \
	"SELECT hour, zone, audience, language, event, item, count FROM counters"                  \
	" UNION ALL "                                                                              \
	"SELECT CASE WHEN boot_id = ?1 OR at BETWEEN ?5 AND ?2 THEN at ELSE ?2 END / 3600 * 3600," \
	" zone, audience, language, event, item, count FROM placed)"

/* One shape for both: hour, zone, audience, language, event, item, count. */
static const char counts_sql[] =
    EVENTS " SELECT hour, zone, audience, language, event, item, SUM(count) AS total FROM events"
	   " WHERE hour >= ?3 AND hour < ?4 AND item = '' GROUP BY 1, 2, 3, 4, 5"
	   " HAVING total > 0 ORDER BY 1, 2, 3, 4, 5";
static const char learning_sql[] =
    EVENTS " SELECT 0, zone, audience, language, event, item, SUM(count) AS total FROM events"
	   " WHERE hour >= ?3 AND hour < ?4 AND item <> '' GROUP BY 2, 3, 4, 5, 6"
	   " HAVING total > 0 ORDER BY 2, 3, 4, 5, 6";

static int complain(sqlite3 *db)
{
	log_warnx("the database cannot be read: %s", sqlite3_errmsg(db));
	return -1;
}

/* This boot's name, as the kernel gives it; "" when it gives none. */
static void read_boot_id(char out[64])
{
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	out[0] = '\0';
	if (file == NULL)
		return;
	if (fgets(out, 64, file) == NULL)
		out[0] = '\0';
	out[strcspn(out, "\n")] = '\0';
	fclose(file);
}

/* Prepares sql with this boot's name as ?1 and value as ?2; NULL when told. */
static sqlite3_stmt *prepare(sqlite3 *db, const char *sql, int64_t value)
{
	sqlite3_stmt *statement = NULL;
	char boot_id[64];

	read_boot_id(boot_id);
	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_bind_text(statement, 1, boot_id, -1, SQLITE_TRANSIENT) == SQLITE_OK &&
	    sqlite3_bind_int64(statement, 2, value) == SQLITE_OK)
		return statement;
	complain(db);
	sqlite3_finalize(statement);
	return NULL;
}

/* The schema is one that this version reads. */
static bool check_version(sqlite3 *db, const char *path)
{
	sqlite3_stmt *statement = NULL;
	int version = -1;

	if (sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW)
		version = sqlite3_column_int(statement, 0);
	else
		complain(db);
	sqlite3_finalize(statement);
	if (version >= 0 && version != SCHEMA_VERSION)
		log_warnx("%s is of schema %d, expected %d: congchao and congchao-portal must be "
			  "of one version",
			  path, version, SCHEMA_VERSION);
	return version == SCHEMA_VERSION;
}

enum db_opened db_open(const struct conf *conf, sqlite3 **db)
{
	char path[CONF_PATH_SIZE];

	*db = NULL;
	conf_database_path(conf, path);
	if (access(path, R_OK) < 0) {
		if (errno == ENOENT)
			return DB_NONE;
		if (errno == EACCES)
			log_warnx("%s may not be read: run it as root, with sudo", path);
		else
			log_warn("%s", path);
		return DB_FAILED;
	}
	if (sqlite3_open_v2(path, db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
	    sqlite3_busy_timeout(*db, BUSY_MS) != SQLITE_OK)
		complain(*db);
	else if (check_version(*db, path))
		return DB_OPEN;
	sqlite3_close(*db);
	*db = NULL;
	return DB_FAILED;
}

static const char *column(sqlite3_stmt *statement, int i)
{
	const char *text = (const char *)sqlite3_column_text(statement, i);

	return text != NULL ? text : "";
}

int db_leases(sqlite3 *db, void (*each)(void *arg, const struct db_lease *lease), void *arg)
{
	sqlite3_stmt *statement = prepare(db, leases_sql, clock_boot_ms());
	int rc;

	if (statement == NULL)
		return -1;
	while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
		struct db_lease lease = {.seconds_left = sqlite3_column_int64(statement, 2)};

		if (sqlite3_column_bytes(statement, 0) != ETHER_LEN)
			continue;
		memcpy(lease.mac.byte, sqlite3_column_blob(statement, 0), ETHER_LEN);
		snprintf(lease.zone, sizeof(lease.zone), "%s", column(statement, 1));
		each(arg, &lease);
	}
	if (rc != SQLITE_DONE)
		complain(db);
	sqlite3_finalize(statement);
	return rc == SQLITE_DONE ? 0 : -1;
}

static int each_count(sqlite3 *db, const char *sql, int64_t from, int64_t to,
		      void (*each)(void *arg, const struct db_count *count), void *arg)
{
	sqlite3_stmt *s = prepare(db, sql, clock_wall_seconds() - clock_boot_ms() / 1000);
	int rc;

	if (s == NULL)
		return -1;
	if (sqlite3_bind_int64(s, 3, from) != SQLITE_OK ||
	    sqlite3_bind_int64(s, 4, to) != SQLITE_OK ||
	    sqlite3_bind_int64(s, 5, CLOCK_FLOOR) != SQLITE_OK) {
		sqlite3_finalize(s);
		return complain(db);
	}
	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		struct db_count count = {
		    .hour = sqlite3_column_int64(s, 0),
		    .zone = column(s, 1),
		    .audience = column(s, 2),
		    .language = column(s, 3),
		    .event = column(s, 4),
		    .item = column(s, 5),
		    .count = sqlite3_column_int64(s, 6),
		};

		each(arg, &count);
	}
	if (rc != SQLITE_DONE)
		complain(db);
	sqlite3_finalize(s);
	return rc == SQLITE_DONE ? 0 : -1;
}

int db_counts(sqlite3 *db, int64_t from, int64_t to,
	      void (*each)(void *arg, const struct db_count *count), void *arg)
{
	return each_count(db, counts_sql, from, to, each, arg);
}

int db_learning(sqlite3 *db, int64_t from, int64_t to,
		void (*each)(void *arg, const struct db_count *count), void *arg)
{
	return each_count(db, learning_sql, from, to, each, arg);
}
