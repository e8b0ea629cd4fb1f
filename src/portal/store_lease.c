/*
 * Reads who is released and for how long still. For the replay; must never write.
 */
#include "portal/store_lease.h"

#include <string.h>

#include "common/log.h"

static uint8_t lease_zone(const struct store_book *book, const char *name)
{
	size_t i;

	for (i = 0; i < book->zone_count; i++)
		if (strcmp(book->zones[i], name) == 0)
			return (uint8_t)i;
	/* Renamed in the configuration: nobody is cut off for that. Gate knows the zone. */
	return 0;
}

static bool lease_read(const struct store_book *book, sqlite3_stmt *row, int64_t shift_ms,
		       struct store_lease *lease)
{
	const void *mac = sqlite3_column_blob(row, 0);
	const char *zone = (const char *)sqlite3_column_text(row, 1);
	int64_t left_ms = sqlite3_column_int64(row, 2) + shift_ms - book->now.boot_ms;

	if (mac == NULL || zone == NULL || sqlite3_column_bytes(row, 0) != ETHER_LEN ||
	    left_ms <= 0)
		return false;
	memcpy(lease->mac.byte, mac, ETHER_LEN);
	lease->zone = lease_zone(book, zone);
	left_ms /= 1000;
	lease->seconds_left = left_ms > UINT32_MAX ? UINT32_MAX : (uint32_t)left_ms;
	if (lease->seconds_left == 0)
		lease->seconds_left = 1;
	return true;
}

static size_t lease_each_of(const struct store_book *book, const struct store_db *db,
			    int64_t shift_ms,
			    void (*each)(void *arg, const struct store_lease *lease), void *arg)
{
	sqlite3_stmt *row = db->statements[STORE_SQL_LEASES_LIST];
	struct store_lease lease;
	size_t count = 0;
	int rc;

	while ((rc = sqlite3_step(row)) == SQLITE_ROW) {
		if (!lease_read(book, row, shift_ms, &lease))
			continue;
		each(arg, &lease);
		count++;
	}
	if (rc != SQLITE_DONE)
		log_warnx("store: cannot read all releases of %s: %s", db->path,
			  sqlite3_errmsg(db->handle));
	sqlite3_reset(row);
	return count;
}

/* What store_book would write, only thought: what was left at the last commit is left. */
static int lease_shift(const struct store_book *book, struct store_db *db, int64_t *shift_ms)
{
	int64_t same_boot = 0;
	int64_t last_ms = book->now.boot_ms;
	int rc = store_sql_get(db->statements, &same_boot, STORE_SQL_BOOT_IS, book->boot_id);

	if (rc == SQLITE_OK)
		rc = store_sql_get(db->statements, &last_ms, STORE_SQL_META_GET, "boot_ms");
	*shift_ms = same_boot == 0 || last_ms > book->now.boot_ms ? book->now.boot_ms - last_ms : 0;
	return rc;
}

size_t store_lease_each(struct store_book *book,
			void (*each)(void *arg, const struct store_lease *lease), void *arg)
{
	struct store_db reading;
	struct store_db *db;
	int64_t shift_ms = 0;
	size_t count = 0;

	store_book_look(book);
	/* On a full disk nobody new gets in, but who was released is so still. */
	db = store_book_read(book, &reading);
	if (db == NULL)
		return 0;
	if (db == &book->db || lease_shift(book, db, &shift_ms) == SQLITE_OK)
		count = lease_each_of(book, db, shift_ms, each, arg);
	store_book_read_end(book, db);
	return count;
}
