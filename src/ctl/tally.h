/* The tables of `congchao stats`: sums per day and zone, and per hour. Pure. */
#ifndef CTL_TALLY_H
#define CTL_TALLY_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "ctl/db.h"

enum { TALLY_EVENTS = 5, TALLY_SELDOM = 2 };

struct tally_row {
	int64_t begin; /* of its day or hour */
	char zone[CONF_NAME_SIZE];
	int64_t sums[TALLY_EVENTS];
};

struct tally_rows {
	struct tally_row *rows;
	size_t count, size;
};

/* Begin with {.from = , .to = }, seconds since 1970. */
struct tally {
	int64_t from, to;
	struct tally_rows days, hours;
	int64_t seldom[TALLY_SELDOM]; /* deferred, returned: too seldom for columns */
};

/* For db_counts: arg is the tally. Counts come by hour. */
void tally_add(void *arg, const struct db_count *count);
void tally_print(const struct tally *tally, FILE *out);
void tally_free(struct tally *tally);

#endif
