/*
 * One hour of counters as it is reported: cells and measures in canonical JSON, so that the
 * same counters give the same bytes and the same digest. Pure.
 */
#ifndef REPORT_HOUR_H
#define REPORT_HOUR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { HOUR_SECONDS = 3600, HOUR_DIGEST = 32, HOUR_EVENTS = 7, HOUR_TEXT_MAX = 256 * 1024 };

/* Counts of one zone, audience and language, while they are collected. */
struct hour_cell {
	char zone[40], audience[40], language[12];
	int64_t counts[HOUR_EVENTS];
	bool open;
};

struct hour {
	int64_t begin; /* seconds since 1970, a whole hour */
	char *cells;   /* "[...]", the hour's; NULL before hour_end */
	char *measures;
	size_t length; /* of both */
	uint8_t digest[HOUR_DIGEST];
	/*
	 * Of one database it never grows less: rows, and all counts but those that a withdrawn
	 * acknowledgement takes back. Where it has, the database is another one.
	 */
	int64_t weight;
	bool strange; /* something was not a code: nothing of this hour may leave */

	FILE *out; /* under way */
	size_t size;
	bool any, turned; /* the list has an entry; it is that of measures */
	struct hour_cell cell;
};

/* Returns 0, or -1 when memory is out. What was begun is for hour_free. */
int hour_begin(struct hour *hour, int64_t begin);
/* An event of a visit; rows by zone, audience, language. */
void hour_event(struct hour *hour, const char *zone, const char *audience, const char *language,
		const char *event, int64_t count);
/* After the events: a measure, of all zones and rows together; by audience, language, item. */
void hour_measure(struct hour *hour, const char *audience, const char *language, const char *item,
		  const char *event, int64_t count, int64_t rows);
int hour_end(struct hour *hour);
void hour_free(struct hour *hour);

/* SHA-256 of what the department keeps of it: both lists, one after the other. */
void hour_digest(const char *cells, const char *measures, uint8_t digest[HOUR_DIGEST]);

#endif
