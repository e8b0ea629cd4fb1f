/*
 * What a batch of jobs adds to the counters: one sum for each row, not one for each job.
 */
#ifndef PORTAL_STORE_SUM_H
#define PORTAL_STORE_SUM_H

#include <stddef.h>
#include <stdint.h>

#include "common/measure.h"
#include "portal/store_book.h"

enum { STORE_SUMS_MAX = 768, STORE_SUMS_INDEX = 2048 }; /* 256 jobs add at most three each */

enum store_sum_into { STORE_SUM_COUNTERS, STORE_SUM_PENDING, STORE_SUM_OWED };

struct store_sum {
	int64_t when; /* hour, or minute of this boot; owed: 0 */
	int64_t count;
	uint16_t audience; /* store_name */
	uint16_t item;
	uint8_t into; /* enum store_sum_into */
	uint8_t zone;
	uint8_t language;
	uint8_t event; /* as in a job; owed: 0 */
};

struct store_sums {
	size_t count;
	struct store_sum sums[STORE_SUMS_MAX];
	uint16_t index[STORE_SUMS_INDEX]; /* by hash: which sum, from 1; 0: free */
};

void store_sums_begin(struct store_sums *sums);
/* Adds to the row's sum; there is room for three for each job of a batch. */
void store_sums_add(struct store_sums *sums, const struct store_sum *add);
/* Writes them, within a transaction. SQLITE_OK or the code. */
int store_sums_write(struct store_book *book, const struct store_sums *sums);

/* An event or a measure, as the database spells it. NULL when there is none of that number. */
const char *store_sum_event(uint8_t event, char out[MEASURE_TEXT_SIZE]);

#endif
