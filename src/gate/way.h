/* By which way a packet to an address would leave, as the kernel's own routing has it. */
#ifndef GATE_WAY_H
#define GATE_WAY_H

#include "gate/neigh.h"
#include "gate/nl.h"

enum way {
	WAY_NONE,    /* no route, a refusing one, or a link without a carrier */
	WAY_OUT,     /* a default route: where everything goes that nothing else is known of */
	WAY_NEAR,    /* any other: this machine, a network of its own, one it has been told of */
	WAY_UNKNOWN, /* the kernel could not be asked */
};

/* One question on a NETLINK_ROUTE socket, answered at once. */
enum way way_to(const struct neigh_address *address, struct nl *route);

#endif
