/* Which addresses a name may open. Pure. */
#ifndef GATE_GARDEN_PUBLIC_H
#define GATE_GARDEN_PUBLIC_H

#include <stdbool.h>

#include "gate/neigh.h"

/*
 * Is it an address of the internet, by the registries (RFC 6890)? Not one of private,
 * local, shared or reserved use, nor an IPv6 one that hides such an IPv4 one: whoever rules
 * over a name of the garden must not open the operator's own network with it.
 */
bool garden_is_public(const struct neigh_address *address);

#endif
