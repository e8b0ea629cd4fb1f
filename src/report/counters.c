/*
 * Reads the counters as another user than the one who writes them; see counters.h. SQLite
 * reads a write-ahead log whose -shm file it may only read as long as that file is there,
 * which it is while portal runs. After portal has ended in order there is neither log nor
 * -shm, and the file can be read as it lies: then nobody must have begun to write meanwhile.
 */
#include "report/counters.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SCHEMA_VERSION = 2, BUSY_MS = 2000, URI_SIZE = 3 * CONF_PATH_SIZE + 64 };

enum sql { SQL_FIRST, SQL_WAIT, SQL_EVENTS, SQL_MEASURES, SQL__MAX };

static const char *const statements[SQL__MAX] = {
    [SQL_FIRST] = "SELECT min(hour) FROM counters",
    [SQL_WAIT] = "SELECT 1 FROM pending LIMIT 1",
    [SQL_EVENTS] = "SELECT zone, audience, language, event, count FROM counters"
		   " WHERE hour = ?1 AND item = '' ORDER BY zone, audience, language, event",
    [SQL_MEASURES] = "SELECT audience, language, item, event, sum(count), count(*) FROM counters"
		     " WHERE hour = ?1 AND item <> '' GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
};

struct counters {
	char path[CONF_PATH_SIZE];
	sqlite3 *db;
	sqlite3_stmt *statements[SQL__MAX];
	bool as_it_lies;   /* without locks: is it still the same file at the end? */
	struct stat begun; /* then */
};

static int complain(const struct counters *counters, struct problem *problem)
{
	return problem_say(problem, "%s cannot be read now: %s", counters->path,
			   sqlite3_errmsg(counters->db));
}

/* What a statement may touch. Everything else, leases and reviews above all, is refused. */
static int may(void *arg, int action, const char *first, const char *second, const char *database,
	       const char *trigger)
{
	(void)arg, (void)second, (void)database, (void)trigger;
	if (action == SQLITE_READ)
		return strcmp(first, "counters") == 0 || strcmp(first, "pending") == 0
			   ? SQLITE_OK
			   : SQLITE_DENY;
	if (action == SQLITE_PRAGMA)
		return strcmp(first, "user_version") == 0 ? SQLITE_OK : SQLITE_DENY;
	return action == SQLITE_SELECT || action == SQLITE_FUNCTION || action == SQLITE_TRANSACTION
		   ? SQLITE_OK
		   : SQLITE_DENY;
}

/* "file:PATH?mode=ro", with what would end a URI's path written as %XX. */
static void uri_of(const char *path, const char *options, char out[URI_SIZE])
{
	size_t used = (size_t)snprintf(out, URI_SIZE, "file:");

	for (const char *p = path; *p != '\0'; p++)
		used += (size_t)snprintf(out + used, URI_SIZE - used,
					 strchr("%?#", *p) != NULL ? "%%%02X" : "%c",
					 (unsigned char)*p);
	snprintf(out + used, URI_SIZE - used, "?%s", options);
}

static int ask_number(struct counters *counters, const char *sql, int *number)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(counters->db, sql, -1, &statement, NULL);

	if (rc == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
		*number = sqlite3_column_int(statement, 0);
	rc = sqlite3_finalize(statement) != SQLITE_OK ? -1 : rc;
	return rc == SQLITE_OK ? 0 : -1;
}

/* Opens and reads a first page, which is where it shows whether it can be read at all. */
static int open_as(struct counters *counters, const char *options, int *version)
{
	char uri[URI_SIZE];

	sqlite3_close(counters->db);
	counters->db = NULL;
	uri_of(counters->path, options, uri);
	if (sqlite3_open_v2(uri, &counters->db,
			    SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX,
			    NULL) != SQLITE_OK)
		return -1;
	sqlite3_busy_timeout(counters->db, BUSY_MS);
	sqlite3_db_config(counters->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(counters->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_set_authorizer(counters->db, may, NULL);
	return ask_number(counters, "PRAGMA user_version", version);
}

static bool has_log(const struct counters *counters)
{
	char path[CONF_PATH_SIZE + 8];
	struct stat st;

	snprintf(path, sizeof(path), "%s-wal", counters->path);
	return stat(path, &st) == 0 && st.st_size > 0;
}

static int check_version(const struct counters *counters, int version, struct problem *problem)
{
	if (version == SCHEMA_VERSION)
		return 0;
	return problem_say(problem, "%s is of schema %d, expected %d: %s", counters->path, version,
			   SCHEMA_VERSION,
			   version < SCHEMA_VERSION
			       ? "congchao-portal takes it over when it starts"
			       : "congchao-report and congchao-portal must be of one version");
}

static int prepare(struct counters *counters, struct problem *problem)
{
	for (size_t i = 0; i < SQL__MAX; i++)
		if (sqlite3_prepare_v2(counters->db, statements[i], -1, &counters->statements[i],
				       NULL) != SQLITE_OK)
			return complain(counters, problem);
	return 0;
}

/* Is there a file that we may read? */
static int check_access(const struct counters *counters, struct problem *problem)
{
	if (access(counters->path, R_OK) == 0)
		return 0;
	if (errno == ENOENT)
		return problem_say(problem, "there is no %s yet: has the gate ever run?",
				   counters->path);
	return problem_say(problem,
			   "%s: %s: the user of congchao-report must be in the group of that file",
			   counters->path, strerror(errno));
}

/* Would SQLite have to make a -shm file, which it may not? */
static bool wants_shm(const struct counters *counters)
{
	return sqlite3_extended_errcode(counters->db) == SQLITE_READONLY_DIRECTORY ||
	       sqlite3_errcode(counters->db) == SQLITE_CANTOPEN;
}

struct counters *counters_open(const struct conf *conf, struct problem *problem)
{
	struct counters *counters = calloc(1, sizeof(*counters));
	int version = 0;

	if (counters == NULL) {
		problem_say(problem, "no memory");
		return NULL;
	}
	conf_database_path(conf, counters->path);
	if (check_access(counters, problem) < 0)
		goto fail;
	if (open_as(counters, "mode=ro", &version) < 0) {
		/* With a log and without its -shm: portal has to set that right. */
		counters->as_it_lies = wants_shm(counters) && !has_log(counters);
		if (!counters->as_it_lies ||
		    open_as(counters, "mode=ro&immutable=1", &version) < 0) {
			complain(counters, problem);
			goto fail;
		}
	}
	if (check_version(counters, version, problem) == 0 && prepare(counters, problem) == 0)
		return counters;
fail:
	counters_close(counters);
	return NULL;
}

void counters_close(struct counters *counters)
{
	if (counters == NULL)
		return;
	for (size_t i = 0; i < SQL__MAX; i++)
		sqlite3_finalize(counters->statements[i]);
	sqlite3_close(counters->db);
	free(counters);
}

int counters_begin(struct counters *counters, struct problem *problem)
{
	if (counters->as_it_lies && stat(counters->path, &counters->begun) < 0)
		return problem_say(problem, "%s: %s", counters->path, strerror(errno));
	if (sqlite3_exec(counters->db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK)
		return complain(counters, problem);
	return 0;
}

static bool is_as_it_was(const struct counters *counters)
{
	const struct stat *was = &counters->begun;
	struct stat is;

	return stat(counters->path, &is) == 0 && is.st_ino == was->st_ino &&
	       is.st_dev == was->st_dev && is.st_size == was->st_size &&
	       is.st_mtim.tv_sec == was->st_mtim.tv_sec &&
	       is.st_mtim.tv_nsec == was->st_mtim.tv_nsec && !has_log(counters);
}

int counters_end(struct counters *counters, struct problem *problem)
{
	if (!sqlite3_get_autocommit(counters->db) &&
	    sqlite3_exec(counters->db, "ROLLBACK", NULL, NULL, NULL) != SQLITE_OK)
		return complain(counters, problem);
	if (counters->as_it_lies && !is_as_it_was(counters))
		return problem_say(problem, "%s has just come into use", counters->path);
	return 0;
}

/* Runs a statement of one row at most. SQLITE_ROW, SQLITE_DONE, or -1 with a problem. */
static int first_row(struct counters *counters, enum sql which, struct problem *problem)
{
	int rc;

	sqlite3_reset(counters->statements[which]);
	rc = sqlite3_step(counters->statements[which]);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? rc : complain(counters, problem);
}

int counters_first(struct counters *counters, int64_t *hour, struct problem *problem)
{
	sqlite3_stmt *statement = counters->statements[SQL_FIRST];
	int rc = first_row(counters, SQL_FIRST, problem);

	*hour = -1;
	if (rc == SQLITE_ROW && sqlite3_column_type(statement, 0) == SQLITE_INTEGER)
		*hour = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	return rc < 0 ? -1 : 0;
}

int counters_wait(struct counters *counters, bool *wait, struct problem *problem)
{
	int rc = first_row(counters, SQL_WAIT, problem);

	*wait = rc == SQLITE_ROW;
	sqlite3_reset(counters->statements[SQL_WAIT]);
	return rc < 0 ? -1 : 0;
}

static const char *text(sqlite3_stmt *statement, int column)
{
	const char *found = (const char *)sqlite3_column_text(statement, column);

	return found != NULL ? found : "";
}

static void take_event(struct hour *hour, sqlite3_stmt *row)
{
	hour_event(hour, text(row, 0), text(row, 1), text(row, 2), text(row, 3),
		   sqlite3_column_int64(row, 4));
}

static void take_measure(struct hour *hour, sqlite3_stmt *row)
{
	hour_measure(hour, text(row, 0), text(row, 1), text(row, 2), text(row, 3),
		     sqlite3_column_int64(row, 4), sqlite3_column_int64(row, 5));
}

static int each_row(struct counters *counters, enum sql which, struct hour *hour,
		    void (*take)(struct hour *hour, sqlite3_stmt *row))
{
	sqlite3_stmt *statement = counters->statements[which];
	int rc;

	sqlite3_reset(statement);
	rc = sqlite3_bind_int64(statement, 1, hour->begin);
	while (rc == SQLITE_OK || rc == SQLITE_ROW) {
		rc = sqlite3_step(statement);
		if (rc == SQLITE_ROW)
			take(hour, statement);
	}
	sqlite3_reset(statement);
	return rc == SQLITE_DONE ? 0 : -1;
}

int counters_hour(struct counters *counters, int64_t begin, struct hour *hour,
		  struct problem *problem)
{
	if (hour_begin(hour, begin) < 0)
		return problem_say(problem, "no memory");
	if (each_row(counters, SQL_EVENTS, hour, take_event) < 0 ||
	    each_row(counters, SQL_MEASURES, hour, take_measure) < 0)
		return complain(counters, problem);
	return hour_end(hour) < 0 ? problem_say(problem, "no memory") : 0;
}
