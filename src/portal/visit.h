/*
 * The visits of held devices: a table of fixed size in memory, found by MAC. Nothing of a
 * visit is ever written to disk.
 *
 * held -> learning -> acknowledged -> (released: the visit is over and forgotten)
 */
#ifndef PORTAL_VISIT_H
#define PORTAL_VISIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/ether.h"
#include "common/msg.h"
#include "portal/edition.h"
#include "portal/quiz.h"

enum { VISIT_SECRET = 15, VISIT_INDEX = 3, VISIT_TOKEN_SIZE = 33, VISIT_IDLE_MS = 30 * 60 * 1000 };

enum visit_state {
	VISIT_FREE = 0,
	VISIT_HELD,	    /* has seen no question yet */
	VISIT_LEARNING,	    /* between the first question and the last button */
	VISIT_ACKNOWLEDGED, /* has pressed it: being stored and released */
};

/* A device that is released still, but not for long. */
enum visit_ending {
	VISIT_ENDING_NOT = 0, /* it is held */
	VISIT_ENDING_OFFERED, /* one more lesson, or later: not chosen yet */
	VISIT_ENDING_RENEWS,
};

enum visit_retry { VISIT_RETRY_NOT_YET, VISIT_RETRY_ASKED, VISIT_RETRY_ANSWERED };

struct request; /* http's: a suspended connection */

struct visit {
	struct ether mac;
	uint8_t state; /* enum visit_state */
	uint8_t zone;
	uint8_t language;
	uint8_t audience; /* index in the edition's bank */
	uint8_t step;	  /* pages gone on from: in the token, so that each form counts once */
	uint8_t answered; /* questions; quiz.total: the button is next */
	uint8_t retry;	  /* enum visit_retry */
	uint8_t retried;  /* VISIT_RETRY_ANSWERED: so many had been answered then */
	bool shown;	  /* the present question has been counted as shown */
	bool known;	  /* the device is remembered from an earlier day */
	uint8_t event;	  /* what the button counts as: enum store_event */
	uint8_t ending;	  /* enum visit_ending */
	struct edition *edition;
	uint8_t address[16]; /* at which gate has found it last */
	uint8_t family;
	uint32_t ifindex;
	uint8_t secret[VISIT_SECRET]; /* in every token of this visit */
	struct quiz quiz;
	int64_t shown_ms; /* the present question */
	int64_t last_ms;  /* last seen */
	int64_t acknowledged_ms;
	struct request *waiters; /* to be told how its release went */
	uint32_t next, older, newer; /* hash chain and order of age; index + 1, 0: none */
};

struct visits;

/* Room for max visits; NULL with errno when memory or chance is out. */
struct visits *visit_open(uint32_t max);
void visit_close(struct visits *visits); /* accepts NULL */

struct visit *visit_find(struct visits *visits, const struct ether *mac);
/*
 * A new visit, state held, with a fresh secret. In a full table the oldest that has not
 * acknowledged makes room; NULL when there is none.
 */
struct visit *visit_begin(struct visits *visits, const struct ether *mac, int64_t now_ms);
/* It is the youngest now. */
void visit_touch(struct visits *visits, struct visit *visit, int64_t now_ms);
void visit_end(struct visits *visits, struct visit *visit);
/* Forgets those that have not acknowledged and not been seen for VISIT_IDLE_MS. */
void visit_forget_idle(struct visits *visits, int64_t now_ms);
/*
 * Forgets those that have not acknowledged and read an edition that was put aside
 * VISIT_IDLE_MS ago, however often they are seen: whoever keeps coming back must not keep
 * old editions in memory, and so the next reload waiting.
 */
void visit_forget_retired(struct visits *visits, int64_t now_ms);

uint32_t visit_index(const struct visits *visits, const struct visit *visit);
struct visit *visit_at(struct visits *visits, uint32_t index);
uint32_t visit_count(const struct visits *visits);
uint32_t visit_max(const struct visits *visits);

/* Gate has found the visit's device at this address; its answer says where that is. */
void visit_seen_at(struct visit *visit, uint8_t family, const uint8_t address[16],
		   const struct msg *found);

/*
 * The visit to which a token belongs, if the request comes from the address at which gate
 * has found it; NULL otherwise. Gate is asked once more before the release.
 */
struct visit *visit_of_token(struct visits *visits, const char *token, uint8_t family,
			     const uint8_t address[16]);

/* The token of the visit's present step, in hexadecimal. */
void visit_token(const struct visit *visit, char out[VISIT_TOKEN_SIZE]);

enum visit_token_is {
	VISIT_TOKEN_FOREIGN, /* not of this visit, or of a step not reached */
	VISIT_TOKEN_PAST,    /* of a step that has been answered: a replay, a tap on "back" */
	VISIT_TOKEN_PRESENT,
};
/* Compares in constant time. */
enum visit_token_is visit_token_check(const struct visit *visit, const char *token);

#endif
