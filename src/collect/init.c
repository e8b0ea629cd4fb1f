/*
 * congchao-collect init: the schema, and a role of the database for each of the system's
 * users that talk to it. As often as one likes.
 */
#include <stdio.h>

#include "collect/db.h"
#include "collect/schema.h"
#include "collect/task.h"

static int login(PGconn *db, const char *user, const char *role)
{
	const char *const values[] = {user, role};

	return db_do(db, "select congchao.login_put($1, $2)", 2, values);
}

/* Only where there is a dashboard may the server become what its accounts may be. */
static int dashboard(PGconn *db, const struct collect_conf *conf)
{
	const char *const values[] = {conf->user_collect, "congchao_web"};

	if (conf->www[0] != '\0')
		return login(db, values[0], values[1]);
	return db_do(db, "select congchao.login_take($1, $2)", 2, values);
}

static int install(const struct task *task)
{
	PGconn *db = task->db;

	if (db_script(db, schema_sql) < 0)
		return -1;
	if (login(db, task->conf->user_collect, "congchao_ingest") < 0 ||
	    login(db, task->conf->user_keeper, "congchao_keeper") < 0 ||
	    login(db, task->conf->user_officer, "congchao_officer") < 0)
		return -1;
	return dashboard(db, task->conf);
}

int init_run(const struct task *task)
{
	if (db_script(task->db, "begin") < 0 || install(task) < 0 ||
	    db_script(task->db, "commit") < 0)
		return 1;
	puts("The schema congchao is installed.");
	return 0;
}
