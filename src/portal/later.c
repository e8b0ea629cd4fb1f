/* A ring of those who took "later"; see later.h. */
#include "portal/later.h"

#include <stddef.h>
#include <sys/random.h>

enum { TAKEN_MAX = 4096, AGAIN_MS = 24 * 3600 * 1000 };

static struct {
	uint64_t key; /* 0: not drawn yet */
	size_t next;
	struct {
		uint32_t hash;
		int64_t at_ms; /* 0: free */
	} taken[TAKEN_MAX];
} later;

/* Two devices that share one of 2^32 values take each other's turn, once a day. */
static uint32_t hash_of(const struct ether *mac)
{
	if (later.key == 0 && getrandom(&later.key, sizeof(later.key), 0) != sizeof(later.key))
		later.key = 0x9e3779b97f4a7c15; /* no chance to be had: a hash without a secret */
	return ether_hash(mac, later.key | 1);
}

bool later_is_free(const struct ether *mac, int64_t now_ms)
{
	uint32_t hash = hash_of(mac);

	for (size_t i = 0; i < TAKEN_MAX && later.taken[i].at_ms != 0; i++)
		if (later.taken[i].hash == hash && later.taken[i].at_ms + AGAIN_MS > now_ms)
			return false;
	return true;
}

void later_take(const struct ether *mac, int64_t now_ms)
{
	later.taken[later.next].hash = hash_of(mac);
	later.taken[later.next].at_ms = now_ms > 0 ? now_ms : 1;
	later.next = (later.next + 1) % TAKEN_MAX;
}
