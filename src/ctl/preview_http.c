/*
 * The preview's requests. One thread, one poll: the daemons of both addresses and what
 * tells it to stop. A page is looked up in the pack as it stands at that moment; nothing
 * is remembered between requests, so the page from which one comes is told by Referer.
 */
#include "ctl/preview_http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ctl/preview_request.h"

enum {
	ADDRESSES = 2,
	CONNECTIONS = 64,
	POOL = 16 * 1024,
	IDLE_SECONDS = 10,
	WAIT_MS = 1000,
};

struct preview_http {
	struct preview_site site;
	struct MHD_Daemon *daemons[ADDRESSES];
	int fds[ADDRESSES]; /* of their epoll */
	size_t count;
};

static int listen_on(const struct sockaddr *address, socklen_t size)
{
	int one = 1;
	int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) < 0 ||
	    bind(fd, address, size) < 0 || listen(fd, CONNECTIONS) < 0) {
		int error = errno;

		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

static int listen_v4(uint16_t port)
{
	const struct sockaddr_in address = {
	    .sin_family = AF_INET,
	    .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};

	return listen_on((const struct sockaddr *)&address, sizeof(address));
}

static int listen_v6(uint16_t port)
{
	const struct sockaddr_in6 address = {
	    .sin6_family = AF_INET6,
	    .sin6_port = htons(port),
	    .sin6_addr = IN6ADDR_LOOPBACK_INIT,
	};

	return listen_on((const struct sockaddr *)&address, sizeof(address));
}

/* Both or, on a machine without IPv6, the first; fds[1] is then -1. False with errno. */
static bool listen_both(uint16_t port, int fds[ADDRESSES])
{
	int error;

	fds[0] = listen_v4(port);
	if (fds[0] < 0)
		return false;
	fds[1] = listen_v6(port);
	if (fds[1] >= 0 || errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL)
		return true;
	error = errno;
	close(fds[0]);
	errno = error;
	return false;
}

/* Takes fd over. False: it is closed. */
static bool daemon_add(struct preview_http *http, int fd)
{
	struct MHD_Daemon *daemon = MHD_start_daemon(
	    MHD_USE_EPOLL, 0, NULL, NULL, preview_request, &http->site, MHD_OPTION_LISTEN_SOCKET,
	    fd, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL, MHD_OPTION_CONNECTION_TIMEOUT,
	    (unsigned)IDLE_SECONDS, MHD_OPTION_NOTIFY_COMPLETED, preview_request_end, NULL,
	    MHD_OPTION_END);
	const union MHD_DaemonInfo *info;

	if (daemon == NULL) {
		close(fd);
		return false;
	}
	http->daemons[http->count] = daemon;
	info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
	http->fds[http->count++] = info != NULL ? info->epoll_fd : -1;
	return info != NULL;
}

struct preview_http *preview_http_open(struct preview_pack *pack, const struct preview_own *own,
				       uint16_t first, uint16_t last)
{
	struct preview_http *http = calloc(1, sizeof(*http));
	int fds[ADDRESSES];
	uint16_t port = first;

	if (http == NULL)
		return NULL;
	while (!listen_both(port, fds)) {
		if (errno != EADDRINUSE || port == last) {
			free(http);
			return NULL;
		}
		port++;
	}
	http->site = (struct preview_site){.pack = pack, .own = own, .port = port};
	for (size_t i = 0; i < ADDRESSES; i++)
		if (fds[i] >= 0 && !daemon_add(http, fds[i])) {
			if (i == 0 && fds[1] >= 0)
				close(fds[1]);
			preview_http_close(http);
			errno = ENOMEM;
			return NULL;
		}
	return http;
}

void preview_http_close(struct preview_http *http)
{
	if (http == NULL)
		return;
	for (size_t i = 0; i < http->count; i++)
		MHD_stop_daemon(http->daemons[i]);
	free(http);
}

uint16_t preview_http_port(const struct preview_http *http)
{
	return http->site.port;
}

static int wait_ms(const struct preview_http *http)
{
	int least = WAIT_MS;

	for (size_t i = 0; i < http->count; i++) {
		MHD_UNSIGNED_LONG_LONG wait;

		if (MHD_get_timeout(http->daemons[i], &wait) == MHD_YES && wait < (unsigned)least)
			least = (int)wait;
	}
	return least;
}

int preview_http_serve(struct preview_http *http, int stop_fd)
{
	struct pollfd fds[1 + ADDRESSES] = {{.fd = stop_fd, .events = POLLIN}};

	for (size_t i = 0; i < http->count; i++)
		fds[1 + i] = (struct pollfd){.fd = http->fds[i], .events = POLLIN};
	for (;;) {
		if (poll(fds, 1 + http->count, wait_ms(http)) < 0 && errno != EINTR)
			return -1;
		if (fds[0].revents != 0)
			return 0;
		for (size_t i = 0; i < http->count; i++)
			if (MHD_run(http->daemons[i]) != MHD_YES) {
				errno = EIO;
				return -1;
			}
	}
}
