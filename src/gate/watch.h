/* when_down = "closed": nftables' own events tell when someone removes the table. */
#ifndef GATE_WATCH_H
#define GATE_WATCH_H

#include <stdbool.h>

#include "gate/nl.h"

/*
 * Reads all events that are there. True when another program than the one behind `own`
 * took anything out of the table, or when events were lost.
 */
bool watch_read(struct nl *events, const struct nl *own);

#endif
