/*
 * The database: releases and hourly counters. One thread, the store thread, touches
 * SQLite; a batch of jobs goes in, is ONE transaction, and comes out finished. Nothing
 * else is shared. The database is the truth; the kernel's set is a copy.
 *
 * No language and no answer is ever in a row with a MAC; no MAC is in a counter.
 */
#ifndef PORTAL_STORE_H
#define PORTAL_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/conf.h"
#include "common/ether.h"

enum store_event {
	STORE_SHOWN,	    /* a question shown for the first time in a visit */
	STORE_ANSWERED,	    /* a first answer */
	STORE_RIGHT,	    /* ... that was right */
	STORE_ACKNOWLEDGED, /* a visitor acknowledged, stored */
	STORE_RELEASED,	    /* gate has confirmed the release of an acknowledgement, or of "later" */
	STORE_DEFERRED,	    /* "later": released for minutes without an acknowledgement, stored */
	STORE_RETURNED,	    /* an acknowledgement without questions: asked a short while ago */
	STORE_EVENT__MAX
};

enum store_kind {
	STORE_ACKNOWLEDGE, /* insert or renew the release of mac; count event (STORE_ACKNOWLEDGED,
			      STORE_RETURNED: that and acknowledged, STORE_DEFERRED); owe a
			      released; write down what the device has learned */
	STORE_CONFIRM,	   /* gate has released it: count released, owe one less */
	STORE_WITHDRAW,	   /* gate refused it: delete that release, uncount the acknowledgement in
			      the hour in which it was counted, owe one less */
	STORE_GRANT,	   /* the operator's release: insert or renew, count nothing */
	STORE_REVOKE,	   /* delete the release of mac; success also when there was none */
	STORE_ADD,	   /* add count to the counter of (zone, audience, language, event, item) */
	STORE_KEY,	   /* a key of pseudonyms begins: born, bytes */
	STORE_FORGET,	   /* destroy the keys born on or before born, and the records under them;
			      those born after today (if not 0) as well: the clock was wrong then */
	STORE_KIND__MAX
};

enum { STORE_PSEUDONYM = 16, STORE_LEARNED_MAX = 2 };

struct store_job {
	enum store_kind kind;
	uint32_t tag; /* the caller's, carried through */
	struct ether mac;
	uint8_t zone; /* indices in the configuration */
	uint8_t language;
	uint8_t event;	   /* enum store_event, or STORE_EVENT__MAX + measure code (measure.h) */
	uint16_t audience; /* store_name; all but GRANT, REVOKE, KEY, FORGET; 0: counted under "" */
	uint16_t item;	   /* store_name of what a measure is about; 0: an event of a visit */
	bool stored;	   /* out: COMMIT has returned success */
	uint32_t seconds;  /* how long the release lasts */
	uint32_t count;	   /* for STORE_ADD */
	int64_t boot_ms;   /* when it happened: clock_boot_ms() */
	/* ACKNOWLEDGE: these objectives, today, under this pseudonym of a key born then. */
	uint8_t bytes[STORE_PSEUDONYM]; /* the pseudonym; for STORE_KEY the key */
	uint16_t learned[STORE_LEARNED_MAX]; /* store_name; 0: none */
	int32_t today, born;		     /* days since 1970 */
};

/* What was remembered when the store was opened. Strings are the store's. */
struct store_review {
	uint8_t pseudonym[STORE_PSEUDONYM];
	int32_t born;	    /* of the key */
	uint16_t objective; /* store_name */
	int32_t day;
};

struct store_lease {
	struct ether mac;
	uint8_t zone;
	uint32_t seconds_left; /* at least 1 */
};

struct store_status {
	bool ok;	    /* the last commit succeeded */
	bool journal;	    /* rollback journal: the filesystem cannot do WAL */
	bool clock_settled; /* the wall clock is right; hours are final */
	uint64_t commits;
	uint64_t failures;
	uint64_t last_commit_us; /* how long the last COMMIT took */
};

struct store;

/*
 * Opens the database of conf, migrates it, sets a corrupt one aside under a dated name
 * (one log line), rebases the releases of an earlier boot so that each keeps what was
 * left of it, deletes the ended ones. A database that cannot be opened now (read-only or
 * full disk) is tried again at every batch. NULL with errno only when memory is out.
 */
struct store *store_open(const struct conf *conf);

/* Calls back for each release with time left, and returns how many there are; for the
 * replay at start, before store_start. */
size_t store_leases(struct store *store, void (*each)(void *arg, const struct store_lease *lease),
		    void *arg);

/*
 * The replay is over and gate has confirmed it: what is still owed (acknowledged, but
 * portal died before it could count the release) is counted as released. Releases that
 * gate refused are named to STORE_WITHDRAW before. Before store_start.
 */
int store_settle_owed(struct store *store);

/*
 * A short name for a text that jobs point to: an audience, an objective, "QUESTION.REV".
 * The same text gives the same name, for as long as the store lives; 0 when there are too
 * many (STORE_NAMES_MAX) or memory is out. For the HTTP thread.
 */
enum { STORE_NAMES_MAX = 8192 };
uint16_t store_name(struct store *store, const char *text);
const char *store_name_text(const struct store *store, uint16_t name); /* "" for 0 */

/* Calls back for each key of pseudonyms and each thing remembered; before store_start. */
void store_keys(struct store *store,
		void (*each)(void *arg, int32_t born, const uint8_t key[STORE_PSEUDONYM]), void *arg);
void store_reviews(struct store *store, void (*each)(void *arg, const struct store_review *review),
		   void *arg);

/*
 * The local day, in days since 1970, by the clock that the counters go by; 0 while that
 * cannot be believed. Cheap: no lock, and no wait for the store's thread to see midnight.
 */
int32_t store_today(struct store *store);

/* Starts the thread. Returns 0, or -1 with errno. */
int store_start(struct store *store);

/* Stops the thread after the batch under way and closes the database. Accepts NULL. */
void store_close(struct store *store);

/* Becomes readable when store_take has something to give. */
int store_fd(const struct store *store);

/*
 * Puts a job in the queue. CONFIRM, ADD, KEY and FORGET, for which nobody waits, may stay
 * there for a tenth of a second, to go with others: each transaction costs a sync. False
 * when the queue is full (256 jobs of ADD, visits_max + 256 others, until they are taken):
 * the caller answers "try again". The store thread takes all that is queued, at most 256
 * at a time, as one transaction.
 */
bool store_put(struct store *store, const struct store_job *job);

/* Takes up to max finished jobs; returns how many. */
size_t store_take(struct store *store, struct store_job *jobs, size_t max);

void store_status(struct store *store, struct store_status *out);

#endif
