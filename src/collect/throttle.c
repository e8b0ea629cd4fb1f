/* Failures by keyed hash: no address and no name that was typed is kept. */
#include "collect/throttle.h"

#include <sodium.h>
#include <string.h>

enum { WAYS = 8 }; /* places that one hash may take */

struct slot {
	uint64_t who;	  /* 0: free */
	int64_t since_ms; /* the first failure that counts */
	int64_t last_ms;
	unsigned failures;
};

static struct slot slots[THROTTLE_SLOTS];
static unsigned char key[crypto_shorthash_KEYBYTES];
static int64_t bucket_ms; /* each login takes a part of a second; this is when all is paid */

void throttle_open(void)
{
	randombytes_buf(key, sizeof(key));
	memset(slots, 0, sizeof(slots));
	bucket_ms = 0;
}

static uint64_t hash(char kind, const char *text)
{
	unsigned char input[1 + 128] = {(unsigned char)kind};
	size_t length = strnlen(text, sizeof(input) - 1);
	uint64_t out;

	memcpy(input + 1, text, length);
	crypto_shorthash((unsigned char *)&out, input, length + 1, key);
	return out != 0 ? out : 1;
}

/* Its slot, or NULL; a new one takes the place of the quietest. */
static struct slot *slot_of(uint64_t who, bool make, int64_t now_ms)
{
	struct slot *first = &slots[who % (THROTTLE_SLOTS / WAYS) * WAYS], *oldest = first;

	for (struct slot *slot = first; slot < first + WAYS; slot++) {
		if (slot->who == who) {
			if (now_ms - slot->since_ms > THROTTLE_SECONDS * INT64_C(1000))
				*slot = (struct slot){.who = who, .since_ms = now_ms};
			return slot;
		}
		if (slot->last_ms < oldest->last_ms || slot->who == 0)
			oldest = slot;
	}
	if (!make)
		return NULL;
	*oldest = (struct slot){.who = who, .since_ms = now_ms};
	return oldest;
}

static bool is_over(uint64_t who, unsigned most, int64_t now_ms)
{
	const struct slot *slot = slot_of(who, false, now_ms);

	return slot != NULL && slot->failures >= most;
}

bool throttle_may(const char *account, const char *address, int64_t now_ms)
{
	if (is_over(hash('n', account), THROTTLE_ACCOUNT_MAX, now_ms) ||
	    is_over(hash('a', address), THROTTLE_ADDRESS_MAX, now_ms))
		return false;
	if (bucket_ms < now_ms - THROTTLE_BURST * 1000 / THROTTLE_RATE)
		bucket_ms = now_ms - THROTTLE_BURST * 1000 / THROTTLE_RATE;
	if (bucket_ms + 1000 / THROTTLE_RATE > now_ms)
		return false;
	bucket_ms += 1000 / THROTTLE_RATE;
	return true;
}

static void count(uint64_t who, int64_t now_ms)
{
	struct slot *slot = slot_of(who, true, now_ms);

	slot->failures++;
	slot->last_ms = now_ms;
}

void throttle_failed(const char *account, const char *address, int64_t now_ms)
{
	count(hash('n', account), now_ms);
	count(hash('a', address), now_ms);
}

void throttle_succeeded(const char *account)
{
	struct slot *slot = slot_of(hash('n', account), false, INT64_MAX / 2);

	if (slot != NULL)
		*slot = (struct slot){0};
}
