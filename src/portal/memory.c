/*
 * What is remembered of devices; see memory.h. Must never keep a key or a pseudonym beyond
 * its month, and never let a page wait for the disk.
 */
#include "portal/memory.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "portal/memory_table.h"
#include "portal/store_now.h"

/* Thirty days that live, and one that is to end. */
enum { MEMORY_KEYS_MAX = 31, MEMORY_RETRY_MS = 60 * 1000 };
/* So long a router is up before a clock that looks right is believed (store_clock.h). */
enum { MEMORY_CLOCKLESS_MS = 25 * 3600 * 1000 };

/* As long as BLAKE2b wants it. */
_Static_assert((unsigned)STORE_PSEUDONYM >= crypto_generichash_KEYBYTES_MIN, "as a key");
_Static_assert((unsigned)STORE_PSEUDONYM >= crypto_generichash_BYTES_MIN, "as its result");

struct memory_key {
	int32_t born;
	bool queued; /* the store has it, or will */
	uint8_t key[STORE_PSEUDONYM];
};

struct memory {
	struct store *store;
	struct memory_table *table; /* NULL: nothing is remembered */
	int32_t days;
	int32_t asked; /* the store is to forget up to this day; 0: it is not asked yet */
	int64_t ask_after_ms;
	int64_t clockless_until_ms; /* without a clock until then, all is forgotten */
	size_t key_count;	    /* oldest first */
	struct memory_key keys[MEMORY_KEYS_MAX];
};

static void key_drop(struct memory *memory, size_t i)
{
	memory->key_count--;
	memmove(&memory->keys[i], &memory->keys[i + 1],
		(memory->key_count - i) * sizeof(memory->keys[0]));
	sodium_memzero(&memory->keys[memory->key_count], sizeof(memory->keys[0]));
}

/* In its place among the others. In a full house the oldest goes. */
static struct memory_key *key_add(struct memory *memory, int32_t born,
				  const uint8_t bytes[STORE_PSEUDONYM])
{
	size_t i;

	if (memory->key_count == MEMORY_KEYS_MAX)
		key_drop(memory, 0);
	for (i = memory->key_count; i > 0 && memory->keys[i - 1].born > born; i--)
		memory->keys[i] = memory->keys[i - 1];
	memory->key_count++;
	memory->keys[i].born = born;
	memory->keys[i].queued = false;
	memcpy(memory->keys[i].key, bytes, STORE_PSEUDONYM);
	return &memory->keys[i];
}

static struct memory_key *key_of(struct memory *memory, int32_t born)
{
	for (size_t i = 0; i < memory->key_count; i++)
		if (memory->keys[i].born == born)
			return &memory->keys[i];
	return NULL;
}

static void key_read(void *arg, int32_t born, const uint8_t key[STORE_PSEUDONYM])
{
	key_add(arg, born, key)->queued = true;
}

static void review_read(void *arg, const struct store_review *review)
{
	struct memory *memory = arg;

	if (key_of(memory, review->born) != NULL)
		memory_table_add(memory->table, review);
}

struct memory *memory_open(struct store *store, uint32_t max, uint32_t days)
{
	struct memory *memory;

	/* Opens what it needs for chance now: later portal is locked. */
	if (sodium_init() < 0) {
		errno = ENOSYS;
		return NULL;
	}
	memory = calloc(1, sizeof(*memory));
	if (memory == NULL)
		return NULL;
	memory->store = store;
	memory->days = (int32_t)days;
	memory->clockless_until_ms = store_now_boot_ms() + MEMORY_CLOCKLESS_MS;
	if (days > 0) {
		memory->table = memory_table_open(max);
		if (memory->table == NULL) {
			free(memory);
			return NULL;
		}
		store_keys(store, key_read, memory);
		store_reviews(store, review_read, memory);
	}
	memory_tick(memory, 0);
	return memory;
}

void memory_close(struct memory *memory)
{
	if (memory == NULL)
		return;
	memory_table_close(memory->table);
	sodium_memzero(memory->keys, sizeof(memory->keys));
	free(memory);
}

/* The newest key under which the device has a record, and what is in it. */
static const struct memory_key *record_of(const struct memory *memory, const struct ether *mac,
					  int32_t today, uint8_t pseudonym[STORE_PSEUDONYM],
					  struct memory_record *record)
{
	if (memory->table == NULL || today <= 0)
		return NULL;
	for (size_t i = memory->key_count; i > 0; i--) {
		const struct memory_key *key = &memory->keys[i - 1];

		if (key->born <= today - memory->days || key->born > today)
			continue;
		crypto_generichash(pseudonym, STORE_PSEUDONYM, mac->byte, ETHER_LEN, key->key,
				   STORE_PSEUDONYM);
		if (memory_table_find(memory->table, pseudonym, record))
			return key;
	}
	return NULL;
}

bool memory_find(struct memory *memory, const struct ether *mac, int32_t today,
		 struct memory_record *record)
{
	uint8_t pseudonym[STORE_PSEUDONYM];

	return record_of(memory, mac, today, pseudonym, record) != NULL;
}

static struct memory_key *key_new(struct memory *memory, int32_t today)
{
	uint8_t bytes[STORE_PSEUDONYM];
	struct memory_key *key;

	randombytes_buf(bytes, sizeof(bytes));
	key = key_add(memory, today, bytes);
	sodium_memzero(bytes, sizeof(bytes));
	return key;
}

/* Today's key, in the store's queue before whatever is written under it. NULL: no room. */
static const struct memory_key *key_today(struct memory *memory, int32_t today)
{
	struct memory_key *key = key_of(memory, today);
	struct store_job job = {.kind = STORE_KEY, .born = today};

	if (key == NULL)
		key = key_new(memory, today);
	if (!key->queued) {
		memcpy(job.bytes, key->key, STORE_PSEUDONYM);
		key->queued = store_put(memory->store, &job);
		sodium_memzero(&job, sizeof(job));
	}
	return key->queued ? key : NULL;
}

void memory_note(struct memory *memory, struct store_job *job, int32_t today,
		 const uint16_t learned[STORE_LEARNED_MAX])
{
	uint8_t pseudonym[STORE_PSEUDONYM];
	const struct memory_key *key;
	struct memory_record record;

	if (memory->table == NULL || today <= 0 || (learned[0] == 0 && learned[1] == 0))
		return;
	key = record_of(memory, &job->mac, today, pseudonym, &record);
	if (key == NULL) {
		key = key_today(memory, today);
		if (key == NULL)
			return;
		crypto_generichash(pseudonym, STORE_PSEUDONYM, job->mac.byte, ETHER_LEN, key->key,
				   STORE_PSEUDONYM);
	}
	memcpy(job->bytes, pseudonym, STORE_PSEUDONYM);
	memcpy(job->learned, learned, sizeof(job->learned));
	job->born = key->born;
	job->today = today;
}

static void note_stored(struct memory *memory, const struct store_job *job)
{
	struct store_review review = {.born = job->born, .day = job->today};

	/* Midnight may have ended its key meanwhile. */
	if (!job->stored || memory->table == NULL || key_of(memory, job->born) == NULL)
		return;
	memcpy(review.pseudonym, job->bytes, STORE_PSEUDONYM);
	for (size_t i = 0; i < STORE_LEARNED_MAX; i++) {
		review.objective = job->learned[i];
		if (review.objective != 0)
			memory_table_add(memory->table, &review);
	}
}

void memory_stored(struct memory *memory, const struct store_job *job)
{
	struct memory_key *key;

	if (job->kind == STORE_ACKNOWLEDGE) {
		note_stored(memory, job);
	} else if (job->kind == STORE_KEY && !job->stored) {
		key = key_of(memory, job->born);
		if (key != NULL)
			key->queued = false;
	} else if (job->kind == STORE_FORGET && !job->stored) {
		memory->asked = 0;
		memory->ask_after_ms = store_now_boot_ms() + MEMORY_RETRY_MS;
	}
}

static void forget_here(struct memory *memory, int32_t last, int32_t today)
{
	size_t i = memory->key_count;

	while (i-- > 0)
		if (memory->keys[i].born <= last || memory->keys[i].born > today)
			key_drop(memory, i);
	memory_table_forget(memory->table, last, today);
}

void memory_tick(struct memory *memory, int32_t today)
{
	bool clockless = today <= 0 && store_now_boot_ms() >= memory->clockless_until_ms;
	/* Where nothing is remembered, or nobody will know when a month ends, nothing is left. */
	bool all = memory->table == NULL || clockless;
	int32_t last = all ? INT32_MAX : today - memory->days;
	struct store_job job = {.kind = STORE_FORGET, .born = last, .today = today};

	if ((!all && today <= 0) || last == memory->asked ||
	    store_now_boot_ms() < memory->ask_after_ms)
		return;
	if (memory->table != NULL)
		forget_here(memory, last, today);
	if (store_put(memory->store, &job))
		memory->asked = last;
}

size_t memory_count(const struct memory *memory)
{
	return memory->table != NULL ? memory_table_count(memory->table) : 0;
}
