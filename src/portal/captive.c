/*
 * The first answer a device gets. 302 is the one status that every system's probe takes
 * for a portal; Connection: close, because a connection that stays open would still lead
 * here after the release.
 */
#include "portal/captive.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "common/conf.h"

enum { PLACES = 64, HOST_SIZE = INET6_ADDRSTRLEN + 16 };

/* One of the gateway's addresses, and the answers that lead to it. */
struct captive_place {
	struct in6_addr address; /* IPv4 as ::ffff:a.b.c.d, as the socket has it */
	char text[HOST_SIZE];
	const char *scheme;
	const char *host;	       /* text: "10.0.0.1:2080", "[fd00::1]:2080"; or the name */
	struct MHD_Response *redirect; /* NULL: link-local */
	struct MHD_Response *required; /* 511 */
};

struct captive {
	uint16_t port;
	size_t count;
	size_t oldest; /* replaced next when all are taken */
	/* reached last, of those that a URL can name */
	const struct captive_place *last4, *last6;
	struct captive_place place[PLACES];
	struct captive_place named; /* over HTTPS */
};

static void place_clear(struct captive_place *place)
{
	if (place->redirect != NULL)
		MHD_destroy_response(place->redirect);
	if (place->required != NULL)
		MHD_destroy_response(place->required);
	*place = (struct captive_place){0};
}

void captive_close(struct captive *captive)
{
	if (captive == NULL)
		return;
	for (size_t i = 0; i < captive->count; i++)
		place_clear(&captive->place[i]);
	place_clear(&captive->named);
	free(captive);
}

static bool header(struct MHD_Response *response, const char *name, const char *value)
{
	return MHD_add_response_header(response, name, value) == MHD_YES;
}

/* No sentence in it: it is seen by nobody whose browser follows redirects. Longer than 40
 * bytes, because Android takes a short answer for a broken one. NULL: nowhere to lead yet. */
static int body_put(char *body, size_t size, const char *location)
{
	if (location == NULL)
		return snprintf(body, size,
				"<!doctype html><html lang=\"vi\"><title>Wi-Fi</title>"
				"<meta http-equiv=\"refresh\" content=\"3\"></html>\n");
	return snprintf(body, size,
			"<!doctype html><html lang=\"vi\"><title>Wi-Fi</title>"
			"<p><a href=\"%s\">%s</a></p></html>\n",
			location, location);
}

/* place NULL: nowhere to lead yet. */
static struct MHD_Response *answer_new(const struct captive_place *place, bool redirect)
{
	char body[2 * CONF_HOST_SIZE + 160], location[CONF_HOST_SIZE + 16] = "";
	struct MHD_Response *response;
	int n;

	if (place != NULL)
		snprintf(location, sizeof(location), "%s://%s/", place->scheme, place->host);
	n = body_put(body, sizeof(body), place != NULL ? location : NULL);
	response = MHD_create_response_from_buffer((size_t)n, body, MHD_RESPMEM_MUST_COPY);
	if (response == NULL)
		return NULL;
	if ((redirect && !header(response, MHD_HTTP_HEADER_LOCATION, location)) ||
	    !header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "text/html; charset=utf-8") ||
	    !header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store") ||
	    !header(response, MHD_HTTP_HEADER_CONNECTION, "close")) {
		MHD_destroy_response(response);
		return NULL;
	}
	return response;
}

static bool answers_make(struct captive_place *place)
{
	place->redirect = answer_new(place, true);
	place->required = answer_new(place, false);
	return place->redirect != NULL && place->required != NULL;
}

static bool place_make(struct captive_place *place, const struct in6_addr *address, uint16_t port)
{
	char text[INET6_ADDRSTRLEN] = "";

	place_clear(place);
	place->address = *address;
	if (IN6_IS_ADDR_V4MAPPED(address)) {
		inet_ntop(AF_INET, &address->s6_addr[12], text, sizeof(text));
		snprintf(place->text, sizeof(place->text), "%s:%u", text, (unsigned)port);
	} else {
		inet_ntop(AF_INET6, address, text, sizeof(text));
		snprintf(place->text, sizeof(place->text), "[%s]:%u", text, (unsigned)port);
	}
	place->scheme = "http";
	place->host = place->text;
	if (IN6_IS_ADDR_LINKLOCAL(address)) {
		place->required = answer_new(NULL, false);
		return place->required != NULL;
	}
	return answers_make(place);
}

struct captive *captive_open(uint16_t port, const char *name)
{
	struct captive *captive = calloc(1, sizeof(*captive));

	if (captive == NULL)
		return NULL;
	captive->port = port;
	captive->named.scheme = "https";
	captive->named.host = name;
	if (*name == '\0' || answers_make(&captive->named))
		return captive;
	captive_close(captive);
	return NULL;
}

static bool local_address(struct MHD_Connection *connection, struct in6_addr *out)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct sockaddr_storage storage;
	socklen_t len = sizeof(storage);

	if (info == NULL || getsockname(info->connect_fd, (struct sockaddr *)&storage, &len) < 0)
		return false;
	if (storage.ss_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, &storage, sizeof(in6));
		*out = in6.sin6_addr;
		return true;
	}
	if (storage.ss_family == AF_INET) {
		struct sockaddr_in in4;

		memcpy(&in4, &storage, sizeof(in4));
		memset(out, 0, sizeof(*out));
		out->s6_addr[10] = out->s6_addr[11] = 0xff;
		memcpy(&out->s6_addr[12], &in4.sin_addr, 4);
		return true;
	}
	return false;
}

static struct captive_place *place_find(struct captive *captive, const struct in6_addr *address)
{
	struct captive_place *place;

	for (size_t i = 0; i < captive->count; i++)
		if (memcmp(&captive->place[i].address, address, sizeof(*address)) == 0)
			return &captive->place[i];
	if (captive->count < PLACES) {
		place = &captive->place[captive->count++];
	} else {
		place = &captive->place[captive->oldest];
		captive->oldest = (captive->oldest + 1) % PLACES;
	}
	if (place == captive->last4)
		captive->last4 = NULL;
	if (place == captive->last6)
		captive->last6 = NULL;
	if (place_make(place, address, captive->port))
		return place;
	memset(&place->address, 0, sizeof(place->address));
	return NULL;
}

const struct captive_place *captive_at(struct captive *captive, struct MHD_Connection *connection)
{
	struct in6_addr address;
	struct captive_place *place;

	if (!local_address(connection, &address))
		return NULL;
	place = place_find(captive, &address);
	if (place == NULL || place->redirect == NULL)
		return place;
	if (IN6_IS_ADDR_V4MAPPED(&address))
		captive->last4 = place;
	else
		captive->last6 = place;
	return place;
}

const struct captive_place *captive_named(const struct captive *captive)
{
	return captive->named.redirect != NULL ? &captive->named : NULL;
}

bool captive_is_own(const struct captive_place *place, const char *host)
{
	size_t length = strlen(place->host);

	if (host == NULL || strncasecmp(place->host, host, length) != 0)
		return false;
	/* A name stands without its port, as long as that is the usual one. */
	return host[length] == '\0' ||
	       (place->host != place->text && strcmp(host + length, ":443") == 0);
}

/*
 * Who has come to a link-local address is led to where others come: an interface with no
 * other IPv6 address has lost its prefix, so to IPv4 before an IPv6 that may be gone.
 * Any address of the gateway can be reached through it.
 */
static const struct captive_place *led_to(const struct captive *captive,
					  const struct captive_place *place)
{
	if (place->redirect != NULL)
		return place;
	if (captive->last4 != NULL)
		return captive->last4;
	return captive->last6 != NULL ? captive->last6 : place;
}

enum MHD_Result captive_answer(const struct captive *captive, const struct captive_place *place,
			       struct MHD_Connection *connection, const char *method)
{
	place = led_to(captive, place);
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
		return MHD_queue_response(connection, MHD_HTTP_NETWORK_AUTHENTICATION_REQUIRED,
					  place->required);
	if (place->redirect != NULL)
		return MHD_queue_response(connection, MHD_HTTP_FOUND, place->redirect);
	/* Every system takes this for a portal, too, and asks again soon. */
	return MHD_queue_response(connection, MHD_HTTP_OK, place->required);
}
