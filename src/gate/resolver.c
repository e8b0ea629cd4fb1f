/*
 * The resolver's own life: which names it asks for and when, and whether the DNS answers at
 * all. It reads answers of strangers, so it can do nothing but ask and tell gate.
 */
#include "gate/resolver.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/lookup.h"
#include "common/probe.h"
#include "common/trim.h"
#include "gate/resolver_lock.h"

enum {
	NAMES_MAX = CONF_GARDEN_NAMES_MAX + 64,
	AT_ONCE = 8, /* names being asked for */
	NAME_LEAST_S = 5,
	PROBE_LEAST_S = 300, /* their answers are for caution's sake */
	MOST_S = 3600,
	AGAIN_S = 30,	  /* after no answer */
	CHECK_S = 30,	  /* between two fresh questions while it is up */
	CHECK_SOON_S = 2, /* after one without an answer */
	CHECK_DOWN_S = 5,
	HURRY_MS = 1000, /* between two questions, however often a route changes */
	DOWN_AFTER = 2,
	SOCKET_BYTES = 256 * 1024,
};

struct resolver;

struct name {
	struct resolver *resolver;
	const char *text;
	uint32_t index;
	bool probe;
	int64_t next_ms;
	bool asked, done; /* under way now; once at least */
};

struct resolver {
	int fd;
	struct lookup *lookup;
	struct name names[NAMES_MAX];
	size_t count, asked;
	size_t unheard_probes; /* that have not been asked for once: the garden waits for them */
	/* the fresh question */
	bool check, checking;
	bool answered;	 /* it has been answered before, so this server does so */
	unsigned silent; /* in a row */
	size_t turn;
	int64_t check_ms, checked_ms;
};

bool resolver_is_needed(const struct conf *conf)
{
	return conf->uplink_check || conf_has_garden(conf);
}

/* Gate is slow or gone: what it does not take now is told again when it is asked for again. */
static void tell(const struct resolver *resolver, const struct resolver_msg *msg)
{
	if (send(resolver->fd, msg, sizeof(*msg), MSG_DONTWAIT | MSG_NOSIGNAL) < 0 &&
	    errno != EAGAIN)
		_exit(0);
}

/* --- names --- */

static void name_done(void *arg, enum lookup_is is, const struct lookup_address *addresses,
		      size_t count)
{
	struct name *name = arg;
	const uint32_t shortest = name->probe ? PROBE_LEAST_S : NAME_LEAST_S;
	uint32_t least = MOST_S;

	for (size_t i = 0; i < count; i++) {
		struct resolver_msg msg = {.word = RESOLVER_ADDRESS,
					   .name = name->index,
					   .seconds = addresses[i].seconds,
					   .family = addresses[i].family};

		memcpy(msg.address, addresses[i].byte, sizeof(msg.address));
		tell(name->resolver, &msg);
		if (addresses[i].seconds < least)
			least = addresses[i].seconds;
	}
	if (least < shortest)
		least = shortest;
	if (is != LOOKUP_ANSWERED)
		least = AGAIN_S;
	name->asked = false;
	name->resolver->asked--;
	if (name->probe && !name->done)
		name->resolver->unheard_probes--;
	name->done = true;
	name->next_ms = clock_boot_ms() + (int64_t)least * 1000;
}

static void names_add(struct resolver *resolver, const char *text, size_t index, bool probe)
{
	if (resolver->count == NAMES_MAX)
		return;
	resolver->unheard_probes += probe;
	resolver->names[resolver->count++] = (struct name){
	    .resolver = resolver, .text = text, .index = (uint32_t)index, .probe = probe};
}

static void names_fill(struct resolver *resolver, const struct conf *conf)
{
	const struct conf_garden *garden = &conf->garden;

	if (!conf_has_garden(conf))
		return;
	for (size_t i = 0; i < probe_count(); i++)
		names_add(resolver, probe_at(i)->name, garden->name_count + i, true);
	for (size_t i = 0; garden->resolve && i < garden->name_count; i++)
		names_add(resolver, garden->names[i].name, i, false);
}

/* --- is there an internet --- */

static void check_done(void *arg, enum lookup_is is, const struct lookup_address *addresses,
		       size_t count)
{
	struct resolver *resolver = arg;
	struct resolver_msg msg = {.word = RESOLVER_UP};
	uint32_t wait = CHECK_S;

	(void)addresses;
	(void)count;
	resolver->checking = false;
	resolver->answered |= is == LOOKUP_ANSWERED;
	/* One that is not there, or has never wanted to answer, says nothing of the internet. */
	if (is == LOOKUP_SILENT || (is == LOOKUP_REFUSED && resolver->answered))
		resolver->silent++;
	else
		resolver->silent = 0;
	if (resolver->silent > 0)
		wait = resolver->silent < DOWN_AFTER ? CHECK_SOON_S : CHECK_DOWN_S;
	if (resolver->silent >= DOWN_AFTER)
		msg.word = RESOLVER_DOWN;
	if (resolver->silent == 0 || resolver->silent >= DOWN_AFTER)
		tell(resolver, &msg);
	resolver->checked_ms = clock_boot_ms();
	resolver->check_ms = resolver->checked_ms + (int64_t)wait * 1000;
}

/* The probe hosts in turn: every device here asks for them, so it tells nobody anything new,
 * and one whose own servers fail is not taken for the internet. */
static void check(struct resolver *resolver)
{
	const char *name = probe_at(resolver->turn++ % probe_count())->name;

	resolver->checking = true;
	lookup_fresh(resolver->lookup, name, check_done, resolver);
}

/* --- the loop --- */

/* Asks what is due; milliseconds until something else is. */
static int ask(struct resolver *resolver)
{
	int64_t now = clock_boot_ms(), next = now + (int64_t)MOST_S * 1000;

	if (resolver->check && !resolver->checking && resolver->check_ms <= now)
		check(resolver);
	if (resolver->check && !resolver->checking && resolver->check_ms < next)
		next = resolver->check_ms;
	for (size_t i = 0; i < resolver->count && resolver->asked < AT_ONCE; i++) {
		struct name *name = &resolver->names[i];

		/* What is to stay closed is known before anything opens. */
		if (!name->probe && resolver->unheard_probes > 0)
			break;
		if (!name->asked && name->next_ms <= now) {
			name->asked = true;
			resolver->asked++;
			lookup_addresses(resolver->lookup, name->text, name_done, name);
		}
		if (!name->asked && name->next_ms < next)
			next = name->next_ms;
	}
	return next > now ? (int)(next - now) : 0;
}

static void read_gate(struct resolver *resolver)
{
	struct resolver_msg msg;
	ssize_t n = recv(resolver->fd, &msg, sizeof(msg), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n != (ssize_t)sizeof(msg) || msg.word != RESOLVER_HURRY)
		_exit(0);
	if (resolver->check_ms > resolver->checked_ms + HURRY_MS)
		resolver->check_ms = resolver->checked_ms + HURRY_MS;
}

static void __attribute__((noreturn)) run(struct resolver *resolver)
{
	for (;;) {
		struct pollfd fds[1 + LOOKUP_FDS] = {{.fd = resolver->fd, .events = POLLIN}};
		int wait = ask(resolver);

		lookup_poll(resolver->lookup, fds + 1);
		if (poll(fds, 1 + LOOKUP_FDS, lookup_wait_ms(resolver->lookup, wait)) < 0 &&
		    errno != EINTR)
			fatal("resolver: poll");
		if (fds[0].revents != 0)
			read_gate(resolver);
		lookup_run(resolver->lookup, fds + 1);
	}
}

/* What was gate's is let go of: its signals, its descriptors, its right to more of them. */
static void begin(int fd)
{
	const struct rlimit few = {16, 16}, none = {0, 0};
	sigset_t signals;

	sigemptyset(&signals);
	sigprocmask(SIG_SETMASK, &signals, NULL);
	/* The service manager asks gate to end, and gate closes the socket. A terminal asks all. */
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	prctl(PR_SET_NAME, "congchao-dns", 0, 0, 0);
	for (int other = STDERR_FILENO + 1; other < 1024; other++)
		if (other != fd)
			close(other);
	/* Beside the lock, for where there is no seccomp. */
	if (setrlimit(RLIMIT_NOFILE, &few) < 0 || setrlimit(RLIMIT_NPROC, &none) < 0)
		log_warn("resolver: limits");
}

static void __attribute__((noreturn))
child(const struct conf *conf, const struct passwd *user, int fd)
{
	static struct resolver resolver;

	begin(fd);
	resolver = (struct resolver){.fd = fd, .check = conf->uplink_check};
	resolver.lookup = lookup_open(conf->resolver);
	if (resolver.lookup == NULL)
		fatal("resolver");
	names_fill(&resolver, conf);
	resolver_lock(user);
	trim_start();
	run(&resolver);
}

int resolver_start(const struct conf *conf, const struct passwd *user, pid_t *pid)
{
	int size = SOCKET_BYTES;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
		return -1;
	setsockopt(pair[1], SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	*pid = fork();
	if (*pid == 0)
		child(conf, user, pair[1]);
	close(pair[1]);
	if (*pid > 0)
		return pair[0];
	close(pair[0]);
	return -1;
}
