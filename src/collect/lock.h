/* What the server gives up when it is ready: see lock.c. */
#ifndef COLLECT_LOCK_H
#define COLLECT_LOCK_H

/* Files: read a few places, write in temp alone, execute none (landlock, Linux 5.13). */
void lock_files(const char *temp);
/* System calls (seccomp). */
void lock_syscalls(void);

#endif
