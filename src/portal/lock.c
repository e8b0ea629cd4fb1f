/*
 * Portal's lock. Every socket it needs is open: what remains is SQLite in its own folder,
 * content, pages and certificate to be read anew, accepting, talking, and memory. socket, connect,
 * execve, fork and ptrace are refused by seccomp, files elsewhere by landlock (Linux 5.13).
 */
#include "portal/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#if HAVE_SECCOMP
#include <seccomp.h>
#endif

#include "common/drop.h"
#include "common/log.h"

/* The rights of landlock's first version, which every kernel that has it knows. */
#define ALL_RIGHTS (((uint64_t)LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1)
#define STATE_RIGHTS                                                                               \
	(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |                            \
	 LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE)
/* For a reload. */
#define CONTENT_RIGHTS (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define RUN_RIGHTS LANDLOCK_ACCESS_FS_REMOVE_FILE

/* A certificate's issuers are looked up in the system's list, when it is read anew. */
#define AUTHORITIES "/etc/ssl/certs"

static int allow(int ruleset, const char *path, uint64_t rights)
{
	struct landlock_path_beneath_attr beneath = {.allowed_access = rights};
	int rc;

	beneath.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (beneath.parent_fd < 0)
		return -1;
	rc = (int)syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
	close(beneath.parent_fd);
	return rc;
}

/*
 * The folder of a file, not the file: whoever renews it puts another in its place. And the one
 * that it is really in: certbot's are links. What is not there has been said already.
 */
static int allow_folder_of(int ruleset, const char *file)
{
	char path[PATH_MAX];
	char *real = realpath(file, NULL);
	const char *ways[] = {file, real};
	int rc = 0;

	for (size_t i = 0; i < 2 && rc == 0; i++) {
		if (ways[i] == NULL)
			continue;
		snprintf(path, sizeof(path), "%s", ways[i]);
		rc = allow(ruleset, dirname(path), CONTENT_RIGHTS);
		if (rc < 0 && (errno == ENOENT || errno == EACCES || errno == ENOTDIR))
			rc = 0;
	}
	free(real);
	return rc;
}

static int allow_certificate(int ruleset, const struct conf *conf)
{
	if (conf->certificate[0] == '\0')
		return 0;
	if (allow_folder_of(ruleset, conf->certificate) < 0 ||
	    allow_folder_of(ruleset, conf->key) < 0)
		return -1;
	return allow(ruleset, AUTHORITIES, CONTENT_RIGHTS) < 0 && errno != ENOENT ? -1 : 0;
}

bool lock_files(const struct conf *conf)
{
	const struct landlock_ruleset_attr attr = {.handled_access_fs = ALL_RIGHTS};
	int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);

	if (ruleset < 0) {
		log_warn("landlock is missing: portal's files are guarded by their modes alone");
		return false;
	}
	if (allow(ruleset, conf->path_state, STATE_RIGHTS) < 0 ||
	    allow(ruleset, conf->path_run, RUN_RIGHTS) < 0 ||
	    allow(ruleset, conf->path_content, CONTENT_RIGHTS) < 0 ||
	    allow(ruleset, conf->path_www, CONTENT_RIGHTS) < 0 ||
	    allow_certificate(ruleset, conf) < 0 ||
	    /* SQLite asks where temporary files and randomness are, even if it uses neither. */
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
		fatal("landlock");
	close(ruleset);
	return true;
}

#if HAVE_SECCOMP
static const int portal_syscalls[] = {
    /* talking */
    SCMP_SYS(accept4), SCMP_SYS(recvfrom), SCMP_SYS(recvmsg), SCMP_SYS(recvmmsg),
    SCMP_SYS(recvmmsg_time64), SCMP_SYS(recv), SCMP_SYS(sendto), SCMP_SYS(sendmsg),
    SCMP_SYS(sendmmsg), SCMP_SYS(send), SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(write),
    SCMP_SYS(writev), SCMP_SYS(shutdown), SCMP_SYS(setsockopt), SCMP_SYS(getsockopt),
    SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(sendfile), SCMP_SYS(sendfile64),
    /* waiting */
    SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(ppoll_time64), SCMP_SYS(epoll_wait),
    SCMP_SYS(epoll_pwait), SCMP_SYS(epoll_ctl), SCMP_SYS(futex), SCMP_SYS(futex_time64),
    SCMP_SYS(restart_syscall), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep),
    SCMP_SYS(clock_nanosleep_time64),
    /* time and chance; adjtimex only reads: the capability to set is gone */
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_gettime64), SCMP_SYS(gettimeofday), SCMP_SYS(time),
    SCMP_SYS(adjtimex), SCMP_SYS(clock_adjtime), SCMP_SYS(clock_adjtime64),
    SCMP_SYS(getrandom),
    /* SQLite's files */
    SCMP_SYS(openat), SCMP_SYS(open), SCMP_SYS(close), SCMP_SYS(fcntl), SCMP_SYS(fcntl64),
    SCMP_SYS(fstat), SCMP_SYS(fstat64), SCMP_SYS(stat), SCMP_SYS(stat64), SCMP_SYS(lstat),
    SCMP_SYS(lstat64), SCMP_SYS(newfstatat), SCMP_SYS(fstatat64), SCMP_SYS(statx),
    SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(lseek),
    SCMP_SYS(_llseek), SCMP_SYS(pread64), SCMP_SYS(pwrite64), SCMP_SYS(fsync),
    SCMP_SYS(fdatasync), SCMP_SYS(ftruncate), SCMP_SYS(ftruncate64), SCMP_SYS(fallocate),
    SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(rename), SCMP_SYS(renameat),
    SCMP_SYS(renameat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(fchmod),
    SCMP_SYS(getcwd), SCMP_SYS(geteuid), SCMP_SYS(geteuid32), SCMP_SYS(getuid),
    SCMP_SYS(getuid32), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(umask),
    /* memory, signals, the end */
    SCMP_SYS(brk), SCMP_SYS(mmap), SCMP_SYS(mmap2), SCMP_SYS(munmap), SCMP_SYS(mremap),
    SCMP_SYS(mprotect), SCMP_SYS(madvise), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(sigreturn), SCMP_SYS(sched_yield), SCMP_SYS(exit),
    SCMP_SYS(exit_group), SCMP_SYS(tgkill), SCMP_SYS(set_robust_list), SCMP_SYS(rseq),
};
#endif

void lock_syscalls(void)
{
#if HAVE_SECCOMP
	if (drop_syscalls(portal_syscalls, sizeof(portal_syscalls) / sizeof(portal_syscalls[0])) < 0)
		fatal("seccomp");
#else
	log_warnx("built without seccomp");
#endif
}
