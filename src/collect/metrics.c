/*
 * Counters of this process and gauges of the database, in Prometheus' text format. That the
 * database does not answer is a figure too: then its gauges are missing, and it is said.
 */
#include "collect/metrics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect/request.h"
#include "collect/web.h"

static const char *const results[METRICS_RESULT__MAX] = {
    [METRICS_NEW] = "new",	     [METRICS_SAME] = "same",
    [METRICS_STALE] = "stale",	     [METRICS_CONFLICT] = "conflict",
    [METRICS_REPLACED] = "replaced", [METRICS_REFUSED] = "refused",
    [METRICS_TOO_OLD] = "too_old",   [METRICS_DENIED] = "denied",
    [METRICS_MALFORMED] = "malformed", [METRICS_UNAVAILABLE] = "unavailable",
};

static const int bounds_ms[] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000};

enum { BOUNDS = sizeof(bounds_ms) / sizeof(bounds_ms[0]) };

static uint64_t counts[METRICS_RESULT__MAX];
static uint64_t took[BOUNDS + 1], took_sum_ms;

void metrics_count(enum metrics_result result)
{
	counts[result]++;
}

void metrics_took(int64_t ms)
{
	size_t i = 0;

	while (i < BOUNDS && ms > bounds_ms[i])
		i++;
	took[i]++;
	took_sum_ms += (uint64_t)ms;
}

static void write_own(FILE *out)
{
	uint64_t sum = 0;

	fputs("# HELP congchao_reports_total Reports by result; denied, malformed and unavailable "
	      "count requests.\n# TYPE congchao_reports_total counter\n",
	      out);
	for (int i = 0; i < METRICS_RESULT__MAX; i++)
		fprintf(out, "congchao_reports_total{result=\"%s\"} %llu\n", results[i],
			(unsigned long long)counts[i]);
	fputs("# HELP congchao_ingest_seconds From a complete request to COMMIT.\n"
	      "# TYPE congchao_ingest_seconds histogram\n",
	      out);
	for (size_t i = 0; i < BOUNDS; i++) {
		sum += took[i];
		fprintf(out, "congchao_ingest_seconds_bucket{le=\"%g\"} %llu\n", bounds_ms[i] / 1e3,
			(unsigned long long)sum);
	}
	sum += took[BOUNDS];
	fprintf(out,
		"congchao_ingest_seconds_bucket{le=\"+Inf\"} %llu\n"
		"congchao_ingest_seconds_sum %g\ncongchao_ingest_seconds_count %llu\n",
		(unsigned long long)sum, (double)took_sum_ms / 1e3, (unsigned long long)sum);
}

/* What the dashboard counts, where there is one. */
static void write_web(const struct request *request, FILE *out)
{
	if (request->collect->web_pg != NULL)
		web_count_write(out);
}

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
static void metrics_answer(struct request *request, const PGresult *result)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out != NULL) {
		write_own(out);
		write_web(request, out);
		write_database(out, result);
		if (fclose(out) != 0) {
			free(text);
			text = NULL;
		}
	}
	request_answer(request, MHD_HTTP_OK, text);
	request->type = "text/plain; version=0.0.4";
}

static void metrics_without(struct request *request)
{
	metrics_answer(request, NULL);
}

static void metrics_begin(struct request *request)
{
	request_ask(request, PG_HEALTH, metrics_answer);
}

const struct route metrics_route = {.path = "/metrics",
				    .method = "GET",
				    .begin = metrics_begin,
				    .without = metrics_without};
