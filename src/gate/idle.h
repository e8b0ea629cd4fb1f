/*
 * Releases that end by idleness: nothing of the device was forwarded for its zone's
 * idle_after. The kernel knows who is active (the set `active`); gate looks there.
 */
#ifndef GATE_IDLE_H
#define GATE_IDLE_H

#include <stdint.h>

#include "gate/gate.h"

/* Takes what room it needs; dies when memory is out. */
void idle_open(struct gate *gate);

/* A release has been made in that zone: its idleness counts from now. */
void idle_begin(struct gate *gate, const struct ether *mac, unsigned zone, int64_t now);

/* The set is new and knows of nobody: everybody's idleness counts from now. */
void idle_begin_all(struct gate *gate, int64_t now);

/* Ends the releases of who is idle, a few at a time; gate->next_idle_ms is when to call
 * again. Portal is told of each. */
void idle_tick(struct gate *gate, int64_t now);

#endif
