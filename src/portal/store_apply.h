/*
 * A batch of jobs, as one transaction: releases row by row, counts as sums.
 */
#ifndef PORTAL_STORE_APPLY_H
#define PORTAL_STORE_APPLY_H

#include <stddef.h>

#include "portal/store_book.h"

enum { STORE_APPLY_MAX = 256 };

/* Stores count (at most STORE_APPLY_MAX) jobs and sets each one's stored. */
void store_apply(struct store_book *book, struct store_job *jobs, size_t count);

/* What is owed is counted as released now, as one transaction. 0, or -1. */
int store_apply_owed(struct store_book *book);

#endif
