/*
 * Who is in the set `ending`, and since when: the records are those of released.c, the
 * kernel's elements are a copy that ends by itself. Must never touch the set `released`.
 */
#include "gate/ending.h"

#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "common/clock.h"
#include "common/log.h"
#include "gate/elements.h"
#include "gate/ruleset.h"

enum { LOOK_MS = 100, AGAIN_MS = 1000, SHORTEST = 4 };

_Static_assert((int)ENDING_AT_ONCE <= (int)ELEMENTS_MAX, "one look is one message");

void ending_open(struct ending *ending, const struct conf *conf, struct released *released)
{
	*ending = (struct ending){.conf = conf, .released = released, .next_ms = INT64_MAX};
}

enum ending_state ending_at_first(const struct conf *conf, size_t zone, uint32_t seconds)
{
	uint32_t last = conf_remind_seconds(conf, zone);

	return last > 0 && seconds / SHORTEST >= last ? ENDING_TO_COME : ENDING_NEVER;
}

static int64_t begins_ms(const struct ending *ending, int64_t expires, size_t zone)
{
	return expires - (int64_t)conf_remind_seconds(ending->conf, zone) * 1000;
}

void ending_note(struct ending *ending, const struct released_change *change)
{
	int64_t begins;

	if (!change->done || change->expires == 0 || change->ending != ENDING_TO_COME)
		return;
	begins = begins_ms(ending, change->expires, change->zone);
	if (begins < ending->next_ms)
		ending->next_ms = begins;
}

/* All of them as one transaction. 0, or -1 with errno. */
static int put_together(struct nl *nl, struct released_device *const *devices, size_t count,
			uint16_t type, int64_t now)
{
	struct nftnl_set *list = elements_new(RULESET_ENDING);
	struct nl_batch batch;

	nl_batch_begin(&batch, nl);
	if (list == NULL)
		batch.failed = true;
	for (size_t i = 0; i < count && !batch.failed; i++)
		if (!elements_add(list, &devices[i]->mac,
				  type == NFT_MSG_NEWSETELEM ? devices[i]->expires - now : 0))
			batch.failed = true;
	if (list != NULL && !batch.failed)
		elements_put(&batch, nl, list, count, type);
	if (list != NULL)
		nftnl_set_free(list);
	return nl_batch_commit(&batch, nl);
}

static void said_once(struct ending *ending)
{
	if (!ending->refused)
		log_warn("set " RULESET_ENDING);
	ending->refused = true;
}

/* An element that has ended by itself spoils the transaction: then one by one. */
static bool take_out(struct ending *ending, struct nl *nl, struct released_device *const *devices,
		     size_t count)
{
	bool out = true;

	if (count == 0 || put_together(nl, devices, count, NFT_MSG_DELSETELEM, 0) == 0)
		return true;
	for (size_t i = 0; i < count; i++)
		if (put_together(nl, &devices[i], 1, NFT_MSG_DELSETELEM, 0) < 0 &&
		    errno != ENOENT) {
			said_once(ending);
			out = false;
		}
	return out;
}

/* Fills `begun`; next_ms is when the first of the others begins. */
static size_t look_for(struct ending *ending, int64_t now, struct released_device **begun)
{
	struct released_device *device;
	size_t at = 0, n = 0;

	ending->next_ms = INT64_MAX;
	while (n < ENDING_AT_ONCE && (device = released_each(ending->released, &at)) != NULL) {
		int64_t begins = begins_ms(ending, device->expires, device->zone);

		if (device->ending != ENDING_TO_COME || device->expires <= now)
			continue;
		if (begins <= now)
			begun[n++] = device;
		else if (begins < ending->next_ms)
			ending->next_ms = begins;
	}
	return n;
}

void ending_look(struct ending *ending, struct nl *nl, int64_t now)
{
	struct released_device *begun[ENDING_AT_ONCE];
	size_t n;

	if (now < ending->next_ms)
		return;
	n = look_for(ending, now, begun);
	if (n > 0 && put_together(nl, begun, n, NFT_MSG_NEWSETELEM, now) < 0) {
		said_once(ending);
		ending->next_ms = now + AGAIN_MS;
		return;
	}
	ending->refused = ending->refused && n == 0;
	for (size_t i = 0; i < n; i++)
		begun[i]->ending = ENDING_NOW;
	/* More of them: when the others in gate's loop have had their turn. */
	if (n == ENDING_AT_ONCE)
		ending->next_ms = now;
	else if (ending->next_ms < now + LOOK_MS)
		ending->next_ms = now + LOOK_MS;
}

void ending_leave(struct ending *ending, struct nl *nl, const struct released_change *changes,
		  size_t count)
{
	struct released_device *leaving[ENDING_AT_ONCE];
	size_t n = 0;

	for (size_t i = 0; i < count && n < ENDING_AT_ONCE; i++) {
		struct released_device *device = released_find(ending->released, &changes[i].mac);

		if (device == NULL || device->ending != ENDING_NOW)
			continue;
		/* Should the change not be made after all, the next look puts it back. */
		device->ending = ENDING_TO_COME;
		ending->next_ms = 0;
		leaving[n++] = device;
	}
	take_out(ending, nl, leaving, n);
}

bool ending_spare(struct ending *ending, struct nl *nl, const struct ether *mac)
{
	struct released_device *device = released_find(ending->released, mac);

	if (device == NULL ||
	    (device->ending == ENDING_NOW && !take_out(ending, nl, &device, 1)))
		return false;
	device->ending = ENDING_NEVER;
	return true;
}

bool ending_is_now(const struct ending *ending, const struct ether *mac)
{
	const struct released_device *device = released_find(ending->released, mac);

	return device != NULL && device->ending == ENDING_NOW;
}

/* One message's worth, from *at on; returns how many. */
static size_t fill_list(struct ending *ending, struct nl_batch *batch, struct nftnl_set *list,
			size_t *at, int64_t now)
{
	struct released_device *device;
	size_t n = 0;

	while (n < ELEMENTS_MAX && (device = released_each(ending->released, at)) != NULL) {
		if (device->ending == ENDING_NEVER || device->expires <= now ||
		    begins_ms(ending, device->expires, device->zone) > now)
			continue;
		if (!elements_add(list, &device->mac, device->expires - now))
			batch->failed = true;
		device->ending = ENDING_NOW;
		n++;
	}
	return n;
}

void ending_fill(struct ending *ending, struct nl_batch *batch, struct nl *nl)
{
	int64_t now = clock_boot_ms();
	size_t at = 0, n;

	do {
		struct nftnl_set *list = elements_new(RULESET_ENDING);

		if (list == NULL) {
			batch->failed = true;
			return;
		}
		n = fill_list(ending, batch, list, &at, now);
		if (n > 0)
			elements_put(batch, nl, list, n, NFT_MSG_NEWSETELEM);
		nftnl_set_free(list);
	} while (n == ELEMENTS_MAX);
}
