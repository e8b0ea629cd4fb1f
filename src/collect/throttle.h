/*
 * How often somebody may try to log in: a table of fixed size, by a hash of what is counted
 * (an account, an address). A full table forgets whoever has been quiet longest.
 */
#ifndef COLLECT_THROTTLE_H
#define COLLECT_THROTTLE_H

#include <stdbool.h>
#include <stdint.h>

enum {
	THROTTLE_SLOTS = 4096,
	THROTTLE_ACCOUNT_MAX = 10, /* failures within THROTTLE_SECONDS */
	THROTTLE_ADDRESS_MAX = 20,
	THROTTLE_SECONDS = 15 * 60,
	THROTTLE_BURST = 10, /* logins of all at once, and then so many a second: */
	THROTTLE_RATE = 4,
};

void throttle_open(void);

/* May this be tried now? Takes one of those of this second when it may. */
bool throttle_may(const char *account, const char *address, int64_t now_ms);
void throttle_failed(const char *account, const char *address, int64_t now_ms);
void throttle_succeeded(const char *account);

#endif
