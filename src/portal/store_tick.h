/*
 * What time alone does to the database: releases end, hours become known, the log is
 * copied and what was deleted is erased. For the store thread, between batches.
 */
#ifndef PORTAL_STORE_TICK_H
#define PORTAL_STORE_TICK_H

#include <stdbool.h>
#include <stdint.h>

#include "portal/store_book.h"

/* Does what is due. idle: nobody waits, so what takes longer may be done. */
void store_tick(struct store_book *book, bool idle);

/* Milliseconds until something will be due; -1: nothing, before the next batch. */
int64_t store_tick_wait_ms(const struct store_book *book);

#endif
