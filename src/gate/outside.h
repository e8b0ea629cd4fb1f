/*
 * What gate hears of the internet: from its resolver (resolver.h) and from the kernel's
 * routes (uplink.h); and what follows from it for the garden and for held devices' names.
 */
#ifndef GATE_OUTSIDE_H
#define GATE_OUTSIDE_H

#include <poll.h>
#include <stdbool.h>
#include <sys/types.h>

#include "gate/gate.h"

enum { OUTSIDE_FDS = 2 };

/* Forks the resolver, if one is needed. Before any socket is open. Dies if it cannot. */
void outside_start(struct gate *gate);
/* Once sockets are open: looks at the routes. Dies if it cannot. */
void outside_open(struct gate *gate);
void outside_close(struct gate *gate);

void outside_poll(const struct gate *gate, struct pollfd fds[OUTSIDE_FDS]);
void outside_read(struct gate *gate, const struct pollfd fds[OUTSIDE_FDS]);

/* Was that child the resolver? It is gone then, and gate goes on without. */
bool outside_ended(struct gate *gate, pid_t child);

#endif
