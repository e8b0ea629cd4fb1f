/*
 * Short names for the texts that jobs point to: a job is of fixed size and has no pointer.
 * One thread gives names, the HTTP thread; the store's thread reads those that have come
 * with a job. Nothing is ever taken back.
 */
#ifndef PORTAL_STORE_NAME_H
#define PORTAL_STORE_NAME_H

#include <stdint.h>

#include "portal/store.h"

struct store_names {
	char *texts[STORE_NAMES_MAX];	     /* of name 1 and on */
	uint16_t index[2 * STORE_NAMES_MAX]; /* by hash: the name; 0: free */
	uint16_t count;
};

/* 0 when there are too many, or memory is out. names begin as all zero. */
uint16_t store_names_of(struct store_names *names, const char *text);
/* "" for 0, and for what has not been given. */
const char *store_names_text(const struct store_names *names, uint16_t name);
void store_names_free(struct store_names *names);

#endif
