/*
 * The walled garden: what a held device may reach. Its addresses come from the
 * configuration and from names; gate keeps its table in place.
 */
#ifndef GATE_GARDEN_H
#define GATE_GARDEN_H

#include <stdbool.h>

#include "common/conf.h"
#include "gate/neigh.h"
#include "gate/nl.h"

struct garden;

/* Borrows all it is given. NULL with errno when memory is out. */
struct garden *garden_open(const struct conf *conf, struct nl *nft, bool established_first);
void garden_close(struct garden *garden); /* accepts NULL */

/* Puts the table in place; what the kernel does not take is logged, and then nothing is open. */
void garden_install(struct garden *garden);
/* Takes it away, if it is there. */
void garden_remove(struct nl *nft);

/* May a held device reach that address now? (flows_spares) */
bool garden_has(const void *garden, const struct neigh_address *address);

/* Is that one of the sets that others fill? */
bool garden_is_shared(const char *set);

#endif
