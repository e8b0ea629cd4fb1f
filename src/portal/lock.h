/* What portal may still do once it runs: nothing that a web page needs not. */
#ifndef PORTAL_LOCK_H
#define PORTAL_LOCK_H

#include <stdbool.h>

#include "common/conf.h"

/*
 * Files, by landlock: paths.state and paths.run only. Call before any thread is made.
 * False (with a line in the log) where the kernel has no landlock.
 */
bool lock_files(const struct conf *conf);

/* System calls, by seccomp, of all threads; dies if it cannot. */
void lock_syscalls(void);

#endif
