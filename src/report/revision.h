/*
 * What is known of an hour at the department, and what is to be done about it: the state
 * machine of congchao-report-format(5). A report is the whole truth about an hour at a
 * revision; what has once been tried under a revision may have arrived, so that other
 * content needs the next one. Pure.
 */
#ifndef REPORT_REVISION_H
#define REPORT_REVISION_H

#include <stdint.h>

#include "report/hour.h"

enum revision_state {
	REVISION_NEW,	    /* never tried: there is no row for it */
	REVISION_ATTEMPTED, /* sent, or about to be; not confirmed */
	REVISION_CONFIRMED, /* the department has this revision with this digest */
	REVISION_PARKED,    /* refused for good, unless its content changes; code says why */
	REVISION_STATE__MAX
};

/* What the department answers about one report, and our own reasons not to send it. */
enum revision_code {
	REVISION_STORED = 0,
	REVISION_SAME = 1,
	REVISION_STALE = 2,
	REVISION_CONFLICT = 3,
	REVISION_REPLACED = 4,
	REVISION_REFUSED = 11,
	REVISION_TOO_OLD = 12,
	REVISION_TOO_LARGE = 413,
	REVISION_UNREADABLE = 422,
	REVISION_FEWER = 1001,	 /* the counters are fewer than those reported */
	REVISION_STRANGE = 1002, /* something in the counters is not a code */
	REVISION_GONE = 1003,	 /* its counters are no longer there */
};

enum { REVISION_SAID_SIZE = 96 };

struct revision {
	int64_t hour;
	enum revision_state state;
	int64_t rev;
	uint8_t digest[HOUR_DIGEST];   /* of what was last tried, or is confirmed */
	int64_t weight;		       /* see hour.h */
	int code;		       /* the last one; of a parked one the reason */
	char said[REVISION_SAID_SIZE]; /* by the department, of a parked one; or "" */
};

/* One report's result in an answer. */
struct revision_result {
	int64_t hour;
	int code;
	int64_t rev; /* that is stored; 0: not said */
	bool digested;
	uint8_t digest[HOUR_DIGEST];   /* that is stored */
	char said[REVISION_SAID_SIZE]; /* why it was not taken, in plain characters; or "" */
};

enum revision_step {
	REVISION_REST, /* nothing to do */
	REVISION_SEND, /* *known is what to store before it is sent */
	REVISION_PARK, /* *known is what to store; it is not sent */
};

/* Compares what is known with the counters as they are, and changes known accordingly. */
enum revision_step revision_next(struct revision *known, const struct hour *now);

/*
 * Takes the result of what revision_next has had sent. server: the department's clock, 0 when
 * it has not said. True when something is settled by it; false leaves the hour to be tried
 * again. *ahead: this gateway's clock is ahead, which is why the hour was refused.
 */
bool revision_settle(struct revision *known, const struct revision_result *result, int64_t server,
		     bool *ahead);

/* Parks it for our own reason, or for one that a whole answer gave. */
void revision_park(struct revision *known, enum revision_code code);

/* "refused: ..." for the operator. */
const char *revision_reason(int code);

#endif
