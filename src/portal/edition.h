/*
 * One reading of the content pack and the pages: what a visit begins with it keeps, while
 * others already begin with a newer one. An edition goes when its last visit has ended.
 */
#ifndef PORTAL_EDITION_H
#define PORTAL_EDITION_H

#include <stdbool.h>
#include <stdint.h>

#include "common/conf.h"
#include "common/lesson.h"
#include "common/page.h"
#include "common/report.h"
#include "portal/store.h"

enum { EDITIONS_MAX = 4 }; /* at a time: the present one and what visits still read */

struct edition {
	struct lesson_bank *bank;
	struct page_set *pages;
	uint16_t *audiences, *lessons, *questions; /* store_name of each in the bank */
	uint8_t zone_audience[CONF_ZONES_MAX];	   /* each zone's own, an index in the bank */
	uint32_t visits;			   /* that read it */
	bool current;
	int64_t retired_ms; /* when it was put aside: clock_boot_ms() */
};

/* Loads and checks everything. NULL when report has counted an error; nothing has changed. */
struct edition *edition_load(const struct conf *conf, struct report *report);

/* Names everything in the store; false when the store has no room for the names. */
bool edition_name(struct edition *edition, struct store *store);

/* A visit begins or ends with it; one that is not current goes with its last visit. */
struct edition *edition_hold(struct edition *edition);
void edition_release(struct edition *edition); /* accepts NULL */

/* No longer the current one. */
void edition_retire(struct edition *edition); /* accepts NULL */

/* Those that there are, the current one among them. */
unsigned edition_count(void);

/* The index of the bank's lesson with that store_name, or -1. */
int edition_lesson_of(const struct edition *edition, uint16_t name);

#endif
