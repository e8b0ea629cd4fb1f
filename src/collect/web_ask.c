/*
 * The database, as whoever is logged in: each page is one transaction that takes the
 * account's role, reads one state of things, and can write only where an officer acts.
 */
#include "collect/web.h"

#include <string.h>

enum { DATE = 1082, TEXT = 25 }; /* oids of PostgreSQL's types, which never change */

static const Oid figure_types[WEB_PARAMS] = {DATE, DATE, TEXT, TEXT, TEXT};
static const Oid text_types[PG_PARAMS_MAX] = {TEXT, TEXT, TEXT, TEXT, TEXT, TEXT};

#define SETTINGS                                                                        \
	"; set local timezone = 'Asia/Ho_Chi_Minh'; set local datestyle = 'ISO, YMD'; " \
	"set local role "
#define READ "begin isolation level repeatable read, read only" SETTINGS

static const struct {
	const char *role, *read, *write;
} roles[] = {
    {"reader", READ "congchao_reader", READ "congchao_reader"},
    {"auditor", READ "congchao_auditor", READ "congchao_auditor"},
    {"officer", READ "congchao_officer", "begin" SETTINGS "congchao_officer"},
    /* Nobody: what is public. */
    {"", READ "congchao_web", READ "congchao_web"},
};

static const char *begin_as(const char *role, bool write)
{
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (strcmp(roles[i].role, role) == 0)
			return write ? roles[i].write : roles[i].read;
	return READ "congchao_web";
}

static const char *or_null(const char *text)
{
	return text[0] != '\0' ? text : NULL;
}

static void done(struct request *request, const PGresult *result)
{
	struct web *web = request->web;

	(void)result;
	web->show(web);
}

void web_ask(struct web *web, const char *const *figures, void (*show)(struct web *web))
{
	struct pg_script *script = &web->script;
	const char **values = web->request->job.values;

	pg_script_clear(script);
	script->count = 0;
	for (size_t i = 0; figures[i] != NULL && script->count < PG_SCRIPT_MAX; i++) {
		const struct figure *figure = figure_find(figures[i]);

		/* What an account may not see is not asked for; the page goes without it. */
		if (figure == NULL || (figure->who == FIGURE_STAFF && !web_is_staff(web)) ||
		    (figure->who == FIGURE_AUDITOR && strcmp(web->role, "auditor") != 0))
			continue;
		web->figures[script->count] = figure;
		script->sql[script->count++] = figure->sql;
	}
	script->begin = begin_as(web->page->who == WEB_EVERYBODY ? "" : web->role, false);
	script->params = WEB_PARAMS;
	script->types = figure_types;
	values[0] = web->from;
	values[1] = web->to;
	values[2] = or_null(web->area);
	values[3] = words_name(web->language);
	values[4] = or_null(web->site);
	web->show = show;
	request_ask_web(web->request, script, 0, done);
}

void web_do(struct web *web, const char *const *sql, const char *const values[PG_PARAMS_MAX],
	    void (*show)(struct web *web))
{
	struct pg_script *script = &web->script;

	pg_script_clear(script);
	script->count = 0;
	while (sql[script->count] != NULL) {
		script->sql[script->count] = sql[script->count];
		script->count++;
	}
	script->begin = begin_as(web->role, true);
	script->params = PG_PARAMS_MAX;
	script->types = text_types;
	memcpy(web->request->job.values, values, sizeof(web->request->job.values));
	web->show = show;
	request_ask_web(web->request, script, 0, done);
}

bool web_table(const struct web *web, const char *figure, struct table *table)
{
	for (size_t i = 0; i < web->script.count; i++)
		if (web->figures[i] != NULL && web->script.results[i] != NULL &&
		    strcmp(web->figures[i]->name, figure) == 0)
			return table_open(table, web->figures[i], web->script.results[i]);
	return false;
}
