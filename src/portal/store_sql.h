/*
 * Every SQL statement of the store, by name. Nothing but text and binding: what a
 * statement means for a visitor is in store_apply and store_book.
 */
#ifndef PORTAL_STORE_SQL_H
#define PORTAL_STORE_SQL_H

#include <sqlite3.h>
#include <stdint.h>

/* The parameters' types stand beside each text in store_sql.c. */
enum store_sql {
	STORE_SQL_BEGIN,
	STORE_SQL_COMMIT,
	STORE_SQL_ROLLBACK,
	STORE_SQL_META_PUT,
	STORE_SQL_META_GET,
	STORE_SQL_BOOT_IS,
	STORE_SQL_LEASE_PUT,
	STORE_SQL_LEASE_DELETE,
	STORE_SQL_LEASE_WITHDRAW,
	STORE_SQL_LEASES_LIST,
	STORE_SQL_LEASES_SHIFT,
	STORE_SQL_LEASES_EXPIRE,
	STORE_SQL_LEASES_NEXT,
	STORE_SQL_COUNTER_ADD,
	STORE_SQL_COUNTER_TAKE,
	STORE_SQL_COUNTER_TAKE_NEWEST,
	STORE_SQL_PENDING_ADD,
	STORE_SQL_PENDING_TAKE,
	STORE_SQL_PENDING_TAKE_NEWEST,
	STORE_SQL_PENDING_ANY,
	STORE_SQL_PENDING_MOVE,
	STORE_SQL_PENDING_CLEAR,
	STORE_SQL_OFFSET_KEEP,
	STORE_SQL_OFFSET_CLEAR,
	STORE_SQL_MEASURES_OLD,
	STORE_SQL_MEASURES_SUM,
	STORE_SQL_MEASURES_CLEAR,
	STORE_SQL_OWED_ADD,
	STORE_SQL_OWED_TAKE,
	STORE_SQL_OWED_TO_COUNTERS,
	STORE_SQL_OWED_TO_PENDING,
	STORE_SQL_OWED_CLEAR,
	STORE_SQL_KEY_PUT,
	STORE_SQL_KEYS_FORGET,
	STORE_SQL_KEYS_LIST,
	STORE_SQL_REVIEW_PUT,
	STORE_SQL_REVIEWS_FORGET,
	STORE_SQL_REVIEWS_ORPHANED,
	STORE_SQL_REVIEWS_TRIM,
	STORE_SQL_REVIEWS_LIST,
	STORE_SQL__MAX
};

/* The version of the schema that this program makes and knows (user_version). */
int store_sql_version(void);
/* What brings a database of version to version + 1; NULL when it is the newest. */
const char *store_sql_migration(int version);

/* Prepares all of them; SQLITE_OK, or the code, and then nothing is prepared. */
int store_sql_prepare(sqlite3 *handle, sqlite3_stmt *statements[STORE_SQL__MAX]);
/*
 * The same for those alone that read, also in a file of an earlier version, which has not
 * been migrated: what such a file does not have stays NULL, and is not to be run.
 */
int store_sql_prepare_reading(sqlite3 *handle, int version,
			      sqlite3_stmt *statements[STORE_SQL__MAX]);
void store_sql_finalize(sqlite3_stmt *statements[STORE_SQL__MAX]);

/*
 * Binds the arguments (text: const char *, integer: int64_t, MAC: const struct ether *,
 * key or pseudonym: const uint8_t[STORE_PSEUDONYM]), runs the statement to its end and resets it.
 * SQLITE_OK or the extended code.
 */
int store_sql_run(sqlite3_stmt *statements[STORE_SQL__MAX], enum store_sql which, ...);

/* The same for a statement of one integer; *value is left alone when there is no row. */
int store_sql_get(sqlite3_stmt *statements[STORE_SQL__MAX], int64_t *value, enum store_sql which,
		  ...);

#endif
