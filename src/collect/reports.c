/*
 * POST /v1/reports: the gateway's hours. The body goes to one SQL function as it came; what
 * that says of each report goes back, after COMMIT.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect/body.h"
#include "collect/metrics.h"
#include "collect/request.h"
#include "collect/say.h"
#include "common/clock.h"

enum { PERIOD, CODE, REV, DIGEST, REASON };

static const struct {
	int code;
	const char *name;
	unsigned status;
	enum metrics_result result;
} codes[] = {
    {0, "new", MHD_HTTP_OK, METRICS_NEW},
    {1, "same", MHD_HTTP_OK, METRICS_SAME},
    {2, "stale", MHD_HTTP_OK, METRICS_STALE},
    {3, "conflict", MHD_HTTP_CONFLICT, METRICS_CONFLICT},
    {4, "replaced", MHD_HTTP_OK, METRICS_REPLACED},
    {11, "refused", MHD_HTTP_UNPROCESSABLE_CONTENT, METRICS_REFUSED},
    {12, "too old", MHD_HTTP_UNPROCESSABLE_CONTENT, METRICS_TOO_OLD},
};

enum { CODES = sizeof(codes) / sizeof(codes[0]) };

static size_t code_find(const PGresult *result, int row)
{
	int code = (int)strtol(PQgetvalue(result, row, CODE), NULL, 10);
	size_t i = 0;

	while (i < CODES - 1 && codes[i].code != code)
		i++;
	return i;
}

/* All of these are the database's: hours, hex digits, and words of the schema's own. */
static void write_text(FILE *out, const char *name, const PGresult *result, int row, int column)
{
	if (PQgetisnull(result, row, column))
		fprintf(out, "\"%s\":null", name);
	else
		fprintf(out, "\"%s\":\"%s\"", name, PQgetvalue(result, row, column));
}

static void write_row(FILE *out, const PGresult *result, int row, size_t code)
{
	fputs(row > 0 ? ",\n{" : "{", out);
	write_text(out, "period", result, row, PERIOD);
	fprintf(out, ",\"code\":%d,\"result\":\"%s\",\"rev\":%s,", codes[code].code,
		codes[code].name,
		PQgetisnull(result, row, REV) ? "null" : PQgetvalue(result, row, REV));
	write_text(out, "digest", result, row, DIGEST);
	if (!PQgetisnull(result, row, REASON)) {
		fputc(',', out);
		write_text(out, "reason", result, row, REASON);
	}
	fputc('}', out);
}

/* A conflict outweighs a refusal, that outweighs the rest. */
static unsigned worse(unsigned a, unsigned b)
{
	if (a == MHD_HTTP_CONFLICT || b == MHD_HTTP_OK)
		return a;
	return b;
}

static void tell(const struct request *request, const PGresult *result, int row, size_t code)
{
	if (codes[code].status == MHD_HTTP_OK)
		return;
	say("%s: report of %s: %s: %s", request->sign.site,
	    PQgetisnull(result, row, PERIOD) ? "no hour" : PQgetvalue(result, row, PERIOD),
	    codes[code].name, PQgetvalue(result, row, REASON));
}

static void reports_done(struct request *request, const PGresult *result)
{
	unsigned status = MHD_HTTP_OK;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	metrics_took(clock_boot_ms() - request->begun_ms);
	if (out == NULL) {
		request_answer(request, status, NULL);
		return;
	}
	fputs("{\"results\":[", out);
	for (int row = 0; row < PQntuples(result); row++) {
		size_t code = code_find(result, row);

		metrics_count(codes[code].result);
		tell(request, result, row, code);
		write_row(out, result, row, code);
		status = worse(status, codes[code].status);
	}
	fputs("]}\n", out);
	if (fclose(out) != 0) {
		free(text);
		text = NULL;
	}
	request_answer(request, status, text);
}

static void reports_begin(struct request *request)
{
	if (!request_is_signed(request))
		return;
	/* Whether its key may speak is asked first: who may not is told nothing about a body. */
	request->wrong = body_wrong(request->body, request->size);
	snprintf(request->text[0], sizeof(request->text[0]), "%lu",
		 (unsigned long)request->sign.key_ver);
	snprintf(request->text[1], sizeof(request->text[1]), "%lld",
		 (long long)request->sign.created);
	request->job.values[0] = request->sign.site;
	request->job.values[1] = request->text[0];
	request->job.values[2] = request->text[1];
	request->job.values[3] = request->wrong == NULL ? request->body : "";
	request_ask(request, PG_INGEST, reports_done);
}

const struct route reports_route = {
    .path = "/v1/reports", .method = "POST", .begin = reports_begin};
