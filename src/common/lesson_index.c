/*
 * A table of ids, hashed; half of it stays empty, so that a search ends soon. Nobody but
 * the operator chooses the ids, so that the hash need not withstand an attacker.
 */
#include "common/lesson_index.h"

#include <stddef.h>
#include <string.h>

/* The slot that has the id, or the empty one in which it belongs. */
static size_t slot_of(const struct lesson_index *index, const char *id)
{
	uint32_t hash = 2166136261u; /* FNV-1a */
	size_t slot;

	for (const char *c = id; *c != '\0'; c++)
		hash = (hash ^ (uint8_t)*c) * 16777619u;
	slot = hash % LESSON_INDEX_SLOTS;
	while (index->id[slot] != NULL && strcmp(index->id[slot], id) != 0)
		slot = (slot + 1) % LESSON_INDEX_SLOTS;
	return slot;
}

int lesson_index_find(const struct lesson_index *index, const char *id)
{
	size_t slot = slot_of(index, id);

	return index->id[slot] != NULL ? index->place[slot] : -1;
}

void lesson_index_add(struct lesson_index *index, const char *id, uint16_t place)
{
	size_t slot = slot_of(index, id);

	index->id[slot] = id;
	index->place[slot] = place;
}
