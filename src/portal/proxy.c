/* The router's own TLS server in front of portal; see proxy.h. */
#include "portal/proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "common/log.h"

enum { LOOPBACK_NET = 127 };

static bool is_from_here(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	struct sockaddr_in6 in6;

	if (info == NULL)
		return false;
	if (info->client_addr->sa_family == AF_INET) {
		struct sockaddr_in in4;

		memcpy(&in4, info->client_addr, sizeof(in4));
		return ntohl(in4.sin_addr.s_addr) >> 24 == LOOPBACK_NET;
	}
	memcpy(&in6, info->client_addr, sizeof(in6));
	if (IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr))
		return in6.sin6_addr.s6_addr[12] == LOOPBACK_NET;
	return IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr);
}

static enum MHD_Result take_last(void *cls, enum MHD_ValueKind kind, const char *key,
				 const char *value)
{
	const char **last = cls;

	(void)kind;
	if (strcasecmp(key, "X-Forwarded-For") == 0)
		*last = value != NULL ? value : "";
	return MHD_YES;
}

enum proxy_is proxy_look(const struct conf *conf, struct MHD_Connection *connection,
			 struct forwarded *from)
{
	static bool said;
	const char *last = NULL;

	if (!conf->behind_proxy || !is_from_here(connection))
		return PROXY_NO;
	MHD_get_connection_values(connection, MHD_HEADER_KIND, take_last, &last);
	if (last != NULL && forwarded_parse(last, from))
		return PROXY_YES;
	if (!said)
		log_warnx("the proxy does not say for whom it asks: let it send X-Forwarded-For "
			  "with the visitor's address, as congchao-portal(8) shows");
	said = true;
	return PROXY_BAD;
}
