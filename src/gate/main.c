/*
 * congchao-gate: holds devices until portal says that they have learnt, in nftables.
 * Knows MACs, addresses, seconds, interfaces, limits; never HTTP, SQL or a question.
 * Root at start, then its own user with CAP_NET_ADMIN; starts its resolver and portal, no more.
 */
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/conf.h"
#include "common/log.h"
#include "common/probe.h"
#include "common/trim.h"
#include "gate/gate.h"
#include "gate/idle.h"
#include "gate/lock.h"
#include "gate/outside.h"
#include "gate/serve.h"
#include "gate/spawn.h"
#include "gate/watch.h"

enum { EXPIRED_AT_ONCE = 256, PORTAL_ENDS_MS = 5000 };

struct options {
	const char *file;
	bool check_only;
	bool debug;
};

static void __attribute__((noreturn)) usage(FILE *out, int status)
{
	fputs("usage: congchao-gate [-dhnV] [-c file]\n", out);
	exit(status);
}

static struct options options_read(int argc, char **argv)
{
	struct options options = {.file = CONF_FILE};
	int c;

	while ((c = getopt(argc, argv, "c:dhnV")) != -1) {
		switch (c) {
		case 'c':
			options.file = optarg;
			break;
		case 'd':
			options.debug = true;
			break;
		case 'n':
			options.check_only = true;
			break;
		case 'V':
			puts("congchao-gate " VERSION);
			exit(0);
		case 'h':
			usage(stdout, 0);
		default:
			usage(stderr, 2);
		}
	}
	if (optind != argc)
		usage(stderr, 2);
	return options;
}

/* The name is borrowed from the configuration. */
static struct passwd user_find(char *name, const char *key)
{
	const struct passwd *found = getpwnam(name);
	struct passwd user;

	if (found == NULL)
		fatalx("users.%s: there is no user \"%s\": create it with useradd --system %s", key,
		       name, name);
	user = *found;
	user.pw_name = name;
	return user;
}

/* Makes the folder and the ones above it; the last belongs to portal. */
static void folder_make(const char *path, const struct passwd *owner)
{
	char part[CONF_PATH_SIZE];

	for (const char *p = strchr(path + 1, '/'); p != NULL; p = strchr(p + 1, '/')) {
		snprintf(part, sizeof(part), "%.*s", (int)(p - path), path);
		if (mkdir(part, 0755) < 0 && errno != EEXIST && errno != EROFS)
			fatal("%s", part);
	}
	if (mkdir(path, 0750) == 0) {
		if (chown(path, owner->pw_uid, owner->pw_gid) < 0)
			fatal("%s", path);
	} else if (errno != EEXIST) {
		fatal("%s", path);
	}
}

static void sockets_open(struct gate *gate)
{
	bool watched = !gate->conf->when_down_open || conf_has_garden(gate->conf);
	unsigned events = watched ? 1u << (NFNLGRP_NFTABLES - 1) : 0;

	if (nl_open(&gate->nft, NETLINK_NETFILTER, 0) < 0 ||
	    nl_open(&gate->nft_events, NETLINK_NETFILTER, events) < 0 ||
	    nl_open(&gate->route, NETLINK_ROUTE, 0) < 0 ||
	    nl_open(&gate->link_events, NETLINK_ROUTE, RTMGRP_LINK) < 0)
		fatal("netlink");
	if (neigh_links_load(&gate->links, gate->conf, &gate->route) < 0)
		fatal("interfaces");
	for (size_t i = 0; i < gate->links.count; i++)
		if (gate->links.link[i].ifindex == 0)
			log_warnx("%s is not here now: it is served when it comes",
				  gate->links.link[i].name);
}

static void limits_compare(struct gate *gate)
{
	uint32_t need = gate->conf->released_max;

	gate->neighbour_limit = neigh_table_limit(&gate->route);
	if (gate->neighbour_limit == 0 || gate->neighbour_limit >= need)
		return;
	log_warnx("the kernel's neighbour table ends at %u devices, limits.released is %u: set "
		  "net.ipv4.neigh.default.gc_thresh3 and net.ipv6.neigh.default.gc_thresh3 to %u "
		  "(the installed sysctl.d/congchao.conf does)",
		  (unsigned)gate->neighbour_limit, (unsigned)need, (unsigned)need);
}

static void fill(void *arg, struct nl_batch *batch, struct nl *nl)
{
	struct gate *gate = arg;

	released_fill(gate->released, batch, nl);
	ending_fill(&gate->ending, batch, nl);
}

/* The table that others may change, too. */
static void garden_put(struct gate *gate)
{
	if (gate->garden != NULL)
		garden_install(gate->garden, gate->ruleset.ctnetlink);
	else
		garden_remove(&gate->nft); /* an earlier gate's */
}

void gate_install(struct gate *gate)
{
	garden_put(gate);
	if (ruleset_install(&gate->ruleset, &gate->nft, fill, gate) < 0) {
		if (errno == EPERM)
			fatalx("table inet congchao belongs to another program: is a second "
			       "congchao-gate running?");
		fatal("nftables");
	}
	/* Without the flag another program can remove the table in either mode. */
	if (gate->conf->when_down_open && !gate->ruleset.owner && !gate->in_place &&
	    nl_join(&gate->nft_events, NFNLGRP_NFTABLES) < 0)
		log_warn("nftables events");
	if (!gate->in_place && gate->replay_left == 0)
		log_info("ready: intercepting on %u interfaces, %u devices released",
			 neigh_links_present(&gate->links),
			 (unsigned)released_count(gate->released));
	if (gate->flows != NULL)
		flows_drop_held(gate->flows);
	gate->in_place = gate->replay_left == 0;
	idle_begin_all(gate, clock_boot_ms());
}

/* Those whose time is over: the kernel has forgotten them, their flows go. */
static void expire(struct gate *gate, int64_t now)
{
	struct ether macs[EXPIRED_AT_ONCE];
	size_t n;

	if (now < gate->next_expiry_ms)
		return;
	n = released_expired(gate->released, now, macs, EXPIRED_AT_ONCE, &gate->next_expiry_ms);
	for (size_t i = 0; gate->flows != NULL && i < n; i++)
		flows_drop(gate->flows, &macs[i], FLOWS_ALL);
	if (n == EXPIRED_AT_ONCE)
		gate->next_expiry_ms = 0;
	/* At most ten looks a second, however many end: each goes through the whole table. */
	else if (gate->next_expiry_ms < now + 100)
		gate->next_expiry_ms = now + 100;
}

static int wait_ms(const struct gate *gate, int64_t now, int flows_wait)
{
	int64_t next = gate->next_expiry_ms < gate->next_idle_ms ? gate->next_expiry_ms
								  : gate->next_idle_ms;
	int64_t wait;

	if (gate->in_place && gate->ending.next_ms < next)
		next = gate->ending.next_ms;
	wait = next == INT64_MAX ? 60 * 1000 : next - now;
	if (wait > 60 * 1000)
		wait = 60 * 1000;
	if (flows_wait >= 0 && flows_wait < wait)
		wait = flows_wait;
	return wait > 0 ? (int)wait : 0;
}

/* SIGTERM: gate is asked to end; SIGHUP: to have the content taken anew; SIGCHLD: portal has
 * ended; 0: none of them. One that stops or goes on (a debugger, a freezer) has not ended. */
static int signal_read(struct gate *gate, int signal_fd)
{
	struct signalfd_siginfo info;

	if (read(signal_fd, &info, sizeof(info)) != sizeof(info))
		return 0;
	if (info.ssi_signo == SIGHUP)
		return SIGHUP;
	if (info.ssi_signo != SIGCHLD)
		return SIGTERM;
	if (info.ssi_code != CLD_EXITED && info.ssi_code != CLD_KILLED &&
	    info.ssi_code != CLD_DUMPED)
		return 0;
	return outside_ended(gate, (pid_t)info.ssi_pid) ? 0 : SIGCHLD;
}

/* Returns when portal is gone (false) or gate has been asked to end (true). */
static bool loop(struct gate *gate, int signal_fd)
{
	enum { PORTAL, SIGNAL, LINKS, EVENTS, FLOWS, OUTSIDE, N = OUTSIDE + OUTSIDE_FDS };

	for (;;) {
		struct pollfd fds[N] = {
		    [PORTAL] = {.fd = gate->portal_fd, .events = POLLIN},
		    [SIGNAL] = {.fd = signal_fd, .events = POLLIN},
		    [LINKS] = {.fd = nl_fd(&gate->link_events), .events = POLLIN},
		    [EVENTS] = {.fd = nl_fd(&gate->nft_events), .events = POLLIN},
		    [FLOWS] = {.fd = -1, .events = POLLIN},
		};
		int64_t now = clock_boot_ms();
		int flows_wait = -1;

		expire(gate, now);
		idle_tick(gate, now);
		if (gate->in_place)
			ending_look(&gate->ending, &gate->nft, now);
		outside_poll(gate, &fds[OUTSIDE]);
		if (gate->flows != NULL) {
			flows_wait = flows_start(gate->flows, now);
			fds[FLOWS].fd = flows_fd(gate->flows);
		}
		if (poll(fds, N, wait_ms(gate, clock_boot_ms(), flows_wait)) < 0 && errno != EINTR)
			fatal("poll");
		if (fds[SIGNAL].revents != 0) {
			int asked = signal_read(gate, signal_fd);

			if (asked == SIGHUP)
				serve_reload(gate);
			else if (asked != 0)
				return asked == SIGTERM;
		}
		if (fds[PORTAL].revents != 0 && !serve_tick(gate))
			return false;
		if (fds[LINKS].revents != 0)
			neigh_links_read(&gate->links, &gate->link_events, &gate->route);
		if (fds[EVENTS].revents != 0)
			watch_read(gate);
		outside_read(gate, &fds[OUTSIDE]);
		if (fds[FLOWS].revents != 0)
			flows_read(gate->flows);
	}
}

static int signals_open(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGHUP);
	signal(SIGPIPE, SIG_IGN);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		fatal("signals");
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		fatal("signals");
	return fd;
}

/*
 * Portal ends when its descriptor closes; it may have a last batch to store. One that does
 * not end in time is killed by the kernel when gate is gone (spawn.c).
 */
static void portal_wait(const struct gate *gate, int signal_fd, bool asked)
{
	int64_t until = clock_boot_ms() + PORTAL_ENDS_MS;
	struct pollfd pfd = {.fd = signal_fd, .events = POLLIN};
	struct signalfd_siginfo info;
	int status = 0;
	pid_t done;

	while ((done = waitpid(gate->portal_pid, &status, WNOHANG)) == 0 &&
	       clock_boot_ms() < until)
		if (poll(&pfd, 1, (int)(until - clock_boot_ms())) > 0 &&
		    read(signal_fd, &info, sizeof(info)) < 0)
			log_warn("signals");
	if (done <= 0)
		log_warnx("portal does not end: the kernel ends it with gate");
	else if (!gate->greeted)
		log_warnx("portal did not start: nothing is intercepted");
	else if (!asked)
		log_warnx("portal is gone (%s %d): stopping, so that both are started anew",
			  WIFSIGNALED(status) ? "signal" : "exit status",
			  WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

/* The table first: nobody is held while there is nobody to release. */
static int end(struct gate *gate, int signal_fd, bool asked)
{
	if (gate->in_place && gate->conf->when_down_open && ruleset_remove(&gate->nft) < 0)
		log_warn("table inet congchao");
	if (gate->in_place && gate->conf->when_down_open)
		garden_remove(&gate->nft);
	close(gate->portal_fd);
	portal_wait(gate, signal_fd, asked);
	outside_close(gate);
	flows_close(gate->flows);
	garden_close(gate->garden);
	released_free(gate->released);
	nl_close(&gate->nft);
	nl_close(&gate->nft_events);
	nl_close(&gate->route);
	nl_close(&gate->link_events);
	return asked ? 0 : 1;
}

int main(int argc, char **argv)
{
	static struct conf conf;
	static struct gate gate;
	struct options options = options_read(argc, argv);
	struct report report = {.out = stderr};
	struct passwd user, portal_user;
	int signal_fd;
	bool asked;

	log_init("congchao-gate", options.debug);
	trim_begin();
	if (conf_load(&conf, options.file, &report) < 0)
		return 1;
	probe_check_names(&conf, options.file, &report);
	if (options.check_only)
		return 0;
	lock_can_start(conf.user_gate);
	gate.conf = &conf;
	user = user_find(conf.user_gate, "gate");
	portal_user = user_find(conf.user_portal, "portal");
	folder_make(conf.path_state, &portal_user);
	folder_make(conf.path_run, &portal_user);
	outside_start(&gate);
	signal_fd = signals_open();
	sockets_open(&gate);
	limits_compare(&gate);
	gate.released = released_alloc(conf.released_max);
	if (gate.released == NULL)
		fatal("memory");
	ending_open(&gate.ending, &conf, gate.released);
	idle_open(&gate);
	if (conf_has_garden(&conf)) {
		gate.garden = garden_open(&conf, &gate.nft, &gate.route);
		if (gate.garden == NULL)
			fatal("memory");
	}
	gate.flows = flows_open(&conf, &gate.links, gate.released, gate.garden);
	if (gate.flows == NULL)
		log_warn("ctnetlink is missing (OpenWrt: install kmod-nf-conntrack-netlink): every "
			 "packet is looked up instead");
	gate.ruleset = (struct ruleset){.conf = &conf,
					.owner = conf.when_down_open,
					.ctnetlink = gate.flows != NULL,
					.counts = true,
					.garden = gate.garden != NULL,
					.fib = true};
	outside_open(&gate);
	gate.portal_fd = spawn_portal(&portal_user, options.file, options.debug, &gate.portal_pid);
	if (gate.portal_fd < 0)
		fatal("portal");
	lock_gate(&user);
	trim_start();
	asked = loop(&gate, signal_fd);
	return end(&gate, signal_fd, asked);
}
