/* A small libmicrohttpd daemon on the loopback interface; see metrics.h. */
#include "portal/metrics.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "portal/health.h"
#include "portal/link.h"

enum { CONNECTIONS = 4, POOL = 4096, IDLE_SECONDS = 10 };

struct metrics {
	struct portal *portal;
	struct link links;
	struct MHD_Daemon *daemon;
	int epoll_fd;
};

/* One request, until its answer is sent. */
struct scrape {
	struct portal *portal;
	struct MHD_Connection *connection;
	bool asked, answered;
	char *text; /* NULL when answered: memory is out */
	size_t size;
};

static enum MHD_Result send_text(struct MHD_Connection *connection, unsigned status, char *text,
				 size_t size, enum MHD_ResponseMemoryMode mode)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(size, text, mode);
	enum MHD_Result rc = MHD_NO;

	if (response == NULL) {
		if (mode == MHD_RESPMEM_MUST_FREE)
			free(text);
		return MHD_NO;
	}
	if (MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
				    "text/plain; version=0.0.4; charset=utf-8") == MHD_YES &&
	    (status != MHD_HTTP_METHOD_NOT_ALLOWED ||
	     MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD") == MHD_YES))
		rc = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return rc;
}

static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned status)
{
	static char empty[] = "";

	return send_text(connection, status, empty, 0, MHD_RESPMEM_PERSISTENT);
}

static void gate_has_counted(void *arg, const struct msg *gate)
{
	struct scrape *scrape = arg;
	struct health health;
	FILE *out = open_memstream(&scrape->text, &scrape->size);

	if (out != NULL) {
		health_look(scrape->portal, gate, &health);
		health_write_metrics(&health, out);
		if (fclose(out) != 0) {
			free(scrape->text);
			scrape->text = NULL;
		}
	}
	scrape->answered = true;
	link_resume(scrape->connection);
}

static enum MHD_Result begin(struct metrics *metrics, struct MHD_Connection *connection,
			     const char *url, const char *method, void **context)
{
	struct scrape *scrape;

	if (strcmp(url, "/metrics") != 0)
		return refuse(connection, MHD_HTTP_NOT_FOUND);
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
		return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED);
	scrape = calloc(1, sizeof(*scrape));
	if (scrape == NULL)
		return MHD_NO;
	scrape->portal = metrics->portal;
	scrape->connection = connection;
	*context = scrape;
	return MHD_YES;
}

static enum MHD_Result handle(void *cls, struct MHD_Connection *connection, const char *url,
			      const char *method, const char *version, const char *upload,
			      size_t *upload_size, void **context)
{
	const struct msg question = {.type = MSG_COUNT};
	struct scrape *scrape = *context;
	char *text;

	(void)version, (void)upload;
	if (scrape == NULL)
		return begin(cls, connection, url, method, context);
	if (*upload_size > 0) {
		*upload_size = 0;
		return MHD_YES;
	}
	if (!scrape->asked) {
		scrape->asked = ask_put(scrape->portal->ask, &question, gate_has_counted, scrape);
		if (!scrape->asked)
			return refuse(connection, MHD_HTTP_SERVICE_UNAVAILABLE);
		link_suspend(connection);
		return MHD_YES;
	}
	if (scrape->text == NULL)
		return scrape->answered ? MHD_NO : MHD_YES;
	text = scrape->text;
	scrape->text = NULL;
	return send_text(connection, MHD_HTTP_OK, text, scrape->size, MHD_RESPMEM_MUST_FREE);
}

static void completed(void *cls, struct MHD_Connection *connection, void **context,
		      enum MHD_RequestTerminationCode code)
{
	struct scrape *scrape = *context;

	(void)cls, (void)code;
	link_renew(connection);
	if (scrape != NULL)
		free(scrape->text);
	free(scrape);
	*context = NULL;
}

/*
 * Where an operator has let 127.0.0.1 in from outside (route_localnet), a neighbour could send
 * to it: his address is none of the loopback's.
 */
static enum MHD_Result is_from_here(void *cls, const struct sockaddr *address, socklen_t size)
{
	const struct sockaddr_in *from = (const struct sockaddr_in *)(const void *)address;

	(void)cls;
	return size >= sizeof(*from) && from->sin_family == AF_INET &&
		       ntohl(from->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET
		   ? MHD_YES
		   : MHD_NO;
}

static int listen_here(uint16_t port)
{
	const struct sockaddr_in here = {.sin_family = AF_INET,
					 .sin_port = htons(port),
					 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int one = 1, error;

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == 0 &&
	    bind(fd, (const struct sockaddr *)&here, sizeof(here)) == 0 &&
	    listen(fd, CONNECTIONS) == 0)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

struct metrics *metrics_open(struct portal *portal)
{
	struct metrics *metrics = calloc(1, sizeof(*metrics));
	int fd = metrics != NULL ? listen_here(portal->conf->metrics_port) : -1;
	const union MHD_DaemonInfo *info;

	if (fd < 0) {
		free(metrics);
		return NULL;
	}
	metrics->portal = portal;
	link_ring(&metrics->links);
	metrics->daemon = MHD_start_daemon(
	    MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, is_from_here, NULL, handle, metrics,
	    MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL, MHD_OPTION_CONNECTION_TIMEOUT,
	    (unsigned)IDLE_SECONDS, MHD_OPTION_NOTIFY_COMPLETED, completed, NULL,
	    MHD_OPTION_NOTIFY_CONNECTION, link_notify, &metrics->links, MHD_OPTION_END);
	if (metrics->daemon == NULL) {
		close(fd);
		free(metrics);
		return NULL;
	}
	info = MHD_get_daemon_info(metrics->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (info != NULL) {
		metrics->epoll_fd = info->epoll_fd;
		return metrics;
	}
	metrics_close(metrics);
	return NULL;
}

void metrics_close(struct metrics *metrics)
{
	int error = errno;

	if (metrics == NULL)
		return;
	link_resume_all(&metrics->links);
	MHD_stop_daemon(metrics->daemon);
	free(metrics);
	errno = error;
}

int metrics_fd(const struct metrics *metrics)
{
	return metrics != NULL ? metrics->epoll_fd : -1;
}

int metrics_wait_ms(const struct metrics *metrics)
{
	MHD_UNSIGNED_LONG_LONG wait;

	if (metrics == NULL || MHD_get_timeout(metrics->daemon, &wait) != MHD_YES)
		return -1;
	return wait < 1000 ? (int)wait : 1000;
}

void metrics_run(struct metrics *metrics)
{
	if (metrics != NULL)
		MHD_run(metrics->daemon);
}

void metrics_sweep(struct metrics *metrics, int64_t now_ms)
{
	if (metrics != NULL)
		link_sweep(&metrics->links, now_ms);
}
