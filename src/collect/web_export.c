/* A figure as a file: /figures/NAME.csv and .xlsx, from the same table as on the page. */
#include "collect/web.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char xlsx_type[] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

static bool is_csv(const struct web *web)
{
	return strcmp(web->text[0], "csv") == 0;
}

static void name_file(struct web *web, const char *figure)
{
	request_put(web->request, MHD_HTTP_HEADER_CONTENT_DISPOSITION,
		    "attachment; filename=\"congchao-%s-%s-%s.%s\"; "
		    "filename*=UTF-8''congchao-%s-%s-%s.%s",
		    figure, web->from, web->to, web->text[0], figure, web->from, web->to,
		    web->text[0]);
}

static void send_csv(struct web *web, const struct table *table)
{
	char *bytes = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&bytes, &size);

	if (out != NULL) {
		table_csv(table, web->separator, out);
		if (fclose(out) != 0) {
			free(bytes);
			bytes = NULL;
		}
	}
	web_bytes(web, MHD_HTTP_OK, "text/csv; charset=utf-8; header=present", bytes, size);
}

static void send_xlsx(struct web *web, const struct table *table)
{
	char *bytes;
	size_t size = 0;

	if (table_rows(table) > TABLE_XLSX_ROWS_MAX) {
		web_message(web, MHD_HTTP_UNPROCESSABLE_CONTENT, "error_rows");
		return;
	}
	bytes = table_xlsx(table, web->language, web->request->collect->conf->temp, &size);
	web_bytes(web, MHD_HTTP_OK, xlsx_type, bytes, size);
}

static void export_show(struct web *web)
{
	struct table table;

	if (web->script.count != 1 || !web_table(web, web->figures[0]->name, &table)) {
		web_message(web, MHD_HTTP_FORBIDDEN, "error_forbidden");
		return;
	}
	name_file(web, table.figure->name);
	if (is_csv(web))
		send_csv(web, &table);
	else
		send_xlsx(web, &table);
}

/* NAME.csv, NAME.xlsx; public ones are for everybody, and only they are. */
static const struct figure *figure_of(struct web *web, char name[WEB_NAME_SIZE])
{
	const char *dot = strrchr(web->rest, '.');
	const struct figure *figure;

	if (dot == NULL || dot == web->rest || dot - web->rest >= WEB_NAME_SIZE ||
	    (strcmp(dot, ".csv") != 0 && strcmp(dot, ".xlsx") != 0))
		return NULL;
	snprintf(name, WEB_NAME_SIZE, "%.*s", (int)(dot - web->rest), web->rest);
	snprintf(web->text[0], sizeof(web->text[0]), "%s", dot + 1);
	figure = figure_find(name);
	if (figure == NULL || (figure->who == FIGURE_PUBLIC) != (web->page->who == WEB_EVERYBODY))
		return NULL;
	return figure;
}

void web_export_begin(struct web *web)
{
	const char *site = web_argument(web, "site"), *separator = web_argument(web, "sep");
	char name[WEB_NAME_SIZE];
	const char *const figures[] = {name, NULL};
	const struct figure *figure = figure_of(web, name);

	if (figure == NULL) {
		web_message(web, MHD_HTTP_NOT_FOUND, "error_nothing");
		return;
	}
	if ((figure->who == FIGURE_STAFF && !web_is_staff(web)) ||
	    (figure->who == FIGURE_AUDITOR && strcmp(web->role, "auditor") != 0)) {
		web_count(WEB_COUNT_FORBIDDEN);
		web_log("dashboard: %s (%s): %s: not allowed", web->account, web->role,
			web->request->path);
		web_message(web, MHD_HTTP_FORBIDDEN, "error_forbidden");
		return;
	}
	web->separator = separator != NULL && strcmp(separator, "semicolon") == 0 ? ';' : ',';
	if (site != NULL)
		snprintf(web->site, sizeof(web->site), "%.33s", site);
	if (figure->who != FIGURE_PUBLIC || !web_kept_answer(web))
		web_ask(web, figures, export_show);
	else if (web->request->status == MHD_HTTP_OK)
		name_file(web, figure->name);
}
