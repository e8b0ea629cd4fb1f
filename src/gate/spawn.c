/*
 * fork, drop, exec. Between fork and exec only calls that are safe there; what fails in
 * the child is said by the child.
 */
#include "gate/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/drop.h"
#include "common/log.h"
#include "common/msg.h"

enum { SOCKET_BUFFER = 1024 * 1024 };

static int portal_path(char path[PATH_MAX])
{
	static const char name[] = "congchao-portal";
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - sizeof(name) - 1);
	char *slash;

	if (n < 0)
		return -1;
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL) {
		errno = ENOENT;
		return -1;
	}
	memcpy(slash + 1, name, sizeof(name));
	return 0;
}

static void __attribute__((noreturn))
portal_exec(const struct passwd *user, const char *path, const char *conf_file, bool debug, int fd)
{
	char *argv[] = {(char *)(uintptr_t)"congchao-portal", (char *)(uintptr_t)"-c",
			(char *)(uintptr_t)conf_file, debug ? (char *)(uintptr_t)"-d" : NULL, NULL};
	char *envp[] = {NULL}; /* nothing of root's */
	struct rlimit files;
	sigset_t none;

	/* Every connection is a descriptor. */
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (fd == MSG_FD ? fcntl(fd, F_SETFD, 0) < 0 : dup2(fd, MSG_FD) < 0)
		fatal("portal: descriptor");
	if (drop_privileges(user, 0) < 0)
		fatal("cannot become %s", user->pw_name);
	/* It never outlives gate: the next one needs its port and its database. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		fatal("portal: parent's death");
	execve(path, argv, envp);
	fatal("%s", path);
}

int spawn_portal(const struct passwd *user, const char *conf_file, bool debug, pid_t *pid)
{
	char path[PATH_MAX];
	int size = SOCKET_BUFFER;
	int pair[2];

	if (portal_path(path) < 0 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
		return -1;
	/* Room for a whole replay window each way; the least of it is enough. */
	for (int i = 0; i < 2; i++)
		setsockopt(pair[i], SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	*pid = fork();
	if (*pid < 0) {
		int error = errno;

		close(pair[0]);
		close(pair[1]);
		errno = error;
		return -1;
	}
	if (*pid == 0)
		portal_exec(user, path, conf_file, debug, pair[1]);
	close(pair[1]);
	return pair[0];
}
