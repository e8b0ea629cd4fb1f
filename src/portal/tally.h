/*
 * What visitors saw, answered and learned since the last time it was stored. Kept in
 * memory for a moment, so that a busy hour costs a flash chip few writes: events for a
 * fifth of a second, measures for a second. Who kills portal loses that much.
 */
#ifndef PORTAL_TALLY_H
#define PORTAL_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "common/measure.h"
#include "portal/store.h"

enum {
	TALLY_MAX = 2048,  /* different counters at a time */
	TALLY_FULL = 1536, /* so many are stored at once */
	TALLY_INDEX = 4096,
	TALLY_WAIT_MS = 200,
	TALLY_MEASURE_MS = 1000,
	TALLY_RETRY_MS = 1000,		/* after the store could not */
	TALLY_TELL_MS = 60 * 60 * 1000, /* between two lines about what had no room */
};

struct tally_row {
	uint32_t count;
	uint16_t audience; /* store_name */
	uint16_t item;	   /* store_name; 0: an event */
	uint8_t zone;
	uint8_t language;
	uint8_t event; /* as in a job */
};

/* All zero is an empty one. */
struct tally {
	struct tally_row rows[TALLY_MAX];
	uint16_t index[TALLY_INDEX]; /* by hash: which row, from 1; 0: free */
	unsigned row_count;
	int64_t since_ms; /* when the first that is not stored happened; 0: none */
	int64_t due_ms;	  /* when to store them */
	bool refused;	  /* the store could not take all: wait until then */
	uint64_t lost;	  /* had no room, and are not told yet */
	int64_t tell_after_ms;
};

/* event: STORE_SHOWN, STORE_ANSWERED or STORE_RIGHT. audience: a store_name. */
void tally_add(struct tally *tally, unsigned zone, uint16_t audience, unsigned language,
	       enum store_event event, uint32_t count, int64_t now_ms);
/* Counts the measure once; item: the store_name of what it is about. */
void tally_measure(struct tally *tally, unsigned zone, uint16_t audience, unsigned language,
		   const struct measure *measure, uint16_t item, int64_t now_ms);
/* The store could not take this one, which keeps its hour: it waits a little. */
void tally_again(struct tally *tally, const struct store_job *job, int64_t now_ms);
/* Milliseconds until tally_store is due; -1: nothing to store. */
int tally_wait_ms(const struct tally *tally, int64_t now_ms);
/* Hands all to the store; what its queue has no room for stays for the next time. */
void tally_store(struct tally *tally, struct store *store, int64_t now_ms);

#endif
