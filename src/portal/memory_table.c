/* The records of memory, by pseudonym; see memory_table.h. Allocates only when opened. */
#include "portal/memory_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Others are named by index + 1; 0: none. A day is told from the day of the key. */
struct record {
	uint8_t pseudonym[STORE_PSEUDONYM];
	int32_t born;
	uint32_t next; /* of the same hash, or of the free ones */
	uint32_t older, newer;
	uint8_t count;
	uint8_t day[MEMORY_LEARNED_MAX];
	uint16_t objective[MEMORY_LEARNED_MAX];
};

struct memory_table {
	uint32_t max;
	uint32_t touched; /* from the first on: in use, or free after use */
	uint32_t count;
	uint32_t free;
	uint32_t oldest, newest;
	uint32_t mask; /* heads */
	uint32_t *heads;
	struct record records[];
};

struct memory_table *memory_table_open(uint32_t max)
{
	struct memory_table *table =
	    calloc(1, sizeof(struct memory_table) + max * sizeof(struct record));
	uint32_t heads = 16;

	if (table == NULL)
		return NULL;
	while (heads < max)
		heads *= 2;
	table->max = max;
	table->mask = heads - 1;
	table->heads = calloc(heads, sizeof(uint32_t));
	if (table->heads == NULL) {
		memory_table_close(table);
		errno = ENOMEM;
		return NULL;
	}
	return table;
}

void memory_table_close(struct memory_table *table)
{
	if (table == NULL)
		return;
	free(table->heads);
	free(table);
}

static struct record *record_at(struct memory_table *table, uint32_t name)
{
	return &table->records[name - 1];
}

/* A pseudonym is as good as chance already, and nobody outside can choose it. */
static uint32_t *record_head(const struct memory_table *table,
			     const uint8_t pseudonym[STORE_PSEUDONYM])
{
	uint32_t hash;

	memcpy(&hash, pseudonym, sizeof(hash));
	return &table->heads[hash & table->mask];
}

static uint32_t record_find(const struct memory_table *table,
			    const uint8_t pseudonym[STORE_PSEUDONYM])
{
	uint32_t name = *record_head(table, pseudonym);

	while (name != 0 &&
	       memcmp(table->records[name - 1].pseudonym, pseudonym, STORE_PSEUDONYM) != 0)
		name = table->records[name - 1].next;
	return name;
}

static void order_take(struct memory_table *table, struct record *record)
{
	*(record->older != 0 ? &record_at(table, record->older)->newer : &table->oldest) =
	    record->newer;
	*(record->newer != 0 ? &record_at(table, record->newer)->older : &table->newest) =
	    record->older;
}

static void order_put(struct memory_table *table, uint32_t name)
{
	struct record *record = record_at(table, name);

	record->older = table->newest;
	record->newer = 0;
	*(table->newest != 0 ? &record_at(table, table->newest)->newer : &table->oldest) = name;
	table->newest = name;
}

static void record_drop(struct memory_table *table, uint32_t name)
{
	struct record *record = record_at(table, name);
	uint32_t *link = record_head(table, record->pseudonym);

	while (*link != name)
		link = &record_at(table, *link)->next;
	*link = record->next;
	order_take(table, record);
	memset(record, 0, sizeof(*record));
	record->next = table->free;
	table->free = name;
	table->count--;
}

static uint32_t record_new(struct memory_table *table, const struct store_review *review)
{
	uint32_t *head = record_head(table, review->pseudonym);
	struct record *record;
	uint32_t name;

	if (table->count == table->max)
		record_drop(table, table->oldest);
	name = table->free;
	if (name != 0)
		table->free = record_at(table, name)->next;
	else
		name = ++table->touched;
	record = record_at(table, name);
	memcpy(record->pseudonym, review->pseudonym, STORE_PSEUDONYM);
	record->born = review->born;
	record->next = *head;
	*head = name;
	order_put(table, name);
	table->count++;
	return name;
}

static bool record_has(const struct record *record, uint16_t objective, uint8_t day)
{
	for (size_t i = 0; i < record->count; i++)
		if (record->objective[i] == objective && record->day[i] == day)
			return true;
	return false;
}

static void record_learn(struct record *record, uint16_t objective, uint8_t day)
{
	if (record_has(record, objective, day))
		return;
	if (record->count == MEMORY_LEARNED_MAX) {
		record->count--;
		memmove(record->day, record->day + 1, record->count * sizeof(record->day[0]));
		memmove(record->objective, record->objective + 1,
			record->count * sizeof(record->objective[0]));
	}
	record->day[record->count] = day;
	record->objective[record->count++] = objective;
}

void memory_table_add(struct memory_table *table, const struct store_review *review)
{
	int64_t day = (int64_t)review->day - review->born;
	uint32_t name;

	if (day < 0 || day > UINT8_MAX)
		return;
	name = record_find(table, review->pseudonym);
	if (name == 0) {
		name = record_new(table, review);
	} else {
		order_take(table, record_at(table, name));
		order_put(table, name);
	}
	record_learn(record_at(table, name), review->objective, (uint8_t)day);
}

bool memory_table_find(const struct memory_table *table, const uint8_t pseudonym[STORE_PSEUDONYM],
		       struct memory_record *record)
{
	uint32_t name = record_find(table, pseudonym);
	const struct record *found;

	if (name == 0)
		return false;
	found = &table->records[name - 1];
	record->count = found->count;
	for (size_t i = 0; i < found->count; i++)
		record->learned[i] = (struct memory_learned){.objective = found->objective[i],
							     .day = found->born + found->day[i]};
	return true;
}

void memory_table_forget(struct memory_table *table, int32_t last, int32_t today)
{
	for (uint32_t name = 1; name <= table->touched; name++) {
		const struct record *record = record_at(table, name);

		if (record->count > 0 && (record->born <= last || record->born > today))
			record_drop(table, name);
	}
}

uint32_t memory_table_count(const struct memory_table *table)
{
	return table->count;
}
