/*
 * Decides when the wall clock can be believed and names the hour of an event. For the
 * store's counters; a lease must never depend on it.
 */
#include "portal/store_clock.h"

#include <stdlib.h>
#include <time.h>

static int64_t clock_floor_to(int64_t value, int64_t unit)
{
	int64_t rest = value % unit;

	return value - (rest < 0 ? rest + unit : rest);
}

static bool clock_plausible(const struct store_clock *clock, const struct store_now *now)
{
	return now->wall_seconds >= STORE_CLOCK_FLOOR &&
	       now->wall_seconds > clock->wall_max - STORE_CLOCK_STEP_SECONDS;
}

void store_clock_observe(struct store_clock *clock, const struct store_now *now)
{
	int64_t offset = now->wall_seconds - now->boot_ms / 1000;

	if (llabs(offset - clock->offset) >= STORE_CLOCK_STEP_SECONDS) {
		clock->offset = offset;
		clock->steady_since_ms = now->boot_ms;
	}
	/* Steadily wrong is not steady: the day begins when it becomes plausible. */
	if (!clock->plausible)
		clock->steady_since_ms = now->boot_ms;
	clock->plausible = clock_plausible(clock, now);
	if (!clock->settled &&
	    (now->synchronised || (clock->plausible && now->boot_ms - clock->steady_since_ms >=
							   STORE_CLOCK_STEADY_MS))) {
		clock->settled = true;
		clock->settled_at_ms = now->boot_ms;
	}
	if (clock->settled || now->wall_seconds > clock->wall_max)
		clock->wall_max = now->wall_seconds;
}

int64_t store_clock_minute(int64_t boot_ms)
{
	return clock_floor_to(boot_ms, STORE_CLOCK_MINUTE_MS) / STORE_CLOCK_MINUTE_MS;
}

int64_t store_clock_hour(const struct store_clock *clock, int64_t boot_ms)
{
	if (boot_ms < clock->settled_at_ms)
		boot_ms = clock_floor_to(boot_ms, STORE_CLOCK_MINUTE_MS);
	return clock_floor_to(clock->offset + boot_ms / 1000, STORE_CLOCK_HOUR_SECONDS);
}

uint32_t store_clock_local_start(const struct store_clock *clock, const struct store_now *now)
{
	time_t wall = (time_t)now->wall_seconds;
	struct tm tm;
	int64_t start;

	/* Also when nothing comes of it: the first call reads the time zone's file, and must
	 * come before the process is locked. */
	if (localtime_r(&wall, &tm) == NULL || !clock->settled)
		return 0;
	start = clock->offset + tm.tm_gmtoff;
	return start > 0 && start <= UINT32_MAX ? (uint32_t)start : 0;
}
