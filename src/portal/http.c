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
#include <unistd.h>

#include "portal/captive.h"
#include "portal/flow.h"
#include "portal/flow_api.h"
#include "portal/link.h"
#include "portal/listen.h"
#include "portal/proxy.h"
#include "portal/reply.h"

enum {
	BODY_MAX = 4096,
	POOL = 8 * 1024, /* of one connection: its headers must fit, its pages need not */
	IDLE_SECONDS = 10,
	SILENT_SECONDS = 5,
	TLS_SHARE = 4, /* of limits.connections: each costs some 35 KB more */
};

/* One of the two ports. */
struct door {
	struct http *http;
	struct MHD_Daemon *daemon;
	int epoll_fd;
	bool tls;
};

struct http {
	struct portal *portal;
	struct captive *captive;
	struct link links; /* a ring */
	struct door door[HTTP_FDS];
	size_t door_count;
};

/* --- requests --- */

static void request_found(void *arg, const struct msg *answer)
{
	struct request *request = arg;

	request->found = *answer;
	request->state = REQUEST_FOUND;
	link_resume(request->connection);
}

void http_wake(struct request *first, bool admitted)
{
	while (first != NULL) {
		struct request *next = first->next_waiter;

		first->admitted = admitted;
		first->state = REQUEST_ANSWERED;
		first->next_waiter = NULL;
		link_resume(first->connection);
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
		link_suspend(request->connection);
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
			link_suspend(request->connection);
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
static unsigned refusal(const struct request *request, struct MHD_Connection *connection,
			const char *method)
{
	const char *length = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
							 MHD_HTTP_HEADER_CONTENT_LENGTH);
	const char *coding = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
							 MHD_HTTP_HEADER_TRANSFER_ENCODING);

	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && !request->head &&
	    (!request->post || flow_api_is(request)))
		return MHD_HTTP_METHOD_NOT_ALLOWED;
	if (coding != NULL)
		return MHD_HTTP_LENGTH_REQUIRED;
	if (length != NULL && strtoull(length, NULL, 10) > BODY_MAX)
		return MHD_HTTP_CONTENT_TOO_LARGE;
	return 0;
}

static enum MHD_Result refuse(struct http *http, struct MHD_Connection *connection,
			      const struct request *request, unsigned status)
{
	struct reply reply;

	flow_notice(http->portal, request, &reply, status,
		    status == MHD_HTTP_CONTENT_TOO_LARGE ? PAGE_TOO_MUCH : PAGE_BAD_REQUEST);
	if (flow_api_is(request))
		reply.allow = "GET, HEAD";
	return reply_queue(http->portal, connection, &reply);
}

static enum MHD_Result request_begin(const struct door *door, struct MHD_Connection *connection,
				     const char *url, const char *method, void **context)
{
	struct http *http = door->http;
	const char *host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
						       MHD_HTTP_HEADER_HOST);
	struct forwarded from;
	enum proxy_is proxy = door->tls ? PROXY_NO
					: proxy_look(http->portal->conf, connection, &from);
	bool secure = door->tls || proxy == PROXY_YES;
	const struct captive_place *place = secure ? captive_named(http->captive)
						   : captive_at(http->captive, connection);
	struct request *request;
	unsigned status;

	if (place == NULL)
		return MHD_NO;
	if (proxy != PROXY_BAD && !captive_is_own(place, host))
		return captive_answer(http->captive, place, connection, method);
	request = request_new(http->portal->conf, connection, url,
			      strcmp(method, MHD_HTTP_METHOD_POST) == 0);
	if (request == NULL)
		return MHD_NO;
	*context = request;
	request->head = strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
	request->secure = secure;
	if (proxy == PROXY_YES)
		request_from(request, &from);
	status = proxy == PROXY_BAD ? MHD_HTTP_BAD_REQUEST : refusal(request, connection, method);
	return status != 0 ? refuse(http, connection, request, status) : MHD_YES;
}

static enum MHD_Result handle(void *cls, struct MHD_Connection *connection, const char *url,
			      const char *method, const char *version, const char *upload,
			      size_t *upload_size, void **context)
{
	const struct door *door = cls;
	struct request *request = *context;

	(void)version;
	if (request == NULL)
		return request_begin(door, connection, url, method, context);
	if (*upload_size > 0) {
		request_feed(request, upload, *upload_size);
		*upload_size = 0;
		return MHD_YES;
	}
	request_body_end(request);
	return request_go_on(door->http, request);
}

static void completed(void *cls, struct MHD_Connection *connection, void **context,
		      enum MHD_RequestTerminationCode code)
{
	(void)cls;
	(void)code;
	link_renew(connection);
	request_free(*context);
	*context = NULL;
}

/* --- the daemons --- */

static struct MHD_Daemon *daemon_start(struct door *door, int fd)
{
	const unsigned flags = MHD_USE_EPOLL | MHD_USE_TURBO | MHD_ALLOW_SUSPEND_RESUME;
	struct http *http = door->http;
	const struct conf *conf = http->portal->conf;
	unsigned connections = conf->connections_max;
	struct MHD_OptionItem options[] = {
	    {MHD_OPTION_LISTEN_SOCKET, fd, NULL},
	    {MHD_OPTION_CONNECTION_LIMIT, door->tls ? connections / TLS_SHARE : connections, NULL},
	    {MHD_OPTION_CONNECTION_MEMORY_LIMIT, POOL, NULL},
	    {MHD_OPTION_CONNECTION_TIMEOUT, IDLE_SECONDS, NULL},
	    {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)completed, NULL},
	    {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)link_notify, &http->links},
	    {MHD_OPTION_END, 0, NULL},
	};

	if (door->tls)
		return tls_daemon(http->portal->tls, flags, handle, door, options);
	return MHD_start_daemon(flags, 0, NULL, NULL, handle, door, MHD_OPTION_ARRAY, options,
				MHD_OPTION_END);
}

static bool door_open(struct http *http, uint16_t port, bool tls)
{
	struct door *door = &http->door[http->door_count];
	const union MHD_DaemonInfo *info;
	int fd = listen_on(port, SILENT_SECONDS);

	if (fd < 0)
		return false;
	*door = (struct door){.http = http, .tls = tls};
	door->daemon = daemon_start(door, fd); /* which closes fd in the end */
	if (door->daemon == NULL) {
		close(fd);
		return false;
	}
	http->door_count++;
	info = MHD_get_daemon_info(door->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (info == NULL)
		return false;
	door->epoll_fd = info->epoll_fd;
	return true;
}

struct http *http_open(struct portal *portal)
{
	const struct conf *conf = portal->conf;
	struct http *http = calloc(1, sizeof(*http));

	if (http == NULL)
		return NULL;
	http->portal = portal;
	link_ring(&http->links);
	http->captive = captive_open(conf->port, conf->name);
	if (http->captive != NULL && door_open(http, conf->port, false) &&
	    (portal->tls == NULL || door_open(http, conf->tls_port, true)))
		return http;
	http_close(http);
	return NULL;
}

void http_close(struct http *http)
{
	int error = errno;

	if (http == NULL)
		return;
	link_resume_all(&http->links);
	for (size_t i = 0; i < http->door_count; i++)
		MHD_stop_daemon(http->door[i].daemon);
	captive_close(http->captive);
	free(http);
	errno = error;
}

void http_poll(const struct http *http, struct pollfd fds[HTTP_FDS])
{
	for (size_t i = 0; i < HTTP_FDS; i++)
		fds[i] = (struct pollfd){
		    .fd = i < http->door_count ? http->door[i].epoll_fd : -1,
		    .events = POLLIN,
		};
}

int http_wait_ms(const struct http *http)
{
	MHD_UNSIGNED_LONG_LONG wait, least = 1000;
	bool waits = false;

	for (size_t i = 0; i < http->door_count; i++)
		if (MHD_get_timeout(http->door[i].daemon, &wait) == MHD_YES) {
			waits = true;
			least = wait < least ? wait : least;
		}
	return waits ? (int)least : -1;
}

void http_run(struct http *http)
{
	for (size_t i = 0; i < http->door_count; i++)
		MHD_run(http->door[i].daemon);
}

void http_sweep(struct http *http, int64_t now_ms)
{
	link_sweep(&http->links, now_ms);
}
