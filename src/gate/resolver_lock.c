/*
 * The resolver's lock: sockets of the internet, the one to gate, time and memory. No file
 * can be opened: what the library reads it has read by now.
 */
#include "gate/resolver_lock.h"

#include <signal.h>
#include <sys/prctl.h>
#if HAVE_SECCOMP
#include <seccomp.h>
#endif

#include "common/drop.h"
#include "common/log.h"

#if HAVE_SECCOMP
static const int resolver_syscalls[] = {
    /* asking */
    SCMP_SYS(connect), SCMP_SYS(setsockopt), SCMP_SYS(getsockopt), SCMP_SYS(getsockname),
    SCMP_SYS(sendto), SCMP_SYS(recvfrom), SCMP_SYS(sendmsg), SCMP_SYS(recvmsg), SCMP_SYS(send),
    SCMP_SYS(recv), SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(fcntl),
    SCMP_SYS(fcntl64), SCMP_SYS(close),
    /* waiting; time and chance */
    SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(ppoll_time64), SCMP_SYS(restart_syscall),
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_gettime64), SCMP_SYS(gettimeofday),
    SCMP_SYS(getrandom), SCMP_SYS(futex), SCMP_SYS(futex_time64),
    /* memory, signals, the end */
    SCMP_SYS(brk), SCMP_SYS(mmap), SCMP_SYS(mmap2), SCMP_SYS(munmap), SCMP_SYS(mremap),
    SCMP_SYS(madvise), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigreturn),
    SCMP_SYS(exit), SCMP_SYS(exit_group),
};
#endif

void resolver_lock(const struct passwd *user)
{
	if (drop_files() < 0)
		log_warn("landlock is missing: the resolver's files are guarded by their modes "
			 "alone");
	if (drop_privileges(user, 0) < 0)
		fatal("resolver: cannot become %s", user->pw_name);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		fatal("resolver: parent's death");
#if HAVE_SECCOMP
	if (drop_syscalls_but_inet(resolver_syscalls,
				   sizeof(resolver_syscalls) / sizeof(resolver_syscalls[0])) < 0)
		fatal("resolver: seccomp");
#endif
}
