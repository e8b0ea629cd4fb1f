/* A ring of open connections; see link.h. */
#include "portal/link.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "common/clock.h"

enum { REQUEST_MS = 30 * 1000 };

void link_ring(struct link *head)
{
	head->older = head->newer = head;
}

static struct link *link_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info != NULL ? info->socket_context : NULL;
}

static void link_out(struct link *link)
{
	link->older->newer = link->newer;
	link->newer->older = link->older;
}

static void link_in(struct link *head, struct link *link)
{
	link->older = head->older;
	link->newer = head;
	link->older->newer = link;
	head->older = link;
}

void link_notify(void *cls, struct MHD_Connection *connection, void **context,
		 enum MHD_ConnectionNotificationCode code)
{
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
	link->fd =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	link->since_ms = clock_boot_ms();
	link_in(cls, link);
	*context = link;
}

void link_renew(struct MHD_Connection *connection)
{
	struct link *link = link_of(connection);

	if (link != NULL)
		link->since_ms = clock_boot_ms();
}

void link_suspend(struct MHD_Connection *connection)
{
	struct link *link = link_of(connection);

	if (link != NULL)
		link->busy = true;
	MHD_suspend_connection(connection);
}

void link_resume(struct MHD_Connection *connection)
{
	struct link *link = link_of(connection);

	if (link != NULL)
		link->busy = false;
	MHD_resume_connection(connection);
}

void link_resume_all(const struct link *head)
{
	for (const struct link *link = head->newer; link != head; link = link->newer)
		if (link->busy)
			MHD_resume_connection(link->connection);
}

void link_sweep(const struct link *head, int64_t now_ms)
{
	for (const struct link *link = head->newer; link != head; link = link->newer) {
		if (link->busy || link->since_ms + REQUEST_MS > now_ms)
			continue;
		/* libmicrohttpd sees the end of the stream and closes it. */
		shutdown(link->fd, SHUT_RDWR);
	}
}
