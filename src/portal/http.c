/*
 * libmicrohttpd in portal's loop. A request to somewhere else is answered in the handler's
 * first call; one to the portal waits, suspended, until gate has said whose it is.
 *
 * libmicrohttpd 0.9.75 closes a connection whose answer is queued in the first call: wanted
 * for redirects, so the portal's own pages are answered in a later one.
 */
#include "portal/http.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "portal/captive.h"
#include "portal/flow.h"
#include "portal/listen.h"
#include "portal/reply.h"

enum {
	BODY_MAX = 4096,
	POOL = 8 * 1024, /* of one connection: its headers must fit, its pages need not */
	IDLE_SECONDS = 10,
	REQUEST_MS = 30 * 1000,
	SILENT_SECONDS = 5,
};

/* A connection, for its deadline. */
struct link {
	struct link *older, *newer;
	struct MHD_Connection *connection;
	int fd;
	bool busy; /* its request is suspended: ours to end */
	int64_t since_ms;
};

struct http {
	struct portal *portal;
	struct MHD_Daemon *daemon;
	struct captive *captive;
	struct link links; /* a ring, oldest first */
	int epoll_fd;
};

/* --- requests --- */

static struct link *link_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info != NULL ? info->socket_context : NULL;
}

static void suspend(struct request *request)
{
	struct link *link = link_of(request->connection);

	if (link != NULL)
		link->busy = true;
	MHD_suspend_connection(request->connection);
}

static void resume(struct request *request)
{
	struct link *link = link_of(request->connection);

	if (link != NULL)
		link->busy = false;
	MHD_resume_connection(request->connection);
}

static void request_found(void *arg, const struct msg *answer)
{
	struct request *request = arg;

	request->found = *answer;
	request->state = REQUEST_FOUND;
	resume(request);
}

void http_wake(struct request *first, bool admitted)
{
	while (first != NULL) {
		struct request *next = first->next_waiter;

		first->admitted = admitted;
		first->state = REQUEST_ANSWERED;
		first->next_waiter = NULL;
		resume(first);
		first = next;
	}
}

static enum MHD_Result request_find(struct http *http, struct request *request)
{
	struct msg question = {.type = MSG_FIND,
			       .family = request->family,
			       .ifindex = request->ifindex};
	struct reply reply;

	memcpy(question.address, request->address, sizeof(question.address));
	if (ask_put(http->portal->ask, &question, request_found, request)) {
		request->state = REQUEST_FINDING;
		suspend(request);
		return MHD_YES;
	}
	flow_notice(http->portal, request, &reply, MHD_HTTP_SERVICE_UNAVAILABLE, PAGE_TRY_AGAIN);
	return reply_queue(http->portal, request->connection, &reply);
}

/* The handler's last call for a request: it is complete, or it has been resumed. */
static enum MHD_Result request_go_on(struct http *http, struct request *request)
{
	struct reply reply;

	switch (request->state) {
	case REQUEST_READING:
		if (!flow_is_known(http->portal, request))
			return request_find(http, request);
		request->state = REQUEST_FOUND;
		/* fall through */
	case REQUEST_FOUND:
		if (!flow_reply(http->portal, request, &reply)) {
			request->state = REQUEST_WAITING;
			suspend(request);
			return MHD_YES;
		}
		return reply_queue(http->portal, request->connection, &reply);
	case REQUEST_ANSWERED:
		flow_outcome(http->portal, request, &reply);
		return reply_queue(http->portal, request->connection, &reply);
	case REQUEST_FINDING:
	case REQUEST_WAITING:
		break;
	}
	return MHD_YES;
}

/* What can be refused before the body has come; 0: nothing. */
static unsigned refusal(struct MHD_Connection *connection, const char *method)
{
	const char *length = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
							 MHD_HTTP_HEADER_CONTENT_LENGTH);
	const char *coding = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
							 MHD_HTTP_HEADER_TRANSFER_ENCODING);

	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0 &&
	    strcmp(method, MHD_HTTP_METHOD_POST) != 0)
		return MHD_HTTP_METHOD_NOT_ALLOWED;
	if (coding != NULL)
		return MHD_HTTP_LENGTH_REQUIRED;
	if (length != NULL && strtoull(length, NULL, 10) > BODY_MAX)
		return MHD_HTTP_CONTENT_TOO_LARGE;
	return 0;
}

static enum MHD_Result request_begin(struct http *http, struct MHD_Connection *connection,
				     const char *url, const char *method, void **context)
{
	const struct captive_place *place = captive_at(http->captive, connection);
	const char *host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
						       MHD_HTTP_HEADER_HOST);
	unsigned status;

	if (place == NULL)
		return MHD_NO;
	if (!captive_is_own(place, host))
		return captive_answer(http->captive, place, connection, method);
	*context = request_new(http->portal->conf, connection, url,
			       strcmp(method, MHD_HTTP_METHOD_POST) == 0);
	if (*context == NULL)
		return MHD_NO;
	((struct request *)*context)->head = strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
	status = refusal(connection, method);
	if (status != 0) {
		struct reply reply;

		flow_notice(http->portal, *context, &reply, status,
			    status == MHD_HTTP_CONTENT_TOO_LARGE ? PAGE_TOO_MUCH : PAGE_BAD_REQUEST);
		return reply_queue(http->portal, connection, &reply);
	}
	return MHD_YES;
}

static enum MHD_Result handle(void *cls, struct MHD_Connection *connection, const char *url,
			      const char *method, const char *version, const char *upload,
			      size_t *upload_size, void **context)
{
	struct http *http = cls;
	struct request *request = *context;

	(void)version;
	if (request == NULL)
		return request_begin(http, connection, url, method, context);
	if (*upload_size > 0) {
		request_feed(request, upload, *upload_size);
		*upload_size = 0;
		return MHD_YES;
	}
	request_body_end(request);
	return request_go_on(http, request);
}

static void completed(void *cls, struct MHD_Connection *connection, void **context,
		      enum MHD_RequestTerminationCode code)
{
	struct link *link = link_of(connection);

	(void)cls;
	(void)code;
	if (link != NULL)
		link->since_ms = clock_boot_ms();
	request_free(*context);
	*context = NULL;
}

/* --- connections --- */

static void link_out(struct link *link)
{
	link->older->newer = link->newer;
	link->newer->older = link->older;
}

static void link_in(struct http *http, struct link *link)
{
	link->older = http->links.older;
	link->newer = &http->links;
	link->older->newer = link;
	http->links.older = link;
}

static void connection_notify(void *cls, struct MHD_Connection *connection, void **context,
			      enum MHD_ConnectionNotificationCode code)
{
	struct http *http = cls;
	struct link *link = *context;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (link != NULL)
			link_out(link);
		free(link);
		*context = NULL;
		return;
	}
	link = calloc(1, sizeof(*link));
	if (link == NULL)
		return;
	link->connection = connection;
	link->fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	link->since_ms = clock_boot_ms();
	link_in(http, link);
	*context = link;
}

void http_sweep(struct http *http, int64_t now_ms)
{
	for (struct link *link = http->links.newer; link != &http->links; link = link->newer) {
		if (link->busy || link->since_ms + REQUEST_MS > now_ms)
			continue;
		/* libmicrohttpd sees the end of the stream and closes it. */
		shutdown(link->fd, SHUT_RDWR);
	}
}

/* --- the daemon --- */

static struct MHD_Daemon *daemon_start(struct http *http, int fd)
{
	return MHD_start_daemon(
	    MHD_USE_EPOLL | MHD_USE_TURBO | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, handle, http,
	    MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
	    (unsigned)http->portal->conf->connections_max, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
	    (size_t)POOL, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
	    MHD_OPTION_NOTIFY_COMPLETED, completed, http, MHD_OPTION_NOTIFY_CONNECTION,
	    connection_notify, http, MHD_OPTION_END);
}

struct http *http_open(struct portal *portal)
{
	struct http *http = calloc(1, sizeof(*http));
	const union MHD_DaemonInfo *info;
	int fd;

	if (http == NULL)
		return NULL;
	http->portal = portal;
	http->links.older = http->links.newer = &http->links;
	http->captive = captive_open(portal->conf->port);
	fd = listen_on(portal->conf->port, SILENT_SECONDS);
	if (http->captive == NULL || fd < 0)
		goto fail;
	http->daemon = daemon_start(http, fd); /* which closes fd in the end */
	if (http->daemon == NULL) {
		close(fd);
		goto fail;
	}
	info = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (info == NULL)
		goto fail;
	http->epoll_fd = info->epoll_fd;
	return http;
fail:
	http_close(http);
	return NULL;
}

void http_close(struct http *http)
{
	int error = errno;

	if (http == NULL)
		return;
	/* libmicrohttpd gives up the program when a suspended connection is left to it. */
	for (struct link *link = http->links.newer; link != &http->links; link = link->newer)
		if (link->busy)
			MHD_resume_connection(link->connection);
	if (http->daemon != NULL)
		MHD_stop_daemon(http->daemon);
	captive_close(http->captive);
	free(http);
	errno = error;
}

int http_fd(const struct http *http)
{
	return http->epoll_fd;
}

int http_wait_ms(const struct http *http)
{
	MHD_UNSIGNED_LONG_LONG wait;

	if (MHD_get_timeout(http->daemon, &wait) != MHD_YES)
		return -1;
	return wait > 1000 ? 1000 : (int)wait;
}

void http_run(struct http *http)
{
	MHD_run(http->daemon);
}
