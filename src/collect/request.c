/*
 * What all requests have in common: who sent it, what the database says, how it is refused.
 * A refusal names no site and no key: what is known here is nobody's to ask.
 */
#include "collect/request.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "collect/accept.h"
#include "collect/key.h"
#include "collect/metrics.h"
#include "collect/say.h"
#include "common/clock.h"

static const char json[] = "application/json";

void request_answer(struct request *request, unsigned status, char *text)
{
	request->status = text != NULL ? status : MHD_HTTP_INTERNAL_SERVER_ERROR;
	request->answer = text;
	request->answer_size = text != NULL ? strlen(text) : 0;
	request->type = json;
}

void request_refuse(struct request *request, unsigned status, const char *error)
{
	char *text = NULL;

	if (asprintf(&text, "{\"error\":\"%s\"}\n", error) < 0)
		text = NULL;
	request_answer(request, status, text);
}

struct once {
	const char *name, *value;
	unsigned count;
};

static enum MHD_Result count_header(void *cls, enum MHD_ValueKind kind, const char *name,
				    const char *value)
{
	struct once *once = cls;

	(void)kind;
	if (strcasecmp(name, once->name) == 0) {
		once->value = value;
		once->count++;
	}
	return MHD_YES;
}

/* Its value when it is there once: of two, a server on the way may have read the other. */
const char *request_header(struct request *request, const char *name)
{
	struct once once = {.name = name};

	MHD_get_connection_values(request->connection, MHD_HEADER_KIND, count_header, &once);
	return once.count == 1 ? once.value : NULL;
}

/* The same answer for every reason. */
static void deny(struct request *request)
{
	metrics_count(METRICS_DENIED);
	request_refuse(request, MHD_HTTP_UNAUTHORIZED, "not signed by a key that is valid here");
}

bool request_is_signed(struct request *request)
{
	char path[SIGN_PATH_MAX + 64];

	snprintf(path, sizeof(path), "%s%s", collect_conf_prefix(request->collect->conf),
		 request->route->path);
	if (sign_parse(request_header(request, "Signature-Input"),
		       request_header(request, "Signature"),
		       request_header(request, "Content-Digest"), &request->sign) &&
	    key_verify(&request->sign, request->route->method, path, request->body, request->size))
		return true;
	deny(request);
	return false;
}

void request_malformed(struct request *request, const char *error)
{
	metrics_count(METRICS_MALFORMED);
	request_refuse(request, MHD_HTTP_UNPROCESSABLE_CONTENT, error);
}

static void unavailable(struct request *request)
{
	if (request->route->without != NULL) {
		request->route->without(request);
		return;
	}
	metrics_count(METRICS_UNAVAILABLE);
	request_refuse(request, MHD_HTTP_SERVICE_UNAVAILABLE, "try again later");
}

/* What the database's functions raise; anything else is no answer to the request. */
static void failed(struct request *request, const PGresult *result)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	if (request->route->failed != NULL && state != NULL && words != NULL) {
		request->route->failed(request, state, words);
		return;
	}
	if (state != NULL && strcmp(state, "CC401") == 0) {
		deny(request);
	} else if (state != NULL && strcmp(state, "CC422") == 0) {
		/* Words of the schema's own. */
		request_malformed(request, request->wrong != NULL ? request->wrong : words);
	} else if (state != NULL && strcmp(state, "CC429") == 0) {
		request_refuse(request, MHD_HTTP_TOO_MANY_REQUESTS, words);
	} else {
		say("database: %s: %s", state != NULL ? state : "?", words != NULL ? words : "?");
		unavailable(request);
	}
}

static void job_done(struct pg_job *job, const PGresult *result)
{
	struct request *request = (struct request *)((char *)job - offsetof(struct request, job));

	ExecStatusType status = PQresultStatus(result);

	request->waiting = false;
	if (result == NULL)
		unavailable(request);
	else if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
		failed(request, result);
	else
		request->done(request, result);
	if (!request->waiting)
		accept_resume(request);
}

static void ask(struct request *request, struct pg *pg,
		void (*done)(struct request *request, const PGresult *result))
{
	request->job.done = job_done;
	request->done = done;
	request->waiting = true;
	if (!pg_put(pg, &request->job, clock_boot_ms())) {
		request->waiting = false;
		unavailable(request);
	}
}

void request_ask(struct request *request, enum pg_statement statement,
		 void (*done)(struct request *request, const PGresult *result))
{
	request->job.statement = statement;
	ask(request, request->collect->pg, done);
}

void request_ask_web(struct request *request, struct pg_script *script, enum pg_statement statement,
		     void (*done)(struct request *request, const PGresult *result))
{
	request->job.script = script;
	request->job.statement = statement;
	ask(request, request->collect->web_pg, done);
}

void request_put(struct request *request, const char *name, const char *fmt, ...)
{
	struct request_header *header = request->headers;
	va_list ap;

	while (header->name != NULL && header < request->headers + REQUEST_HEADERS_MAX - 1)
		header++;
	header->name = name;
	va_start(ap, fmt);
	vsnprintf(header->value, sizeof(header->value), fmt, ap);
	va_end(ap);
}
