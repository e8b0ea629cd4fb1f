/* What the resolver may still do once it runs. */
#ifndef GATE_RESOLVER_LOCK_H
#define GATE_RESOLVER_LOCK_H

#include <pwd.h>

/* Becomes the user, with no capability, no file, and the system calls of asking; dies if it
 * cannot. It ends with its parent. */
void resolver_lock(const struct passwd *user);

#endif
