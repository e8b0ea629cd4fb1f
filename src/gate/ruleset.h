/*
 * The table `inet congchao`: sets, chains and rules, put in place in one transaction and
 * found missing when someone removes it. The number of rules does not depend on the
 * number of devices.
 */
#ifndef GATE_RULESET_H
#define GATE_RULESET_H

#include <stdbool.h>
#include <stdint.h>

#include "common/conf.h"
#include "gate/nl.h"

#define RULESET_TABLE "congchao"
#define RULESET_RELEASED "released"
#define RULESET_ENDING "ending"
#define RULESET_ACTIVE "active" /* there when a zone has idle_after */

struct ruleset {
	const struct conf *conf; /* borrowed */
	bool owner;		 /* the kernel removes the table when gate's socket closes */
	bool ctnetlink;		 /* established flows pass first: entries can be deleted */
	bool counts;		 /* the kernel has ct count: guard stands */
	bool stand_in;		 /* held devices' names are answered by portal now */
	bool garden;		 /* what the walled garden has marked passes */
	bool fib;		 /* the kernel knows its own addresses: HTTPS is led to the alert,
				    and to the portal at https://NAME/ */
};

/* Adds the elements of `released` and `ending` to a batch: gate's table of devices. */
typedef void ruleset_fill(void *arg, struct nl_batch *batch, struct nl *nl);

/*
 * Puts the table in place, in place of an older one, with the elements fill adds, all in
 * one transaction. Falls back, each with a line in the log, where the kernel lacks the
 * owner flag (before 5.12), ct count or fib. 0, or -1 with errno: EPERM when another
 * running gate owns it.
 */
int ruleset_install(struct ruleset *rules, struct nl *nl, ruleset_fill *fill, void *arg);

/* The same without falling back. */
int ruleset_install_once(const struct ruleset *rules, struct nl *nl, ruleset_fill *fill, void *arg);

/* Puts into the kernel what stand_in says, once the table stands. 0, or -1 with errno. */
int ruleset_stand_in(const struct ruleset *rules, struct nl *nl);

/* Removes the table. 0, or -1 with errno. */
int ruleset_remove(struct nl *nl);

/* Is there a table of that name now? */
bool ruleset_exists(struct nl *nl);

#endif
