/*
 * Which hour an event belongs to, on a router that may not know the time yet. Pure:
 * every reading is handed in.
 */
#ifndef PORTAL_STORE_CLOCK_H
#define PORTAL_STORE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "portal/store_now.h"

enum {
	STORE_CLOCK_HOUR_SECONDS = 3600,
	STORE_CLOCK_MINUTE_MS = 60000,
	STORE_CLOCK_STEP_SECONDS = 5,		  /* less is slewing and rounding */
	STORE_CLOCK_STEADY_MS = 24 * 3600 * 1000, /* plausible that long: believed */
};

/* 2026-01-01 UTC: this program is younger than any clock that says less. */
#define STORE_CLOCK_FLOOR INT64_C(1767225600)

struct store_clock {
	bool plausible; /* not before 2026, and not behind wall_max */
	bool settled;	/* the wall clock is right; stays so for this run */
	int64_t offset; /* wall seconds at boot; moves only when the clock is stepped */
	int64_t steady_since_ms;
	int64_t settled_at_ms;
	int64_t wall_max; /* the greatest wall clock ever stored, or the last right one */
};

/* Takes a reading; clock begins as all zero, wall_max from the database. */
void store_clock_observe(struct store_clock *clock, const struct store_now *now);

/* The minute of this boot under which an event waits while the clock is not settled. */
int64_t store_clock_minute(int64_t boot_ms);

/*
 * The hour (seconds since 1970) of an event at boot_ms, once settled. An event of before
 * it was settled waited under its minute, so its hour is that of the minute's beginning:
 * who asks later finds the same hour.
 */
int64_t store_clock_hour(const struct store_clock *clock, int64_t boot_ms);

/*
 * What local clocks said when this boot began, in seconds since 1970 as if they were UTC;
 * 0 while it is not settled. From this the local day follows at any moment.
 */
uint32_t store_clock_local_start(const struct store_clock *clock, const struct store_now *now);

#endif
