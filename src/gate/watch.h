/* nftables' own events tell when someone removes a table that nobody owns. */
#ifndef GATE_WATCH_H
#define GATE_WATCH_H

#include "gate/gate.h"

/* Reads all events that are there, and puts back what another program took out of a table. */
void watch_read(struct gate *gate);

#endif
