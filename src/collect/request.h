/*
 * One HTTP request, from its headers to its answer. accept.c reads and answers it; what it
 * asks for is done by whoever its path names.
 */
#ifndef COLLECT_REQUEST_H
#define COLLECT_REQUEST_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collect/conf.h"
#include "collect/pg.h"
#include "collect/sign.h"

enum { REQUEST_PATH_SIZE = 200, REQUEST_HEADERS_MAX = 10 };

struct collect {
	const struct collect_conf *conf;
	struct pg *pg;
	struct pg *web_pg;	      /* the dashboard's: pages must not hold up reports */
	struct collect_conf web_conf; /* its pool is smaller */
};

struct request {
	struct collect *collect;
	struct MHD_Connection *connection;
	const struct route *route;
	char path[REQUEST_PATH_SIZE]; /* after the prefix */
	bool post;
	char *body; /* size bytes of them, and a NUL */
	size_t size, used;
	struct sign sign;
	const char *wrong; /* with its body, said once the database has let its key in; or NULL */
	struct pg_job job;
	void (*done)(struct request *request, const PGresult *result);
	char text[PG_PARAMS_MAX][72]; /* the job's short parameters */
	bool waiting;		      /* suspended: done answers it */
	int64_t begun_ms;
	/* The answer, when status is not 0. */
	unsigned status;
	char *answer; /* the request's */
	size_t answer_size;
	const char *type;
	const char *cache; /* Cache-Control; NULL: no-store */
	struct request_header {
		const char *name;
		char value[320];
	} headers[REQUEST_HEADERS_MAX]; /* up to one without a name */
	void *web;			/* what a page keeps while it waits */
};

/* What is done with a complete request: it is answered then, or its job is put. */
struct route {
	const char *path;   /* after the prefix of the configured address */
	const char *method; /* NULL: GET, HEAD and POST */
	void (*begin)(struct request *request);
	void (*without)(struct request *request); /* answers without a database; NULL: 503 */
	/* Answers what the database refuses; NULL: as for a gateway. */
	void (*failed)(struct request *request, const char *state, const char *words);
	void (*end)(struct request *request); /* frees request->web; may be NULL */
};

extern const struct route reports_route, enrol_route, rotate_route, metrics_route, web_route;

/* Answers {"error": "..."}: static words without '"'. */
void request_refuse(struct request *request, unsigned status, const char *error);
/* Answers with text, which is the request's from now on; NULL: memory is out. */
void request_answer(struct request *request, unsigned status, char *text);

/* Is it the id of a gateway, 32 hex digits? (enrol.c) */
bool enrol_is_instance(const char *text);

/* Reads and checks the signature; false when it has been refused. */
bool request_is_signed(struct request *request);
/* Refuses what is wrong with a request: 422. */
void request_malformed(struct request *request, const char *error);

/*
 * Asks the database: request->job's values are set. done answers what is rows; what is none
 * has been answered: 401 and 422 as the database says, else 503.
 */
void request_ask(struct request *request, enum pg_statement statement,
		 void (*done)(struct request *request, const PGresult *result));
/* The same for a script, and for a statement of the dashboard's. */
void request_ask_web(struct request *request, struct pg_script *script, enum pg_statement statement,
		     void (*done)(struct request *request, const PGresult *result));

/* A header of the request when it is there once; NULL. */
const char *request_header(struct request *request, const char *name);
/* One more header of the answer, cut where it is too long. */
void request_put(struct request *request, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
