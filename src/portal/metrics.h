/*
 * /metrics for Prometheus, on a port of this machine alone: gate's and portal's health. A
 * daemon of its own beside the visitors' one: whoever scrapes takes none of their places,
 * and no visitor can reach it.
 */
#ifndef PORTAL_METRICS_H
#define PORTAL_METRICS_H

#include <stdint.h>

#include "portal/portal.h"

struct metrics;

/* Listens on metrics.port of 127.0.0.1. NULL with errno. */
struct metrics *metrics_open(struct portal *portal);
/* Accept NULL: it is not configured. */
void metrics_close(struct metrics *metrics);
int metrics_fd(const struct metrics *metrics); /* poll it for reading; -1 */
int metrics_wait_ms(const struct metrics *metrics);
void metrics_run(struct metrics *metrics);
void metrics_sweep(struct metrics *metrics, int64_t now_ms);

#endif
