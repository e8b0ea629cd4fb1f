/*
 * Turns what flow has decided into libmicrohttpd's answer, with the headers of every page
 * (common/headers.h). Decides nothing itself.
 */
#include "portal/reply.h"

#include "common/headers.h"
#include "common/log.h"

static bool header(struct MHD_Response *response, const char *name, const char *value)
{
	return MHD_add_response_header(response, name, value) == MHD_YES;
}

static bool fixed_headers(struct MHD_Response *response)
{
	for (const struct headers_pair *pair = headers_fixed; pair->name != NULL; pair++)
		if (!header(response, pair->name, pair->value))
			return false;
	return true;
}

static bool page_headers(struct MHD_Response *response, const struct portal *portal,
			 const struct reply *reply, const char *nonce)
{
	char policy[HEADERS_POLICY_SIZE];

	headers_policy(policy, nonce);
	if (reply->status == MHD_HTTP_SERVICE_UNAVAILABLE &&
	    !header(response, MHD_HTTP_HEADER_RETRY_AFTER, "5"))
		return false;
	if (reply->status == MHD_HTTP_METHOD_NOT_ALLOWED &&
	    !header(response, MHD_HTTP_HEADER_ALLOW,
		    reply->allow != NULL ? reply->allow : "GET, HEAD, POST"))
		return false;
	return header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "text/html; charset=utf-8") &&
	       header(response, MHD_HTTP_HEADER_CONTENT_LANGUAGE,
		      portal->conf->languages[reply->page.language]) &&
	       header(response, "Content-Security-Policy", policy);
}

static struct MHD_Response *page_response(const struct portal *portal, struct reply *reply)
{
	static char body[PAGE_SIZE_MAX];
	char nonce[HEADERS_NONCE_SIZE];
	struct MHD_Response *response;
	size_t size;

	if (!headers_nonce(nonce))
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

static struct MHD_Response *api_response(struct reply *reply)
{
	struct MHD_Response *response =
	    MHD_create_response_from_buffer(reply->api_size, reply->api, MHD_RESPMEM_MUST_COPY);

	if (response != NULL && !header(response, MHD_HTTP_HEADER_CONTENT_TYPE, API_TYPE)) {
		MHD_destroy_response(response);
		return NULL;
	}
	return response;
}

enum MHD_Result reply_queue(const struct portal *portal, struct MHD_Connection *connection,
			    struct reply *reply)
{
	struct MHD_Response *response = reply->location != NULL ? location_response(reply)
					: reply->api_size > 0	? api_response(reply)
								: page_response(portal, reply);
	enum MHD_Result result = MHD_NO;

	if (response == NULL)
		return MHD_NO;
	if (fixed_headers(response) &&
	    (!reply->varies || header(response, MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT)))
		result = MHD_queue_response(connection, reply->status, response);
	MHD_destroy_response(response);
	return result;
}
