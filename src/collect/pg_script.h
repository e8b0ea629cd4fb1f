/*
 * Several statements as one job, in one transaction and as one role of the database: a page
 * sees one state of things, and PostgreSQL itself refuses what an account may not.
 */
#ifndef COLLECT_PG_SCRIPT_H
#define COLLECT_PG_SCRIPT_H

#include <postgresql/libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>

enum { PG_SCRIPT_MAX = 12 };

struct pg_script {
	const char *begin;		/* opens the transaction and takes the role */
	const char *sql[PG_SCRIPT_MAX]; /* all with the job's values */
	size_t count;
	int params;
	const Oid *types;		  /* of the values */
	PGresult *results[PG_SCRIPT_MAX]; /* the script's owner's, from pg_script_clear */
	PGresult *failed;		  /* what has ended it; it is rolled back */
	size_t at;			  /* 0: begin, count + 1: the end */
};

void pg_script_clear(struct pg_script *script);

/* Sends the statement that is due. 1, or 0 as libpq's PQsend* do. */
int pg_script_send(const struct pg_script *script, const char *const *values, PGconn *conn);
/* Takes what the last one has brought; true: there is one more to send. */
bool pg_script_take(struct pg_script *script, PGresult *result, bool failed);
/* Committed, or what went wrong. */
const PGresult *pg_script_outcome(const struct pg_script *script, const PGresult *last);

#endif
