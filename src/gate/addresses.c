/* A sorted array of addresses and a few prefixes; see addresses.h. */
#include "gate/addresses.h"

#include <stdlib.h>
#include <string.h>

enum { ADDRESSES_MAX = 131072 };

struct addresses_one {
	struct neigh_address address;
	uint8_t mode; /* enum flows_mode */
};

static int compare(const void *a, const void *b)
{
	const struct addresses_one *x = a, *y = b;

	return memcmp(&x->address, &y->address, sizeof(x->address));
}

void addresses_clear(struct addresses *addresses)
{
	addresses->count = addresses->prefix_count = 0;
}

void addresses_free(struct addresses *addresses)
{
	free(addresses->one);
	*addresses = (struct addresses){0};
}

bool addresses_add(struct addresses *addresses, const struct neigh_address *address,
		   enum flows_mode mode)
{
	if (addresses->count == addresses->room) {
		size_t room = addresses->room != 0 ? addresses->room * 2 : 256;
		struct addresses_one *grown = NULL;

		if (room <= ADDRESSES_MAX)
			grown = realloc(addresses->one, room * sizeof(*grown));
		if (grown == NULL)
			return false;
		addresses->one = grown;
		addresses->room = room;
	}
	addresses->one[addresses->count++] =
	    (struct addresses_one){.address = *address, .mode = (uint8_t)mode};
	return true;
}

void addresses_add_prefix(struct addresses *addresses, const struct neigh_address *own,
			  unsigned bits)
{
	if (addresses->prefix_count == ADDRESSES_PREFIXES_MAX || bits > 128)
		return;
	addresses->prefix[addresses->prefix_count].own = *own;
	addresses->prefix[addresses->prefix_count++].bits = bits;
}

void addresses_sort(struct addresses *addresses)
{
	if (addresses->count > 1)
		qsort(addresses->one, addresses->count, sizeof(*addresses->one), compare);
}

static bool same_network(const struct neigh_address *a, const struct neigh_address *b,
			 unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;
	unsigned mask = 0xffu & (0xff00u >> rest);

	if (a->family != b->family || memcmp(a->byte, b->byte, whole) != 0)
		return false;
	return rest == 0 || ((unsigned)(a->byte[whole] ^ b->byte[whole]) & mask) == 0;
}

bool addresses_is_own(const struct addresses *addresses, const struct neigh_address *address)
{
	for (size_t i = 0; i < addresses->prefix_count; i++)
		if (memcmp(&addresses->prefix[i].own, address, sizeof(*address)) == 0)
			return true;
	return false;
}

enum flows_mode addresses_mode(const struct addresses *addresses,
			       const struct neigh_address *address, enum flows_mode unknown)
{
	const struct addresses_one key = {.address = *address};
	const struct addresses_one *known = NULL;
	enum flows_mode mode = FLOWS_KEEP;

	if (addresses->count > 0)
		known = bsearch(&key, addresses->one, addresses->count, sizeof(key), compare);
	if (known != NULL)
		return (enum flows_mode)known->mode;
	if (addresses_is_own(addresses, address))
		return FLOWS_KEEP;
	for (size_t i = 0; i < addresses->prefix_count; i++)
		if (same_network(&addresses->prefix[i].own, address, addresses->prefix[i].bits))
			mode = unknown;
	return mode;
}
