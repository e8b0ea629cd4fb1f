/*
 * When to try: once an hour in a slot of this gateway's own, so that sixty thousand do not
 * come together, and after a failure at random within a span that doubles. Pure.
 */
#ifndef REPORT_SCHEDULE_H
#define REPORT_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "report/key.h"

enum {
	SCHEDULE_SLOTS = 3000,	      /* seconds of an hour that are somebody's slot */
	SCHEDULE_WINDOW = 300,	      /* the timer comes every so many seconds */
	SCHEDULE_RETRY_LEAST = 30,    /* the first span of a retry */
	SCHEDULE_RETRY_MOST = 3600,   /* the longest */
	SCHEDULE_RETRY_AFTER = 86400, /* the most that a server may ask for */
};

/* As it is kept between runs. All in seconds since 1970. */
struct schedule {
	int64_t tried;	  /* when the last round began; 0: never */
	int64_t retry_at; /* after a failure; 0: the next slot */
	int64_t failures; /* of rounds, one after the other */
};

/* HMAC-SHA256(key, "slot") as a big-endian number, modulo SCHEDULE_SLOTS. */
int64_t schedule_slot(const uint8_t key[KEY_BYTES]);

/* When the next round is to be, as seen now; at or before now: at once. */
int64_t schedule_due(const struct schedule *schedule, int64_t slot, int64_t now);

/* A round has begun; it has succeeded, or waits for the next slot whatever happens. */
void schedule_begin(struct schedule *schedule, int64_t now);
void schedule_succeed(struct schedule *schedule);
/* It has failed. random: any number; after: what the server asked for, 0: nothing. */
void schedule_fail(struct schedule *schedule, int64_t now, uint32_t random, int64_t after);
/* It has failed in a way that a retry will not mend. */
void schedule_wait(struct schedule *schedule);

#endif
