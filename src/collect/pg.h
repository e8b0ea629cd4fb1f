/*
 * The database, without waiting for it: a few connections in the program's one loop, and a
 * short queue of jobs. A job is one statement, and so one transaction; it is done when
 * COMMIT has returned, or when nobody can say whether it has.
 */
#ifndef COLLECT_PG_H
#define COLLECT_PG_H

#include <postgresql/libpq-fe.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collect/conf.h"

enum pg_statement {
	PG_INGEST,
	PG_ENROL,
	PG_ROTATE,
	PG_HEALTH,
	PG_PASSWORD,
	PG_SESSION_BEGIN,
	PG_SESSION_USE,
	PG_SESSION_END,
	PG_STATEMENT__MAX
};

struct pg_script;

enum { PG_PARAMS_MAX = 6 };

struct pg_job {
	enum pg_statement statement;
	struct pg_script *script;	   /* instead of statement, when it is not NULL; borrowed */
	const char *values[PG_PARAMS_MAX]; /* borrowed until it is done */
	/*
	 * Called once, from pg_serve or pg_close. The result is an error as well as rows; NULL:
	 * no answer came, and whether it was committed is not known. It is pg's.
	 */
	void (*done)(struct pg_job *job, const PGresult *result);
	struct pg_job *next;
	int64_t until_ms;
};

struct pg;

/* Begins to connect; that there is no database now is no mistake. NULL: memory is out. */
struct pg *pg_open(const struct collect_conf *conf, int64_t now_ms);
/* Every job that is left is done, with NULL. Accepts NULL. */
void pg_close(struct pg *pg);

/* False, and nothing is kept: no connection is up, or too many wait. */
bool pg_put(struct pg *pg, struct pg_job *job, int64_t now_ms);

bool pg_is_up(const struct pg *pg);
/* Are there jobs that are not done? */
bool pg_is_busy(const struct pg *pg);

/* What to wait for: fills conf->pool of them; and how long at most, -1: no limit. */
void pg_poll(const struct pg *pg, struct pollfd *fds);
int pg_wait_ms(const struct pg *pg, int64_t now_ms);
void pg_serve(struct pg *pg, const struct pollfd *fds, int64_t now_ms);

#endif
