/* libmicrohttpd, in and out: the only file beside http.c and reply.c that knows it is
 * captive.c's redirect. One thread, its epoll descriptor in portal's own poll set. */
#ifndef PORTAL_HTTP_H
#define PORTAL_HTTP_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "portal/portal.h"
#include "portal/request.h"

struct http;

enum { HTTP_FDS = 2 }; /* of portal.port and portal.tls_port */

/* Listens on the configured port, IPv6 and IPv4; with portal->tls on its port, too. NULL with
 * errno. */
struct http *http_open(struct portal *portal);
void http_close(struct http *http); /* accepts NULL */

/* Fills in what is to be polled. */
void http_poll(const struct http *http, struct pollfd fds[HTTP_FDS]);
/* Milliseconds until http_run is due without a descriptor; -1: none. */
int http_wait_ms(const struct http *http);
void http_run(struct http *http);
/* Closes connections that take too long over one request. Call about once a second. */
void http_sweep(struct http *http, int64_t now_ms);

/* The acknowledgement for which these requests wait has been released, or not. */
void http_wake(struct request *first, bool admitted);

#endif
