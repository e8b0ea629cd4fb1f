/* What is known of each hour; see state.h. */
#include "report/state_sql.h"

#include <stdio.h>
#include <string.h>

/* state, rev, digest, weight, code, said from the column first on. */
static void read_hour(sqlite3_stmt *s, int first, struct revision *revision)
{
	int state = sqlite3_column_int(s, first);
	const char *said;

	revision->state = state > REVISION_NEW && state < REVISION_STATE__MAX
			      ? (enum revision_state)state
			      : REVISION_ATTEMPTED;
	revision->rev = sqlite3_column_int64(s, first + 1);
	if (sqlite3_column_bytes(s, first + 2) == HOUR_DIGEST)
		memcpy(revision->digest, sqlite3_column_blob(s, first + 2), HOUR_DIGEST);
	revision->weight = sqlite3_column_int64(s, first + 3);
	revision->code = sqlite3_column_int(s, first + 4);
	said = (const char *)sqlite3_column_text(s, first + 5);
	snprintf(revision->said, sizeof(revision->said), "%s", said != NULL ? said : "");
}

int state_hour(struct state *state, int64_t hour, struct revision *revision,
	       struct problem *problem)
{
	sqlite3_stmt *s = state_take(state, STATE_SQL_HOUR);
	int rc;

	*revision = (struct revision){.hour = hour, .state = REVISION_NEW};
	sqlite3_bind_int64(s, 1, hour);
	rc = sqlite3_step(s);
	if (rc == SQLITE_ROW)
		read_hour(s, 0, revision);
	else if (rc != SQLITE_DONE)
		state_complain(state, problem);
	sqlite3_reset(s);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

int state_put_hour(struct state *state, const struct revision *revision, struct problem *problem)
{
	sqlite3_stmt *s = state_take(state, STATE_SQL_PUT_HOUR);

	sqlite3_bind_int64(s, 1, revision->hour);
	sqlite3_bind_int64(s, 2, revision->state);
	sqlite3_bind_int64(s, 3, revision->rev);
	sqlite3_bind_blob(s, 4, revision->digest, HOUR_DIGEST, SQLITE_STATIC);
	sqlite3_bind_int64(s, 5, revision->weight);
	sqlite3_bind_int64(s, 6, revision->code);
	sqlite3_bind_text(s, 7, revision->said, -1, SQLITE_STATIC);
	return state_run(state, STATE_SQL_PUT_HOUR, problem);
}

/* The first hour from `from` on that is not in the list of settled ones. */
static int first_gap(struct state *state, int64_t from, int64_t to, int64_t *first,
		     struct problem *problem)
{
	sqlite3_stmt *s = state_take(state, STATE_SQL_SETTLED_LIST);
	int rc;

	sqlite3_bind_int64(s, 1, from);
	sqlite3_bind_int64(s, 2, to);
	*first = from;
	while ((rc = sqlite3_step(s)) == SQLITE_ROW && sqlite3_column_int64(s, 0) == *first)
		*first += HOUR_SECONDS;
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		state_complain(state, problem);
	sqlite3_reset(s);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

int state_unsent(struct state *state, int64_t from, int64_t to, int64_t *count, int64_t *first,
		 struct problem *problem)
{
	sqlite3_stmt *s = state_take(state, STATE_SQL_SETTLED);
	int64_t settled = 0;
	int rc;

	sqlite3_bind_int64(s, 1, from);
	sqlite3_bind_int64(s, 2, to);
	rc = sqlite3_step(s);
	if (rc == SQLITE_ROW)
		settled = sqlite3_column_int64(s, 0);
	else
		state_complain(state, problem);
	sqlite3_reset(s);
	*count = from < to ? (to - from) / HOUR_SECONDS - settled : 0;
	return rc == SQLITE_ROW ? first_gap(state, from, to, first, problem) : -1;
}

int state_parked(struct state *state, void (*each)(void *arg, const struct revision *revision),
		 void *arg, struct problem *problem)
{
	sqlite3_stmt *s = state_take(state, STATE_SQL_PARKED);
	int rc;

	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		struct revision revision = {.hour = sqlite3_column_int64(s, 0)};

		read_hour(s, 1, &revision);
		each(arg, &revision);
	}
	if (rc != SQLITE_DONE)
		state_complain(state, problem);
	sqlite3_reset(s);
	return rc == SQLITE_DONE ? 0 : -1;
}

int64_t state_sent_until(struct state *state)
{
	sqlite3_stmt *s = state_take(state, STATE_SQL_LAST);
	int64_t until = 0;

	if (sqlite3_step(s) == SQLITE_ROW && sqlite3_column_type(s, 0) == SQLITE_INTEGER)
		until = sqlite3_column_int64(s, 0) + HOUR_SECONDS;
	sqlite3_reset(s);
	return until;
}

int state_forget(struct state *state, int64_t before, struct problem *problem)
{
	sqlite3_bind_int64(state_take(state, STATE_SQL_FORGET), 1, before);
	return state_run(state, STATE_SQL_FORGET, problem);
}

int state_give_up(struct state *state, int64_t before, struct problem *problem)
{
	sqlite3_stmt *s = state_take(state, STATE_SQL_GIVE_UP);

	sqlite3_bind_int64(s, 1, before);
	sqlite3_bind_int64(s, 2, REVISION_GONE);
	return state_run(state, STATE_SQL_GIVE_UP, problem);
}
