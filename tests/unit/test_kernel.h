/*
 * For tests against the real kernel: a network namespace of the test's own, and the
 * programs that look at it from outside. Where that is not allowed, the tests skip.
 */
#ifndef TEST_KERNEL_H
#define TEST_KERNEL_H

#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static bool kernel_is_ours;

/* Runs words (NULL at the end); what it prints, stderr too, goes to out. Its exit status. */
static inline int kernel_run(char *out, size_t size, char *const words[])
{
	int ends[2], status = -1;
	size_t used = 0;
	ssize_t n;
	pid_t pid;

	if (pipe(ends) < 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		execvp(words[0], words);
		_exit(127);
	}
	close(ends[1]);
	while (pid > 0 && used < size - 1 && (n = read(ends[0], out + used, size - 1 - used)) > 0)
		used += (size_t)n;
	out[used] = '\0';
	close(ends[0]);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

/* One command in words set off by single spaces, which must succeed. */
static inline void kernel_do(const char *command)
{
	char text[256], out[4096];
	char *words[32], *rest = text;
	size_t count = 0;

	assert_true(strlen(command) < sizeof(text));
	memcpy(text, command, strlen(command) + 1);
	while (count < 31 && (words[count] = strsep(&rest, " ")) != NULL)
		count++;
	words[count] = NULL;
	if (kernel_run(out, sizeof(out), words) != 0)
		fail_msg("%s: %s", command, out);
}

/* Group setup: from here on the host's network is out of reach. */
static inline int kernel_enter(void **state)
{
	static char nft[] = "nft", ip[] = "ip", version[] = "--version", brief[] = "-V";
	char *const has_nft[] = {nft, version, NULL}, *const has_ip[] = {ip, brief, NULL};
	char out[256];

	(void)state;
	kernel_is_ours = kernel_run(out, sizeof(out), has_nft) == 0 &&
			 kernel_run(out, sizeof(out), has_ip) == 0 && unshare(CLONE_NEWNET) == 0;
	if (!kernel_is_ours)
		print_message("no network namespace, nft or ip here: skipped\n");
	return 0;
}

#define NEED_KERNEL()             \
	do {                      \
		if (!kernel_is_ours) \
			skip();   \
	} while (0)

#endif
