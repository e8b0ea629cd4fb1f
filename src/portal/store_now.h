/*
 * What this machine says about time and about itself, read for the store. A file of its
 * own so that a test can link another world in its place.
 */
#ifndef PORTAL_STORE_NOW_H
#define PORTAL_STORE_NOW_H

#include <stdbool.h>
#include <stdint.h>

enum { STORE_BOOT_ID_SIZE = 37 };

struct store_now {
	int64_t boot_ms;      /* CLOCK_BOOTTIME */
	int64_t wall_seconds; /* as far as this router knows */
	bool synchronised;    /* the kernel says that someone disciplines the clock */
};

void store_now_read(struct store_now *now);

/* The first of them alone, for who must not wait. */
int64_t store_now_boot_ms(void);

/* The random name of this boot; "unknown" (and a log line) where it cannot be read. */
void store_now_boot_id(char out[STORE_BOOT_ID_SIZE]);

#endif
