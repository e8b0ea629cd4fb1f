/* Counters between two commits; see tally.h. */
#include "portal/tally.h"

#include <stddef.h>

void tally_add(struct tally *tally, unsigned zone, unsigned language, enum store_event event,
	       uint32_t count, int64_t now_ms)
{
	tally->count[zone][language][event] += count;
	if (tally->since_ms == 0)
		tally->since_ms = now_ms;
}

int tally_wait_ms(const struct tally *tally, int64_t now_ms)
{
	int64_t wait = tally->since_ms + TALLY_WAIT_MS - now_ms;

	if (tally->since_ms == 0)
		return -1;
	return wait > 0 ? (int)wait : 0;
}

void tally_store(struct tally *tally, struct store *store, int64_t now_ms)
{
	bool stored = true;

	for (size_t z = 0; z < CONF_ZONES_MAX; z++)
		for (size_t l = 0; l < CONF_LANGUAGES_MAX; l++)
			for (size_t e = 0; e < TALLY_EVENTS; e++) {
				struct store_job job = {.kind = STORE_ADD,
							.zone = (uint8_t)z,
							.language = (uint8_t)l,
							.event = (uint8_t)e,
							.count = tally->count[z][l][e],
							.boot_ms = tally->since_ms};

				if (job.count == 0)
					continue;
				if (store_put(store, &job))
					tally->count[z][l][e] = 0;
				else
					stored = false;
			}
	tally->since_ms = stored ? 0 : now_ms;
}
