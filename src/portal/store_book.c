/*
 * Keeps the database true through full disks, corrupt files and reboots, for the store.
 * Must never report a transaction that is not on the disk.
 */
#include "portal/store_book.h"

#include <string.h>
#include <time.h>

#include "common/log.h"

enum {
	BOOK_OPEN_MS = 1000,
	BOOK_SET_ASIDE_MS = 60 * 1000, /* a failing disk must not fill up with copies */
	BOOK_TRIES = 3,
	BOOK_TELL_MS = 60 * 1000, /* between two lines about a failing disk */
	BOOK_REVIEWS_EACH = 8,	  /* as many rows of a device that is remembered, on average */
};

void store_book_init(struct store_book *book, const struct conf *conf,
		     const struct store_names *names)
{
	size_t i;

	conf_database_path(conf, book->db.path);
	book->names = names;
	book->reviews_max = (int64_t)conf->remembered_max * BOOK_REVIEWS_EACH;
	book->zone_count = conf->zone_count;
	book->language_count = conf->language_count;
	for (i = 0; i < conf->zone_count; i++)
		memcpy(book->zones[i], conf->zones[i].name, CONF_NAME_SIZE);
	for (i = 0; i < conf->language_count; i++)
		memcpy(book->languages[i], conf->languages[i], CONF_LANGUAGE_SIZE);
	store_now_boot_id(book->boot_id);
	book->next_end_ms = INT64_MAX;
}

void store_book_look(struct store_book *book)
{
	store_now_read(&book->now);
	store_clock_observe(&book->clock, &book->now);
	book->status.clock_settled = book->clock.settled;
}

int store_book_expire(struct store_book *book, void *arg)
{
	int64_t next = INT64_MAX;
	int rc = store_sql_run(book->db.statements, STORE_SQL_LEASES_EXPIRE, book->now.boot_ms);

	(void)arg;
	if (rc == SQLITE_OK && sqlite3_changes(book->db.handle) > 0)
		book->erase = true;
	if (rc == SQLITE_OK)
		rc = store_sql_get(book->db.statements, &next, STORE_SQL_LEASES_NEXT);
	book->next_end_ms = next;
	return rc;
}

/*
 * Another boot's CLOCK_BOOTTIME means nothing here: each release keeps what was left of
 * it at the last commit, and the wall clock has no say in it.
 */
static int book_rebase(struct store_book *book, int64_t last_ms)
{
	int rc = store_sql_run(book->db.statements, STORE_SQL_OFFSET_KEEP);

	if (rc == SQLITE_OK)
		rc = store_sql_run(book->db.statements, STORE_SQL_LEASES_SHIFT,
				   book->now.boot_ms - last_ms);
	return rc;
}

/* Makes what an earlier run left our own. A body, run once behind each opening. */
static int book_adopt(struct store_book *book, void *arg)
{
	sqlite3_stmt **sql = book->db.statements;
	int64_t same_boot = 0;
	int64_t last_ms = book->now.boot_ms;
	int64_t wall_max = 0;
	int64_t any = 0;
	int rc = store_sql_get(sql, &same_boot, STORE_SQL_BOOT_IS, book->boot_id);

	if (rc == SQLITE_OK)
		rc = store_sql_get(sql, &last_ms, STORE_SQL_META_GET, "boot_ms");
	if (rc == SQLITE_OK)
		rc = store_sql_get(sql, &wall_max, STORE_SQL_META_GET, "wall_max");
	if (rc == SQLITE_OK && (same_boot == 0 || last_ms > book->now.boot_ms))
		rc = book_rebase(book, last_ms);
	if (rc == SQLITE_OK)
		rc = store_book_expire(book, arg);
	if (rc == SQLITE_OK)
		rc = store_sql_run(sql, STORE_SQL_REVIEWS_ORPHANED);
	if (rc == SQLITE_OK)
		rc = store_sql_get(sql, &any, STORE_SQL_PENDING_ANY);
	/* Who was killed between deleting and erasing has left it to us. */
	book->erase = true;
	book->pending_left = any != 0;
	if (wall_max > book->clock.wall_max)
		book->clock.wall_max = wall_max;
	return rc;
}

static uint64_t book_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

/* Every commit carries the last known time. */
static int book_commit(struct store_book *book)
{
	int rc = store_sql_run(book->db.statements, STORE_SQL_META_PUT, book->boot_id,
			       book->now.boot_ms, book->now.wall_seconds, book->clock.wall_max);
	uint64_t before = book_us();

	if (rc == SQLITE_OK)
		rc = store_sql_run(book->db.statements, STORE_SQL_COMMIT);
	book->status.last_commit_us = book_us() - before;
	return rc;
}

/*
 * Is the connection to be given up after this error? Not when it was the log's last write
 * or its sync that failed: the frames stand in the file with their commit mark, unseen by
 * this connection, which writes over them with its next commit. A new connection would
 * recover them, and a visitor who was told "try again" would be counted.
 */
static bool book_gives_up(const struct store_book *book, int rc, bool committing)
{
	if (committing && !book->db.journal && (rc & 0xff) == SQLITE_IOERR)
		return false;
	return store_db_is_lost(rc) && !store_db_is_corrupt(rc);
}

static int book_attempt(struct store_book *book, store_book_body *body, void *arg)
{
	int rc = store_sql_run(book->db.statements, STORE_SQL_BEGIN);
	bool committing = false;
	bool lost = false;

	if (rc == SQLITE_OK && body != NULL)
		rc = body(book, arg);
	if (rc == SQLITE_OK) {
		committing = true;
		rc = book_commit(book);
	}
	if (rc == SQLITE_OK)
		return rc;
	store_db_failed(&book->db, rc);
	/* Some errors roll back by themselves; a rollback that fails loses the connection. */
	if (!sqlite3_get_autocommit(book->db.handle))
		lost = store_sql_run(book->db.statements, STORE_SQL_ROLLBACK) != SQLITE_OK;
	if (lost || book_gives_up(book, rc, committing))
		store_db_close(&book->db);
	return rc;
}

static int book_ready(struct store_book *book)
{
	int rc;

	if (book->db.handle != NULL) {
		if (!store_db_is_gone(&book->db))
			return SQLITE_OK;
		log_warnx("store: %s was removed while in use; it is opened again", book->db.path);
		store_db_close(&book->db);
	}
	if (book->now.boot_ms < book->open_after_ms)
		return SQLITE_CANTOPEN;
	book->open_after_ms = book->now.boot_ms + BOOK_OPEN_MS;
	rc = store_db_open(&book->db);
	if (rc == SQLITE_OK)
		rc = book_attempt(book, book_adopt, NULL);
	if (rc != SQLITE_OK && !store_db_is_corrupt(rc))
		store_db_close(&book->db);
	return rc;
}

/* True when there is now no corrupt file in the way. */
static bool book_set_aside(struct store_book *book)
{
	if (book->now.boot_ms < book->set_aside_after_ms || store_db_set_aside(&book->db) != 0) {
		store_db_close(&book->db);
		return false;
	}
	book->set_aside_after_ms = book->now.boot_ms + BOOK_SET_ASIDE_MS;
	book->open_after_ms = 0;
	return true;
}

static void book_succeeded(struct store_book *book)
{
	if (book->streak > 0 && book->told)
		log_info("store: writing again after %llu failures",
			 (unsigned long long)book->streak);
	book->streak = 0;
	book->committed_ms = book->now.boot_ms;
	book->status.ok = true;
	book->status.commits++;
}

static void book_failed(struct store_book *book)
{
	/* On a disk that is nearly full small commits pass between large ones that do not. */
	if (book->streak == 0) {
		book->told = book->now.boot_ms >= book->tell_after_ms;
		if (book->told)
			log_warnx("store: cannot write %s: %s; visitors are asked to try again",
				  book->db.path, book->db.problem);
		book->tell_after_ms = book->now.boot_ms + BOOK_TELL_MS;
	}
	book->streak++;
	book->status.ok = false;
	book->status.failures++;
}

int store_book_transaction(struct store_book *book, store_book_body *body, void *arg)
{
	int rc = SQLITE_OK;
	int tries;

	store_book_look(book);
	for (tries = 0; tries < BOOK_TRIES; tries++) {
		rc = book_ready(book);
		if (rc == SQLITE_OK)
			rc = book_attempt(book, body, arg);
		if (!store_db_is_corrupt(rc) || !book_set_aside(book))
			break;
	}
	book->status.journal = book->db.journal;
	if (rc == SQLITE_OK)
		book_succeeded(book);
	else
		book_failed(book);
	return rc == SQLITE_OK ? 0 : -1;
}

struct store_db *store_book_read(struct store_book *book, struct store_db *reading)
{
	if (book->db.handle != NULL)
		return &book->db;
	*reading = book->db;
	return store_db_open_reading(reading) == SQLITE_OK ? reading : NULL;
}

void store_book_read_end(struct store_book *book, struct store_db *db)
{
	if (db != &book->db)
		store_db_close(db);
}

void store_book_close(struct store_book *book)
{
	store_db_close(&book->db);
}
