/*
 * One round: every hour whose counters the department has not confirmed goes to it, oldest
 * first, request after request, until nothing is left or something is in the way.
 */
#ifndef REPORT_ROUND_H
#define REPORT_ROUND_H

#include <stdbool.h>
#include <stdint.h>

#include "common/conf.h"
#include "report/key.h"
#include "report/problem.h"
#include "report/state.h"

enum { ROUND_CLOCK_FLOOR = 1767225600 }; /* 2026-01-01: no clock is right before */

enum round_end {
	ROUND_DONE,  /* nothing is unsent, but for what is parked */
	ROUND_RETRY, /* a problem that may pass: after a while, or after `after` seconds */
	ROUND_WAIT,  /* one that will not pass by itself: in the next slot */
};

struct round {
	const struct conf *conf;
	const struct key *key;
	struct state *state;
	bool thorough; /* compares every hour, not only the last days and what is unsent */

	int64_t after;	   /* out: what the server has asked for, 0: nothing */
	int64_t delivered; /* out: reports that were confirmed */
	int64_t parked;	   /* out: those that were refused */
};

/* Keeps what comes of each hour in the state. */
enum round_end round_run(struct round *round, struct problem *problem);

#endif
