/* libpq as it comes, with its errors told in one line. */
#include "collect/db.h"

#include <string.h>

#include "common/log.h"

static void ignore(void *arg, const PGresult *notice)
{
	(void)arg;
	(void)notice;
}

PGconn *db_open(const struct collect_conf *conf)
{
	const char *const names[] = {"dbname", "application_name", "client_encoding", NULL};
	const char *const values[] = {conf->database, "congchao-collect command", "UTF8", NULL};
	PGconn *db = PQconnectdbParams(names, values, 1);

	if (PQstatus(db) == CONNECTION_OK) {
		PQsetNoticeReceiver(db, ignore, NULL);
		return db;
	}
	log_warnx("database: %.*s", (int)strcspn(PQerrorMessage(db), "\n"), PQerrorMessage(db));
	PQfinish(db);
	return NULL;
}

static PGresult *checked(PGconn *db, PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);
	const char *words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
		return result;
	if (words != NULL)
		log_warnx("%s", words);
	else
		log_warnx("database: %.*s", (int)strcspn(PQerrorMessage(db), "\n"),
			  PQerrorMessage(db));
	PQclear(result);
	return NULL;
}

PGresult *db_ask(PGconn *db, const char *sql, int count, const char *const *values)
{
	return checked(db, PQexecParams(db, sql, count, NULL, values, NULL, NULL, 0));
}

int db_do(PGconn *db, const char *sql, int count, const char *const *values)
{
	PGresult *result = db_ask(db, sql, count, values);

	PQclear(result);
	return result != NULL ? 0 : -1;
}

int db_script(PGconn *db, const char *sql)
{
	PGresult *result = checked(db, PQexec(db, sql));

	PQclear(result);
	return result != NULL ? 0 : -1;
}
