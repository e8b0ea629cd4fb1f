/* Small enough to be looked through: a name is looked up a few times a minute. */
#include "gate/garden_known.h"

#include <stdlib.h>
#include <string.h>

int garden_known_alloc(struct garden_known *known, size_t size)
{
	known->one = calloc(size, sizeof(*known->one));
	known->size = known->one != NULL ? size : 0;
	return known->one != NULL ? 0 : -1;
}

void garden_known_free(struct garden_known *known)
{
	free(known->one);
	*known = (struct garden_known){0};
}

static bool equal(const struct neigh_address *a, const struct neigh_address *b)
{
	return a->family == b->family && memcmp(a->byte, b->byte, sizeof(a->byte)) == 0;
}

const struct garden_known_one *garden_known_find(const struct garden_known *known,
						 const struct neigh_address *address,
						 int64_t now_ms)
{
	for (size_t i = 0; i < known->size; i++)
		if (known->one[i].expires_ms > now_ms && equal(&known->one[i].address, address))
			return &known->one[i];
	return NULL;
}

enum garden_known_is garden_known_keep(struct garden_known *known,
				       const struct garden_known_one *one, int64_t now_ms)
{
	struct garden_known_one *place = NULL;

	for (size_t i = 0; i < known->size; i++) {
		struct garden_known_one *at = &known->one[i];

		if (at->expires_ms > now_ms && equal(&at->address, &one->address)) {
			if (at->expires_ms >= one->expires_ms)
				return GARDEN_KNOWN_AS_LONG;
			*at = *one;
			return GARDEN_KNOWN_LONGER;
		}
		if (at->expires_ms <= now_ms && place == NULL)
			place = at;
	}
	if (place == NULL)
		return GARDEN_KNOWN_FULL;
	*place = *one;
	return GARDEN_KNOWN_LONGER;
}
