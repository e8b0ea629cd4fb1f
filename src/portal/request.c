/*
 * A request as far as it concerns the one who sends it: address, language, and the two
 * fields of a form, copied into their sized places or refused.
 */
#include "portal/request.h"

#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "portal/language.h"

enum { FORM_BUFFER = 512 };

static enum MHD_Result field_take(void *cls, enum MHD_ValueKind kind, const char *key,
				  const char *filename, const char *type, const char *encoding,
				  const char *data, uint64_t offset, size_t size)
{
	struct request *request = cls;
	struct request_field *field = NULL;

	(void)kind;
	(void)filename;
	(void)type;
	(void)encoding;
	/* A part of a multipart body may have no name. */
	if (key != NULL && strcmp(key, "token") == 0)
		field = &request->token;
	else if (key != NULL && strcmp(key, "choice") == 0)
		field = &request->choice;
	if (field == NULL)
		return MHD_YES;
	if (offset == 0)
		field->count++;
	if (offset >= sizeof(field->value) || size >= sizeof(field->value) - (size_t)offset ||
	    memchr(data, '\0', size) != NULL) {
		field->bad = true;
		return MHD_YES;
	}
	memcpy(field->value + offset, data, size);
	field->value[offset + size] = '\0';
	return MHD_YES;
}

static bool address_take(struct request *request)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	struct sockaddr_in6 in6;

	if (info == NULL)
		return false;
	if (info->client_addr->sa_family == AF_INET) {
		struct sockaddr_in in4;

		memcpy(&in4, info->client_addr, sizeof(in4));
		request->family = 4;
		memcpy(request->address, &in4.sin_addr, 4);
		return true;
	}
	memcpy(&in6, info->client_addr, sizeof(in6));
	if (IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr)) {
		request->family = 4;
		memcpy(request->address, &in6.sin6_addr.s6_addr[12], 4);
		return true;
	}
	request->family = 6;
	memcpy(request->address, &in6.sin6_addr, 16);
	if (IN6_IS_ADDR_LINKLOCAL(&in6.sin6_addr))
		request->ifindex = in6.sin6_scope_id;
	return true;
}

/* A proxy names no interface: any that is served. */
void request_from(struct request *request, const struct forwarded *from)
{
	request->family = from->family;
	memcpy(request->address, from->address, sizeof(request->address));
	request->ifindex = 0;
}

static enum request_path path_of(const char *url)
{
	static const struct {
		const char *url;
		enum request_path path;
	} paths[] = {
	    {"/", PATH_ROOT},
	    {"/online", PATH_ONLINE},
	    {"/retry", PATH_RETRY},
	    {"/end", PATH_END},
	    {"/ended", PATH_ENDED},
	    {API_PATH, PATH_API},
	    {"/answer", PATH_ANSWER},
	    {"/acknowledge", PATH_ACKNOWLEDGE},
	    {"/later", PATH_LATER},
	    {"/renew", PATH_RENEW},
	    {"/spare", PATH_SPARE},
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (strcmp(url, paths[i].url) == 0)
			return paths[i].path;
	return PATH_OTHER;
}

/* What is too long is none. */
static void text_take(char *out, size_t size, const char *text)
{
	if (text != NULL && strlen(text) < size)
		memcpy(out, text, strlen(text) + 1);
}

struct request *request_new(const struct conf *conf, struct MHD_Connection *connection,
			    const char *url, bool post)
{
	struct request *request = calloc(1, sizeof(*request));

	if (request == NULL)
		return NULL;
	request->connection = connection;
	request->path = path_of(url);
	request->post = post;
	request->language = language_find(
	    conf, MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "lang"));
	request->accepted = language_accepted(
	    conf, MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
					      MHD_HTTP_HEADER_ACCEPT_LANGUAGE));
	text_take(request->audience, sizeof(request->audience),
		  MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "audience"));
	text_take(request->host, sizeof(request->host),
		  MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST));
	if (request->path == PATH_API)
		request->wants_page = api_wants_page(MHD_lookup_connection_value(
		    connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT));
	if (!address_take(request)) {
		free(request);
		return NULL;
	}
	/* NULL for a body that is no form: its fields are then missing. */
	if (post)
		request->form = MHD_create_post_processor(connection, FORM_BUFFER, field_take,
							  request);
	return request;
}

void request_feed(struct request *request, const char *data, size_t size)
{
	/* libmicrohttpd would end a value there. */
	if (memchr(data, '\0', size) != NULL)
		request->token.bad = true;
	if (request->form != NULL && MHD_post_process(request->form, data, size) != MHD_YES)
		request->token.bad = true;
}

void request_body_end(struct request *request)
{
	if (request->form == NULL)
		return;
	/* Hands over the last field. */
	if (MHD_destroy_post_processor(request->form) != MHD_YES)
		request->token.bad = true;
	request->form = NULL;
}

void request_free(struct request *request)
{
	if (request == NULL)
		return;
	if (request->form != NULL)
		MHD_destroy_post_processor(request->form);
	free(request);
}
