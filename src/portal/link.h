/*
 * The open connections, oldest request first, for their deadline: libmicrohttpd's own counts
 * from the last byte, and one byte now and then would keep a connection for ever.
 */
#ifndef PORTAL_LINK_H
#define PORTAL_LINK_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stdint.h>

struct link {
	struct link *older, *newer;
	struct MHD_Connection *connection;
	int fd;
	bool busy; /* its request is suspended: ours to end */
	int64_t since_ms;
};

/* An empty ring: its head is no connection. */
void link_ring(struct link *head);

/* libmicrohttpd's notice of a connection that begins or ends; cls is the ring's head. */
void link_notify(void *cls, struct MHD_Connection *connection, void **context,
		 enum MHD_ConnectionNotificationCode code);

/* Its request is done: the next one has all the time again. */
void link_renew(struct MHD_Connection *connection);

/* Suspended, a connection has no deadline. */
void link_suspend(struct MHD_Connection *connection);
void link_resume(struct MHD_Connection *connection);
/* Before the daemon is stopped: it gives up the program when one is left suspended. */
void link_resume_all(const struct link *head);

/* Ends those that have taken too long over one request. Call about once a second. */
void link_sweep(const struct link *head, int64_t now_ms);

#endif
