/*
 * Makes a running process execute one system call, as whoever has taken it over would:
 *
 *   inject PID NUMBER [ARGUMENT]...      an argument is a number, or a text after "s:"
 *
 * Prints what the kernel answered (a negative errno for a refusal) and lets the process go
 * on as if nothing had happened. PID may be a thread's. For test_lock.py; x86-64 only,
 * elsewhere it says so and exits 77.
 */
#include <stdio.h>
#if !defined(__x86_64__)
int main(void)
{
	puts("x86-64 only");
	return 77;
}
#else
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGUMENTS = 6, BELOW_STACK = 4096, TRIES = 200, SYSCALL = 0x050f };

static void wait_stop(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, __WALL) != pid || !WIFSTOPPED(status))
		errx(1, "%d has ended", (int)pid);
}

static uint16_t word_at(pid_t pid, unsigned long long at)
{
	long word;

	errno = 0;
	word = ptrace(PTRACE_PEEKTEXT, pid, (void *)(uintptr_t)at, NULL);
	if (errno != 0)
		err(1, "peek");
	return (uint16_t)word;
}

/*
 * Was the call broken off, to be made again (ERESTARTSYS to ERESTART_RESTARTBLOCK, kernel:
 * include/linux/errno.h)? One that was done must not be: a second send would be one too many.
 */
static bool is_broken_off(const struct user_regs_struct *regs)
{
	long long result = (long long)regs->rax;

	return (long long)regs->orig_rax >= 0 && result <= -512 && result >= -516;
}

/* Stops it where it waits in a system call: the instruction is just behind it. */
static void stop(pid_t pid, struct user_regs_struct *regs)
{
	if (ptrace(PTRACE_SEIZE, pid, NULL, (void *)PTRACE_O_TRACESYSGOOD) < 0)
		err(1, "seize");
	for (int i = 0; i < TRIES; i++) {
		if (ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) < 0)
			err(1, "interrupt");
		wait_stop(pid);
		if (ptrace(PTRACE_GETREGS, pid, NULL, regs) < 0)
			err(1, "registers");
		if (is_broken_off(regs) && word_at(pid, regs->rip - 2) == SYSCALL)
			return;
		ptrace(PTRACE_CONT, pid, NULL, NULL);
		usleep(5000);
	}
	errx(1, "%d never waits", (int)pid);
}

/* Puts a text below the stack; returns where, and moves the place on. */
static unsigned long long text_put(pid_t pid, unsigned long long *place, const char *text)
{
	unsigned long long at = *place;
	size_t size = strlen(text) + 1;

	for (size_t i = 0; i < size; i += sizeof(long)) {
		long word = 0;

		memcpy(&word, text + i, size - i < sizeof(word) ? size - i : sizeof(word));
		if (ptrace(PTRACE_POKEDATA, pid, (void *)(uintptr_t)(at + i), (void *)word) < 0)
			err(1, "poke");
	}
	*place += (size + sizeof(long) - 1) / sizeof(long) * sizeof(long);
	return at;
}

static long long call(pid_t pid, const struct user_regs_struct *before, char **words, int count)
{
	struct user_regs_struct regs = *before;
	unsigned long long place = (regs.rsp - BELOW_STACK) & ~15ULL;
	unsigned long long argument[ARGUMENTS] = {0};

	for (int i = 1; i < count; i++)
		argument[i - 1] = strncmp(words[i], "s:", 2) == 0
				      ? text_put(pid, &place, words[i] + 2)
				      : (unsigned long long)strtoll(words[i], NULL, 0);
	regs.rip -= 2;
	regs.rax = strtoull(words[0], NULL, 0);
	regs.orig_rax = (unsigned long long)-1; /* nothing to be restarted */
	regs.rdi = argument[0];
	regs.rsi = argument[1];
	regs.rdx = argument[2];
	regs.r10 = argument[3];
	regs.r8 = argument[4];
	regs.r9 = argument[5];
	if (ptrace(PTRACE_SETREGS, pid, NULL, &regs) < 0)
		err(1, "registers");
	for (int i = 0; i < 2; i++) { /* in, and out again */
		if (ptrace(PTRACE_SYSCALL, pid, NULL, NULL) < 0)
			err(1, "go on");
		wait_stop(pid);
	}
	if (ptrace(PTRACE_GETREGS, pid, NULL, &regs) < 0)
		err(1, "registers");
	return (long long)regs.rax;
}

/* The call that it was waiting in is made again from its beginning. */
static void go_on(pid_t pid, struct user_regs_struct *regs)
{
	regs->rip -= 2;
	regs->rax = regs->orig_rax;
	regs->orig_rax = (unsigned long long)-1;
	if (ptrace(PTRACE_SETREGS, pid, NULL, regs) < 0 ||
	    ptrace(PTRACE_DETACH, pid, NULL, NULL) < 0)
		err(1, "let go");
}

int main(int argc, char **argv)
{
	struct user_regs_struct regs;
	pid_t pid;

	if (argc < 3 || argc > 3 + ARGUMENTS)
		errx(2, "usage: inject PID NUMBER [ARGUMENT]...");
	pid = (pid_t)strtol(argv[1], NULL, 10);
	stop(pid, &regs);
	printf("%lld\n", call(pid, &regs, argv + 2, argc - 2));
	go_on(pid, &regs);
	return 0;
}
#endif
