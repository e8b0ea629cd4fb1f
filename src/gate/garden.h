/*
 * The walled garden: what a held device may reach. Its addresses come from the
 * configuration and from names; gate keeps its table in place.
 */
#ifndef GATE_GARDEN_H
#define GATE_GARDEN_H

#include <stdbool.h>
#include <stdint.h>

#include "common/conf.h"
#include "gate/neigh.h"
#include "gate/nl.h"

enum {
	GARDEN_LEARNED_MAX = 1024, /* addresses of the garden's names at a time */
	GARDEN_PROBES_MAX = 1024,  /* addresses of probe hosts at a time */
	GARDEN_GRACE_S = 60,	   /* browsers keep an address so long, whatever its time */
};

struct garden;

/* Borrows all it is given. NULL with errno when memory is out. */
struct garden *garden_open(const struct conf *conf, struct nl *nft, struct nl *route);
void garden_close(struct garden *garden); /* accepts NULL */

/* Puts the table in place with what names have led to; what the kernel does not take is
 * logged, and then nothing is open. established_first: see garden_table.h. */
void garden_install(struct garden *garden, bool established_first);
/* Takes it away, if it is there. */
void garden_remove(struct nl *nft);

/*
 * A name leads to that address for so many seconds. name: of garden.names, then of the probe
 * hosts (probe.h) after them. What a probe host has stays closed, whoever else has it, and
 * so does what is not out in the internet; each is logged once for a name. False: there is
 * no such name.
 */
bool garden_learn(struct garden *garden, uint32_t name, const struct neigh_address *address,
		  uint32_t seconds, int64_t now_ms);

/* Is that address in it now? And may a held device send it packets of that protocol? */
bool garden_has(const struct garden *garden, const struct neigh_address *address);
bool garden_passes(const struct garden *garden, uint8_t protocol,
		   const struct neigh_address *address);

/* Is that one of the sets that others fill? */
bool garden_is_shared(const char *set);

#endif
