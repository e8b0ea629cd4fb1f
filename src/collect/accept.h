/*
 * libmicrohttpd, in and out: size first, then whose path it is. One thread; its epoll
 * descriptor is in the program's own poll set.
 */
#ifndef COLLECT_ACCEPT_H
#define COLLECT_ACCEPT_H

#include <stdint.h>

#include "collect/request.h"

struct accept;

/* Listens on the configured address. NULL with errno. */
struct accept *accept_open(struct collect *collect);
/* No new connection from now on; what has begun is answered. */
void accept_quiet(struct accept *accept);
/* Every job of a request has to be done before. Accepts NULL. */
void accept_close(struct accept *accept);

int accept_fd(const struct accept *accept);
/* Milliseconds until accept_run is due without the descriptor; -1: none. */
int accept_wait_ms(const struct accept *accept);
void accept_run(struct accept *accept);
/* Closes connections that take too long over one request. Call about once a second. */
void accept_sweep(struct accept *accept, int64_t now_ms);

/* Its job is done, the answer is there. */
void accept_resume(struct request *request);

#endif
