/*
 * congchao-collect init: the schema, and a role of the database for each of the system's
 * users that talk to it. As often as one likes.
 */
#include <stdio.h>

#include "collect/db.h"
#include "collect/schema.h"
#include "collect/task.h"

/* A user of the system is let in by its name (peer), and may what the role may. */
static int login(PGconn *db, const char *user, const char *role)
{
	const char *const values[] = {user, role};

	return db_do(db,
		     "with r as (select set_config('congchao.user', $1, true),"
		     " set_config('congchao.role', $2, true)) select * from r",
		     2, values) < 0
		   ? -1
		   : db_script(db,
			       "do $$ declare"
			       " u text := current_setting('congchao.user');"
			       " r text := current_setting('congchao.role');"
			       " begin"
			       " if not exists (select from pg_roles where rolname = u) then"
			       "  execute format('create role %I login', u);"
			       " end if;"
			       " execute format('grant %I to %I', r, u);"
			       "end $$");
}

static int install(const struct task *task)
{
	PGconn *db = task->db;

	if (db_script(db, schema_sql) < 0)
		return -1;
	if (login(db, task->conf->user_collect, "congchao_ingest") < 0 ||
	    login(db, task->conf->user_collect, "congchao_web") < 0 ||
	    login(db, task->conf->user_keeper, "congchao_keeper") < 0 ||
	    login(db, task->conf->user_officer, "congchao_officer") < 0)
		return -1;
	return 0;
}

int init_run(const struct task *task)
{
	if (db_script(task->db, "begin") < 0 || install(task) < 0 ||
	    db_script(task->db, "commit") < 0)
		return 1;
	puts("The schema congchao is installed.");
	return 0;
}
