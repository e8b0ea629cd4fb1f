/*
 * The store's SQL: the schema by version, the statements by name, and their binding.
 * Must never build SQL from data.
 */
#include "portal/store_sql.h"

#include <stdarg.h>
#include <string.h>

#include "common/ether.h"

/*
 * A MAC is in leases and nowhere else; what is counted or owed is a sum. Leases are only
 * appended, so that a busy tick writes one or two of their pages and not one for each
 * visitor: of a MAC that is there twice, the later row counts. Pages are of 1 KiB (set
 * before this runs): a lone acknowledgement writes few bytes to the flash.
 */
static const char *const sql_migrations[] = {
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;"
    "CREATE TABLE leases(id INTEGER PRIMARY KEY, mac BLOB NOT NULL, zone TEXT NOT NULL,"
    "  expires_ms INTEGER NOT NULL);"
    "CREATE TABLE owed(zone TEXT, audience TEXT, language TEXT, count INTEGER NOT NULL,"
    "  PRIMARY KEY(zone, audience, language)) WITHOUT ROWID;"
    "CREATE TABLE counters(hour INTEGER, zone TEXT, audience TEXT, language TEXT, event TEXT,"
    "  count INTEGER NOT NULL CHECK(count >= 0),"
    "  PRIMARY KEY(hour, zone, audience, language, event)) WITHOUT ROWID;"
    "CREATE TABLE pending(boot_id TEXT, minute INTEGER, zone TEXT, audience TEXT,"
    "  language TEXT, event TEXT, count INTEGER NOT NULL CHECK(count >= 0),"
    "  PRIMARY KEY(boot_id, minute, zone, audience, language, event)) WITHOUT ROWID;"
    "PRAGMA user_version = 1;",
};

enum { SQL_VERSION = sizeof(sql_migrations) / sizeof(sql_migrations[0]) };

#define ADD	     "DO UPDATE SET count = count + excluded.count"
#define COUNTER_KEY  "(hour, zone, audience, language, event)"
#define PENDING_KEY  "(boot_id, minute, zone, audience, language, event)"
#define ACKNOWLEDGED "audience = 'citizen' AND event = 'acknowledged' AND count > 0"

/* Types, in the order of the parameters: t text, i integer, m MAC. */
static const struct {
	const char *types;
	const char *text;
} sql_statements[STORE_SQL__MAX] = {
    [STORE_SQL_BEGIN] = {"", "BEGIN IMMEDIATE"},
    [STORE_SQL_COMMIT] = {"", "COMMIT"},
    [STORE_SQL_ROLLBACK] = {"", "ROLLBACK"},
    /* boot id, boot ms, wall seconds, greatest wall seconds */
    [STORE_SQL_META_PUT] = {"tiii", "REPLACE INTO meta(key, value) VALUES('boot_id', ?1),"
				    "('boot_ms', ?2), ('wall_seconds', ?3), ('wall_max', ?4)"},
    [STORE_SQL_META_GET] = {"t", "SELECT value FROM meta WHERE key = ?1"},
    /* boot id */
    [STORE_SQL_BOOT_IS] = {"t", "SELECT 1 FROM meta WHERE key = 'boot_id' AND value = ?1"},
    /* MAC, zone, end */
    [STORE_SQL_LEASE_PUT] = {"mti", "INSERT INTO leases(mac, zone, expires_ms) VALUES(?1, ?2, ?3)"},
    [STORE_SQL_LEASE_DELETE] = {"m", "DELETE FROM leases WHERE mac = ?1"},
    [STORE_SQL_LEASES_LIST] = {"", "SELECT mac, zone, expires_ms FROM leases"
				    " WHERE id IN (SELECT max(id) FROM leases GROUP BY mac)"},
    /* ms to add */
    [STORE_SQL_LEASES_SHIFT] = {"i", "UPDATE leases SET expires_ms = expires_ms + ?1"},
    /* now */
    [STORE_SQL_LEASES_EXPIRE] = {"i", "DELETE FROM leases WHERE expires_ms <= ?1"},
    [STORE_SQL_LEASES_NEXT] = {"", "SELECT min(expires_ms) FROM leases"},
    /* hour, zone, language, event, how many */
    [STORE_SQL_COUNTER_ADD] = {"ittti", "INSERT INTO counters VALUES(?1, ?2, 'citizen', ?3, ?4, ?5)"
					" ON CONFLICT" COUNTER_KEY " " ADD},
    /* hour, zone, language */
    [STORE_SQL_COUNTER_TAKE] = {"itt", "UPDATE counters SET count = count - 1 WHERE hour = ?1"
				       " AND zone = ?2 AND language = ?3 AND " ACKNOWLEDGED},
    /* zone, language */
    [STORE_SQL_COUNTER_TAKE_NEWEST] = {"tt", "UPDATE counters SET count = count - 1 WHERE zone = ?1"
					     " AND language = ?2 AND " ACKNOWLEDGED
					     " AND hour = (SELECT max(hour) FROM counters"
					     " WHERE zone = ?1 AND language = ?2"
					     " AND " ACKNOWLEDGED ")"},
    /* boot id, minute, zone, language, event, how many */
    [STORE_SQL_PENDING_ADD] = {"tittti",
			       "INSERT INTO pending VALUES(?1, ?2, ?3, 'citizen', ?4, ?5, ?6)"
			       " ON CONFLICT" PENDING_KEY " " ADD},
    /* boot id, minute, zone, language */
    [STORE_SQL_PENDING_TAKE] = {"titt", "UPDATE pending SET count = count - 1 WHERE boot_id = ?1"
					" AND minute = ?2 AND zone = ?3 AND language = ?4"
					" AND " ACKNOWLEDGED},
    /* boot id, zone, language */
    [STORE_SQL_PENDING_TAKE_NEWEST] = {"ttt",
				       "UPDATE pending SET count = count - 1 WHERE boot_id = ?1"
				       " AND zone = ?2 AND language = ?3 AND " ACKNOWLEDGED
				       " AND minute = (SELECT max(minute) FROM pending"
				       " WHERE boot_id = ?1 AND zone = ?2 AND language = ?3"
				       " AND " ACKNOWLEDGED ")"},
    [STORE_SQL_PENDING_ANY] = {"", "SELECT 1 FROM pending LIMIT 1"},
    /*
     * This boot's id, the wall clock at its beginning, the least believable. An event of
     * an earlier boot goes by that boot's last offset; where that cannot be right (too
     * old, or after this boot began) it gets the latest hour that it can have had.
     */
    [STORE_SQL_PENDING_MOVE] = {"tii", "INSERT INTO counters SELECT at - at % 3600, zone, audience,"
				       " language, event, count FROM (SELECT CASE"
				       " WHEN p.boot_id = ?1 THEN ?2 + p.minute * 60"
				       " WHEN m.value + p.minute * 60 BETWEEN ?3 AND ?2"
				       " THEN m.value + p.minute * 60 ELSE ?2 END AS at,"
				       " p.zone, p.audience, p.language, p.event, p.count"
				       " FROM pending AS p LEFT JOIN meta AS m"
				       " ON m.key = 'offset:' || p.boot_id)"
				       " WHERE true ON CONFLICT" COUNTER_KEY " " ADD},
    [STORE_SQL_PENDING_CLEAR] = {"", "DELETE FROM pending"},
    /* Before meta takes a new boot: what the old one's pending events will need. */
    [STORE_SQL_OFFSET_KEEP] = {"", "REPLACE INTO meta SELECT 'offset:' || b.value,"
				   " w.value - ms.value / 1000 FROM meta AS b, meta AS w,"
				   " meta AS ms WHERE b.key = 'boot_id' AND"
				   " w.key = 'wall_seconds' AND ms.key = 'boot_ms' AND"
				   " EXISTS(SELECT 1 FROM pending WHERE boot_id = b.value)"},
    [STORE_SQL_OFFSET_CLEAR] = {"", "DELETE FROM meta WHERE key GLOB 'offset:*'"},
    /* zone, language, how many (less than none: never below none) */
    [STORE_SQL_OWED_ADD] = {"tti", "INSERT INTO owed VALUES(?1, 'citizen', ?2, max(?3, 0))"
				   " ON CONFLICT(zone, audience, language)"
				   " DO UPDATE SET count = max(count + ?3, 0)"},
    /* zone, language */
    [STORE_SQL_OWED_TAKE] = {"tt", "UPDATE owed SET count = count - 1 WHERE zone = ?1"
				   " AND audience = 'citizen' AND language = ?2 AND count > 0"},
    /* hour */
    [STORE_SQL_OWED_TO_COUNTERS] = {"i", "INSERT INTO counters SELECT ?1, zone, audience, language,"
					 " 'released', count FROM owed WHERE count > 0"
					 " ON CONFLICT" COUNTER_KEY " " ADD},
    /* boot id, minute */
    [STORE_SQL_OWED_TO_PENDING] = {"ti", "INSERT INTO pending SELECT ?1, ?2, zone, audience,"
					 " language, 'released', count FROM owed WHERE count > 0"
					 " ON CONFLICT" PENDING_KEY " " ADD},
    [STORE_SQL_OWED_CLEAR] = {"", "DELETE FROM owed"},
};

int store_sql_version(void)
{
	return SQL_VERSION;
}

const char *store_sql_migration(int version)
{
	return version >= 0 && version < SQL_VERSION ? sql_migrations[version] : NULL;
}

int store_sql_prepare(sqlite3 *handle, sqlite3_stmt *statements[STORE_SQL__MAX])
{
	int rc = SQLITE_OK;
	int i;

	for (i = 0; i < STORE_SQL__MAX && rc == SQLITE_OK; i++)
		rc = sqlite3_prepare_v3(handle, sql_statements[i].text, -1,
					SQLITE_PREPARE_PERSISTENT, &statements[i], NULL);
	if (rc != SQLITE_OK) {
		rc = sqlite3_extended_errcode(handle);
		store_sql_finalize(statements);
	}
	return rc;
}

void store_sql_finalize(sqlite3_stmt *statements[STORE_SQL__MAX])
{
	int i;

	for (i = 0; i < STORE_SQL__MAX; i++) {
		sqlite3_finalize(statements[i]);
		statements[i] = NULL;
	}
}

/* The caller's arguments outlive the statement's run, so nothing is copied. */
static int sql_bind(sqlite3_stmt *statement, const char *types, va_list *ap)
{
	int rc = SQLITE_OK;
	int i;

	for (i = 1; *types != '\0' && rc == SQLITE_OK; types++, i++) {
		if (*types == 't')
			rc = sqlite3_bind_text(statement, i, va_arg(*ap, const char *), -1,
					       SQLITE_STATIC);
		else if (*types == 'i')
			rc = sqlite3_bind_int64(statement, i, va_arg(*ap, int64_t));
		else
			rc =
			    sqlite3_bind_blob(statement, i, va_arg(*ap, const struct ether *)->byte,
					      ETHER_LEN, SQLITE_STATIC);
	}
	return rc;
}

static int sql_run(sqlite3_stmt *statement, int64_t *value, const char *types, va_list *ap)
{
	int rc = sql_bind(statement, types, ap);

	if (rc == SQLITE_OK) {
		while ((rc = sqlite3_step(statement)) == SQLITE_ROW)
			if (value != NULL && sqlite3_column_type(statement, 0) == SQLITE_INTEGER)
				*value = sqlite3_column_int64(statement, 0);
		if (rc != SQLITE_DONE)
			rc = sqlite3_extended_errcode(sqlite3_db_handle(statement));
	}
	/* The reset repeats the step's error, which is in rc already. */
	sqlite3_reset(statement);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int store_sql_run(sqlite3_stmt *statements[STORE_SQL__MAX], enum store_sql which, ...)
{
	va_list ap;
	int rc;

	va_start(ap, which);
	rc = sql_run(statements[which], NULL, sql_statements[which].types, &ap);
	va_end(ap);
	return rc;
}

int store_sql_get(sqlite3_stmt *statements[STORE_SQL__MAX], int64_t *value, enum store_sql which,
		  ...)
{
	va_list ap;
	int rc;

	va_start(ap, which);
	rc = sql_run(statements[which], value, sql_statements[which].types, &ap);
	va_end(ap);
	return rc;
}
