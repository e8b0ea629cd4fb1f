/*
 * The releases and counters as they stand in the database, whatever happens to the file:
 * it is opened again when it can be, begun anew when it is corrupt. What a batch does to
 * it is in store_apply.c, what time does to it in store_tick.c. One thread at a time.
 */
#ifndef PORTAL_STORE_BOOK_H
#define PORTAL_STORE_BOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/conf.h"
#include "portal/store.h"
#include "portal/store_clock.h"
#include "portal/store_db.h"
#include "portal/store_name.h"

struct store_book {
	struct store_db db;
	const struct store_names *names; /* of texts in jobs */
	char zones[CONF_ZONES_MAX][CONF_NAME_SIZE];
	char languages[CONF_LANGUAGES_MAX][CONF_LANGUAGE_SIZE];
	size_t zone_count;
	size_t language_count;
	int64_t reviews_max; /* rows */
	char boot_id[STORE_BOOT_ID_SIZE];
	struct store_now now; /* of the transaction or tick under way */
	struct store_clock clock;
	int64_t summed_day;    /* of this run, by the wall clock, when old measures were summed */
	bool pending_left;     /* events wait for their hour */
	bool erase;	       /* a MAC or a key was deleted and may still be in the WAL */
	int64_t next_end_ms;   /* when the next release ends; INT64_MAX: there is none */
	int64_t open_after_ms; /* earliest next try of each of these, CLOCK_BOOTTIME */
	int64_t set_aside_after_ms;
	int64_t expire_after_ms;
	int64_t erase_after_ms;
	int64_t upkeep_after_ms; /* everything in a tick that writes */
	int64_t committed_ms;
	uint64_t streak; /* failures since the last success */
	bool told;	 /* this streak has its line in the log */
	int64_t tell_after_ms;
	struct store_status status;
};

/* What a transaction does, between BEGIN and COMMIT. SQLITE_OK or the code. */
typedef int store_book_body(struct store_book *book, void *arg);

/* Copies conf's names; names stays the caller's. book is all zero before. Opens nothing. */
void store_book_init(struct store_book *book, const struct conf *conf,
		     const struct store_names *names);

/* Reads the clocks. */
void store_book_look(struct store_book *book);

/*
 * Runs body (NULL: nothing but the known time) as one transaction, again when the file
 * turns out to be corrupt. Opens the database first where needed. 0 when COMMIT has
 * returned success; -1 otherwise, and the database is as it was.
 */
int store_book_transaction(struct store_book *book, store_book_body *body, void *arg);

/* Deletes the releases that have ended, and finds when the next one will. A body. */
int store_book_expire(struct store_book *book, void *arg);

/*
 * What can be read now: the book's own connection or, where none can be had, one in
 * reading that writes not a byte. NULL: nothing. Ends with store_book_read_end.
 */
struct store_db *store_book_read(struct store_book *book, struct store_db *reading);
void store_book_read_end(struct store_book *book, struct store_db *db);

void store_book_close(struct store_book *book);

#endif
