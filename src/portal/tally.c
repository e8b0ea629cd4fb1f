/*
 * Counters between two commits; see tally.h. Must never lose a count without saying so,
 * nor know whose it is.
 */
#include "portal/tally.h"

#include <string.h>

#include "common/log.h"

_Static_assert((TALLY_INDEX & (TALLY_INDEX - 1)) == 0, "the hash is masked");

static bool row_is(const struct tally_row *row, const struct tally_row *key)
{
	return row->audience == key->audience && row->item == key->item && row->zone == key->zone &&
	       row->language == key->language && row->event == key->event;
}

/* Where the key's row is in the index, or would be. */
static uint16_t *row_slot(struct tally *tally, const struct tally_row *key)
{
	uint64_t bits = (uint64_t)key->audience << 40 | (uint64_t)key->item << 24 |
			(uint64_t)key->zone << 16 | (uint64_t)key->language << 8 | key->event;
	uint32_t at = (uint32_t)(bits * 0x9e3779b97f4a7c15 >> 40) & (TALLY_INDEX - 1);

	while (tally->index[at] != 0 && !row_is(&tally->rows[tally->index[at] - 1], key))
		at = (at + 1) & (TALLY_INDEX - 1);
	return &tally->index[at];
}

static void tell_lost(struct tally *tally, int64_t now_ms)
{
	if (tally->lost == 0 || now_ms < tally->tell_after_ms)
		return;
	log_warnx("statistics: %llu counts found no room in memory and are lost",
		  (unsigned long long)tally->lost);
	tally->lost = 0;
	tally->tell_after_ms = now_ms + TALLY_TELL_MS;
}

static void lose(struct tally *tally, uint32_t count, int64_t now_ms)
{
	tally->lost += count;
	tell_lost(tally, now_ms);
}

/* False when there is no room, which has been noted. */
static bool add(struct tally *tally, const struct tally_row *key, int64_t now_ms)
{
	uint16_t *slot = row_slot(tally, key);

	if (*slot == 0 && tally->row_count == TALLY_MAX) {
		lose(tally, key->count, now_ms);
		return false;
	}
	if (*slot == 0) {
		tally->rows[tally->row_count] = *key;
		*slot = (uint16_t)++tally->row_count;
	} else {
		tally->rows[*slot - 1].count += key->count;
	}
	return true;
}

/* Happened now, and may wait so long. */
static void add_now(struct tally *tally, const struct tally_row *key, int64_t now_ms,
		    int64_t wait_ms)
{
	if (!add(tally, key, now_ms) || tally->refused)
		return;
	if (tally->row_count >= TALLY_FULL)
		wait_ms = 0;
	if (tally->since_ms == 0 || now_ms + wait_ms < tally->due_ms)
		tally->due_ms = now_ms + wait_ms;
	if (tally->since_ms == 0)
		tally->since_ms = now_ms;
}

void tally_add(struct tally *tally, unsigned zone, uint16_t audience, unsigned language,
	       enum store_event event, uint32_t count, int64_t now_ms)
{
	struct tally_row key = {.count = count,
				.audience = audience,
				.zone = (uint8_t)zone,
				.language = (uint8_t)language,
				.event = (uint8_t)event};

	add_now(tally, &key, now_ms, TALLY_WAIT_MS);
}

void tally_measure(struct tally *tally, unsigned zone, uint16_t audience, unsigned language,
		   const struct measure *measure, uint16_t item, int64_t now_ms)
{
	struct tally_row key = {.count = 1,
				.audience = audience,
				.item = item,
				.zone = (uint8_t)zone,
				.language = (uint8_t)language,
				.event = (uint8_t)(STORE_EVENT__MAX + measure_code(measure))};

	/* No name is left for what it is about: it would be counted as if about nothing. */
	if (item == 0)
		lose(tally, 1, now_ms);
	else
		add_now(tally, &key, now_ms, TALLY_MEASURE_MS);
}

void tally_again(struct tally *tally, const struct store_job *job, int64_t now_ms)
{
	struct tally_row key = {.count = job->count,
				.audience = job->audience,
				.item = job->item,
				.zone = job->zone,
				.language = job->language,
				.event = job->event};

	if (!add(tally, &key, now_ms))
		return;
	if (tally->since_ms == 0 || job->boot_ms < tally->since_ms)
		tally->since_ms = job->boot_ms;
	tally->due_ms = now_ms + TALLY_RETRY_MS;
	tally->refused = true;
}

int tally_wait_ms(const struct tally *tally, int64_t now_ms)
{
	int64_t wait = tally->due_ms - now_ms;

	if (tally->since_ms == 0)
		return -1;
	return wait > 0 ? (int)wait : 0;
}

static struct store_job job_of(const struct tally *tally, const struct tally_row *row)
{
	return (struct store_job){.kind = STORE_ADD,
				  .zone = row->zone,
				  .audience = row->audience,
				  .language = row->language,
				  .event = row->event,
				  .item = row->item,
				  .count = row->count,
				  .boot_ms = tally->since_ms};
}

/* The first so many are stored: the others move up, in their order. */
static void drop_rows(struct tally *tally, unsigned stored)
{
	tally->row_count -= stored;
	memmove(tally->rows, tally->rows + stored, tally->row_count * sizeof(tally->rows[0]));
	memset(tally->index, 0, sizeof(tally->index));
	for (unsigned i = 0; i < tally->row_count; i++)
		*row_slot(tally, &tally->rows[i]) = (uint16_t)(i + 1);
}

void tally_store(struct tally *tally, struct store *store, int64_t now_ms)
{
	unsigned stored = 0;

	while (stored < tally->row_count) {
		struct store_job job = job_of(tally, &tally->rows[stored]);

		if (!store_put(store, &job))
			break;
		stored++;
	}
	if (stored > 0)
		drop_rows(tally, stored);
	tally->refused = tally->row_count > 0;
	if (tally->refused)
		tally->due_ms = now_ms + TALLY_RETRY_MS;
	else
		tally->since_ms = 0;
	tell_lost(tally, now_ms);
}
