/*
 * Which hours there are to be reported: those that have ended, that are not older than the
 * department takes, and that this very database has counted from the beginning.
 */
#ifndef REPORT_SPAN_H
#define REPORT_SPAN_H

#include <stdint.h>

#include "report/key.h"
#include "report/problem.h"
#include "report/state.h"

enum { SPAN_DAYS = 59 };

/*
 * Notes the earliest hour that the database has, -1 for none. A later one than before tells
 * of another database. 0, or -1 with a problem.
 */
int span_note(struct state *state, const struct key *key, int64_t first, int64_t now,
	      struct problem *problem);

/* from <= hour < to; none when they are the same. */
void span_find(struct state *state, const struct key *key, int64_t now, int64_t *from, int64_t *to);

#endif
