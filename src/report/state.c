/*
 * The reporter's own file; see state.h. A rollback journal, as a router's file system may
 * have no shared memory, and synchronous: what is to be sent is written down before.
 */
#include "report/state_sql.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/conf_value.h"
#include "common/log.h"

enum { STATE_VERSION = 1, BUSY_MS = 10000 };

static const char schema[] =
    "CREATE TABLE facts(name TEXT PRIMARY KEY, value) WITHOUT ROWID;"
    "CREATE TABLE hours(hour INTEGER PRIMARY KEY, state INTEGER NOT NULL, rev INTEGER NOT NULL,"
    "  digest BLOB NOT NULL, weight INTEGER NOT NULL, code INTEGER NOT NULL,"
    "  said TEXT NOT NULL);"
    "PRAGMA user_version = 1;";

/* States are those of revision.h: 1 attempted, 2 confirmed, 3 parked. */
static const char *const statements[STATE_SQL__MAX] = {
    [STATE_SQL_GET] = "SELECT value FROM facts WHERE name = ?1",
    [STATE_SQL_PUT] = "REPLACE INTO facts VALUES(?1, ?2)",
    [STATE_SQL_HOUR] = "SELECT state, rev, digest, weight, code, said FROM hours WHERE hour = ?1",
    [STATE_SQL_PUT_HOUR] = "REPLACE INTO hours(hour, state, rev, digest, weight, code, said)"
			   " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    [STATE_SQL_SETTLED] =
	"SELECT count(*) FROM hours WHERE hour >= ?1 AND hour < ?2 AND state >= 2",
    [STATE_SQL_SETTLED_LIST] =
	"SELECT hour FROM hours WHERE hour >= ?1 AND hour < ?2 AND state >= 2"
	" ORDER BY hour",
    [STATE_SQL_PARKED] =
	"SELECT hour, state, rev, digest, weight, code, said FROM hours WHERE state = 3"
	" ORDER BY hour",
    [STATE_SQL_LAST] = "SELECT max(hour) FROM hours",
    [STATE_SQL_FORGET] = "DELETE FROM hours WHERE hour < ?1",
    [STATE_SQL_GIVE_UP] = "UPDATE hours SET state = 3, code = ?2 WHERE hour < ?1 AND state = 1",
};

_Static_assert(REVISION_ATTEMPTED == 1 && REVISION_CONFIRMED == 2 && REVISION_PARKED == 3,
	       "the numbers are on the disk");

int state_complain(const struct state *state, struct problem *problem)
{
	return problem_say(problem, "%s: %s", state->path, sqlite3_errmsg(state->db));
}

static int execute(struct state *state, const char *sql, struct problem *problem)
{
	if (sqlite3_exec(state->db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return 0;
	return state_complain(state, problem);
}

static int read_version(struct state *state, int *version, struct problem *problem)
{
	sqlite3_stmt *statement = NULL;

	if (sqlite3_prepare_v2(state->db, "PRAGMA user_version", -1, &statement, NULL) ==
		SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW)
		*version = sqlite3_column_int(statement, 0);
	if (sqlite3_finalize(statement) == SQLITE_OK && statement != NULL)
		return 0;
	return state_complain(state, problem);
}

static int install(struct state *state, struct problem *problem)
{
	int version = 0;

	if (execute(state,
		    "PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=FULL;"
		    "PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY;",
		    problem) < 0 ||
	    execute(state, "BEGIN IMMEDIATE", problem) < 0 ||
	    read_version(state, &version, problem) < 0)
		return -1;
	if (version > STATE_VERSION)
		return problem_say(problem, "%s was made by a newer version of this program",
				   state->path);
	if (version == 0 && execute(state, schema, problem) < 0)
		return -1;
	return execute(state, "COMMIT", problem);
}

static void shut(struct state *state)
{
	for (size_t i = 0; i < STATE_SQL__MAX; i++) {
		sqlite3_finalize(state->statements[i]);
		state->statements[i] = NULL;
	}
	sqlite3_close(state->db);
	state->db = NULL;
}

static int open_once(struct state *state, struct problem *problem)
{
	if (sqlite3_open_v2(state->path, &state->db,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
			    NULL) != SQLITE_OK)
		return state_complain(state, problem);
	sqlite3_busy_timeout(state->db, BUSY_MS);
	sqlite3_db_config(state->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	if (install(state, problem) < 0)
		return -1;
	for (size_t i = 0; i < STATE_SQL__MAX; i++)
		if (sqlite3_prepare_v2(state->db, statements[i], -1, &state->statements[i], NULL) !=
		    SQLITE_OK)
			return state_complain(state, problem);
	return 0;
}

static bool is_broken(const struct state *state)
{
	int code = sqlite3_errcode(state->db) & 0xff;

	return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

/* What it knew is in the department's answers: a new one begins with asking. */
static int set_aside(struct state *state, struct problem *problem)
{
	char from[STATE_PATH_SIZE + 16], to[STATE_PATH_SIZE + 16];

	log_warnx("%s is broken: kept as %s.broken, a new one is begun", state->path, state->path);
	shut(state);
	snprintf(from, sizeof(from), "%s-journal", state->path);
	unlink(from);
	snprintf(to, sizeof(to), "%s.broken", state->path);
	if (rename(state->path, to) == 0)
		return 0;
	return problem_say(problem, "%s cannot be set aside: %s", state->path, strerror(errno));
}

struct state *state_open(const struct conf *conf, struct problem *problem)
{
	struct state *state = calloc(1, sizeof(*state));
	int rc;

	if (state == NULL) {
		problem_say(problem, "no memory");
		return NULL;
	}
	snprintf(state->path, sizeof(state->path), "%.*s/state.db", CONF_PATH_BYTES,
		 conf->report_state);
	rc = open_once(state, problem);
	if (rc < 0 && is_broken(state) && set_aside(state, problem) == 0)
		rc = open_once(state, problem);
	if (rc == 0)
		return state;
	state_close(state);
	return NULL;
}

void state_close(struct state *state)
{
	if (state != NULL)
		shut(state);
	free(state);
}

int state_begin(struct state *state, struct problem *problem)
{
	return execute(state, "BEGIN IMMEDIATE", problem);
}

int state_commit(struct state *state, struct problem *problem)
{
	if (execute(state, "COMMIT", problem) == 0)
		return 0;
	state_abandon(state);
	return -1;
}

void state_abandon(struct state *state)
{
	if (!sqlite3_get_autocommit(state->db))
		sqlite3_exec(state->db, "ROLLBACK", NULL, NULL, NULL);
}

sqlite3_stmt *state_take(struct state *state, enum state_sql which)
{
	sqlite3_reset(state->statements[which]);
	return state->statements[which];
}

int state_run(struct state *state, enum state_sql which, struct problem *problem)
{
	sqlite3_stmt *statement = state->statements[which];
	int rc = sqlite3_step(statement);

	if (rc == SQLITE_ROW || rc == SQLITE_DONE) {
		sqlite3_reset(statement);
		return 0;
	}
	state_complain(state, problem);
	sqlite3_reset(statement);
	return -1;
}

/* The row of a name, or NULL. */
static sqlite3_stmt *fact(struct state *state, const char *name)
{
	sqlite3_stmt *s = state_take(state, STATE_SQL_GET);

	sqlite3_bind_text(s, 1, name, -1, SQLITE_STATIC);
	if (sqlite3_step(s) == SQLITE_ROW)
		return s;
	sqlite3_reset(s);
	return NULL;
}

int64_t state_number(struct state *state, const char *name)
{
	sqlite3_stmt *s = fact(state, name);
	int64_t value = s != NULL ? sqlite3_column_int64(s, 0) : 0;

	sqlite3_reset(state->statements[STATE_SQL_GET]);
	return value;
}

void state_text(struct state *state, const char *name, char *out, size_t size)
{
	sqlite3_stmt *s = fact(state, name);
	const char *text = s != NULL ? (const char *)sqlite3_column_text(s, 0) : NULL;

	snprintf(out, size, "%s", text != NULL ? text : "");
	sqlite3_reset(state->statements[STATE_SQL_GET]);
}

int state_put_number(struct state *state, const char *name, int64_t value, struct problem *problem)
{
	sqlite3_stmt *s = state_take(state, STATE_SQL_PUT);

	sqlite3_bind_text(s, 1, name, -1, SQLITE_STATIC);
	sqlite3_bind_int64(s, 2, value);
	return state_run(state, STATE_SQL_PUT, problem);
}

int state_put_text(struct state *state, const char *name, const char *value,
		   struct problem *problem)
{
	sqlite3_stmt *s = state_take(state, STATE_SQL_PUT);

	sqlite3_bind_text(s, 1, name, -1, SQLITE_STATIC);
	sqlite3_bind_text(s, 2, value, -1, SQLITE_STATIC);
	return state_run(state, STATE_SQL_PUT, problem);
}

void state_schedule(struct state *state, struct schedule *schedule)
{
	schedule->tried = state_number(state, STATE_TRIED);
	schedule->retry_at = state_number(state, STATE_RETRY_AT);
	schedule->failures = state_number(state, STATE_FAILURES);
}

int state_put_schedule(struct state *state, const struct schedule *schedule,
		       struct problem *problem)
{
	return state_put_number(state, STATE_TRIED, schedule->tried, problem) < 0 ||
		       state_put_number(state, STATE_RETRY_AT, schedule->retry_at, problem) < 0 ||
		       state_put_number(state, STATE_FAILURES, schedule->failures, problem) < 0
		   ? -1
		   : 0;
}
