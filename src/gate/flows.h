/*
 * Conntrack entries of devices whose state has changed, found and deleted over ctnetlink.
 * A pass reads the neighbour table (which addresses a MAC has), then the conntrack table,
 * piece by piece between other work; one pass serves all who asked before it began.
 */
#ifndef GATE_FLOWS_H
#define GATE_FLOWS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/ether.h"
#include "gate/addresses.h"
#include "gate/garden.h"
#include "gate/neigh.h"
#include "gate/released.h"

struct flows;

/* Borrows all it is given; garden may be NULL: flows to it are spared, whoever has them. NULL
 * with errno: ctnetlink is missing, or memory is out. */
struct flows *flows_open(const struct conf *conf, const struct neigh_links *links,
			 const struct released *released, const struct garden *garden);
void flows_close(struct flows *flows); /* accepts NULL */

/* The entries of this device are to go: FLOWS_REDIRECTED or FLOWS_ALL. Never a trusted one's. */
void flows_drop(struct flows *flows, const struct ether *mac, enum flows_mode mode);
/* Somebody waits for it: the next pass begins at once. */
void flows_hurry(struct flows *flows);
/* Those of every device that is neither released nor trusted are to go. */
void flows_drop_held(struct flows *flows);

/*
 * Poll this descriptor for reading; -1 when no pass is under way. flows_read takes the
 * next piece of a pass. flows_start begins one if it is wanted and due, and returns the
 * milliseconds until it should be called again, or -1 when nothing is wanted.
 */
int flows_fd(const struct flows *flows);
void flows_read(struct flows *flows);
int flows_start(struct flows *flows, int64_t now_ms);

#endif
