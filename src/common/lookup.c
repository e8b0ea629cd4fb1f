/*
 * c-ares with one server and no search list. The older calls are used, for the library of
 * Debian 12: newer ones have them, too, and only warn.
 */
#define CARES_NO_DEPRECATED
#include "common/lookup.h"

#include <ares.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { CLASS_IN = 1, TYPE_TXT = 16 };

struct lookup {
	ares_channel channel;
	struct pollfd fds[LOOKUP_FDS];
};

/* One question under way. */
struct asked {
	lookup_done *done;
	void *arg;
};

/* c-ares opens and closes its sockets as it likes, and says so here. */
static void watch(void *data, ares_socket_t fd, int readable, int writable)
{
	struct lookup *lookup = data;
	struct pollfd *slot = NULL;

	for (size_t i = 0; i < LOOKUP_FDS; i++)
		if (lookup->fds[i].fd == fd || (slot == NULL && lookup->fds[i].fd < 0))
			slot = &lookup->fds[i];
	if (slot == NULL)
		return; /* its questions time out */
	slot->fd = readable || writable ? fd : -1;
	slot->events = (short)((readable ? POLLIN : 0) | (writable ? POLLOUT : 0));
}

struct lookup *lookup_open(const char *server)
{
	struct lookup *lookup = calloc(1, sizeof(*lookup));
	char dns_only[] = "b";
	struct ares_options options = {.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES |
						ARES_FLAG_NOCHECKRESP,
				       .timeout = LOOKUP_WAIT_MS,
				       .tries = 1,
				       .lookups = dns_only,
				       .sock_state_cb = watch,
				       .sock_state_cb_data = lookup};

	if (lookup == NULL)
		return NULL;
	for (size_t i = 0; i < LOOKUP_FDS; i++)
		lookup->fds[i].fd = -1;
	errno = ENOMEM;
	if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS ||
	    ares_init_options(&lookup->channel, &options,
			      ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
				  ARES_OPT_LOOKUPS | ARES_OPT_DOMAINS | ARES_OPT_SOCK_STATE_CB) !=
		ARES_SUCCESS)
		goto fail;
	errno = EINVAL;
	if (ares_set_servers_csv(lookup->channel, server) == ARES_SUCCESS)
		return lookup;
	ares_destroy(lookup->channel);
fail:
	free(lookup);
	return NULL;
}

void lookup_close(struct lookup *lookup)
{
	if (lookup == NULL)
		return;
	ares_destroy(lookup->channel);
	free(lookup);
}

static enum lookup_is is_of(int status)
{
	switch (status) {
	case ARES_SUCCESS:
	case ARES_ENODATA:
	case ARES_ENOTFOUND:
		return LOOKUP_ANSWERED;
	case ARES_ETIMEOUT:
	case ARES_ESERVFAIL:
		return LOOKUP_SILENT;
	case ARES_EREFUSED:
	case ARES_ENOTIMP:
		return LOOKUP_REFUSED;
	default:
		return LOOKUP_UNHEARD;
	}
}

static bool address_take(const struct ares_addrinfo_node *node, struct lookup_address *out)
{
	struct sockaddr_in in4;
	struct sockaddr_in6 in6;

	*out = (struct lookup_address){.seconds = node->ai_ttl > 0 ? (uint32_t)node->ai_ttl : 0};
	if (node->ai_family == AF_INET && node->ai_addrlen >= (ares_socklen_t)sizeof(in4)) {
		memcpy(&in4, node->ai_addr, sizeof(in4));
		memcpy(out->byte, &in4.sin_addr, 4);
		out->family = 4;
	} else if (node->ai_family == AF_INET6 && node->ai_addrlen >= (ares_socklen_t)sizeof(in6)) {
		memcpy(&in6, node->ai_addr, sizeof(in6));
		memcpy(out->byte, &in6.sin6_addr, 16);
		out->family = 6;
	}
	return out->family != 0;
}

static void addresses_answer(void *arg, int status, int timeouts, struct ares_addrinfo *info)
{
	struct lookup_address addresses[LOOKUP_ADDRESSES_MAX];
	struct asked asked = *(struct asked *)arg;
	size_t count = 0;

	(void)timeouts;
	free(arg);
	for (const struct ares_addrinfo_node *node = info != NULL ? info->nodes : NULL;
	     node != NULL && count < LOOKUP_ADDRESSES_MAX; node = node->ai_next)
		count += address_take(node, &addresses[count]);
	if (info != NULL)
		ares_freeaddrinfo(info);
	if (status != ARES_EDESTRUCTION)
		asked.done(asked.arg, is_of(status), addresses, count);
}

static void fresh_answer(void *arg, int status, int timeouts, unsigned char *data, int size)
{
	struct asked asked = *(struct asked *)arg;

	(void)timeouts;
	(void)data;
	(void)size;
	free(arg);
	if (status != ARES_EDESTRUCTION)
		asked.done(asked.arg, is_of(status), NULL, 0);
}

static struct asked *asked_new(lookup_done *done, void *arg)
{
	struct asked *asked = malloc(sizeof(*asked));

	if (asked != NULL)
		*asked = (struct asked){.done = done, .arg = arg};
	else
		done(arg, LOOKUP_UNHEARD, NULL, 0);
	return asked;
}

void lookup_addresses(struct lookup *lookup, const char *name, lookup_done *done, void *arg)
{
	const struct ares_addrinfo_hints hints = {.ai_family = AF_UNSPEC,
						  .ai_flags = ARES_AI_NOSORT};
	struct asked *asked = asked_new(done, arg);

	if (asked != NULL)
		ares_getaddrinfo(lookup->channel, name, NULL, &hints, addresses_answer, asked);
}

void lookup_fresh(struct lookup *lookup, const char *name, lookup_done *done, void *arg)
{
	struct asked *asked = asked_new(done, arg);

	if (asked != NULL)
		ares_query(lookup->channel, name, CLASS_IN, TYPE_TXT, fresh_answer, asked);
}

void lookup_poll(const struct lookup *lookup, struct pollfd fds[LOOKUP_FDS])
{
	for (size_t i = 0; i < LOOKUP_FDS; i++)
		fds[i] = (struct pollfd){.fd = lookup->fds[i].fd, .events = lookup->fds[i].events};
}

int lookup_wait_ms(struct lookup *lookup, int most)
{
	struct timeval limit = {.tv_sec = most / 1000, .tv_usec = most % 1000 * 1000};
	struct timeval left;
	const struct timeval *wait = ares_timeout(lookup->channel, &limit, &left);

	/* Rounded up: a millisecond too early would be for nothing. */
	return (int)(wait->tv_sec * 1000 + (wait->tv_usec + 999) / 1000);
}

void lookup_run(struct lookup *lookup, const struct pollfd fds[LOOKUP_FDS])
{
	const short readable = POLLIN | POLLERR | POLLHUP;

	for (size_t i = 0; i < LOOKUP_FDS; i++)
		if (fds[i].fd >= 0 && fds[i].revents != 0)
			ares_process_fd(lookup->channel,
					fds[i].revents & readable ? fds[i].fd : ARES_SOCKET_BAD,
					fds[i].revents & POLLOUT ? fds[i].fd : ARES_SOCKET_BAD);
	ares_process_fd(lookup->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD); /* timeouts */
}
