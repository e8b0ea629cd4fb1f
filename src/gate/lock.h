/* What gate may still do once it runs. */
#ifndef GATE_LOCK_H
#define GATE_LOCK_H

#include <pwd.h>

/* Dies unless this process may do what the start needs: root, or the service's user with
 * CAP_NET_ADMIN, CAP_SETUID, CAP_SETGID and CAP_SETPCAP. */
void lock_can_start(const char *user);

/* Becomes the user with CAP_NET_ADMIN alone and gate's system calls alone; dies if it
 * cannot. Every socket is open by then. */
void lock_gate(const struct passwd *user);

#endif
