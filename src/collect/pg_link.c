/*
 * One connection: connect, prepare, one job at a time, and again after it was lost. libpq
 * never blocks here; only a host name in the configuration would (its resolver).
 */
#include "collect/pg_link.h"

#include <stdio.h>
#include <string.h>

#include "collect/pg_script.h"

enum {
	CONNECT_MS = 5000,
	RETRY_FIRST_MS = 100,
	RETRY_MAX_MS = 5000,
	GRACE_MS = 1000, /* the server's own limit comes first */
};

static const struct {
	const char *name, *sql;
	int params;
} statements[PG_STATEMENT__MAX] = {
    [PG_INGEST] =
	{"ingest",
	 "select to_char(period at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), code, "
	 "rev, digest, reason from congchao.ingest($1, $2::int, $3::bigint, $4)",
	 4},
    [PG_ENROL] =
	{"enrol",
	 "select result, site_id, key_ver from congchao.enrol($1::bytea, $2, $3, $4::bytea)", 4},
    [PG_ROTATE] = {"rotate", "select congchao.rotate($1, $2::int, $3)", 3},
    [PG_PASSWORD] = {"password", "select congchao.account_password($1)", 1},
    [PG_SESSION_BEGIN] = {"session_begin", "select congchao.session_begin($1, $2::bytea)", 2},
    [PG_SESSION_USE] = {"session_use", "select account, role from congchao.session_use($1::bytea)",
			1},
    [PG_SESSION_END] = {"session_end", "select congchao.session_end($1::bytea)", 1},
    [PG_HEALTH] = {"health", "select name, label, value from congchao.health()", 0},
};

/* The first line of what libpq says. */
static void keep_reason(struct pg_link *link, const char *why)
{
	if (why == NULL)
		why = link->conn != NULL ? PQerrorMessage(link->conn) : "no memory";
	if (why[0] == '\0')
		why = "it has ended the connection";
	snprintf(link->why, sizeof(link->why), "%.*s", (int)strcspn(why, "\n"), why);
}

void pg_link_drop(struct pg_link *link, const char *why, int64_t now_ms)
{
	struct pg_job *job = link->job;

	keep_reason(link, why);
	PQclear(link->result);
	PQfinish(link->conn);
	link->result = NULL;
	link->conn = NULL;
	link->job = NULL;
	link->state = PG_DOWN;
	link->retry_ms = RETRY_FIRST_MS << (link->failures < 6 ? link->failures : 6);
	if (link->retry_ms > RETRY_MAX_MS)
		link->retry_ms = RETRY_MAX_MS;
	link->retry_ms += now_ms;
	link->failures++;
	if (job != NULL)
		job->done(job, NULL);
}

static void flush(struct pg_link *link)
{
	link->events = PQflush(link->conn) == 1 ? POLLIN | POLLOUT : POLLIN;
}

/* Sends what makes the connection ready for step; IDLE after the last. */
static void prepare(struct pg_link *link, int64_t now_ms)
{
	char settings[256];
	int sent;

	if (link->step > PG_STATEMENT__MAX) {
		link->failures = 0;
		link->state = PG_IDLE;
		link->events = POLLIN;
		return;
	}
	/* An answer means that it is stored, whatever the server's configuration says. */
	snprintf(settings, sizeof(settings),
		 "set statement_timeout = %lu; set client_min_messages = warning; "
		 "select set_config('synchronous_commit', 'on', false) "
		 "where current_setting('synchronous_commit') = 'off'",
		 (unsigned long)link->conf->answer_seconds * 1000);
	if (link->step == 0)
		sent = PQsendQuery(link->conn, settings);
	else
		sent = PQsendPrepare(link->conn, statements[link->step - 1].name,
				     statements[link->step - 1].sql, 0, NULL);
	link->state = PG_PREPARING;
	if (sent == 1)
		flush(link);
	else
		pg_link_drop(link, NULL, now_ms);
}

/* libpq would write them to stderr; what matters comes as an error as well. */
static void ignore_notice(void *arg, const PGresult *notice)
{
	(void)arg;
	(void)notice;
}

void pg_link_begin(struct pg_link *link, int64_t now_ms)
{
	const char *const names[] = {"dbname", "application_name", "client_encoding", NULL};
	const char *const values[] = {link->conf->database, "congchao-collect", "UTF8", NULL};

	link->conn = PQconnectStartParams(names, values, 1);
	if (link->conn == NULL || PQstatus(link->conn) == CONNECTION_BAD) {
		pg_link_drop(link, NULL, now_ms);
		return;
	}
	PQsetNoticeReceiver(link->conn, ignore_notice, NULL);
	link->state = PG_CONNECTING;
	link->events = POLLOUT;
	link->step = 0;
	link->until_ms = now_ms + CONNECT_MS;
}

static void connect_on(struct pg_link *link, int64_t now_ms)
{
	switch (PQconnectPoll(link->conn)) {
	case PGRES_POLLING_READING:
		link->events = POLLIN;
		return;
	case PGRES_POLLING_WRITING:
		link->events = POLLOUT;
		return;
	case PGRES_POLLING_OK:
		if (PQsetnonblocking(link->conn, 1) == 0) {
			prepare(link, now_ms);
			return;
		}
		/* fall through */
	default:
		pg_link_drop(link, NULL, now_ms);
	}
}

/* An error outweighs rows that came before it: COMMIT may be what has failed. */
static void keep(struct pg_link *link, PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);

	if (link->result == NULL || (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)) {
		PQclear(link->result);
		link->result = result;
	} else {
		PQclear(result);
	}
}

static bool failed(const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);

	return status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK;
}

/* True when the job is not done yet: its script's next statement is sent, or it is lost. */
static bool goes_on(struct pg_link *link, PGresult *result, int64_t now_ms)
{
	struct pg_job *job = link->job;

	if (job->script == NULL || !pg_script_take(job->script, result, failed(result)))
		return false;
	if (pg_script_send(job->script, job->values, link->conn) == 1)
		flush(link);
	else
		pg_link_drop(link, NULL, now_ms);
	return true;
}

static void finish(struct pg_link *link, const PGresult *result)
{
	struct pg_job *job = link->job;

	link->job = NULL;
	link->state = PG_IDLE;
	job->done(job, job->script != NULL ? pg_script_outcome(job->script, result) : result);
}

/* The server is ready for the next statement: what was sent is committed, or has failed. */
static void ready(struct pg_link *link, int64_t now_ms)
{
	PGresult *result = link->result;

	link->result = NULL;
	if (link->state == PG_BUSY) {
		if (goes_on(link, result, now_ms))
			return;
		finish(link, result);
	} else if (link->state == PG_PREPARING && failed(result)) {
		pg_link_drop(link, NULL, now_ms);
	} else if (link->state == PG_PREPARING) {
		link->step++;
		prepare(link, now_ms);
	}
	PQclear(result);
}

static void results(struct pg_link *link, int64_t now_ms)
{
	while (link->conn != NULL && !PQisBusy(link->conn)) {
		PGresult *result = PQgetResult(link->conn);

		if (result != NULL) {
			keep(link, result);
		} else if (PQstatus(link->conn) == CONNECTION_BAD) {
			/* Not ready: the end of the stream. What was kept is no commit. */
			pg_link_drop(link, NULL, now_ms);
		} else if (link->result != NULL) {
			ready(link, now_ms);
		} else {
			return;
		}
	}
}

void pg_link_serve(struct pg_link *link, short revents, int64_t now_ms)
{
	if (link->state == PG_DOWN)
		return;
	if (link->state == PG_CONNECTING && revents != 0) {
		connect_on(link, now_ms);
	} else if (revents != 0) {
		if ((revents & ~POLLOUT) != 0 && PQconsumeInput(link->conn) == 0) {
			pg_link_drop(link, NULL, now_ms);
			return;
		}
		flush(link);
		results(link, now_ms);
	}
	if (link->state != PG_DOWN && now_ms >= pg_link_due_ms(link) && pg_link_due_ms(link) >= 0)
		pg_link_drop(link, "no answer in time", now_ms);
}

bool pg_link_take(struct pg_link *link, struct pg_job *job, int64_t now_ms)
{
	int sent = job->script != NULL
		       ? pg_script_send(job->script, job->values, link->conn)
		       : PQsendQueryPrepared(link->conn, statements[job->statement].name,
					     statements[job->statement].params, job->values, NULL,
					     NULL, 0);

	if (sent != 1) {
		pg_link_drop(link, NULL, now_ms);
		return false;
	}
	link->state = PG_BUSY;
	link->job = job;
	/* Anew, however long it has waited: the server's own limit has to come first. */
	job->until_ms = now_ms + (int64_t)link->conf->answer_seconds * 1000;
	flush(link);
	return true;
}

int64_t pg_link_due_ms(const struct pg_link *link)
{
	switch (link->state) {
	case PG_DOWN:
		return link->retry_ms;
	case PG_CONNECTING:
	case PG_PREPARING:
		return link->until_ms;
	case PG_BUSY:
		return link->job->until_ms + GRACE_MS;
	case PG_IDLE:
		break;
	}
	return -1;
}
