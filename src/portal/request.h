/*
 * One request to the portal's own pages, from its headers to its answer. http makes and
 * frees it, flow decides what it gets, admit wakes it.
 */
#ifndef PORTAL_REQUEST_H
#define PORTAL_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "common/conf.h"
#include "common/msg.h"
#include "common/page.h"
#include "portal/visit.h"

enum request_path {
	PATH_ROOT,
	PATH_ONLINE,
	PATH_RETRY,
	PATH_ANSWER, /* from here on forms */
	PATH_ACKNOWLEDGE,
	PATH_LATER,
	PATH_RENEW, /* of a release that is about to end */
	PATH_SPARE,
	PATH_OTHER
};

enum request_state {
	REQUEST_READING,  /* headers and body are coming in */
	REQUEST_FINDING,  /* suspended: gate is asked whose address this is */
	REQUEST_FOUND,	  /* gate has answered */
	REQUEST_WAITING,  /* suspended: its acknowledgement is being stored and released */
	REQUEST_ANSWERED, /* ... and has come out */
};

/* A form's field, of fixed size; what does not fit is refused. */
struct request_field {
	char value[40];
	unsigned count; /* how often it came */
	bool bad;	/* too long, or not text */
};

struct request {
	struct MHD_Connection *connection;
	struct MHD_PostProcessor *form;
	enum request_state state;
	enum request_path path;
	bool post;
	bool head; /* HEAD: nobody gets to see the page */
	uint8_t family;
	uint8_t address[16]; /* the visitor's */
	uint32_t ifindex;    /* of a link-local address; 0: any */
	int language;	     /* asked for by ?lang=, or -1 */
	char audience[CONF_NAME_SIZE]; /* asked for by ?audience=, or "" */
	unsigned accepted;   /* language of Accept-Language */
	struct request_field token, choice;
	struct msg found;    /* gate's answer */
	bool admitted;	     /* REQUEST_ANSWERED: stored and released */
	struct request *next_waiter;
};

struct MHD_Connection;

/* From a request whose headers have come. Owned by the caller; NULL when memory is out. */
struct request *request_new(const struct conf *conf, struct MHD_Connection *connection,
			    const char *url, bool post);
/* A piece of the body, then its end: the fields are there after it. */
void request_feed(struct request *request, const char *data, size_t size);
void request_body_end(struct request *request);
void request_free(struct request *request); /* accepts NULL */

/* What a request gets. */
struct reply {
	unsigned status;      /* 200, 303, 4xx, 503 */
	const char *location; /* of a redirect; NULL: a page */
	char where[32];	      /* for a location that is made */
	struct page page;
	const struct edition *edition; /* whose page it is; NULL: the current one's */
	char token[PAGE_TOKEN_SIZE];
	struct page_answer answers[2];
};

#endif
