/*
 * One connection to the database file: opened so that a COMMIT that returned is on the
 * disk, in WAL where the filesystem can, migrated, set aside when it is corrupt.
 */
#ifndef PORTAL_STORE_DB_H
#define PORTAL_STORE_DB_H

#include <sqlite3.h>
#include <stdbool.h>

#include "common/conf.h"
#include "portal/store_sql.h"

enum { STORE_DB_PROBLEM_SIZE = 200 };

struct store_db {
	char path[CONF_PATH_SIZE];
	sqlite3 *handle; /* NULL: not open */
	sqlite3_stmt *statements[STORE_SQL__MAX];
	bool journal;			     /* the filesystem cannot do WAL: rollback journal */
	int wal_pages;			     /* in the write-ahead log, not yet in the database */
	char problem[STORE_DB_PROBLEM_SIZE]; /* of the last call that failed */
};

/*
 * Opens, checks, migrates, prepares; path is set, the rest zero or as store_db_close
 * left it. Returns SQLITE_OK, or the code: then it is closed and problem says why. A
 * file of a newer version is SQLITE_MISMATCH and has not been changed.
 */
int store_db_open(struct store_db *db);

/*
 * Opens what is there without writing a byte, for when store_db_open cannot: alone, so
 * that not even a -shm file is needed. The statements that read may be run, where it has
 * them (store_sql_prepare_reading). SQLITE_OK or the code, and then it is closed.
 */
int store_db_open_reading(struct store_db *db);

void store_db_close(struct store_db *db); /* also when not open */

/* Has somebody removed or replaced the file under us? What is written is lost then. */
bool store_db_is_gone(struct store_db *db);
/* Is it the file that is broken, rather than the disk full or busy? */
bool store_db_is_corrupt(int code);
/* Will this connection fail again, so that a new one should be tried? */
bool store_db_is_lost(int code);

/*
 * Closes, and renames the database and its companions to NAME.corrupt-YYYYMMDD-HHMMSS
 * (UTC), "-2" and so on behind it when that exists. One log line. 0, or -1.
 */
int store_db_set_aside(struct store_db *db);

/* Notes why code came back, for the log line. Returns code. */
int store_db_failed(struct store_db *db, int code);

/* Copies the write-ahead log into the database; whole also empties the file. */
int store_db_checkpoint(struct store_db *db, bool whole);

#endif
