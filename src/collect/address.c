/* Sockets' addresses, numeric ones only: nothing is looked up. */
#include "collect/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 1024 };

static socklen_t address_of(const struct collect_conf *conf, struct sockaddr_storage *out)
{
	struct sockaddr_in *in = (struct sockaddr_in *)out;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)out;

	memset(out, 0, sizeof(*out));
	if (inet_pton(AF_INET, conf->address, &in->sin_addr) == 1) {
		in->sin_family = AF_INET;
		in->sin_port = htons(conf->port);
		return sizeof(*in);
	}
	if (inet_pton(AF_INET6, conf->address, &in6->sin6_addr) != 1)
		return 0;
	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(conf->port);
	return sizeof(*in6);
}

int address_listen(const struct collect_conf *conf)
{
	struct sockaddr_storage address;
	socklen_t size = address_of(conf, &address);
	int one = 1, error;
	int fd = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == 0 &&
	    bind(fd, (struct sockaddr *)&address, size) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

/* The other end of the connection; is it on this machine? */
static bool peer_of(struct MHD_Connection *connection, char out[ADDRESS_TEXT_SIZE])
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *peer = info != NULL ? info->client_addr : NULL;

	if (peer != NULL && peer->sa_family == AF_INET) {
		const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)peer;

		inet_ntop(AF_INET, &in->sin_addr, out, ADDRESS_TEXT_SIZE);
		return ntohl(in->sin_addr.s_addr) >> 24 == 127;
	}
	if (peer != NULL && peer->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)(const void *)peer;

		inet_ntop(AF_INET6, &in6->sin6_addr, out, ADDRESS_TEXT_SIZE);
		return IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
	}
	return false;
}

/* Keeps the last element of the last X-Forwarded-For: what a server has added itself. */
static enum MHD_Result keep_last(void *cls, enum MHD_ValueKind kind, const char *name,
				 const char *value)
{
	const char *last = value != NULL ? strrchr(value, ',') : NULL;

	(void)kind;
	if (value == NULL || strcasecmp(name, "X-Forwarded-For") != 0)
		return MHD_YES;
	last = last != NULL ? last + 1 : value;
	last += strspn(last, " \t");
	snprintf(cls, ADDRESS_TEXT_SIZE, "%s", last);
	return MHD_YES;
}

/* Who has one IPv6 address has 2^64 of them. */
static void widen(char text[ADDRESS_TEXT_SIZE])
{
	struct in6_addr address;

	if (inet_pton(AF_INET6, text, &address) != 1)
		return;
	memset(address.s6_addr + 8, 0, 8);
	inet_ntop(AF_INET6, &address, text, ADDRESS_TEXT_SIZE);
}

/* Nothing that a stranger sends is anybody's address: only a server on this machine is believed. */
void address_of_client(struct MHD_Connection *connection, char out[ADDRESS_TEXT_SIZE])
{
	snprintf(out, ADDRESS_TEXT_SIZE, "unknown");
	if (peer_of(connection, out))
		MHD_get_connection_values(connection, MHD_HEADER_KIND, keep_last, out);
	widen(out);
}
