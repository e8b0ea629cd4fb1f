/*
 * How gate and portal are: one set of numbers for `congchao status` and for Prometheus.
 * Health only: nothing of what was learned, and no device.
 */
#ifndef PORTAL_HEALTH_H
#define PORTAL_HEALTH_H

#include <stdint.h>
#include <stdio.h>

#include "common/msg.h"
#include "portal/portal.h"

enum health_field {
	HEALTH_VERSION,
	HEALTH_UPTIME,
	HEALTH_WHEN_DOWN,
	HEALTH_TABLE,
	HEALTH_OWNER,
	HEALTH_CTNETLINK,
	HEALTH_RELEASED,
	HEALTH_RELEASED_MAX,
	HEALTH_VISITS,
	HEALTH_VISITS_MAX,
	HEALTH_HELD,
	HEALTH_LEARNING,
	HEALTH_ACKNOWLEDGED,
	HEALTH_NEIGHBOUR_LIMIT,
	HEALTH_INTERFACES,
	HEALTH_STORE,
	HEALTH_JOURNAL,
	HEALTH_CLOCK,
	HEALTH_COMMITS,
	HEALTH_FAILURES,
	HEALTH_LAST_COMMIT,
	HEALTH_LANDLOCK,
	HEALTH_SECCOMP,
	HEALTH_TLS,
	HEALTH_TLS_DAYS,
	HEALTH_UPLINK,
	HEALTH_UPLINK_UP,
	HEALTH_RESOLVER,
	HEALTH_TICKS,
	HEALTH_TICKS_SUM,
	HEALTH_LAST_TICK,
	HEALTH_LONGEST_TICK,
	HEALTH__MAX
};

struct health {
	int64_t number[HEALTH__MAX]; /* of a word: which of the two */
	const char *text[HEALTH__MAX];
	bool absent[HEALTH__MAX]; /* no metric: it is not looked after here */
};

/* gate: its answer to MSG_COUNT. */
void health_look(const struct portal *portal, const struct msg *gate, struct health *health);

/* "name value" lines, as congchao reads them. */
void health_write_status(const struct health *health, FILE *out);
/* Prometheus' text format, version 0.0.4. */
void health_write_metrics(const struct health *health, FILE *out);

#endif
