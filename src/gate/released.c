/*
 * A hash table of the released devices with linear probing, twice as wide as its limit,
 * and the set elements that follow it. The hash is keyed: devices choose their MACs.
 */
#include "gate/released.h"

#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "common/clock.h"
#include "common/log.h"
#include "gate/elements.h"
#include "gate/ruleset.h"

/* Apart from the slots: most gateways need none. */
struct released_look {
	uint32_t at_seconds; /* since boot; 0: never */
	uint8_t zone;
};

struct released {
	struct released_device *slots;
	struct released_look *looks; /* one for each slot, or NULL */
	size_t mask;
	uint32_t max;
	uint32_t count;
	uint64_t key;
};

struct released *released_alloc(uint32_t max)
{
	struct released *released = calloc(1, sizeof(*released));
	size_t width = 64;

	if (released == NULL)
		return NULL;
	while (width < (size_t)max * 2)
		width *= 2;
	released->slots = calloc(width, sizeof(*released->slots));
	released->mask = width - 1;
	released->max = max;
	if (released->slots == NULL ||
	    getrandom(&released->key, sizeof(released->key), 0) != sizeof(released->key)) {
		released_free(released);
		return NULL;
	}
	released->key |= 1;
	return released;
}

void released_free(struct released *released)
{
	if (released != NULL) {
		free(released->slots);
		free(released->looks);
	}
	free(released);
}

uint32_t released_count(const struct released *released)
{
	return released->count;
}

static size_t slot_home(const struct released *released, const struct ether *mac)
{
	return ether_hash(mac, released->key) & released->mask;
}

/* The device's slot, or the free slot where it would be. */
static size_t slot_find(const struct released *released, const struct ether *mac)
{
	size_t i = slot_home(released, mac);

	while (released->slots[i].expires != 0 && !ether_equal(&released->slots[i].mac, mac))
		i = (i + 1) & released->mask;
	return i;
}

static void slot_move(struct released *released, size_t to, size_t from)
{
	released->slots[to] = released->slots[from];
	if (released->looks != NULL)
		released->looks[to] = released->looks[from];
}

/* Frees a slot and closes the gap behind it, so that later probes still find theirs. */
static void slot_free(struct released *released, size_t gap)
{
	const struct released_device *slots = released->slots;

	for (size_t i = (gap + 1) & released->mask; slots[i].expires != 0;
	     i = (i + 1) & released->mask) {
		size_t home = slot_home(released, &slots[i].mac);

		if (((i - home) & released->mask) >= ((i - gap) & released->mask)) {
			slot_move(released, gap, i);
			gap = i;
		}
	}
	released->slots[gap].expires = 0;
	if (released->looks != NULL)
		released->looks[gap].at_seconds = 0;
	released->count--;
}

uint32_t released_seconds(const struct released *released, const struct ether *mac, int64_t now)
{
	int64_t left = released->slots[slot_find(released, mac)].expires - now;

	return left > 0 ? (uint32_t)((left + 999) / 1000) : 0;
}

struct released_device *released_find(struct released *released, const struct ether *mac)
{
	struct released_device *device = &released->slots[slot_find(released, mac)];

	return device->expires != 0 ? device : NULL;
}

struct released_device *released_each(struct released *released, size_t *at)
{
	while (*at <= released->mask) {
		struct released_device *device = &released->slots[(*at)++];

		if (device->expires != 0)
			return device;
	}
	return NULL;
}

static void enter(struct released *released, const struct released_change *change)
{
	size_t i = slot_find(released, &change->mac);

	if (change->expires == 0) {
		if (released->slots[i].expires != 0)
			slot_free(released, i);
		return;
	}
	if (released->slots[i].expires == 0)
		released->count++;
	released->slots[i] = (struct released_device){.expires = change->expires,
						      .mac = change->mac,
						      .zone = change->zone,
						      .ending = change->ending};
}

/*
 * Adds to a batch one message of the type with those of the changes that want it: an
 * element that is there keeps its old timeout when it is added again, so renewing is
 * deleting and adding in one transaction.
 */
static void put_changes(const struct released *released, struct nl_batch *batch, struct nl *nl,
			const struct released_change *changes, size_t count, uint16_t type,
			int64_t now)
{
	struct nftnl_set *set = elements_new(RULESET_RELEASED);
	size_t n = 0;

	if (set == NULL) {
		batch->failed = true;
		return;
	}
	for (size_t i = 0; i < count; i++) {
		const struct released_change *change = &changes[i];
		bool wanted = change->expires != 0;

		if (type == NFT_MSG_DELSETELEM)
			wanted = change->expires == 0 ||
				 released->slots[slot_find(released, &change->mac)].expires != 0;
		if (!wanted || change->full)
			continue;
		if (!elements_add(set, &change->mac,
				  type == NFT_MSG_NEWSETELEM ? change->expires - now : 0))
			batch->failed = true;
		n++;
	}
	if (n > 0)
		elements_put(batch, nl, set, n, type);
	nftnl_set_free(set);
}

static int apply_together(struct released *released, struct nl *nl,
			  const struct released_change *changes, size_t count, int64_t now)
{
	struct nl_batch batch;

	nl_batch_begin(&batch, nl);
	put_changes(released, &batch, nl, changes, count, NFT_MSG_DELSETELEM, now);
	put_changes(released, &batch, nl, changes, count, NFT_MSG_NEWSETELEM, now);
	return nl_batch_commit(&batch, nl);
}

/* Alone, and in two transactions: what should be deleted may have ended by itself. */
static void apply_alone(struct released *released, struct nl *nl, struct released_change *change,
			int64_t now)
{
	static const uint16_t types[] = {NFT_MSG_DELSETELEM, NFT_MSG_NEWSETELEM};

	change->done = true;
	for (size_t i = 0; i < 2; i++) {
		struct nl_batch batch;

		nl_batch_begin(&batch, nl);
		put_changes(released, &batch, nl, change, 1, types[i], now);
		if (nl_batch_commit(&batch, nl) == 0 ||
		    (types[i] == NFT_MSG_DELSETELEM && errno == ENOENT))
			continue;
		change->done = false;
		change->full = errno == ENFILE;
		if (!change->full)
			log_warn("set released");
		/* Taken out, but not put in again: then it is not released. */
		if (types[i] == NFT_MSG_NEWSETELEM)
			enter(released, &(struct released_change){.mac = change->mac});
		return;
	}
}

/* Marks what there is no room for; the kernel's set has the same size. */
static void mark_full(const struct released *released, struct released_change *changes,
		      size_t count)
{
	uint32_t taken = released->count;

	for (size_t i = 0; i < count; i++) {
		struct released_change *change = &changes[i];
		bool renew = released->slots[slot_find(released, &change->mac)].expires != 0;

		change->done = false;
		change->full = change->expires != 0 && !renew && taken >= released->max;
		if (change->expires != 0 && !renew && !change->full)
			taken++;
	}
}

/* A device named twice would be deleted and added twice in one transaction: the kernel
 * answers ENOENT to the second, and each is then done alone. */
void released_apply(struct released *released, struct nl *nl, struct released_change *changes,
		    size_t count, int64_t now, bool kernel)
{
	bool together;

	if (count == 0)
		return;
	mark_full(released, changes, count);
	together = !kernel || apply_together(released, nl, changes, count, now) == 0;
	for (size_t i = 0; i < count; i++) {
		struct released_change *change = &changes[i];

		if (change->full)
			continue;
		if (together)
			change->done = true;
		else
			apply_alone(released, nl, change, now);
		if (change->done)
			enter(released, change);
	}
}

void released_fill(struct released *released, struct nl_batch *batch, struct nl *nl)
{
	int64_t now = clock_boot_ms();
	size_t i = 0;

	while (i <= released->mask) {
		struct nftnl_set *set = elements_new(RULESET_RELEASED);
		size_t n = 0;

		if (set == NULL) {
			batch->failed = true;
			return;
		}
		for (; i <= released->mask && n < ELEMENTS_MAX; i++) {
			const struct released_device *device = &released->slots[i];

			if (device->expires <= now)
				continue;
			if (!elements_add(set, &device->mac, device->expires - now))
				batch->failed = true;
			n++;
		}
		if (n > 0)
			elements_put(batch, nl, set, n, NFT_MSG_NEWSETELEM);
		nftnl_set_free(set);
	}
}

size_t released_expired(struct released *released, int64_t now, struct ether *macs, size_t max,
			int64_t *next)
{
	size_t n = 0;

	*next = INT64_MAX;
	for (size_t i = 0; i <= released->mask; i++) {
		const struct released_device *device = &released->slots[i];
		int64_t ends = device->expires + RELEASED_GRACE_MS;

		if (device->expires == 0)
			continue;
		if (ends <= now && n < max)
			macs[n++] = device->mac;
		else if (ends < *next)
			*next = ends;
	}
	for (size_t i = 0; i < n; i++)
		slot_free(released, slot_find(released, &macs[i]));
	return n;
}

uint32_t released_end(const struct released *released, const struct ether *mac)
{
	return (uint32_t)released->slots[slot_find(released, mac)].expires;
}

bool released_keep_looks(struct released *released)
{
	released->looks = calloc(released->mask + 1, sizeof(*released->looks));
	return released->looks != NULL;
}

static uint32_t seconds_up(int64_t ms)
{
	return (uint32_t)((ms + 999) / 1000);
}

void released_look(struct released *released, const struct ether *mac, unsigned zone,
		   int64_t at_ms)
{
	size_t i = slot_find(released, mac);

	if (released->looks != NULL && released->slots[i].expires != 0)
		released->looks[i] = (struct released_look){.at_seconds = seconds_up(at_ms),
							    .zone = (uint8_t)zone};
}

void released_look_all(struct released *released, const int64_t at_ms[])
{
	for (size_t i = 0; released->looks != NULL && i <= released->mask; i++)
		if (released->looks[i].at_seconds != 0)
			released->looks[i].at_seconds = seconds_up(at_ms[released->looks[i].zone]);
}

size_t released_due(const struct released *released, int64_t now, struct released_due *due,
		    size_t max, int64_t *next)
{
	size_t n = 0;

	*next = INT64_MAX;
	for (size_t i = 0; released->looks != NULL && i <= released->mask; i++) {
		const struct released_look *look = &released->looks[i];
		int64_t at = (int64_t)look->at_seconds * 1000;

		if (at == 0)
			continue;
		if (at <= now && n < max)
			due[n++] = (struct released_due){released->slots[i].mac, look->zone};
		else if (at < *next)
			*next = at;
	}
	return n;
}
