/*
 * Adds up what the jobs of a batch count, for store_apply. Must never put a MAC into a
 * counter: it is not given one.
 */
#include "portal/store_sum.h"

#include <string.h>

_Static_assert(STORE_EVENT__MAX + MEASURE_CODE__MAX <= UINT8_MAX, "a job's event is of 8 bits");

static const char *const sum_events[STORE_EVENT__MAX] = {
    [STORE_SHOWN] = "shown",	   [STORE_ANSWERED] = "answered",
    [STORE_RIGHT] = "right",	   [STORE_ACKNOWLEDGED] = "acknowledged",
    [STORE_RELEASED] = "released", [STORE_DEFERRED] = "deferred",
    [STORE_RETURNED] = "returned",
};

const char *store_sum_event(uint8_t event, char out[MEASURE_TEXT_SIZE])
{
	struct measure measure;

	if (event < STORE_EVENT__MAX)
		return sum_events[event];
	if (event >= STORE_EVENT__MAX + MEASURE_CODE__MAX)
		return NULL;
	measure_of_code((uint8_t)(event - STORE_EVENT__MAX), &measure);
	return measure_text(&measure, out);
}

void store_sums_begin(struct store_sums *sums)
{
	sums->count = 0;
	memset(sums->index, 0, sizeof(sums->index));
}

static uint32_t sum_hash(const struct store_sum *sum)
{
	uint64_t hash = (uint64_t)sum->when;

	hash = (hash ^ sum->audience) * 0x9e3779b97f4a7c15;
	hash = (hash ^ sum->item) * 0x9e3779b97f4a7c15;
	hash = (hash ^ ((uint64_t)sum->into << 24 | (uint64_t)sum->zone << 16 |
			(uint64_t)sum->language << 8 | sum->event)) *
	       0x9e3779b97f4a7c15;
	return (uint32_t)(hash >> 32);
}

static bool sum_is_same(const struct store_sum *a, const struct store_sum *b)
{
	return a->when == b->when && a->audience == b->audience && a->item == b->item &&
	       a->into == b->into && a->zone == b->zone && a->language == b->language &&
	       a->event == b->event;
}

void store_sums_add(struct store_sums *sums, const struct store_sum *add)
{
	uint32_t at = sum_hash(add) % STORE_SUMS_INDEX;

	while (sums->index[at] != 0) {
		struct store_sum *sum = &sums->sums[sums->index[at] - 1];

		if (sum_is_same(sum, add)) {
			sum->count += add->count;
			return;
		}
		at = (at + 1) % STORE_SUMS_INDEX;
	}
	sums->sums[sums->count++] = *add;
	sums->index[at] = (uint16_t)sums->count;
}

static int sum_write(struct store_book *book, const struct store_sum *sum)
{
	sqlite3_stmt **sql = book->db.statements;
	const char *zone = book->zones[sum->zone];
	const char *audience = store_names_text(book->names, sum->audience);
	const char *language = book->languages[sum->language];
	const char *item = store_names_text(book->names, sum->item);
	char text[MEASURE_TEXT_SIZE];
	const char *event = store_sum_event(sum->event, text);

	if (sum->into == STORE_SUM_OWED)
		return store_sql_run(sql, STORE_SQL_OWED_ADD, zone, audience, language, sum->count);
	if (sum->into == STORE_SUM_PENDING)
		return store_sql_run(sql, STORE_SQL_PENDING_ADD, book->boot_id, sum->when, zone,
				     audience, language, event, item, sum->count);
	return store_sql_run(sql, STORE_SQL_COUNTER_ADD, sum->when, zone, audience, language, event,
			     item, sum->count);
}

int store_sums_write(struct store_book *book, const struct store_sums *sums)
{
	int rc = SQLITE_OK;

	for (size_t i = 0; i < sums->count && rc == SQLITE_OK; i++)
		rc = sum_write(book, &sums->sums[i]);
	return rc;
}
