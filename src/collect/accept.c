/*
 * Takes requests in and sends answers out. What is too large is refused before it is read,
 * and what waits for the database is suspended: memory is connections_max times a body.
 *
 * libmicrohttpd 0.9.75 closes a connection whose answer is queued in the first call: wanted
 * for what is refused unread; all others are answered in the last call.
 */
#include "collect/accept.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "collect/address.h"
#include "collect/body.h"
#include "collect/metrics.h"
#include "common/clock.h"

enum {
	POOL = 8 * 1024, /* of one connection: its headers must fit */
	IDLE_SECONDS = 30,
	REQUEST_MS = 60 * 1000,
};

/* A connection, for its deadline. */
struct link {
	struct link *older, *newer;
	int fd;
	bool busy; /* its request waits for the database, which has a deadline of its own */
	int64_t since_ms;
};

struct accept {
	struct collect *collect;
	struct MHD_Daemon *daemon;
	struct link links; /* a ring, oldest first */
	int epoll_fd;
	int listen_fd; /* when it is quiet: ours to close */
};

static const struct route *const routes[] = {&reports_route, &enrol_route, &rotate_route,
					     &metrics_route};

static struct link *link_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info != NULL ? info->socket_context : NULL;
}

/* --- answers --- */

static const struct {
	unsigned status;
	const char *name, *value;
} extra[] = {
    {MHD_HTTP_UNAUTHORIZED, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Signature"},
    {MHD_HTTP_SERVICE_UNAVAILABLE, MHD_HTTP_HEADER_RETRY_AFTER, "30"},
    {MHD_HTTP_TOO_MANY_REQUESTS, MHD_HTTP_HEADER_RETRY_AFTER, "3600"},
    {MHD_HTTP_METHOD_NOT_ALLOWED, MHD_HTTP_HEADER_ALLOW, "GET, POST"},
};

/* Takes response, which may be NULL. */
static enum MHD_Result send_off(struct MHD_Connection *connection, unsigned status,
				struct MHD_Response *response, const char *type, const char *cache)
{
	enum MHD_Result result = MHD_NO;

	if (response == NULL)
		return MHD_NO;
	if (MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type) == MHD_YES &&
	    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, cache) == MHD_YES) {
		for (size_t i = 0; i < sizeof(extra) / sizeof(extra[0]); i++)
			if (extra[i].status == status)
				(void)MHD_add_response_header(response, extra[i].name,
							      extra[i].value);
		result = MHD_queue_response(connection, status, response);
	}
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result answer(struct request *request)
{
	struct MHD_Response *response;

	/* Memory was out: the gateway tries again. */
	if (request->answer == NULL)
		return MHD_NO;
	response = MHD_create_response_from_buffer(request->answer_size, request->answer,
						   MHD_RESPMEM_MUST_FREE);
	if (response != NULL)
		request->answer = NULL;
	for (size_t i = 0; response != NULL && i < REQUEST_HEADERS_MAX; i++)
		if (request->headers[i].name != NULL)
			(void)MHD_add_response_header(response, request->headers[i].name,
						      request->headers[i].value);
	return send_off(request->connection, request->status, response, request->type,
			request->cache != NULL ? request->cache : "no-store");
}

/* --- requests --- */

/* What follows the prefix of our address; "" when it is another's. */
static const char *path_of(const struct collect *collect, const char *url)
{
	const char *prefix = collect_conf_prefix(collect->conf);
	size_t length = strlen(prefix);

	return strncmp(url, prefix, length) == 0 ? url + length : "";
}

static const struct route *route_find(const struct collect *collect, const char *url)
{
	const char *own = path_of(collect, url);

	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		/* Prometheus asks us, not the server in front. */
		const char *path = routes[i] == &metrics_route ? url : own;

		if (strcmp(path, routes[i]->path) == 0)
			return routes[i];
	}
	return collect->web_pg != NULL && own[0] == '/' && strlen(own) < REQUEST_PATH_SIZE
		   ? &web_route
		   : NULL;
}

/* The length of the body to come; -1: none is said, or it is no number. */
static long length_of(struct MHD_Connection *connection)
{
	const char *text = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
						       MHD_HTTP_HEADER_CONTENT_LENGTH);
	const char *coding = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
							 MHD_HTTP_HEADER_TRANSFER_ENCODING);

	if (coding != NULL || text == NULL || text[0] == '\0' ||
	    strspn(text, "0123456789") != strlen(text))
		return -1;
	return strlen(text) > 9 ? BODY_MAX + 1L : strtol(text, NULL, 10);
}

static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned status, const char *error)
{
	metrics_count(METRICS_MALFORMED);
	return send_off(connection, status,
			MHD_create_response_from_buffer(strlen(error), (char *)(uintptr_t)error,
							MHD_RESPMEM_PERSISTENT),
			"application/json", "no-store");
}

static enum MHD_Result request_begin(struct accept *accept, struct MHD_Connection *connection,
				     const char *url, const char *method, void **context)
{
	const struct route *route = route_find(accept->collect, url);
	bool post = strcmp(method, MHD_HTTP_METHOD_POST) == 0;
	long length = post ? length_of(connection) : 0;
	struct request *request;

	if (route == NULL)
		return refuse(connection, MHD_HTTP_NOT_FOUND, "{\"error\":\"nothing is here\"}\n");
	if (route->method != NULL ? strcmp(method, route->method) != 0
				  : !post && strcmp(method, MHD_HTTP_METHOD_GET) != 0 &&
					strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
		return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED,
			      "{\"error\":\"this method is not for this address\"}\n");
	if (length < 0)
		return refuse(connection, MHD_HTTP_LENGTH_REQUIRED,
			      "{\"error\":\"expected Content-Length\"}\n");
	if (length > BODY_MAX)
		return refuse(connection, MHD_HTTP_CONTENT_TOO_LARGE,
			      "{\"error\":\"too large, expected at most 64 KiB\"}\n");
	request = calloc(1, sizeof(*request));
	if (request == NULL)
		return MHD_NO;
	*context = request;
	request->collect = accept->collect;
	request->connection = connection;
	request->route = route;
	request->post = post;
	snprintf(request->path, sizeof(request->path), "%s", path_of(accept->collect, url));
	request->size = (size_t)length;
	request->body = calloc(1, request->size + 1);
	return request->body != NULL ? MHD_YES : MHD_NO;
}

static void request_feed(struct request *request, const char *bytes, size_t size)
{
	size_t room = request->size - request->used;

	if (size > room)
		size = room;
	memcpy(request->body + request->used, bytes, size);
	request->used += size;
}

/* The handler's last call for a request: it is complete, or it has been resumed. */
static enum MHD_Result request_go_on(struct request *request)
{
	struct link *link = link_of(request->connection);

	if (request->status != 0)
		return answer(request);
	if (request->used < request->size)
		return MHD_NO;
	request->begun_ms = clock_boot_ms();
	request->route->begin(request);
	if (!request->waiting)
		return answer(request);
	if (link != NULL)
		link->busy = true;
	MHD_suspend_connection(request->connection);
	return MHD_YES;
}

void accept_resume(struct request *request)
{
	struct link *link = link_of(request->connection);

	if (link != NULL)
		link->busy = false;
	request->waiting = false;
	MHD_resume_connection(request->connection);
}

static enum MHD_Result handle(void *cls, struct MHD_Connection *connection, const char *url,
			      const char *method, const char *version, const char *upload,
			      size_t *upload_size, void **context)
{
	struct request *request = *context;

	(void)version;
	if (request == NULL)
		return request_begin(cls, connection, url, method, context);
	if (*upload_size > 0) {
		request_feed(request, upload, *upload_size);
		*upload_size = 0;
		return MHD_YES;
	}
	return request_go_on(request);
}

static void completed(void *cls, struct MHD_Connection *connection, void **context,
		      enum MHD_RequestTerminationCode code)
{
	struct link *link = link_of(connection);
	struct request *request = *context;

	(void)cls;
	(void)code;
	if (link != NULL)
		link->since_ms = clock_boot_ms();
	if (request == NULL)
		return;
	if (request->route->end != NULL)
		request->route->end(request);
	free(request->body);
	free(request->answer);
	free(request);
	*context = NULL;
}

/* --- connections --- */

static void connection_notify(void *cls, struct MHD_Connection *connection, void **context,
			      enum MHD_ConnectionNotificationCode code)
{
	struct accept *accept = cls;
	struct link *link = *context;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (link != NULL) {
			link->older->newer = link->newer;
			link->newer->older = link->older;
		}
		free(link);
		*context = NULL;
		return;
	}
	link = calloc(1, sizeof(*link));
	if (link == NULL)
		return;
	link->fd =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	link->since_ms = clock_boot_ms();
	link->older = accept->links.older;
	link->newer = &accept->links;
	link->older->newer = link;
	accept->links.older = link;
	*context = link;
}

void accept_sweep(struct accept *accept, int64_t now_ms)
{
	for (struct link *link = accept->links.newer; link != &accept->links; link = link->newer)
		if (!link->busy && link->since_ms + REQUEST_MS <= now_ms)
			/* libmicrohttpd sees the end of the stream and closes it. */
			shutdown(link->fd, SHUT_RDWR);
}

/* --- the daemon --- */

static struct MHD_Daemon *daemon_start(struct accept *accept, int fd)
{
	return MHD_start_daemon(
	    MHD_USE_EPOLL | MHD_USE_TURBO | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, handle, accept,
	    MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
	    (unsigned)accept->collect->conf->connections_max, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
	    (size_t)POOL, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
	    MHD_OPTION_NOTIFY_COMPLETED, completed, accept, MHD_OPTION_NOTIFY_CONNECTION,
	    connection_notify, accept, MHD_OPTION_END);
}

struct accept *accept_open(struct collect *collect)
{
	struct accept *accept = calloc(1, sizeof(*accept));
	const union MHD_DaemonInfo *info;
	int fd, error;

	if (accept == NULL)
		return NULL;
	accept->collect = collect;
	accept->listen_fd = -1;
	accept->links.older = accept->links.newer = &accept->links;
	fd = address_listen(collect->conf);
	if (fd < 0)
		goto fail;
	accept->daemon = daemon_start(accept, fd); /* which closes fd in the end */
	if (accept->daemon == NULL) {
		close(fd);
		goto fail;
	}
	info = MHD_get_daemon_info(accept->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (info == NULL)
		goto fail;
	accept->epoll_fd = info->epoll_fd;
	return accept;
fail:
	error = errno;
	accept_close(accept);
	errno = error;
	return NULL;
}

void accept_quiet(struct accept *accept)
{
	accept->listen_fd = MHD_quiesce_daemon(accept->daemon);
}

void accept_close(struct accept *accept)
{
	if (accept == NULL)
		return;
	if (accept->daemon != NULL)
		MHD_stop_daemon(accept->daemon);
	if (accept->listen_fd >= 0)
		close(accept->listen_fd);
	free(accept);
}

int accept_fd(const struct accept *accept)
{
	return accept->epoll_fd;
}

int accept_wait_ms(const struct accept *accept)
{
	MHD_UNSIGNED_LONG_LONG wait;

	if (MHD_get_timeout(accept->daemon, &wait) != MHD_YES)
		return -1;
	return wait > 1000 ? 1000 : (int)wait;
}

void accept_run(struct accept *accept)
{
	MHD_run(accept->daemon);
}
