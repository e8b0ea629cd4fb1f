/* What portal says of itself and of gate, and how it is told to the operator. */
#ifndef CTL_STATUS_H
#define CTL_STATUS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "common/conf.h"

enum status_key {
	STATUS_VERSION,
	STATUS_UPTIME,
	STATUS_WHEN_DOWN,
	STATUS_TABLE,
	STATUS_OWNER,
	STATUS_CTNETLINK,
	STATUS_RELEASED,
	STATUS_RELEASED_MAX,
	STATUS_VISITS,
	STATUS_VISITS_MAX,
	STATUS_HELD,
	STATUS_LEARNING,
	STATUS_ACKNOWLEDGED,
	STATUS_NEIGHBOUR_LIMIT,
	STATUS_INTERFACES_PRESENT,
	STATUS_STORE,
	STATUS_JOURNAL,
	STATUS_CLOCK,
	STATUS_COMMITS,
	STATUS_FAILURES,
	STATUS_LAST_COMMIT,
	STATUS_LANDLOCK,
	STATUS_SECCOMP,
	STATUS_UPLINK,
	STATUS_RESOLVER,
	STATUS_TLS,
	STATUS_TLS_DAYS,
	STATUS_LAST_TICK,
	STATUS_LONGEST_TICK,
	STATUS__MAX
};

struct status {
	const char *values[STATUS__MAX]; /* inside the answer; NULL: not said */
};

/* Cuts portal's answer up in place; numbers that are none count as not said. */
void status_read(struct status *status, char *answer);
int64_t status_number(const struct status *status, enum status_key key); /* 0: not said */
bool status_is(const struct status *status, enum status_key key, const char *value);

/* Are visitors held and let through as they should be? */
bool status_works(const struct status *status);
void status_print(const struct status *status, const struct conf *conf, FILE *out);

#endif
