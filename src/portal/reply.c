/*
 * The headers say: keep nothing, load nothing, run nothing, frame nothing. A page's one
 * style element is allowed by a nonce made for this answer alone (CSP level 3).
 */
#include "portal/reply.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "common/log.h"

enum { NONCE_BYTES = 16, NONCE_SIZE = 2 * NONCE_BYTES + 1 };

static bool header(struct MHD_Response *response, const char *name, const char *value)
{
	return MHD_add_response_header(response, name, value) == MHD_YES;
}

static bool nonce_make(char out[NONCE_SIZE])
{
	uint8_t chance[NONCE_BYTES];

	if (getrandom(chance, sizeof(chance), 0) != sizeof(chance))
		return false;
	for (size_t i = 0; i < sizeof(chance); i++)
		snprintf(out + 2 * i, 3, "%02x", chance[i]);
	return true;
}

static bool page_headers(struct MHD_Response *response, const struct portal *portal,
			 const struct reply *reply, const char *nonce)
{
	char policy[256];

	snprintf(policy, sizeof(policy),
		 "default-src 'none'; style-src 'nonce-%s'; img-src data:; form-action 'self'; "
		 "base-uri 'none'; frame-ancestors 'none'", nonce);
	if (reply->status == MHD_HTTP_SERVICE_UNAVAILABLE &&
	    !header(response, MHD_HTTP_HEADER_RETRY_AFTER, "5"))
		return false;
	if (reply->status == MHD_HTTP_METHOD_NOT_ALLOWED &&
	    !header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD, POST"))
		return false;
	return header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "text/html; charset=utf-8") &&
	       header(response, MHD_HTTP_HEADER_CONTENT_LANGUAGE,
		      portal->conf->languages[reply->page.language]) &&
	       header(response, "Content-Security-Policy", policy);
}

static struct MHD_Response *page_response(const struct portal *portal, struct reply *reply)
{
	static char body[PAGE_SIZE_MAX];
	char nonce[NONCE_SIZE];
	struct MHD_Response *response;
	size_t size;

	if (!nonce_make(nonce))
		return NULL;
	reply->page.nonce = nonce;
	size = page_render((reply->edition != NULL ? reply->edition : portal->edition)->pages,
			   &reply->page, body, sizeof(body));
	if (size == 0) {
		log_warnx("a page does not fit into %d bytes: make the templates or texts shorter",
			  PAGE_SIZE_MAX);
		return NULL;
	}
	response = MHD_create_response_from_buffer(size, body, MHD_RESPMEM_MUST_COPY);
	if (response != NULL && !page_headers(response, portal, reply, nonce)) {
		MHD_destroy_response(response);
		return NULL;
	}
	return response;
}

static struct MHD_Response *location_response(const struct reply *reply)
{
	static char nothing[] = "";
	struct MHD_Response *response =
	    MHD_create_response_from_buffer(0, nothing, MHD_RESPMEM_PERSISTENT);

	if (response != NULL && !header(response, MHD_HTTP_HEADER_LOCATION, reply->location)) {
		MHD_destroy_response(response);
		return NULL;
	}
	return response;
}

enum MHD_Result reply_queue(const struct portal *portal, struct MHD_Connection *connection,
			    struct reply *reply)
{
	struct MHD_Response *response = reply->location != NULL ? location_response(reply)
								: page_response(portal, reply);
	enum MHD_Result result = MHD_NO;

	if (response == NULL)
		return MHD_NO;
	if (header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store") &&
	    header(response, "Referrer-Policy", "no-referrer") &&
	    header(response, "X-Content-Type-Options", "nosniff"))
		result = MHD_queue_response(connection, reply->status, response);
	MHD_destroy_response(response);
	return result;
}
