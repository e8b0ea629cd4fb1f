/*
 * The addresses of one conntrack pass: what is to become of the entries of each. Filled
 * from the neighbour table, sorted once, then asked for every conntrack entry.
 */
#ifndef GATE_ADDRESSES_H
#define GATE_ADDRESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gate/neigh.h"

enum flows_mode {
	FLOWS_KEEP = 0,
	FLOWS_REDIRECTED, /* at release: what was redirected to the portal or the resolver */
	FLOWS_ALL,	  /* at expiry and revocation: all but its way to the portal */
	FLOWS_BEYOND,	  /* of any held device: what goes beyond the gateway */
};

enum { ADDRESSES_PREFIXES_MAX = 64 };

struct addresses {
	struct addresses_one *one;
	size_t count, room;
	struct {
		struct neigh_address own;
		unsigned bits;
	} prefix[ADDRESSES_PREFIXES_MAX];
	size_t prefix_count;
};

void addresses_clear(struct addresses *addresses);
void addresses_free(struct addresses *addresses);

/* False when there is no room: at most 131,072 in one pass. */
bool addresses_add(struct addresses *addresses, const struct neigh_address *address,
		   enum flows_mode mode);
/* A served network, by the gateway's own address in it. Beyond 64 they are left out. */
void addresses_add_prefix(struct addresses *addresses, const struct neigh_address *own,
			  unsigned bits);
void addresses_sort(struct addresses *addresses);

/* Is it one of the gateway's own, on a served interface? */
bool addresses_is_own(const struct addresses *addresses, const struct neigh_address *address);

/*
 * The mode of an address; `unknown` for one on a served network that the neighbour table
 * no longer knows: a device that has been silent for long. Were its entries left, one
 * whose release ended in its sleep could wake into them.
 */
enum flows_mode addresses_mode(const struct addresses *addresses,
			       const struct neigh_address *address, enum flows_mode unknown);

#endif
