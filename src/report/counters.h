/*
 * Portal's database, of which only the counters are read: SQLite itself refuses this
 * program the releases and the review records, and every write.
 */
#ifndef REPORT_COUNTERS_H
#define REPORT_COUNTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/conf.h"
#include "report/hour.h"
#include "report/problem.h"

struct counters;

/*
 * NULL with a problem when they cannot be read now: nothing stored yet, not allowed to, of
 * another version, busy. Whoever owns the file may go on writing meanwhile.
 */
struct counters *counters_open(const struct conf *conf, struct problem *problem);
void counters_close(struct counters *counters);

/*
 * Between the two all that is read is of one moment; nothing is to be waited for in it, as
 * portal's log grows meanwhile. counters_end returns -1 when what was read since cannot be
 * relied upon, and is to be thrown away.
 */
int counters_begin(struct counters *counters, struct problem *problem);
int counters_end(struct counters *counters, struct problem *problem);

/* The earliest hour that was counted; -1: none. 0, or -1 with a problem. */
int counters_first(struct counters *counters, int64_t *hour, struct problem *problem);
/* Do events wait for the clock, so that hours may still get more? */
int counters_wait(struct counters *counters, bool *wait, struct problem *problem);
/* Fills an hour, for the caller to hour_free also when it failed. */
int counters_hour(struct counters *counters, int64_t begin, struct hour *hour,
		  struct problem *problem);

#endif
