/*
 * The releases with time left, read for the replay at start.
 */
#ifndef PORTAL_STORE_LEASE_H
#define PORTAL_STORE_LEASE_H

#include <stddef.h>

#include "portal/store_book.h"

/* Calls back for each; returns how many. The callback must not use the book. */
size_t store_lease_each(struct store_book *book,
			void (*each)(void *arg, const struct store_lease *lease), void *arg);

#endif
