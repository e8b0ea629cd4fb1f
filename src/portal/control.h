/*
 * The operator's socket: one line in ("status", "release MAC", "end ADDRESS", ...), lines of
 * "key value" out, closed by portal. Who may open it is a matter of the folder's and the
 * socket's modes: root and portal's own user.
 */
#ifndef PORTAL_CONTROL_H
#define PORTAL_CONTROL_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>

#include "portal/portal.h"

enum { CONTROL_CLIENTS = 8, CONTROL_FDS = CONTROL_CLIENTS + 1 };

struct control;

/* Listens at paths.run/control.sock, in place of a stale one. NULL with errno. */
struct control *control_open(struct portal *portal);
void control_close(struct control *control); /* accepts NULL; removes the socket */

/* Fills CONTROL_FDS entries for poll; unused ones have fd -1. */
void control_poll(const struct control *control, struct pollfd *fds);
/* Serves what is ready, and ends clients that are silent for too long. */
void control_serve(struct control *control, const struct pollfd *fds, int64_t now_ms);

#endif
