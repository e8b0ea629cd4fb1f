/*
 * congchao-collect roll, retain, freeze: what the timers do. All of it may be run at any
 * time, twice, and be killed in the middle.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect/db.h"
#include "collect/task.h"
#include "common/log.h"

/*
 * Calls a function that takes at most so many of what waits, until it finds less. Between the
 * calls others get the lock of the roll-ups: an officer who approves a site waits for it.
 */
static long until_done(PGconn *db, const char *sql, long at_a_time)
{
	long all = 0, some;

	do {
		PGresult *result = db_ask(db, sql, 0, NULL);

		if (result == NULL)
			return -1;
		some = strtol(PQgetvalue(result, 0, 0), NULL, 10);
		all += some;
		PQclear(result);
	} while (some == at_a_time);
	return all;
}

static int roll_all(PGconn *db, long *sites, long *areas)
{
	*sites = until_done(db, "select congchao.roll(50)", 50);
	*areas = *sites >= 0 ? until_done(db, "select congchao.roll_area(50)", 50) : -1;
	return *areas >= 0 && until_done(db, "select congchao.roll_total(2)", 2) >= 0 ? 0 : -1;
}

int roll_run(const struct task *task)
{
	long sites, areas;

	if (roll_all(task->db, &sites, &areas) < 0)
		return 1;
	printf("%ld days of sites, %ld of areas\n", sites, areas);
	return 0;
}

/* One column of text, line by line. */
static int print_rows(PGconn *db, const char *sql, int count, const char *const *values)
{
	PGresult *result = db_ask(db, sql, count, values);

	if (result == NULL)
		return -1;
	for (int row = 0; row < PQntuples(result); row++)
		puts(PQgetvalue(result, row, 0));
	PQclear(result);
	return 0;
}

int retain_run(const struct task *task)
{
	return print_rows(task->db, "select congchao.retain()", 0, NULL) < 0;
}

static const char freeze_sql[] = "select to_char($1::date, 'YYYY-MM') || ': issue ' || "
				 "congchao.freeze($1::date)";

static int freeze_due(PGconn *db)
{
	PGresult *due = db_ask(db, "select congchao.months_due()", 0, NULL);
	int rc = due != NULL ? 0 : 1;

	for (int row = 0; rc == 0 && row < PQntuples(due); row++) {
		const char *const values[] = {PQgetvalue(due, row, 0)};

		rc = print_rows(db, freeze_sql, 1, values) < 0;
	}
	PQclear(due);
	return rc;
}

int freeze_run(const struct task *task)
{
	char month[16];
	const char *const values[] = {month};
	long sites, areas;

	if (task->count > 0 && (strlen(task->words[0]) != 7 || task->words[0][4] != '-')) {
		log_warnx("month \"%s\", expected one such as 2026-11", task->words[0]);
		return 1;
	}
	if (roll_all(task->db, &sites, &areas) < 0)
		return 1;
	if (task->count == 0)
		return freeze_due(task->db);
	snprintf(month, sizeof(month), "%s-01", task->words[0]);
	return print_rows(task->db, freeze_sql, 1, values) < 0;
}
