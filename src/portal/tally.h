/*
 * What was shown, answered and answered rightly since the last time it was stored. Kept in
 * memory for a fifth of a second, so that a busy hour costs a flash chip few writes.
 */
#ifndef PORTAL_TALLY_H
#define PORTAL_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "common/conf.h"
#include "portal/store.h"

enum {
	TALLY_EVENTS = STORE_RIGHT + 1,
	TALLY_WAIT_MS = 200,
	TALLY_RETRY_MS = 1000, /* after the store could not */
};

struct tally {
	uint32_t count[CONF_ZONES_MAX][CONF_LANGUAGES_MAX][TALLY_EVENTS];
	int64_t since_ms; /* when the first that is not stored happened; 0: none */
	int64_t due_ms;	  /* when to store them */
};

/* event: STORE_SHOWN, STORE_ANSWERED or STORE_RIGHT. */
void tally_add(struct tally *tally, unsigned zone, unsigned language, enum store_event event,
	       uint32_t count, int64_t now_ms);
/* The store could not take this one, which keeps its hour: it waits a little. */
void tally_again(struct tally *tally, const struct store_job *job, int64_t now_ms);
/* Milliseconds until tally_store is due; -1: nothing to store. */
int tally_wait_ms(const struct tally *tally, int64_t now_ms);
/* Hands all to the store; what its queue has no room for stays for the next time. */
void tally_store(struct tally *tally, struct store *store, int64_t now_ms);

#endif
