/* nftables' own events tell when someone removes a table that nobody owns. */
#ifndef GATE_WATCH_H
#define GATE_WATCH_H

#include <stdbool.h>

#include "gate/nl.h"

/* What must be put back. */
enum { WATCH_RULESET = 1, WATCH_GARDEN = 2 };

/*
 * Reads all events that are there. The tables out of which another program than the one
 * behind `own` took anything that belongs to us; both when events were lost.
 */
unsigned watch_read(struct nl *events, const struct nl *own);

#endif
