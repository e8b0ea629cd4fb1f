/*
 * The reports of one request: up to 48 hours, oldest first, at most 60 KiB of the 64 that a
 * server takes; one that is larger goes alone.
 */
#ifndef REPORT_BATCH_H
#define REPORT_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/answer.h"
#include "report/hour.h"
#include "report/key.h"
#include "report/revision.h"

enum { BATCH_MAX = ANSWER_RESULTS_MAX, BATCH_BYTES = 60 * 1024 };

struct batch {
	struct {
		struct revision known;
		struct hour hour;
	} entries[BATCH_MAX];
	size_t count;
	size_t size; /* of the body, about; never less than it will be */
};

/* What is the same in all reports of a request. */
struct batch_about {
	const struct key *key;
	bool settled;	       /* no event waits for the clock */
	int64_t unsent;	       /* hours that are left to be sent after this request */
	int64_t oldest_unsent; /* the earliest of them, if there is one */
};

/* Is there room for the hour, when at most so many may go? */
bool batch_has_room(const struct batch *batch, const struct hour *hour, size_t most);
/* Takes the hour over, which is then the batch's to free. */
void batch_add(struct batch *batch, const struct revision *known, struct hour *hour);
/* The body, for the caller to free; NULL when memory is out. */
char *batch_body(const struct batch *batch, const struct batch_about *about);
void batch_clear(struct batch *batch);

#endif
