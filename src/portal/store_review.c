/*
 * Reads what devices have learned, and the keys of their pseudonyms. For portal's memory;
 * must never write.
 */
#include "portal/store_review.h"

#include <string.h>

#include "common/log.h"

static bool review_day(sqlite3_stmt *row, int column, int32_t *day)
{
	int64_t value = sqlite3_column_int64(row, column);

	*day = (int32_t)value;
	return value > 0 && value <= INT32_MAX;
}

static bool review_bytes(sqlite3_stmt *row, int column, uint8_t out[STORE_PSEUDONYM])
{
	const void *bytes = sqlite3_column_blob(row, column);

	if (bytes == NULL || sqlite3_column_bytes(row, column) != STORE_PSEUDONYM)
		return false;
	memcpy(out, bytes, STORE_PSEUDONYM);
	return true;
}

static void review_end(struct store_book *book, struct store_db *db, sqlite3_stmt *rows, int rc)
{
	if (rc != SQLITE_DONE)
		log_warnx("store: cannot read all of what is remembered in %s: %s", db->path,
			  sqlite3_errmsg(db->handle));
	sqlite3_reset(rows);
	store_book_read_end(book, db);
}

/* The rows of a statement; NULL when there are none to be had. */
static sqlite3_stmt *review_begin(struct store_book *book, enum store_sql which,
				  struct store_db *reading, struct store_db **db)
{
	*db = store_book_read(book, reading);
	if (*db == NULL)
		return NULL;
	/* A file of an earlier version, which nobody could migrate yet, has no such table. */
	if ((*db)->statements[which] == NULL)
		store_book_read_end(book, *db);
	return (*db)->statements[which];
}

void store_review_keys(struct store_book *book,
		       void (*each)(void *arg, int32_t born, const uint8_t key[STORE_PSEUDONYM]),
		       void *arg)
{
	uint8_t key[STORE_PSEUDONYM];
	struct store_db reading;
	struct store_db *db;
	sqlite3_stmt *rows = review_begin(book, STORE_SQL_KEYS_LIST, &reading, &db);
	int32_t born;
	int rc;

	if (rows == NULL)
		return;
	while ((rc = sqlite3_step(rows)) == SQLITE_ROW)
		if (review_day(rows, 0, &born) && review_bytes(rows, 1, key))
			each(arg, born, key);
	explicit_bzero(key, sizeof(key));
	review_end(book, db, rows, rc);
}

static bool review_read(struct store_names *names, sqlite3_stmt *row, struct store_review *review)
{
	const char *objective = (const char *)sqlite3_column_text(row, 2);

	if (objective == NULL || !review_bytes(row, 0, review->pseudonym) ||
	    !review_day(row, 1, &review->born) || !review_day(row, 3, &review->day))
		return false;
	review->objective = store_names_of(names, objective);
	return review->objective != 0;
}

void store_review_each(struct store_book *book, struct store_names *names,
		       void (*each)(void *arg, const struct store_review *review), void *arg)
{
	struct store_review review;
	struct store_db reading;
	struct store_db *db;
	sqlite3_stmt *rows = review_begin(book, STORE_SQL_REVIEWS_LIST, &reading, &db);
	int rc;

	if (rows == NULL)
		return;
	while ((rc = sqlite3_step(rows)) == SQLITE_ROW)
		if (review_read(names, rows, &review))
			each(arg, &review);
	review_end(book, db, rows, rc);
}
