/* What the collector counts of itself: its health, never the statistics, and nothing by site. */
#ifndef COLLECT_METRICS_H
#define COLLECT_METRICS_H

#include <stdint.h>
#include <stdio.h>

enum metrics_result {
	METRICS_NEW,
	METRICS_SAME,
	METRICS_STALE,
	METRICS_CONFLICT,
	METRICS_REPLACED,
	METRICS_REFUSED,
	METRICS_TOO_OLD,
	METRICS_DENIED,	     /* a request: not signed by a valid key */
	METRICS_MALFORMED,   /* a request: no list of reports, too large */
	METRICS_UNAVAILABLE, /* a request: the database, or too many at once */
	METRICS_RESULT__MAX
};

void metrics_count(enum metrics_result result);
/* A batch was stored after so long. */
void metrics_took(int64_t ms);

/* All of it, as Prometheus reads it. */
void metrics_write(FILE *out);

#endif
