/*
 * What the reporter knows between its runs, in a small SQLite file of its own: of each hour
 * what was tried and what is confirmed, and when to try again. It can be lost: the
 * department's answers bring back what matters.
 */
#ifndef REPORT_STATE_H
#define REPORT_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/conf.h"
#include "report/problem.h"
#include "report/revision.h"
#include "report/schedule.h"

struct state;

/* NULL with a problem. A broken file is set aside, with a line in the log. */
struct state *state_open(const struct conf *conf, struct problem *problem);
void state_close(struct state *state);

/* All that is put in between is kept, or nothing of it. Each 0, or -1 with a problem. */
int state_begin(struct state *state, struct problem *problem);
int state_commit(struct state *state, struct problem *problem);
void state_abandon(struct state *state);

/* One number or text by name (the STATE_ names below); what is absent is 0 or "". */
int64_t state_number(struct state *state, const char *name);
void state_text(struct state *state, const char *name, char *out, size_t size);
int state_put_number(struct state *state, const char *name, int64_t value, struct problem *problem);
int state_put_text(struct state *state, const char *name, const char *value,
		   struct problem *problem);

#define STATE_SITE	    "site"     /* whose hours these are */
#define STATE_INSTANCE	    "instance" /* of an enrolment under way */
#define STATE_OTHERS	    "others"   /* earlier hours are another site's */
#define STATE_SINCE	    "since"    /* earlier hours are not in this database */
#define STATE_FIRST	    "first"    /* the earliest hour that was counted */
#define STATE_LOOKED	    "looked"   /* when all hours were last compared */
#define STATE_TRIED	    "tried"    /* struct schedule */
#define STATE_RETRY_AT	    "retry_at"
#define STATE_FAILURES	    "failures"
#define STATE_SUCCESS	    "success" /* when a round last ended well */
#define STATE_PROBLEM	    "problem" /* since then; "": none */
#define STATE_PROBLEM_SINCE "problem_since"

void state_schedule(struct state *state, struct schedule *schedule);
int state_put_schedule(struct state *state, const struct schedule *schedule,
		       struct problem *problem);

/* Of an hour; REVISION_NEW when there is nothing. */
int state_hour(struct state *state, int64_t hour, struct revision *revision,
	       struct problem *problem);
int state_put_hour(struct state *state, const struct revision *revision, struct problem *problem);

/* Hours of from <= hour < to that are neither confirmed nor parked, and the first of them. */
int state_unsent(struct state *state, int64_t from, int64_t to, int64_t *count, int64_t *first,
		 struct problem *problem);
/* Calls each for the parked ones, the earliest first. */
int state_parked(struct state *state, void (*each)(void *arg, const struct revision *revision),
		 void *arg, struct problem *problem);

/* Behind the last hour that may have arrived; 0: none has been sent. */
int64_t state_sent_until(struct state *state);
/* Forgets hours before; parks those before that are not settled, as their counters are gone. */
int state_forget(struct state *state, int64_t before, struct problem *problem);
int state_give_up(struct state *state, int64_t before, struct problem *problem);

#endif
