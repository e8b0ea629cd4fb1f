/* Starts portal, already dropped: the only process that gate ever makes, before its lock. */
#ifndef GATE_SPAWN_H
#define GATE_SPAWN_H

#include <pwd.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * Executes the congchao-portal that lies beside this program as that user, with one end
 * of a socketpair as descriptor MSG_FD. Returns gate's end (non-blocking) and the pid, or
 * -1 with errno.
 */
int spawn_portal(const struct passwd *user, const char *conf_file, bool debug, pid_t *pid);

#endif
