/*
 * congchao-collect report: the monthly report as a file, for a timer that makes a PDF of it.
 * The same page as the dashboard's, asked for by the officer's own login and nobody's session.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect/db.h"
#include "collect/task.h"
#include "collect/web.h"
#include "common/log.h"

/* "last" or "2026-11". */
static bool month_read(const char *word, struct web *web)
{
	if (strcmp(word, "last") == 0) {
		web_month_last(web->from);
		return true;
	}
	return web_month_read(word, web->from);
}

static bool ask(const struct task *task, struct web *web)
{
	struct pg_script *script = &web->script;
	const char *const values[WEB_PARAMS] = {web->from, web->to, NULL, words_name(web->language),
						NULL};

	if (db_script(task->db, "begin isolation level repeatable read, read only; "
				"set local timezone = 'Asia/Ho_Chi_Minh'") < 0)
		return false;
	for (size_t i = 0; web_report_figures[i] != NULL; i++) {
		const struct figure *figure = figure_find(web_report_figures[i]);

		script->results[i] = db_ask(task->db, figure->sql, WEB_PARAMS, values);
		if (script->results[i] == NULL)
			return false;
		web->figures[i] = figure;
		script->count = i + 1;
	}
	return db_script(task->db, "commit") == 0;
}

static bool write_file(const char *path, const struct request *request)
{
	FILE *out = fopen(path, "we");

	if (out != NULL &&
	    fwrite(request->answer, 1, request->answer_size, out) == request->answer_size &&
	    fclose(out) == 0)
		return true;
	log_warn("%s", path);
	return false;
}

int report_file_run(const struct task *task)
{
	static const struct web_page page = {.path = "/report", .word = "report"};
	struct collect collect = {.conf = task->conf};
	struct request request = {.collect = &collect, .path = "/report"};
	struct web web = {.request = &request, .page = &page};
	bool done = false;

	if (task->conf->www[0] == '\0' || !month_read(task->words[0], &web)) {
		log_warnx(
		    "report takes a month, such as 2026-11, or \"last\"; and a dashboard in the "
		    "configuration");
		return 1;
	}
	snprintf(web.to, sizeof(web.to), "%s", web.from);
	if (web_file_open(task->conf->www) && ask(task, &web)) {
		web_report_show(&web);
		done = request.status == MHD_HTTP_OK && write_file(task->words[1], &request);
	}
	free(request.answer);
	pg_script_clear(&web.script);
	view_close(web.arena);
	web_file_close();
	return done ? 0 : 1;
}
