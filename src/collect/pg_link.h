/* One connection to the database, as pg.c keeps a few of them. */
#ifndef COLLECT_PG_LINK_H
#define COLLECT_PG_LINK_H

#include "collect/pg.h"

enum pg_state {
	PG_DOWN,       /* until retry_ms */
	PG_CONNECTING, /* libpq is at it */
	PG_PREPARING,  /* settings, then each statement */
	PG_IDLE,
	PG_BUSY, /* with job */
};

struct pg_link {
	const struct collect_conf *conf;
	PGconn *conn;
	enum pg_state state;
	short events;
	unsigned step;	   /* of preparing */
	unsigned failures; /* in a row, for how long to wait before the next try */
	int64_t retry_ms;
	int64_t until_ms; /* connecting and preparing give up then; a job has its own */
	struct pg_job *job;
	PGresult *result; /* of the job, until the server is ready for the next */
	char why[160];	  /* it was lost the last time */
};

/* DOWN and due: begins to connect. */
void pg_link_begin(struct pg_link *link, int64_t now_ms);
/* IDLE -> BUSY. False: the connection is lost, and the job is not taken. */
bool pg_link_take(struct pg_link *link, struct pg_job *job, int64_t now_ms);
/* The descriptor is ready (revents), or time has passed. May finish its job. */
void pg_link_serve(struct pg_link *link, short revents, int64_t now_ms);
/* Ends the connection and, with NULL, its job. why: NULL for what libpq says. */
void pg_link_drop(struct pg_link *link, const char *why, int64_t now_ms);
/* -1: only the descriptor matters. */
int64_t pg_link_due_ms(const struct pg_link *link);

#endif
