/*
 * Giving up what a process does not need: groups, gid, uid, capabilities, then system
 * calls. In OpenNTPD's order, every step checked; none can be taken back.
 */
#ifndef COMMON_DROP_H
#define COMMON_DROP_H

#include <pwd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Becomes that user with only the capabilities of mask (1 << CAP_NET_ADMIN; 0 for none),
 * an empty bounding set otherwise, and no_new_privs. 0, or -1 with errno: then the
 * process is in no state to go on.
 */
int drop_privileges(const struct passwd *user, uint64_t mask);
/* The same, but it stays in these groups, none of them root's, beside the user's own. */
int drop_privileges_in(const struct passwd *user, const gid_t *groups, size_t count, uint64_t mask);

/* Has this process all the capabilities of mask in effect? */
bool drop_has_capabilities(uint64_t mask);

/* From now on this process may open no file at all (Landlock, Linux 5.13). 0, or -1 with errno. */
int drop_files(void);

/*
 * From now on this process and all its threads may call only these (numbers by SCMP_SYS;
 * those that this machine does not have are left out); every other answers EPERM. 0, or
 * -1 with errno. Built without seccomp it does nothing: drop_has_seccomp() tells.
 */
int drop_syscalls(const int *allowed, size_t count);
/* The same, and socket(2) of IPv4 and of IPv6 alone, for who asks the internet. */
int drop_syscalls_but_inet(const int *allowed, size_t count);
bool drop_has_seccomp(void);

#endif
