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

enum { TALLY_EVENTS = STORE_RIGHT + 1, TALLY_WAIT_MS = 200 };

struct tally {
	uint32_t count[CONF_ZONES_MAX][CONF_LANGUAGES_MAX][TALLY_EVENTS];
	int64_t since_ms; /* of the first that is not stored; 0: none */
};

/* event: STORE_SHOWN, STORE_ANSWERED or STORE_RIGHT. */
void tally_add(struct tally *tally, unsigned zone, unsigned language, enum store_event event,
	       uint32_t count, int64_t now_ms);
/* Milliseconds until tally_store is due; -1: nothing to store. */
int tally_wait_ms(const struct tally *tally, int64_t now_ms);
/* Hands all to the store; what its queue has no room for stays for the next time. */
void tally_store(struct tally *tally, struct store *store, int64_t now_ms);

#endif
