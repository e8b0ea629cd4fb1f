/*
 * Finds the page that a request asks for, or where a form leads. What a browser sends is
 * compared, never stored or shown.
 */
#include "ctl/preview_request.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/headers.h"
#include "ctl/preview_host.h"
#include "ctl/preview_page.h"
#include "ctl/preview_url.h"
#include "ctl/preview_walk.h"

enum { BODY_MAX = 4096, FORM_BUFFER = 512, DAY_SECONDS = 86400 };

/* A form on its way in. */
struct form {
	struct MHD_PostProcessor *processor;
	char choice[2];
	bool bad; /* more than one letter */
};

/* The page from which the request comes; false: from none of them. */
static bool place_from(const struct preview_pack *pack, struct MHD_Connection *connection,
		       struct preview_place *place)
{
	char path[PREVIEW_URL_SIZE];
	const char *from = preview_host_from(
	    MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_REFERER),
	    MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST), path,
	    sizeof(path));

	return from != NULL && preview_url_parse(&pack->conf, pack->bank, from, place);
}

/* --- answers --- */

static enum MHD_Result queue(struct MHD_Connection *connection, unsigned status,
			     struct MHD_Response *response)
{
	enum MHD_Result result = MHD_YES;

	if (response == NULL)
		return MHD_NO;
	for (const struct headers_pair *pair = headers_fixed; pair->name != NULL; pair++) {
		/* Portal's say no-referrer; here it tells which page a link stands on. */
		bool referrer = strcmp(pair->name, "Referrer-Policy") == 0;

		if (MHD_add_response_header(response, pair->name,
					    referrer ? "same-origin" : pair->value) != MHD_YES)
			result = MHD_NO;
	}
	if (result == MHD_YES)
		result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result answer_text(struct MHD_Connection *connection, unsigned status,
				   const char *text)
{
	struct MHD_Response *response =
	    MHD_create_response_from_buffer(strlen(text), (char *)text, MHD_RESPMEM_PERSISTENT);

	if (response != NULL && MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
							"text/plain") != MHD_YES) {
		MHD_destroy_response(response);
		return MHD_NO;
	}
	return queue(connection, status, response);
}

/* Takes body over, which may be NULL. */
static enum MHD_Result answer_page(struct MHD_Connection *connection, unsigned status, char *body,
				   size_t size, const char *language, const char *nonce)
{
	char policy[HEADERS_POLICY_SIZE];
	struct MHD_Response *response;

	if (body == NULL)
		return answer_text(connection, MHD_HTTP_INTERNAL_SERVER_ERROR, "Out of memory.\n");
	response = MHD_create_response_from_buffer(size, body, MHD_RESPMEM_MUST_FREE);
	if (response == NULL) {
		free(body);
		return MHD_NO;
	}
	headers_policy(policy, nonce);
	if (MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
				    "text/html; charset=utf-8") != MHD_YES ||
	    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_LANGUAGE, language) !=
		MHD_YES ||
	    MHD_add_response_header(response, "Content-Security-Policy", policy) != MHD_YES) {
		MHD_destroy_response(response);
		return MHD_NO;
	}
	return queue(connection, status, response);
}

static enum MHD_Result answer_place(const struct preview_site *site,
				    struct MHD_Connection *connection,
				    const struct preview_place *place)
{
	static char nothing[] = "";
	char url[PREVIEW_URL_SIZE];
	struct MHD_Response *response =
	    MHD_create_response_from_buffer(0, nothing, MHD_RESPMEM_PERSISTENT);

	preview_url_write(&site->pack->conf, site->pack->bank, place, url);
	if (response != NULL &&
	    MHD_add_response_header(response, MHD_HTTP_HEADER_LOCATION, url) != MHD_YES) {
		MHD_destroy_response(response);
		return MHD_NO;
	}
	return queue(connection, MHD_HTTP_SEE_OTHER, response);
}

static enum MHD_Result answer_missing(const struct preview_site *site,
				      struct MHD_Connection *connection, const char *nonce)
{
	size_t size = 0;
	char *body = preview_own_missing(site->own, nonce, &size);

	return answer_page(connection, MHD_HTTP_NOT_FOUND, body, size, "en", nonce);
}

/* A page as portal renders it: in the same room. */
static char *visitor_page(const struct preview_site *site, const struct preview_place *place,
			  const char *nonce, size_t *size)
{
	char *body = malloc(PAGE_SIZE_MAX);
	struct preview_view view;

	if (body == NULL)
		return NULL;
	preview_page_fill(site->pack->bank, place, (int32_t)(time(NULL) / DAY_SECONDS), &view);
	view.page.nonce = nonce;
	*size = page_render(site->pack->pages, &view.page, body, PAGE_SIZE_MAX);
	if (*size > 0)
		return body;
	free(body);
	return NULL;
}

static enum MHD_Result answer_at(const struct preview_site *site, struct MHD_Connection *connection,
				 const struct preview_place *place, const char *nonce)
{
	const char *language = site->pack->conf.languages[place->language];
	size_t size = 0;
	char *body;

	if (place->kind == PREVIEW_INDEX) {
		body = preview_own_index(site->own, site->pack, place->language, nonce, &size);
		return answer_page(connection, MHD_HTTP_OK, body, size, "en", nonce);
	}
	body = visitor_page(site, place, nonce, &size);
	if (body == NULL)
		return answer_text(connection, MHD_HTTP_INTERNAL_SERVER_ERROR,
				   "This page does not fit into what a visitor is sent.\n");
	return answer_page(connection, MHD_HTTP_OK, body, size, language, nonce);
}

/* --- what is asked for --- */

/* "/", perhaps with ?lang= or ?audience=, as the links on a visitor's page have it. */
static enum MHD_Result get_root(const struct preview_site *site, struct MHD_Connection *connection)
{
	const char *language =
	    MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "lang");
	const char *audience =
	    MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "audience");
	const struct conf *conf = &site->pack->conf;
	struct preview_place place = {0};
	bool from = place_from(site->pack, connection, &place);

	for (size_t i = 0; language != NULL && i < conf->language_count; i++)
		if (strcmp(conf->languages[i], language) == 0)
			place.language = i;
	if (language == NULL || !from)
		place.kind = PREVIEW_INDEX;
	if (audience != NULL && !preview_walk_begin(site->pack->bank, &place, audience))
		place.kind = PREVIEW_INDEX;
	if (place.kind == PREVIEW_INDEX)
		place.item = place.chosen = 0;
	return answer_place(site, connection, &place);
}

static enum MHD_Result get(const struct preview_site *site, struct MHD_Connection *connection,
			   const char *url, const char *nonce)
{
	struct preview_place place;

	if (strcmp(url, "/") == 0)
		return get_root(site, connection);
	if (strcmp(url, "/retry") == 0 && place_from(site->pack, connection, &place) &&
	    preview_walk_on(site->pack->bank, &place, url, ""))
		return answer_place(site, connection, &place);
	if (!preview_url_parse(&site->pack->conf, site->pack->bank, url, &place))
		return answer_missing(site, connection, nonce);
	return answer_at(site, connection, &place, nonce);
}

/* A form from a page that is no longer there leads to the index. */
static enum MHD_Result post(const struct preview_site *site, struct MHD_Connection *connection,
			    const char *url, const struct form *form)
{
	struct preview_place place;

	if (!place_from(site->pack, connection, &place) || form->bad ||
	    !preview_walk_on(site->pack->bank, &place, url, form->choice))
		place = (struct preview_place){.kind = PREVIEW_INDEX};
	return answer_place(site, connection, &place);
}

static enum MHD_Result answer(const struct preview_site *site, struct MHD_Connection *connection,
			      const char *url, bool is_post, const struct form *form)
{
	char nonce[HEADERS_NONCE_SIZE];
	size_t size = 0;
	char *body;

	if (!headers_nonce(nonce))
		return MHD_NO;
	preview_pack_refresh(site->pack);
	if (site->pack->pages == NULL) {
		body = preview_own_broken(site->own, site->pack, nonce, &size);
		return answer_page(connection, MHD_HTTP_INTERNAL_SERVER_ERROR, body, size, "en",
				   nonce);
	}
	return is_post ? post(site, connection, url, form) : get(site, connection, url, nonce);
}

/* --- libmicrohttpd's calls --- */

static enum MHD_Result field_take(void *cls, enum MHD_ValueKind kind, const char *key,
				  const char *filename, const char *type, const char *encoding,
				  const char *data, uint64_t offset, size_t size)
{
	struct form *form = cls;

	(void)kind;
	(void)filename;
	(void)type;
	(void)encoding;
	/* A part of a multipart body may have no name. */
	if (key == NULL || strcmp(key, "choice") != 0 || size == 0)
		return MHD_YES;
	form->bad = offset != 0 || size != 1 || form->choice[0] != '\0';
	form->choice[0] = data[0];
	return MHD_YES;
}

static enum MHD_Result begin(const struct preview_site *site, struct MHD_Connection *connection,
			     const char *method, void **context)
{
	const char *length = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
							 MHD_HTTP_HEADER_CONTENT_LENGTH);
	const char *coding = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
							 MHD_HTTP_HEADER_TRANSFER_ENCODING);
	const char *host =
	    MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST);
	bool is_post = strcmp(method, MHD_HTTP_METHOD_POST) == 0;
	struct form *form;

	if (!preview_host_is_own(host, site->port))
		return answer_text(connection, MHD_HTTP_FORBIDDEN,
				   "The preview answers to this machine only, under the address "
				   "that it has printed.\n");
	if (!is_post && strcmp(method, MHD_HTTP_METHOD_GET) != 0 &&
	    strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
		return answer_text(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "GET or POST.\n");
	if (coding != NULL || (length != NULL && strtoull(length, NULL, 10) > BODY_MAX))
		return answer_text(connection, MHD_HTTP_CONTENT_TOO_LARGE, "Too much.\n");
	form = calloc(1, sizeof(*form));
	if (form == NULL)
		return MHD_NO;
	if (is_post) /* NULL where the body is of no form: it then holds no choice */
		form->processor =
		    MHD_create_post_processor(connection, FORM_BUFFER, field_take, form);
	*context = form;
	return MHD_YES;
}

enum MHD_Result preview_request(void *cls, struct MHD_Connection *connection, const char *url,
				const char *method, const char *version, const char *upload,
				size_t *upload_size, void **context)
{
	const struct preview_site *site = cls;
	struct form *form = *context;

	(void)version;
	if (form == NULL)
		return begin(site, connection, method, context);
	if (*upload_size > 0) {
		if (form->processor != NULL &&
		    MHD_post_process(form->processor, upload, *upload_size) != MHD_YES)
			form->bad = true;
		*upload_size = 0;
		return MHD_YES;
	}
	if (form->processor != NULL) {
		if (MHD_destroy_post_processor(form->processor) != MHD_YES)
			form->bad = true;
		form->processor = NULL;
	}
	return answer(site, connection, url, strcmp(method, MHD_HTTP_METHOD_POST) == 0, form);
}

void preview_request_end(void *cls, struct MHD_Connection *connection, void **context,
			 enum MHD_RequestTerminationCode code)
{
	struct form *form = *context;

	(void)cls;
	(void)connection;
	(void)code;
	if (form != NULL && form->processor != NULL)
		MHD_destroy_post_processor(form->processor);
	free(form);
	*context = NULL;
}
