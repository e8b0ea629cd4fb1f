/* Addresses that names lead to, each for a time: a table of fixed size. */
#ifndef GATE_GARDEN_KNOWN_H
#define GATE_GARDEN_KNOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gate/neigh.h"

struct garden_known_one {
	struct neigh_address address;
	uint32_t name; /* that has led to it last */
	int64_t expires_ms;
};

struct garden_known {
	struct garden_known_one *one;
	size_t size;
};

/* 0, or -1 with errno. */
int garden_known_alloc(struct garden_known *known, size_t size);
void garden_known_free(struct garden_known *known);

/* The one with that address whose time is not over, or NULL. */
const struct garden_known_one *garden_known_find(const struct garden_known *known,
						 const struct neigh_address *address,
						 int64_t now_ms);

enum garden_known_is { GARDEN_KNOWN_AS_LONG, GARDEN_KNOWN_LONGER, GARDEN_KNOWN_FULL };

/*
 * Keeps it until then at least. AS_LONG: it is kept so long already. FULL: there is no room
 * for another one; those whose time is over make room.
 */
enum garden_known_is garden_known_keep(struct garden_known *known,
				       const struct garden_known_one *one, int64_t now_ms);

#endif
