/*
 * The store's upkeep. Must never keep a MAC longer than its release, and never make a
 * visitor wait for what can be done when nobody is there.
 */
#include "portal/store_tick.h"

enum {
	TICK_UPKEEP_MS = 60 * 1000,    /* a minute between deletions, and after a failure */
	TICK_KNOWN_MS = 5 * 60 * 1000, /* a power cut may lengthen a release by this */
	TICK_ERASE_MS = 5 * 1000,      /* again, when a reader was in the way */
	TICK_DAY_SECONDS = 86400,
	TICK_HOURLY_DAYS = 60, /* so long measures are kept by the hour, then by the month */
	TICK_WAL_IDLE_PAGES = 1024,
	TICK_WAL_PAGES = 8192, /* 8 MiB, and only while visitors come without a pause */
};

static int64_t tick_least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t tick_most(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* When ended releases are to be deleted; INT64_MAX: there are none. */
static int64_t tick_expire_due(const struct store_book *book)
{
	return tick_most(book->next_end_ms, book->expire_after_ms);
}

/* While there are releases, the last known time is written down: a reboot needs it. */
static int64_t tick_known_due(const struct store_book *book)
{
	return book->next_end_ms == INT64_MAX ? INT64_MAX : book->committed_ms + TICK_KNOWN_MS;
}

static int tick_move_pending(struct store_book *book, void *arg)
{
	sqlite3_stmt **sql = book->db.statements;
	int rc = store_sql_run(sql, STORE_SQL_PENDING_MOVE, book->boot_id, book->clock.offset,
			       STORE_CLOCK_FLOOR);

	(void)arg;
	if (rc == SQLITE_OK)
		rc = store_sql_run(sql, STORE_SQL_PENDING_CLEAR);
	if (rc == SQLITE_OK)
		rc = store_sql_run(sql, STORE_SQL_OFFSET_CLEAR);
	return rc;
}

static int64_t tick_hourly_from(const struct store_book *book)
{
	return book->now.wall_seconds - (int64_t)TICK_HOURLY_DAYS * TICK_DAY_SECONDS;
}

/* A busy place makes 40,000 rows of measures a month: old ones need no hour. */
static int tick_sum_measures(struct store_book *book, void *arg)
{
	sqlite3_stmt **sql = book->db.statements;
	int rc = store_sql_run(sql, STORE_SQL_MEASURES_SUM, tick_hourly_from(book));

	(void)arg;
	return rc == SQLITE_OK
		   ? store_sql_run(sql, STORE_SQL_MEASURES_CLEAR, tick_hourly_from(book))
		   : rc;
}

/* Once a day, and after a start, when nobody waits. */
static int tick_sum(struct store_book *book)
{
	int64_t day = book->now.wall_seconds / TICK_DAY_SECONDS;
	int64_t any = 0;
	int rc;

	if (!book->clock.settled || book->summed_day == day)
		return 0;
	book->summed_day = day;
	rc = store_sql_get(book->db.statements, &any, STORE_SQL_MEASURES_OLD,
			   tick_hourly_from(book));
	if (rc != SQLITE_OK || any == 0)
		return 0; /* an error is met again, and told, by the next transaction */
	return store_book_transaction(book, tick_sum_measures, NULL);
}

static void tick_write(struct store_book *book, bool idle)
{
	int rc = 0;

	if (book->now.boot_ms < book->upkeep_after_ms)
		return;
	if (book->now.boot_ms >= tick_expire_due(book)) {
		book->expire_after_ms = book->now.boot_ms + TICK_UPKEEP_MS;
		rc = store_book_transaction(book, store_book_expire, NULL);
	} else if (book->now.boot_ms >= tick_known_due(book)) {
		rc = store_book_transaction(book, NULL, NULL);
	}
	if (rc == 0 && book->clock.settled && book->pending_left) {
		rc = store_book_transaction(book, tick_move_pending, NULL);
		book->pending_left = rc != 0;
	}
	if (rc == 0 && idle)
		rc = tick_sum(book);
	if (rc != 0)
		book->upkeep_after_ms = book->now.boot_ms + TICK_UPKEEP_MS;
}

/* An error here is met again, and told, by the next transaction. */
static void tick_checkpoint(struct store_book *book, bool idle)
{
	if (idle && book->erase && book->now.boot_ms >= book->erase_after_ms) {
		book->erase_after_ms = book->now.boot_ms + TICK_ERASE_MS;
		if (book->db.journal || store_db_checkpoint(&book->db, true) == SQLITE_OK) {
			book->erase = false;
			book->erase_after_ms = 0;
		}
	}
	if (book->db.wal_pages >= (idle ? TICK_WAL_IDLE_PAGES : TICK_WAL_PAGES))
		store_db_checkpoint(&book->db, false);
}

void store_tick(struct store_book *book, bool idle)
{
	store_book_look(book);
	if (book->db.handle != NULL)
		tick_write(book, idle);
	if (book->db.handle != NULL)
		tick_checkpoint(book, idle);
}

int64_t store_tick_wait_ms(const struct store_book *book)
{
	int64_t due = tick_least(tick_expire_due(book), tick_known_due(book));

	if (book->db.handle == NULL)
		return -1;
	if (book->pending_left)
		due = tick_least(due, book->now.boot_ms + TICK_UPKEEP_MS);
	due = tick_most(due, book->upkeep_after_ms);
	if (book->erase)
		due = tick_least(due, book->erase_after_ms);
	if (due == INT64_MAX)
		return -1;
	return tick_most(due - book->now.boot_ms, 0);
}
