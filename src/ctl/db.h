/* The database, read only: releases for `visitors`, counters and measures for `stats`. */
#ifndef CTL_DB_H
#define CTL_DB_H

#include <sqlite3.h>
#include <stdint.h>

#include "common/conf.h"
#include "common/ether.h"

enum db_opened { DB_OPEN, DB_NONE, DB_FAILED };

/*
 * DB_NONE: nothing has been stored yet. DB_FAILED: the operator has been told on stderr.
 * *db is for the caller to close with sqlite3_close when DB_OPEN, else NULL.
 */
enum db_opened db_open(const struct conf *conf, sqlite3 **db);

struct db_lease {
	struct ether mac;
	char zone[CONF_NAME_SIZE];
	int64_t seconds_left; /* at least 1 */
};

/*
 * Calls each with every release that has time left, the one that ends last first. What
 * was stored before this boot, and not yet taken over by the gate, keeps what was left
 * of it then. Returns 0, or -1 after telling the operator.
 */
int db_leases(sqlite3 *db, void (*each)(void *arg, const struct db_lease *lease), void *arg);

/* One counter; strings are valid during the call. */
struct db_count {
	int64_t hour; /* seconds since 1970, its beginning */
	const char *zone, *audience, *language, *event;
	const char *item; /* what a measure (common/measure.h) is about; "": an event of a visit */
	int64_t count;
};

/* The events of from <= hour < to, by hour, zone, audience, language, event. As db_leases. */
int db_counts(sqlite3 *db, int64_t from, int64_t to,
	      void (*each)(void *arg, const struct db_count *count), void *arg);

/* The measures of that span, summed over it: hour is 0. By the others, item last. */
int db_learning(sqlite3 *db, int64_t from, int64_t to,
		void (*each)(void *arg, const struct db_count *count), void *arg);

#endif
