/* Counters between two commits; see tally.h. */
#include "portal/tally.h"

#include <stddef.h>

void tally_add(struct tally *tally, unsigned zone, unsigned language, enum store_event event,
	       uint32_t count, int64_t now_ms)
{
	tally->count[zone][language][event] += count;
	if (tally->since_ms != 0)
		return;
	tally->since_ms = now_ms;
	tally->due_ms = now_ms + TALLY_WAIT_MS;
}

void tally_again(struct tally *tally, const struct store_job *job, int64_t now_ms)
{
	tally->count[job->zone][job->language][job->event] += job->count;
	if (tally->since_ms == 0 || job->boot_ms < tally->since_ms)
		tally->since_ms = job->boot_ms;
	tally->due_ms = now_ms + TALLY_RETRY_MS;
}

int tally_wait_ms(const struct tally *tally, int64_t now_ms)
{
	int64_t wait = tally->due_ms - now_ms;

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
	if (stored)
		tally->since_ms = 0;
	else
		tally->due_ms = now_ms + TALLY_RETRY_MS;
}
