/* How long a tick takes: all that is done between two waits of portal's loop. */
#ifndef PORTAL_TICK_H
#define PORTAL_TICK_H

#include <stdint.h>
#include <time.h>

struct tick {
	uint64_t begun_us;
	uint64_t count, sum_us, last_us, longest_us;
};

static inline uint64_t tick_now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

static inline void tick_begin(struct tick *tick)
{
	tick->begun_us = tick_now_us();
}

static inline void tick_end(struct tick *tick)
{
	tick->last_us = tick_now_us() - tick->begun_us;
	tick->sum_us += tick->last_us;
	tick->count++;
	if (tick->last_us > tick->longest_us)
		tick->longest_us = tick->last_us;
}

#endif
