/*
 * What devices have learned, for as long as they are remembered: objectives and days under
 * a pseudonym, BLAKE2b (RFC 7693, libsodium) of the MAC with a key of the day on which the
 * device was first seen. The key is destroyed when its month (portal.remember_for) ends:
 * nobody can then tell whose the record was, and the record goes with it. No language,
 * audience, answer or zone is in it.
 *
 * A table in memory, filled from the store at start and changed when the store has
 * written: no page waits for the disk.
 */
#ifndef PORTAL_MEMORY_H
#define PORTAL_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/ether.h"
#include "portal/store.h"

enum { MEMORY_LEARNED_MAX = 16 }; /* of one device; the oldest makes room */

/* One day on which an objective was taught or reviewed. */
struct memory_learned {
	uint16_t objective; /* store_name */
	int32_t day;	    /* days since 1970 */
};

struct memory_record {
	size_t count; /* oldest first */
	struct memory_learned learned[MEMORY_LEARNED_MAX];
};

struct memory;

/*
 * For max devices, each for `days` days; days 0 remembers nothing and forgets what was
 * stored. Reads keys and records from the store: before store_start, and before portal is
 * locked. NULL with errno when memory or chance is out.
 */
struct memory *memory_open(struct store *store, uint32_t max, uint32_t days);
void memory_close(struct memory *memory); /* accepts NULL */

/*
 * What is remembered of a device, copied to record; false: nothing, or today is 0 (no
 * clock).
 */
bool memory_find(struct memory *memory, const struct ether *mac, int32_t today,
		 struct memory_record *record);

/*
 * Puts into an ACKNOWLEDGE job what the store shall write: pseudonym, born, today and the
 * objectives (0: none). Makes today's key when it is the first of the day and queues its
 * STORE_KEY. Leaves the job alone when nothing is remembered (days 0, today 0, no room in
 * the store's queue for the key).
 */
void memory_note(struct memory *memory, struct store_job *job, int32_t today,
		 const uint16_t learned[STORE_LEARNED_MAX]);
/*
 * The store is done with a job, stored or not; call it for every one that store_take gives.
 * A stored ACKNOWLEDGE is in the table now, too; a KEY or FORGET that could not be stored
 * is tried again; anything else is left alone.
 */
void memory_stored(struct memory *memory, const struct store_job *job);

/*
 * A new day: queues STORE_FORGET for what ends, and drops it here, with the keys of days
 * that have not come yet (the clock was wrong then). Cheap when it is not. today 0 for more
 * than a day since the start: the clock will not be known, and no month may go on for ever:
 * everything ends.
 */
void memory_tick(struct memory *memory, int32_t today);

size_t memory_count(const struct memory *memory); /* devices remembered */

#endif
