/*
 * The server's lock. It listens already, and has read its pages and its key; what remains is
 * accepting, connecting to the database again, libpq's own files, spreadsheets in the making,
 * and memory. Whoever takes it over can sign as any gateway, call what congchao_ingest may,
 * and with the dashboard become its officer and its auditor: so it starts no program, and
 * writes no file but in temp.
 */
#include "collect/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#if HAVE_SECCOMP
#include <seccomp.h>
#endif

#include "common/drop.h"
#include "common/log.h"

/* The rights of landlock's first version, which every kernel that has it knows. */
#define ALL_RIGHTS  (((uint64_t)LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1)
#define TEMP_RIGHTS \
	(READ_RIGHTS | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | \
	 LANDLOCK_ACCESS_FS_REMOVE_FILE)
#define READ_RIGHTS (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)

/* What is not there needs no right. */
static int allow(int ruleset, const char *path, uint64_t rights)
{
	struct landlock_path_beneath_attr beneath = {.allowed_access = rights};
	int rc;

	beneath.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (beneath.parent_fd < 0)
		return errno == ENOENT || errno == EACCES ? 0 : -1;
	rc = (int)syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
	close(beneath.parent_fd);
	return rc;
}

/* systemd-sysusers gives a user of its own "/", which would be everything. */
static const char *home(void)
{
	const char *path = getenv("HOME");

	return path != NULL && path[0] == '/' && path[strspn(path, "/")] != '\0' ? path : "";
}

void lock_files(const char *temp)
{
	/* Names and services, certificates and time zones, ~/.pgpass and ~/.postgresql. */
	const char *const places[] = {"/etc", "/usr/share", "/usr/lib", "/run", home()};
	const struct landlock_ruleset_attr attr = {.handled_access_fs = ALL_RIGHTS};
	int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);

	if (ruleset < 0) {
		log_warn("landlock is missing: files are guarded by their modes alone");
		return;
	}
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (allow(ruleset, places[i], READ_RIGHTS) < 0)
			fatal("landlock: %s", places[i]);
	if (allow(ruleset, temp, TEMP_RIGHTS) < 0)
		fatal("landlock: %s", temp);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
		fatal("landlock");
	close(ruleset);
}

#if HAVE_SECCOMP
static const int collect_syscalls[] = {
    /* talking, and libpq's connections */
    SCMP_SYS(accept4), SCMP_SYS(socket), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(recvfrom),
    SCMP_SYS(recvmsg), SCMP_SYS(recv), SCMP_SYS(sendto), SCMP_SYS(sendmsg), SCMP_SYS(sendmmsg),
    SCMP_SYS(send), SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(write), SCMP_SYS(writev),
    SCMP_SYS(shutdown), SCMP_SYS(setsockopt), SCMP_SYS(getsockopt), SCMP_SYS(getsockname),
    SCMP_SYS(getpeername), SCMP_SYS(sendfile), SCMP_SYS(sendfile64), SCMP_SYS(ioctl),
    /* waiting */
    SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(ppoll_time64), SCMP_SYS(epoll_wait),
    SCMP_SYS(epoll_pwait), SCMP_SYS(epoll_ctl), SCMP_SYS(futex), SCMP_SYS(futex_time64),
    SCMP_SYS(restart_syscall),
    /* time and chance */
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_gettime64), SCMP_SYS(gettimeofday), SCMP_SYS(time),
    SCMP_SYS(getrandom),
    /* libpq's files */
    SCMP_SYS(openat), SCMP_SYS(open), SCMP_SYS(close), SCMP_SYS(fcntl), SCMP_SYS(fcntl64),
    SCMP_SYS(fstat), SCMP_SYS(fstat64), SCMP_SYS(stat), SCMP_SYS(stat64), SCMP_SYS(lstat),
    SCMP_SYS(lstat64), SCMP_SYS(newfstatat), SCMP_SYS(fstatat64), SCMP_SYS(statx),
    SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(lseek),
    SCMP_SYS(_llseek), SCMP_SYS(pread64), SCMP_SYS(geteuid), SCMP_SYS(geteuid32),
    SCMP_SYS(getuid), SCMP_SYS(getuid32), SCMP_SYS(getegid), SCMP_SYS(getgid),
    SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(uname),
    /* libxlsxwriter's: in temp alone */
    SCMP_SYS(unlink), SCMP_SYS(unlinkat),
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
	if (drop_syscalls(collect_syscalls, sizeof(collect_syscalls) / sizeof(collect_syscalls[0])) < 0)
		fatal("seccomp");
#else
	log_warnx("built without seccomp");
#endif
}
