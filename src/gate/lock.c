/*
 * Gate's lock: one capability and the system calls of its loop. No socket, open, fork or
 * exec is among them: whoever takes gate over has its netlink sockets and nothing else.
 */
#include "gate/lock.h"

#include <linux/capability.h>
#include <stdint.h>
#if HAVE_SECCOMP
#include <seccomp.h>
#endif

#include "common/drop.h"
#include "common/log.h"

#if HAVE_SECCOMP
static const int gate_syscalls[] = {
    SCMP_SYS(read),	    SCMP_SYS(write),	       SCMP_SYS(writev),
    SCMP_SYS(sendmsg),	    SCMP_SYS(sendto),	       SCMP_SYS(sendmmsg),
    SCMP_SYS(recvmsg),	    SCMP_SYS(recvfrom),	       SCMP_SYS(recvmmsg),
    SCMP_SYS(recvmmsg_time64), SCMP_SYS(send),	       SCMP_SYS(recv),
    SCMP_SYS(poll),	    SCMP_SYS(ppoll),	       SCMP_SYS(ppoll_time64),
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_gettime64), SCMP_SYS(brk),
    SCMP_SYS(mmap),	    SCMP_SYS(mmap2),	       SCMP_SYS(munmap),
    SCMP_SYS(mremap),	    SCMP_SYS(madvise),	       SCMP_SYS(close),
    SCMP_SYS(wait4),	    SCMP_SYS(waitid),	       SCMP_SYS(restart_syscall),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(sigreturn),       SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(exit),	    SCMP_SYS(exit_group),      SCMP_SYS(getrandom),
    SCMP_SYS(setsockopt), /* to watch the table where the kernel lacks its owner flag */
    SCMP_SYS(futex),	    SCMP_SYS(sysinfo), /* glibc's qsort asks how much memory there is */
};
#endif

void lock_can_start(const char *user)
{
	const uint64_t needed = (uint64_t)1 << CAP_NET_ADMIN | (uint64_t)1 << CAP_SETUID |
				(uint64_t)1 << CAP_SETGID | (uint64_t)1 << CAP_SETPCAP;

	if (!drop_has_capabilities(needed))
		fatalx("must be started as root: it becomes the user %s by itself", user);
}

void lock_gate(const struct passwd *user)
{
	if (drop_privileges(user, (uint64_t)1 << CAP_NET_ADMIN) < 0)
		fatal("cannot become %s with CAP_NET_ADMIN alone", user->pw_name);
#if HAVE_SECCOMP
	if (drop_syscalls(gate_syscalls, sizeof(gate_syscalls) / sizeof(gate_syscalls[0])) < 0)
		fatal("seccomp");
#else
	log_warnx("built without seccomp");
#endif
}
