/* The file and its statements, for the parts of state.c. Others include state.h. */
#ifndef REPORT_STATE_SQL_H
#define REPORT_STATE_SQL_H

#include <sqlite3.h>

#include "report/state.h"

enum { STATE_PATH_SIZE = 256 };

enum state_sql {
	STATE_SQL_GET,
	STATE_SQL_PUT,
	STATE_SQL_HOUR,
	STATE_SQL_PUT_HOUR,
	STATE_SQL_SETTLED,
	STATE_SQL_SETTLED_LIST,
	STATE_SQL_PARKED,
	STATE_SQL_LAST,
	STATE_SQL_FORGET,
	STATE_SQL_GIVE_UP,
	STATE_SQL__MAX
};

struct state {
	char path[STATE_PATH_SIZE];
	sqlite3 *db;
	sqlite3_stmt *statements[STATE_SQL__MAX];
};

/* SQLite's reason, as a problem: -1. */
int state_complain(const struct state *state, struct problem *problem);
/* The statement, ready for its parameters. */
sqlite3_stmt *state_take(struct state *state, enum state_sql which);
/* Runs one that gives nothing. 0, or -1 with a problem. */
int state_run(struct state *state, enum state_sql which, struct problem *problem);

#endif
