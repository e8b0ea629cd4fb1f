/*
 * The connection to SQLite and the database's files, for the store thread. Must never
 * change a file that a newer version made, nor delete one.
 */
#include "portal/store_db.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/log.h"

enum {
	DB_PAGE_BYTES = 1024,
	DB_CHECK_BYTES = 8 * 1024 * 1024, /* smaller is checked whole at every open */
	DB_BUSY_MS = 2000,
	DB_NAMES_MAX = 100,
};

int store_db_failed(struct store_db *db, int code)
{
	const char *what = sqlite3_errstr(code);

	if (db->handle != NULL && sqlite3_extended_errcode(db->handle) == code)
		what = sqlite3_errmsg(db->handle);
	snprintf(db->problem, sizeof(db->problem), "%s (SQLite %d)", what, code);
	return code;
}

bool store_db_is_corrupt(int code)
{
	return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;
}

bool store_db_is_lost(int code)
{
	switch (code & 0xff) {
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
	case SQLITE_PROTOCOL:
	case SQLITE_MISUSE:
	case SQLITE_ERROR:
		return true;
	default:
		return store_db_is_corrupt(code);
	}
}

bool store_db_is_gone(struct store_db *db)
{
	int gone = 0;

	return sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_HAS_MOVED, &gone) ==
		   SQLITE_OK &&
	       gone != 0;
}

/* What the filesystem says that cannot map a shared -shm file, as jffs2. */
static bool db_cannot_wal(int code)
{
	return code == SQLITE_IOERR_SHMMAP || code == SQLITE_IOERR_SHMOPEN;
}

static int db_exec(struct store_db *db, const char *sql)
{
	return sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK
		   ? SQLITE_OK
		   : sqlite3_extended_errcode(db->handle);
}

/* The first column of the first row, as text. */
static int db_ask(struct store_db *db, const char *sql, char *out, size_t size)
{
	sqlite3_stmt *statement = NULL;
	int rc;

	out[0] = '\0';
	sqlite3_prepare_v2(db->handle, sql, -1, &statement, NULL);
	if (statement != NULL && sqlite3_step(statement) == SQLITE_ROW)
		snprintf(out, size, "%s", (const char *)sqlite3_column_text(statement, 0));
	rc = sqlite3_finalize(statement);
	if (rc != SQLITE_OK || statement == NULL)
		return sqlite3_extended_errcode(db->handle);
	return SQLITE_OK;
}

static int db_version(struct store_db *db, int *version)
{
	char text[16];
	int rc = db_ask(db, "PRAGMA user_version", text, sizeof(text));

	*version = (int)strtol(text, NULL, 10);
	return rc;
}

static int db_check(struct store_db *db)
{
	struct stat st;
	char text[STORE_DB_PROBLEM_SIZE];
	int rc;

	if (stat(db->path, &st) != 0 || st.st_size >= DB_CHECK_BYTES)
		return SQLITE_OK;
	rc = db_ask(db, "PRAGMA quick_check(1)", text, sizeof(text));
	return rc == SQLITE_OK && strcmp(text, "ok") != 0 ? SQLITE_CORRUPT : rc;
}

/* With db->journal set, or when SQLite says that it must be, a rollback journal. */
static int db_journal_mode(struct store_db *db)
{
	char mode[16];
	int rc = SQLITE_OK;

	if (!db->journal) {
		rc = db_ask(db, "PRAGMA journal_mode=WAL", mode, sizeof(mode));
		db->journal = rc == SQLITE_OK && strcmp(mode, "wal") != 0;
	}
	if (db->journal && rc == SQLITE_OK) {
		rc = db_ask(db, "PRAGMA journal_mode=TRUNCATE", mode, sizeof(mode));
		if (rc == SQLITE_OK)
			rc = db_exec(db, "PRAGMA locking_mode=NORMAL");
	}
	return rc;
}

static int db_migrate(struct store_db *db)
{
	int version = 0;
	int rc = db_version(db, &version);

	while (rc == SQLITE_OK && store_sql_migration(version) != NULL) {
		rc = db_exec(db, "BEGIN IMMEDIATE");
		if (rc == SQLITE_OK)
			rc = db_exec(db, store_sql_migration(version));
		if (rc == SQLITE_OK)
			rc = db_exec(db, "COMMIT");
		version++;
	}
	return rc;
}

static int db_wal_grew(void *arg, sqlite3 *handle, const char *name, int pages)
{
	struct store_db *db = arg;

	(void)handle;
	(void)name;
	db->wal_pages = pages;
	return SQLITE_OK;
}

/* Nothing is written before the version is known to be ours. */
static int db_settings(struct store_db *db)
{
	char seed;
	int version = 0;
	int rc;

	sqlite3_extended_result_codes(db->handle, 1);
	sqlite3_busy_timeout(db->handle, DB_BUSY_MS);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	/* So that /dev/urandom is opened now and not when the process is locked. */
	sqlite3_randomness((int)sizeof(seed), &seed);
	rc = db_exec(db, "PRAGMA page_size=1024; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0;"
			 "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;");
	/* A WAL left by another kernel can be read without -shm by one who is alone. */
	if (rc == SQLITE_OK && db->journal)
		rc = db_exec(db, "PRAGMA locking_mode=EXCLUSIVE");
	if (rc == SQLITE_OK)
		rc = db_version(db, &version);
	if (rc != SQLITE_OK)
		return store_db_failed(db, rc);
	if (version > store_sql_version()) {
		snprintf(db->problem, sizeof(db->problem),
			 "made by a newer version (schema %d, this program knows %d): "
			 "install that version, or move the file away",
			 version, store_sql_version());
		return SQLITE_MISMATCH;
	}
	return SQLITE_OK;
}

static int db_prepare(struct store_db *db)
{
	int rc = sqlite3_db_readonly(db->handle, "main") == 1 ? SQLITE_READONLY : SQLITE_OK;

	if (rc == SQLITE_OK)
		rc = db_check(db);
	if (rc == SQLITE_OK)
		rc = db_journal_mode(db);
	if (rc == SQLITE_OK)
		rc = db_exec(db, "PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
				 "PRAGMA cache_size=-512;");
	if (rc == SQLITE_OK)
		rc = db_migrate(db);
	if (rc == SQLITE_OK)
		rc = store_sql_prepare(db->handle, db->statements);
	/* Takes the place of the automatic checkpoint: the store chooses its moment. */
	sqlite3_wal_hook(db->handle, db_wal_grew, db);
	return rc == SQLITE_OK ? rc : store_db_failed(db, rc);
}

/*
 * The group may read, for congchao-report: portal's umask makes new files so (SQLite gives
 * the log and -shm the database's mode), this those of before. By name, as closing another
 * descriptor of the file would drop SQLite's locks.
 */
static void db_share(const struct store_db *db)
{
	static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
	char path[CONF_PATH_SIZE + 16];
	struct stat st;

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", db->path, endings[i]);
		if (stat(path, &st) == 0 && (st.st_mode & 0777) == 0600 && chmod(path, 0640) != 0)
			log_warn("store: %s stays closed to congchao-report", path);
	}
}

static int db_open_once(struct store_db *db)
{
	int rc =
	    sqlite3_open_v2(db->path, &db->handle,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);

	if (rc != SQLITE_OK)
		store_db_failed(db, rc);
	else
		rc = db_settings(db);
	if (rc == SQLITE_OK)
		rc = db_prepare(db);
	if (rc != SQLITE_OK)
		store_db_close(db);
	return rc;
}

int store_db_open(struct store_db *db)
{
	int rc;

	db_share(db);
	rc = db_open_once(db);
	if (db_cannot_wal(rc) && !db->journal) {
		db->journal = true;
		rc = db_open_once(db);
	}
	return rc;
}

/* "file:PATH?mode=ro", with what would end a URI's path written as %XX. */
static void db_uri(const struct store_db *db, const char *mode, char *out, size_t size)
{
	size_t used = (size_t)snprintf(out, size, "file:");

	for (const char *p = db->path; *p != '\0' && used + 4 < size; p++)
		used += (size_t)snprintf(out + used, size - used,
					 strchr("%?#", *p) != NULL ? "%%%02X" : "%c",
					 (unsigned char)*p);
	snprintf(out + used, size - used, "?%s", mode);
}

static bool db_has_log(const struct store_db *db)
{
	char path[CONF_PATH_SIZE + 8];
	struct stat st;

	snprintf(path, sizeof(path), "%s-wal", db->path);
	return stat(path, &st) == 0 && st.st_size > 0;
}

/*
 * On a full disk writing may be asked for; on a read-only one it may not, and a database
 * without its log can only be read when SQLite is told that nobody changes it.
 */
static int db_open_reading_as(struct store_db *db, const char *mode)
{
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI;
	bool writable = strcmp(mode, "mode=rw") == 0;
	int version = 0;
	char uri[3 * CONF_PATH_SIZE + 64];
	int rc;

	db_uri(db, mode, uri, sizeof(uri));
	rc = sqlite3_open_v2(uri, &db->handle,
			     flags | (writable ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY), NULL);
	db->journal = writable; /* alone only where a lock can be had */
	if (rc == SQLITE_OK)
		rc = db_settings(db);
	if (rc == SQLITE_OK)
		rc = db_exec(db, "PRAGMA query_only=ON");
	if (rc == SQLITE_OK)
		rc = db_version(db, &version);
	if (rc == SQLITE_OK)
		rc = store_sql_prepare_reading(db->handle, version, db->statements);
	if (db->handle != NULL)
		sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	if (rc != SQLITE_OK)
		store_db_close(db);
	return rc;
}

int store_db_open_reading(struct store_db *db)
{
	int rc = db_open_reading_as(db, "mode=rw");

	if (rc != SQLITE_OK && rc != SQLITE_MISMATCH)
		rc = db_open_reading_as(db, "mode=ro");
	if (rc != SQLITE_OK && rc != SQLITE_MISMATCH && !db_has_log(db))
		rc = db_open_reading_as(db, "mode=ro&immutable=1");
	return rc;
}

void store_db_close(struct store_db *db)
{
	store_sql_finalize(db->statements);
	sqlite3_close(db->handle);
	db->handle = NULL;
	db->wal_pages = 0;
}

/* The first free dated name, which is the date, or the date and a number. */
static int db_dated_name(const struct store_db *db, char *out, size_t size)
{
	time_t now = time(NULL);
	struct tm tm;
	char date[32];
	struct stat st;
	int i;

	if (gmtime_r(&now, &tm) == NULL || strftime(date, sizeof(date), "%Y%m%d-%H%M%S", &tm) == 0)
		return -1;
	snprintf(out, size, "%s.corrupt-%s", db->path, date);
	for (i = 2; lstat(out, &st) == 0 && i <= DB_NAMES_MAX; i++)
		snprintf(out, size, "%s.corrupt-%s-%d", db->path, date, i);
	return i <= DB_NAMES_MAX ? 0 : -1;
}

int store_db_set_aside(struct store_db *db)
{
	/* The database last: a new one must never meet the old one's WAL. */
	static const char *const endings[] = {"-wal", "-shm", "-journal", ""};
	char name[CONF_PATH_SIZE + 64];
	char from[CONF_PATH_SIZE + 16];
	char to[CONF_PATH_SIZE + 80];
	size_t i;

	if (db->handle != NULL)
		sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	store_db_close(db);
	if (db_dated_name(db, name, sizeof(name)) != 0) {
		log_warnx("store: no name is left to set the corrupt %s aside", db->path);
		return -1;
	}
	for (i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		snprintf(from, sizeof(from), "%s%s", db->path, endings[i]);
		snprintf(to, sizeof(to), "%s%s", name, endings[i]);
		if (rename(from, to) != 0 && errno != ENOENT) {
			log_warn("store: cannot set the corrupt %s aside", from);
			return -1;
		}
	}
	log_warnx("store: %s is corrupt: %s; kept as %s, a new one is begun", db->path, db->problem,
		  name);
	return 0;
}

int store_db_checkpoint(struct store_db *db, bool whole)
{
	int in_log = 0;
	int copied = 0;
	int rc;

	/* A reader in the way is not worth waiting for: there will be another moment. */
	if (whole)
		sqlite3_busy_timeout(db->handle, 0);
	rc = sqlite3_wal_checkpoint_v2(
	    db->handle, "main", whole ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE,
	    &in_log, &copied);
	sqlite3_busy_timeout(db->handle, DB_BUSY_MS);
	if (rc == SQLITE_OK)
		db->wal_pages = in_log > copied ? in_log - copied : 0;
	return rc;
}
