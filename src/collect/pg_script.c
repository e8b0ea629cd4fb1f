/* The steps of a script; pg_link.c sends and waits. */
#include "collect/pg_script.h"

void pg_script_clear(struct pg_script *script)
{
	for (size_t i = 0; i < PG_SCRIPT_MAX; i++) {
		PQclear(script->results[i]);
		script->results[i] = NULL;
	}
	PQclear(script->failed);
	script->failed = NULL;
	script->at = 0;
}

int pg_script_send(const struct pg_script *script, const char *const *values, PGconn *conn)
{
	if (script->at == 0)
		return PQsendQuery(conn, script->begin);
	if (script->at > script->count)
		return PQsendQuery(conn, script->failed != NULL ? "rollback" : "commit");
	return PQsendQueryParams(conn, script->sql[script->at - 1], script->params, script->types,
				 values, NULL, NULL, 0);
}

bool pg_script_take(struct pg_script *script, PGresult *result, bool failed)
{
	if (script->at > script->count)
		return false;
	if (failed) {
		script->failed = result;
		script->at = script->count + 1;
		return true;
	}
	if (script->at > 0)
		script->results[script->at - 1] = result;
	else
		PQclear(result);
	script->at++;
	return true;
}

const PGresult *pg_script_outcome(const struct pg_script *script, const PGresult *last)
{
	return script->failed != NULL ? script->failed : last;
}
