/* Sockets' addresses, numeric ones only: nothing is looked up. */
#include "collect/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
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

/* Nothing that a stranger sends is anybody's address: only a server on this machine is believed. */
void address_of_client(struct MHD_Connection *connection, char out[ADDRESS_TEXT_SIZE])
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *peer = info != NULL ? info->client_addr : NULL;
	const char *forwarded = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
							    "X-Forwarded-For");
	const char *last = forwarded != NULL ? strrchr(forwarded, ',') : NULL;
	bool local = false;

	snprintf(out, ADDRESS_TEXT_SIZE, "unknown");
	if (peer != NULL && peer->sa_family == AF_INET) {
		const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)peer;

		local = ntohl(in->sin_addr.s_addr) >> 24 == 127;
		inet_ntop(AF_INET, &in->sin_addr, out, ADDRESS_TEXT_SIZE);
	} else if (peer != NULL && peer->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)(const void *)peer;

		local = IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
		inet_ntop(AF_INET6, &in6->sin6_addr, out, ADDRESS_TEXT_SIZE);
	}
	/* The last one is what that server has added itself. */
	if (local && forwarded != NULL) {
		last = last != NULL ? last + 1 : forwarded;
		last += strspn(last, " \t");
		snprintf(out, ADDRESS_TEXT_SIZE, "%s", last);
	}
}
