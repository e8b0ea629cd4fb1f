/*
 * Store, then release, then tell: the order that every acknowledgement goes through. At
 * start the stored releases are named to gate again.
 */
#ifndef PORTAL_ADMIT_H
#define PORTAL_ADMIT_H

#include <stdbool.h>

#include "portal/portal.h"

/*
 * HELLO, then every stored release, waiting for gate's answers; then starts the store's
 * thread. 0, or -1 with errno.
 */
int admit_start(struct portal *portal);

/*
 * The visit has acknowledged (STORE_ACKNOWLEDGED; STORE_RETURNED: without questions), or
 * goes online for now (STORE_DEFERRED). False: the store's queue is full, nothing has changed.
 */
bool admit_begin(struct portal *portal, struct visit *visit, enum store_event event);

/* Gate has ended the device's release by itself: it must not come back at the next start. */
void admit_ended(struct portal *portal, const struct ether *mac);

/* Takes what the store has finished, and carries it on. */
void admit_stored(struct portal *portal);

#endif
