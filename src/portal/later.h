/*
 * Who has taken "later" today: a table of fixed size in memory, of a keyed hash of the MAC
 * and a time, forgotten with portal. Nothing of it is written to disk.
 */
#ifndef PORTAL_LATER_H
#define PORTAL_LATER_H

#include <stdbool.h>
#include <stdint.h>

#include "common/ether.h"

/* Has the device not taken it in the last 24 hours? */
bool later_is_free(const struct ether *mac, int64_t now_ms);
/* It has now. The oldest makes room. */
void later_take(const struct ether *mac, int64_t now_ms);

#endif
