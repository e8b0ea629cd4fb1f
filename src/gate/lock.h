/* What gate may still do once it runs. */
#ifndef GATE_LOCK_H
#define GATE_LOCK_H

#include <pwd.h>

/* Becomes the user with CAP_NET_ADMIN alone and gate's system calls alone; dies if it
 * cannot. Every socket is open by then. */
void lock_gate(const struct passwd *user);

#endif
