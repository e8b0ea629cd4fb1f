/*
 * When to try; see schedule.h. A router's clock may jump by years when it is set: no time
 * that is kept may silence the gateway for longer than a day.
 */
#include "report/schedule.h"

#include <sodium.h>
#include <string.h>

enum { HOUR = 3600 };

int64_t schedule_slot(const uint8_t key[KEY_BYTES])
{
	static const char label[] = "slot";
	uint8_t mac[crypto_auth_hmacsha256_BYTES];
	uint32_t rest = 0;

	crypto_auth_hmacsha256(mac, (const unsigned char *)label, strlen(label), key);
	/* The whole number, digit by digit: 32 bits times 256 do not overflow below 3000. */
	for (size_t i = 0; i < sizeof(mac); i++)
		rest = (rest * 256 + mac[i]) % SCHEDULE_SLOTS;
	return rest;
}

static int64_t slot_before(int64_t slot, int64_t now)
{
	int64_t begin = now - now % HOUR + slot;

	return begin <= now ? begin : begin - HOUR;
}

int64_t schedule_due(const struct schedule *schedule, int64_t slot, int64_t now)
{
	int64_t last = slot_before(slot, now);
	bool tried = schedule->tried >= last && schedule->tried <= now;

	if (schedule->retry_at > 0 && schedule->retry_at <= now + SCHEDULE_RETRY_AFTER)
		return schedule->retry_at;
	/*
	 * The slot that has just begun is used, one that was missed (switched off) is not:
	 * when a whole town has its power back, it does not come at once.
	 */
	return !tried && now - last < SCHEDULE_WINDOW ? last : last + HOUR;
}

void schedule_begin(struct schedule *schedule, int64_t now)
{
	schedule->tried = now;
	schedule->retry_at = 0;
}

void schedule_succeed(struct schedule *schedule)
{
	schedule->retry_at = 0;
	schedule->failures = 0;
}

void schedule_wait(struct schedule *schedule)
{
	schedule->retry_at = 0;
	schedule->failures++;
}

/* Full jitter: anything from now to the end of the span. */
void schedule_fail(struct schedule *schedule, int64_t now, uint32_t random, int64_t after)
{
	int64_t span = SCHEDULE_RETRY_LEAST;

	for (int64_t i = 0; i < schedule->failures && span < SCHEDULE_RETRY_MOST; i++)
		span *= 2;
	if (span > SCHEDULE_RETRY_MOST)
		span = SCHEDULE_RETRY_MOST;
	if (after > SCHEDULE_RETRY_AFTER)
		after = SCHEDULE_RETRY_AFTER;
	schedule->failures++;
	schedule->retry_at = now + 1 + (int64_t)(random % (uint64_t)span);
	/* Not all at the moment that a busy server has named: a little later. */
	if (after > 0)
		schedule->retry_at = now + after + (int64_t)(random % SCHEDULE_RETRY_LEAST);
}
