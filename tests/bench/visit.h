/*
 * Whole visits over HTTP, from many devices at once: what a phone does from its first
 * probe to "you are online". For tests/bench/load.c; it believes nothing but the pages.
 */
#ifndef BENCH_VISIT_H
#define BENCH_VISIT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "sample.h"

enum visit_kind { VISIT_PROBE, VISIT_PAGE, VISIT_ANSWER, VISIT_ACKNOWLEDGE, VISIT_ONLINE };

/* Steps of a full visit, by index: probe, (page, answer) x 3, page, acknowledge, online. */
enum { VISIT_STEP_ACKNOWLEDGE = 8, VISIT_STEPS = 10 };

struct visit_plan {
	struct sockaddr_in probe;  /* anywhere: intercepted */
	struct sockaddr_in portal; /* the portal's own address */
	uint32_t first;		   /* address of device 0, host order; the others follow */
	uint32_t devices;
	uint32_t flight; /* requests in flight */
	bool keep;	 /* a device keeps its connection from one visit_run to the next */
};

struct visits;

/* Exits when memory is out. plan is borrowed. */
struct visits *visits_open(const struct visit_plan *plan);
void visits_close(struct visits *visits);

/*
 * Takes every device through steps [from, to), flight of them at a time; a device whose
 * answer is not the expected one is counted as failed and left. One latency is added per
 * device that came through: of the one step when there is one, else of the whole way.
 */
void visits_run(struct visits *visits, unsigned from, unsigned to, struct sample *sample);

#endif
