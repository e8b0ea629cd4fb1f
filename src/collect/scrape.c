/*
 * GET /metrics for Prometheus: the collector's counters and the database's gauges. That the
 * database does not answer is a figure too: then its gauges are missing, and it is said.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect/metrics.h"
#include "collect/request.h"
#include "collect/web.h"

static void write_database(FILE *out, const PGresult *result)
{
	const char *before = "";

	fprintf(out, "# TYPE congchao_db_up gauge\ncongchao_db_up %d\n", result != NULL);
	for (int row = 0; result != NULL && row < PQntuples(result); row++) {
		const char *name = PQgetvalue(result, row, 0);

		if (strcmp(name, before) != 0)
			fprintf(out, "# TYPE %s gauge\n", name);
		fprintf(out, "%s%s %s\n", name, PQgetvalue(result, row, 1),
			PQgetvalue(result, row, 2));
		before = name;
	}
}

/* result NULL: there is no database. */
static void scrape_answer(struct request *request, const PGresult *result)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out != NULL) {
		metrics_write(out);
		if (request->collect->web_pg != NULL)
			web_count_write(out);
		write_database(out, result);
		if (fclose(out) != 0) {
			free(text);
			text = NULL;
		}
	}
	request_answer(request, MHD_HTTP_OK, text);
	request->type = "text/plain; version=0.0.4";
}

static void scrape_without(struct request *request)
{
	scrape_answer(request, NULL);
}

static void scrape_begin(struct request *request)
{
	request_ask(request, PG_HEALTH, scrape_answer);
}

const struct route metrics_route = {
    .path = "/metrics", .method = "GET", .begin = scrape_begin, .without = scrape_without};
