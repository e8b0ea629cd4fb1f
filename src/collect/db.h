/* The database for commands, which may wait for it. */
#ifndef COLLECT_DB_H
#define COLLECT_DB_H

#include <postgresql/libpq-fe.h>

#include "collect/conf.h"

enum { DB_PARAMS_MAX = 8 };

/* NULL after telling why. PQfinish. */
PGconn *db_open(const struct collect_conf *conf);

/* Rows or success, else NULL after telling why. PQclear. Values of parameters may be NULL. */
PGresult *db_ask(PGconn *db, const char *sql, int count, const char *const *values);

/* One statement of which only success matters. 0, or -1 after telling why. */
int db_do(PGconn *db, const char *sql, int count, const char *const *values);

/* Many statements at once, without parameters. */
int db_script(PGconn *db, const char *sql);

#endif
