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
#include "portal/api.h"
#include "portal/forwarded.h"
#include "portal/visit.h"

enum request_path {
	PATH_ROOT,
	PATH_ONLINE,
	PATH_RETRY,
	PATH_API,
	PATH_ENDED,
	PATH_ANSWER, /* from here on forms of a visit */
	PATH_ACKNOWLEDGE,
	PATH_LATER,
	PATH_RENEW, /* of a release that is about to end */
	PATH_SPARE,
	PATH_END, /* a form of who is released */
	PATH_OTHER
};

enum request_state {
	REQUEST_READING,  /* headers and body are coming in */
	REQUEST_FINDING,  /* suspended: gate is asked whose address this is */
	REQUEST_FOUND,	  /* gate has answered */
	REQUEST_WAITING,  /* suspended: its acknowledgement is being stored and released, or its
			     session's end stored and revoked */
	REQUEST_ANSWERED, /* ... and has come out */
};

enum { REQUEST_HOST_SIZE = 80 };

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
	bool secure;	/* at https://NAME/, by our own TLS or the proxy's */
	bool wants_page; /* by its Accept, of the API */
	uint8_t family;
	uint8_t address[16]; /* the visitor's */
	uint32_t ifindex;    /* of a link-local address; 0: any */
	int language;	     /* asked for by ?lang=, or -1 */
	char audience[CONF_NAME_SIZE]; /* asked for by ?audience=, or "" */
	char host[REQUEST_HOST_SIZE];  /* what the visitor has typed to get here, or "" */
	unsigned accepted;   /* language of Accept-Language */
	struct request_field token, choice;
	struct msg found;    /* gate's answer */
	bool admitted;	     /* REQUEST_ANSWERED: stored, and gate has done it */
	struct request *next_waiter;
};

struct MHD_Connection;

/* From a request whose headers have come. Owned by the caller; NULL when memory is out. */
struct request *request_new(const struct conf *conf, struct MHD_Connection *connection,
			    const char *url, bool post);
/* It has been forwarded for somebody else. */
void request_from(struct request *request, const struct forwarded *from);
/* A piece of the body, then its end: the fields are there after it. */
void request_feed(struct request *request, const char *data, size_t size);
void request_body_end(struct request *request);
void request_free(struct request *request); /* accepts NULL */

/* What a request gets. */
struct reply {
	unsigned status;      /* 200, 303, 4xx, 503 */
	const char *location; /* of a redirect; NULL: a page */
	char where[CONF_HOST_SIZE + 16]; /* for a location that is made */
	char api[API_SIZE];   /* the API's answer, of api_size; 0: a page */
	size_t api_size;
	bool varies;	      /* with Accept */
	const char *allow;    /* of 405; NULL: what pages allow */
	struct page page;
	const struct edition *edition; /* whose page it is; NULL: the current one's */
	char token[PAGE_TOKEN_SIZE];
	struct page_answer answers[2];
};

#endif
