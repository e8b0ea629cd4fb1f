/*
 * The devices that are released: gate's table of them, of fixed size, and the elements of
 * the set `released` that are its copy in the kernel. Times are milliseconds of
 * CLOCK_BOOTTIME.
 */
#ifndef GATE_RELEASED_H
#define GATE_RELEASED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/ether.h"
#include "gate/nl.h"

/* After its time a device is given this long: the kernel counts in jiffies, and begins a
 * little later. */
enum { RELEASED_GRACE_MS = 100 };

struct released;

/* One of them. */
struct released_device {
	int64_t expires; /* 0: a free slot */
	struct ether mac;
	uint8_t zone;	/* in which it was released */
	uint8_t ending; /* what ending.c has to do with it */
};

/* Room for max devices; NULL with errno when memory is out. */
struct released *released_alloc(uint32_t max);
void released_free(struct released *released); /* accepts NULL */

uint32_t released_count(const struct released *released);

/* Seconds left, rounded up; 0 when the device is not released. */
uint32_t released_seconds(const struct released *released, const struct ether *mac, int64_t now);

/* The record of a device; NULL when it is not released. Good until the next change. */
struct released_device *released_find(struct released *released, const struct ether *mac);

/* All of them, one after the other; *at is 0 at first. NULL after the last. */
struct released_device *released_each(struct released *released, size_t *at);

/* One device of a change: to be released until then, or with expires 0 to be taken out. */
struct released_change {
	struct ether mac;
	bool done; /* out: the kernel has it (or was not asked: kernel = false) */
	bool full; /* out: there was no room */
	uint8_t zone;	/* as in the record that it becomes */
	uint8_t ending;
	int64_t expires;
};

/*
 * Makes all changes as one nftables transaction and enters what the kernel took. Should
 * the kernel refuse the transaction, each change is tried alone, so that one bad element
 * does not keep the others out. Releasing again renews the time. kernel = false enters
 * them in the table only: the rules are not in place yet, released_fill will put them.
 */
void released_apply(struct released *released, struct nl *nl, struct released_change *changes,
		    size_t count, int64_t now, bool kernel);

/* Puts every device with time left into a batch that makes the table (ruleset_fill). */
void released_fill(struct released *released, struct nl_batch *batch, struct nl *nl);

/*
 * Takes up to max devices whose time is over out of the table into macs; returns how many.
 * The kernel's elements have ended by themselves by then. *next is when to call again.
 */
size_t released_expired(struct released *released, int64_t now, struct ether *macs, size_t max,
			int64_t *next);

/* What tells a release from the device's others: when it ends, in milliseconds since boot,
 * as far as 32 bits go; 0: the device is not released. */
uint32_t released_end(const struct released *released, const struct ether *mac);

/*
 * Of a release that also ends by idleness: when to look whether the device is active, and
 * in which zone it was made. Room for these is taken by released_keep_looks, which is false
 * when memory is out; without it there are none. They end with the release.
 */
bool released_keep_looks(struct released *released);
/* at_ms 0: never. Rounded up to a second. */
void released_look(struct released *released, const struct ether *mac, unsigned zone,
		   int64_t at_ms);
/* Of all of them, by their zones. */
void released_look_all(struct released *released, const int64_t at_ms[]);

struct released_due {
	struct ether mac;
	uint8_t zone;
};

/* Up to max devices that are due; returns how many. *next is when the next one will be. */
size_t released_due(const struct released *released, int64_t now, struct released_due *due,
		    size_t max, int64_t *next);

#endif
