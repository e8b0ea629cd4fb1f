/*
 * The store's SQL: the schema by version, the statements by name, and their binding.
 * Must never build SQL from data.
 */
#include "portal/store_sql.h"

#include <stdarg.h>
#include <string.h>

#include "common/ether.h"
#include "portal/store.h"

/*
 * A MAC is in leases and nowhere else; what is counted or owed is a sum. What a device has
 * learned is in reviews, under a pseudonym that nobody can compute once its key is gone
 * from review_keys. Leases and reviews are only appended, so that a busy tick writes one or two of
 * their pages and not one for each visitor: of a MAC that is there twice, the later row counts.
 * Pages are of 1 KiB (set before this runs): a lone acknowledgement writes few bytes to the flash.
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
    /* Counters of what is learned have an item. Those of one item lie beside each other. */
    "CREATE TABLE counters_2(hour INTEGER, zone TEXT, audience TEXT, language TEXT, event TEXT,"
    "  item TEXT NOT NULL DEFAULT '', count INTEGER NOT NULL CHECK(count >= 0),"
    "  PRIMARY KEY(hour, zone, audience, language, item, event)) WITHOUT ROWID;"
    "INSERT INTO counters_2 SELECT hour, zone, audience, language, event, '', count FROM counters;"
    "DROP TABLE counters;"
    "ALTER TABLE counters_2 RENAME TO counters;"
    "CREATE TABLE pending_2(boot_id TEXT, minute INTEGER, zone TEXT, audience TEXT,"
    "  language TEXT, event TEXT, item TEXT NOT NULL DEFAULT '',"
    "  count INTEGER NOT NULL CHECK(count >= 0),"
    "  PRIMARY KEY(boot_id, minute, zone, audience, language, item, event)) WITHOUT ROWID;"
    "INSERT INTO pending_2 SELECT boot_id, minute, zone, audience, language, event, '', count"
    "  FROM pending;"
    "DROP TABLE pending;"
    "ALTER TABLE pending_2 RENAME TO pending;"
    "CREATE TABLE review_keys(born INTEGER PRIMARY KEY, key BLOB NOT NULL);"
    "CREATE TABLE reviews(id INTEGER PRIMARY KEY, born INTEGER NOT NULL,"
    "  pseudonym BLOB NOT NULL, objective TEXT NOT NULL, day INTEGER NOT NULL);"
    "PRAGMA user_version = 2;",
};

enum { SQL_VERSION = sizeof(sql_migrations) / sizeof(sql_migrations[0]), SQL_REVIEWS_SINCE = 2 };

#define ADD	    "DO UPDATE SET count = count + excluded.count"
#define COUNTER_KEY "(hour, zone, audience, language, item, event)"
#define PENDING_KEY "(boot_id, minute, zone, audience, language, item, event)"

#define MONTH(seconds)                                                          \
	"CAST(strftime('%s', " seconds ", 'unixepoch', 'start of month') AS INTEGER)"
#define OLD_MEASURE "item <> '' AND hour < " MONTH("?1") " AND hour <> " MONTH("hour")

/* Types, in the order of the parameters: t text, i integer, m MAC, p pseudonym or key. */
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
    [STORE_SQL_LEASE_WITHDRAW] = {"m", "DELETE FROM leases WHERE id ="
				      " (SELECT max(id) FROM leases WHERE mac = ?1)"},
    [STORE_SQL_LEASES_LIST] = {"", "SELECT mac, zone, expires_ms FROM leases"
				   " WHERE id IN (SELECT max(id) FROM leases GROUP BY mac)"},
    /* ms to add */
    [STORE_SQL_LEASES_SHIFT] = {"i", "UPDATE leases SET expires_ms = expires_ms + ?1"},
    /* now */
    [STORE_SQL_LEASES_EXPIRE] = {"i", "DELETE FROM leases WHERE expires_ms <= ?1"},
    [STORE_SQL_LEASES_NEXT] = {"", "SELECT min(expires_ms) FROM leases"},
    /* hour, zone, audience, language, event, item, how many */
    [STORE_SQL_COUNTER_ADD] = {"ittttti", "INSERT INTO counters VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)"
					  " ON CONFLICT" COUNTER_KEY " " ADD},
    /* hour, zone, audience, language, event */
    [STORE_SQL_COUNTER_TAKE] = {"itttt", "UPDATE counters SET count = count - 1 WHERE hour = ?1"
					 " AND zone = ?2 AND audience = ?3 AND language = ?4"
					 " AND event = ?5 AND item = '' AND count > 0"},
    /* zone, audience, language, event */
    [STORE_SQL_COUNTER_TAKE_NEWEST] = {"tttt",
				       "UPDATE counters SET count = count - 1 WHERE zone = ?1"
				       " AND audience = ?2 AND language = ?3 AND event = ?4"
				       " AND item = '' AND hour = (SELECT max(hour)"
				       " FROM counters WHERE zone = ?1 AND audience = ?2"
				       " AND language = ?3 AND event = ?4 AND item = ''"
				       " AND count > 0)"},
    /* boot id, minute, zone, audience, language, event, item, how many */
    [STORE_SQL_PENDING_ADD] = {"tittttti",
			       "INSERT INTO pending VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
			       " ON CONFLICT" PENDING_KEY " " ADD},
    /* boot id, minute, zone, audience, language, event */
    [STORE_SQL_PENDING_TAKE] = {"titttt", "UPDATE pending SET count = count - 1 WHERE boot_id = ?1"
					  " AND minute = ?2 AND zone = ?3 AND audience = ?4"
					  " AND language = ?5 AND event = ?6 AND item = ''"
					  " AND count > 0"},
    /* boot id, zone, audience, language, event */
    [STORE_SQL_PENDING_TAKE_NEWEST] = {"ttttt",
				       "UPDATE pending SET count = count - 1 WHERE boot_id = ?1"
				       " AND zone = ?2 AND audience = ?3 AND language = ?4"
				       " AND event = ?5 AND item = '' AND minute = (SELECT"
				       " max(minute) FROM pending WHERE boot_id = ?1 AND zone = ?2"
				       " AND audience = ?3 AND language = ?4 AND event = ?5"
				       " AND item = '' AND count > 0)"},
    [STORE_SQL_PENDING_ANY] = {"", "SELECT 1 FROM pending LIMIT 1"},
    /*
     * This boot's id, the wall clock at its beginning, the least believable. An event of
     * an earlier boot goes by that boot's last offset; where that cannot be right (too
     * old, or after this boot began) it gets the latest hour that it can have had.
     */
    [STORE_SQL_PENDING_MOVE] = {"tii", "INSERT INTO counters SELECT at - at % 3600, zone, audience,"
				       " language, event, item, count FROM (SELECT CASE"
				       " WHEN p.boot_id = ?1 THEN ?2 + p.minute * 60"
				       " WHEN m.value + p.minute * 60 BETWEEN ?3 AND ?2"
				       " THEN m.value + p.minute * 60 ELSE ?2 END AS at,"
				       " p.zone, p.audience, p.language, p.event, p.item, p.count"
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
    /* a day: measures of the months before its month become one row a month */
    [STORE_SQL_MEASURES_OLD] = {"i", "SELECT 1 FROM counters WHERE " OLD_MEASURE " LIMIT 1"},
    [STORE_SQL_MEASURES_SUM] = {"i", "INSERT INTO counters SELECT " MONTH("hour") " AS month, zone,"
				     " audience, language, event, item, sum(count) FROM counters"
				     " WHERE " OLD_MEASURE " GROUP BY month, zone, audience, language,"
				     " event, item ON CONFLICT" COUNTER_KEY " " ADD},
    [STORE_SQL_MEASURES_CLEAR] = {"i", "DELETE FROM counters WHERE " OLD_MEASURE},
    /* zone, audience, language, how many (less than none: never below none) */
    [STORE_SQL_OWED_ADD] = {"ttti", "INSERT INTO owed VALUES(?1, ?2, ?3, max(?4, 0))"
				    " ON CONFLICT(zone, audience, language)"
				    " DO UPDATE SET count = max(count + ?4, 0)"},
    /* zone, audience, language */
    [STORE_SQL_OWED_TAKE] = {"ttt", "UPDATE owed SET count = count - 1 WHERE zone = ?1"
				    " AND audience = ?2 AND language = ?3 AND count > 0"},
    /* hour */
    [STORE_SQL_OWED_TO_COUNTERS] = {"i", "INSERT INTO counters SELECT ?1, zone, audience, language,"
					 " 'released', '', count FROM owed WHERE count > 0"
					 " ON CONFLICT" COUNTER_KEY " " ADD},
    /* boot id, minute */
    [STORE_SQL_OWED_TO_PENDING] = {"ti",
				   "INSERT INTO pending SELECT ?1, ?2, zone, audience,"
				   " language, 'released', '', count FROM owed WHERE count > 0"
				   " ON CONFLICT" PENDING_KEY " " ADD},
    [STORE_SQL_OWED_CLEAR] = {"", "DELETE FROM owed"},
    /* day, key */
    [STORE_SQL_KEY_PUT] = {"ip", "INSERT OR IGNORE INTO review_keys VALUES(?1, ?2)"},
    /* the last day that ends, the last that can have been */
    [STORE_SQL_KEYS_FORGET] = {"ii", "DELETE FROM review_keys WHERE born <= ?1 OR born > ?2"},
    [STORE_SQL_KEYS_LIST] = {"", "SELECT born, key FROM review_keys ORDER BY born"},
    /* day of the key, pseudonym, objective, day */
    [STORE_SQL_REVIEW_PUT] = {"ipti", "INSERT INTO reviews(born, pseudonym, objective, day)"
				      " VALUES(?1, ?2, ?3, ?4)"},
    /* as KEYS_FORGET */
    [STORE_SQL_REVIEWS_FORGET] = {"ii", "DELETE FROM reviews WHERE born <= ?1 OR born > ?2"},
    [STORE_SQL_REVIEWS_ORPHANED] = {"", "DELETE FROM reviews WHERE born NOT IN"
					" (SELECT born FROM review_keys)"},
    /* how many may stay */
    [STORE_SQL_REVIEWS_TRIM] = {"i", "DELETE FROM reviews WHERE id <="
				     " (SELECT max(id) FROM reviews) - ?1"},
    [STORE_SQL_REVIEWS_LIST] = {"", "SELECT pseudonym, born, objective, day FROM reviews"
				    " WHERE born IN (SELECT born FROM review_keys) ORDER BY id"},
};

int store_sql_version(void)
{
	return SQL_VERSION;
}

const char *store_sql_migration(int version)
{
	return version >= 0 && version < SQL_VERSION ? sql_migrations[version] : NULL;
}

static int sql_prepare(sqlite3 *handle, sqlite3_stmt *statements[STORE_SQL__MAX],
		       const enum store_sql *which, size_t count)
{
	int rc = SQLITE_OK;
	size_t i;

	for (i = 0; i < count && rc == SQLITE_OK; i++)
		rc = sqlite3_prepare_v3(handle, sql_statements[which[i]].text, -1,
					SQLITE_PREPARE_PERSISTENT, &statements[which[i]], NULL);
	if (rc != SQLITE_OK) {
		rc = sqlite3_extended_errcode(handle);
		store_sql_finalize(statements);
	}
	return rc;
}

int store_sql_prepare(sqlite3 *handle, sqlite3_stmt *statements[STORE_SQL__MAX])
{
	enum store_sql all[STORE_SQL__MAX];

	for (int i = 0; i < STORE_SQL__MAX; i++)
		all[i] = (enum store_sql)i;
	return sql_prepare(handle, statements, all, STORE_SQL__MAX);
}

int store_sql_prepare_reading(sqlite3 *handle, int version,
			      sqlite3_stmt *statements[STORE_SQL__MAX])
{
	static const enum store_sql reading[] = {STORE_SQL_META_GET, STORE_SQL_BOOT_IS,
						 STORE_SQL_LEASES_LIST, STORE_SQL_KEYS_LIST,
						 STORE_SQL_REVIEWS_LIST};
	enum { ALL = sizeof(reading) / sizeof(reading[0]), BUT_REVIEWS = 3 };

	return sql_prepare(handle, statements, reading,
			   version < SQL_REVIEWS_SINCE ? BUT_REVIEWS : ALL);
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
		else if (*types == 'm')
			rc =
			    sqlite3_bind_blob(statement, i, va_arg(*ap, const struct ether *)->byte,
					      ETHER_LEN, SQLITE_STATIC);
		else
			rc = sqlite3_bind_blob(statement, i, va_arg(*ap, const uint8_t *),
					       STORE_PSEUDONYM, SQLITE_STATIC);
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
