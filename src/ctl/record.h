/*
 * The same fields row by row, as JSON for programs or as CSV for spreadsheets. A field's
 * number with nothing behind it is null, or empty.
 */
#ifndef CTL_RECORD_H
#define CTL_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Begin with {.out = , .json = , .names = , .count = }; the rest is record's. */
struct record {
	FILE *out;
	bool json;
	const char *const *names; /* of the fields */
	size_t count;
	size_t at, rows;
};

void record_begin(struct record *record);
/* The next field of the row; after the last one the next row begins. NULL: not known. */
void record_text(struct record *record, const char *text);
void record_number(struct record *record, bool known, int64_t number);
/* A share of 1 as Moodle prints it, in hundredths with two decimals: 0.4126 is 41.26. */
void record_share(struct record *record, bool known, double share);
void record_end(struct record *record);

#endif
