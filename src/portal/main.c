/*
 * congchao-portal: teaches, counts, and asks gate to release. Started by congchao-gate as
 * a user without any capability; never opens netlink, never connects, never executes.
 *
 * The loop and its tick: whatever is ready is taken in, then handed on together, so that
 * one commit and one nftables transaction serve all who are in it.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/conf.h"
#include "common/log.h"
#include "common/trim.h"
#include "portal/admit.h"
#include "portal/alert.h"
#include "portal/control.h"
#include "portal/dns.h"
#include "portal/http.h"
#include "portal/lock.h"
#include "portal/metrics.h"
#include "portal/portal.h"
#include "portal/reload.h"

enum { SWEEP_MS = 1000, ASKS_BESIDE_CONNECTIONS = 512 };

struct options {
	const char *file;
	bool check_only;
	bool debug;
};

static void __attribute__((noreturn)) usage(FILE *out, int status)
{
	fputs("usage: congchao-portal [-dhnV] [-c file]\n", out);
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
			puts("congchao-portal " VERSION);
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

static int signals_open(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	signal(SIGPIPE, SIG_IGN);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		fatal("signals");
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		fatal("signals");
	return fd;
}

/* SIGHUP takes the new content; every other signal asks to end. */
static bool signals_ask_to_end(struct portal *portal, int fd)
{
	struct signalfd_siginfo info;

	while (read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo != SIGHUP)
			return true;
		reload_signalled(portal);
	}
	return false;
}

/* The soonest of what waits; -1 stands for never. */
static int sooner(int a, int b)
{
	if (a < 0 || b < 0)
		return a < 0 ? b : a;
	return a < b ? a : b;
}

enum {
	FD_GATE,
	FD_SIGNAL,
	FD_STORE,
	FD_ALERT,
	FD_METRICS,
	FD_DNS,
	FD_HTTP,
	FD_CONTROL = FD_HTTP + HTTP_FDS,
	FD__MAX = FD_CONTROL + CONTROL_FDS
};

/* Returns when asked to end (true) or when gate is gone (false). */
static bool loop(struct portal *portal, struct http *http, struct alert *alert,
		 struct metrics *metrics, struct control *control, int signal_fd)
{
	int64_t next_sweep = 0;

	for (;;) {
		struct pollfd fds[FD__MAX] = {
		    [FD_ALERT] = {.fd = alert_fd(alert), .events = POLLIN},
		    [FD_GATE] = {.fd = ask_fd(portal->ask), .events = POLLIN},
		    [FD_SIGNAL] = {.fd = signal_fd, .events = POLLIN},
		    [FD_STORE] = {.fd = store_fd(portal->store), .events = POLLIN},
		    [FD_METRICS] = {.fd = metrics_fd(metrics), .events = POLLIN},
		    [FD_DNS] = {.fd = portal->dns_fd, .events = POLLIN},
		};
		int64_t now = clock_boot_ms();
		int wait = sooner(http_wait_ms(http), tally_wait_ms(&portal->tally, now));

		http_poll(http, &fds[FD_HTTP]);
		control_poll(control, &fds[FD_CONTROL]);
		wait = sooner(wait, metrics_wait_ms(metrics));
		if (poll(fds, FD__MAX, sooner(wait, SWEEP_MS)) < 0 && errno != EINTR)
			fatal("poll");
		tick_begin(&portal->tick);
		if (fds[FD_SIGNAL].revents != 0 && signals_ask_to_end(portal, signal_fd))
			return true;
		if (fds[FD_GATE].revents != 0 && ask_read(portal->ask) < 0)
			return false;
		if (fds[FD_STORE].revents != 0)
			admit_stored(portal);
		if (fds[FD_DNS].revents != 0)
			dns_serve(portal->dns_fd, portal->conf);
		now = clock_boot_ms();
		control_serve(control, &fds[FD_CONTROL], now);
		http_run(http);
		metrics_run(metrics);
		if (fds[FD_ALERT].revents != 0)
			alert_run(alert, now);
		if (tally_wait_ms(&portal->tally, now) == 0)
			tally_store(&portal->tally, portal->store, now);
		if (ask_send(portal->ask) < 0)
			return false;
		if (now >= next_sweep) {
			http_sweep(http, now);
			alert_sweep(alert, now);
			metrics_sweep(metrics, now);
			visit_forget_idle(portal->visits, now);
			if (edition_count() > 1)
				visit_forget_retired(portal->visits, now);
			memory_tick(portal->memory, store_today(portal->store));
			if (portal->tls != NULL)
				tls_tick(portal->tls, store_today(portal->store) > 0);
			next_sweep = now + SWEEP_MS;
		}
		tick_end(&portal->tick);
	}
}

/* The store takes so many counts at a time: what is left waits for its next batch. */
static void store_all_counts(struct portal *portal)
{
	struct pollfd stored = {.fd = store_fd(portal->store), .events = POLLIN};

	for (int batch = 0; batch < 64; batch++) {
		tally_store(&portal->tally, portal->store, clock_boot_ms());
		if (portal->tally.row_count == 0 || poll(&stored, 1, SWEEP_MS) <= 0)
			break;
		admit_stored(portal);
	}
}

/* Gate has had a SIGHUP: it may not signal us, so it says so. */
static void gate_asks_reload(void *arg, const struct msg *word)
{
	(void)word;
	reload_signalled(arg);
}

/* Nothing was seen of the device for so long as its zone says. */
static void gate_has_ended(void *arg, const struct msg *word)
{
	admit_ended(arg, &word->mac);
}

static void tables_open(struct portal *portal, const struct conf *conf)
{
	portal->visits = visit_open(conf->visits_max);
	portal->ask = ask_open(MSG_FD, conf->connections_max + ASKS_BESIDE_CONNECTIONS);
	portal->store = store_open(conf);
	if (portal->visits == NULL || portal->ask == NULL || portal->store == NULL)
		fatal("memory");
	portal->memory = memory_open(portal->store, conf->remembered_max, conf->remember_days);
	if (portal->memory == NULL || !edition_name(portal->edition, portal->store))
		fatal("memory");
	ask_on_word(portal->ask, MSG_RELOAD, gate_asks_reload, portal);
	ask_on_word(portal->ask, MSG_ENDED, gate_has_ended, portal);
	if (conf->certificate[0] == '\0')
		return;
	portal->tls = tls_open(conf, store_today(portal->store) > 0);
	if (portal->tls == NULL)
		fatal("memory");
}

static int run(struct portal *portal, const struct conf *conf)
{
	int signal_fd = signals_open();
	struct control *control;
	struct metrics *metrics = NULL;
	struct alert *alert = NULL;
	struct http *http;
	bool asked;

	/* The database's group may read it: congchao-report is in it. */
	umask(0027);
	if (fcntl(MSG_FD, F_GETFL) < 0)
		fatalx("is started by congchao-gate, not by hand; -n checks the configuration");
	tables_open(portal, conf);
	portal->landlock = false;
	http = http_open(portal);
	if (http == NULL && portal->tls != NULL)
		fatal("ports %u and %u", (unsigned)conf->port, (unsigned)conf->tls_port);
	if (http == NULL)
		fatal("port %u", (unsigned)conf->port);
	portal->dns_fd = conf->uplink_check ? dns_open(conf) : -1;
	if (conf->uplink_check && portal->dns_fd < 0)
		fatal("UDP port %u", (unsigned)conf->dns_port);
	if (conf->https_alert && (alert = alert_open(conf)) == NULL)
		fatal("port %u", (unsigned)conf->alert_port);
	if (conf->metrics_port != 0 && (metrics = metrics_open(portal)) == NULL)
		fatal("port %u of 127.0.0.1", (unsigned)conf->metrics_port);
	control = control_open(portal);
	if (control == NULL)
		fatal("%s/control.sock", conf->path_run);
	portal->landlock = lock_files(conf);
	if (admit_start(portal) < 0)
		fatal("start");
	lock_syscalls();
	trim_start();
	asked = loop(portal, http, alert, metrics, control, signal_fd);
	store_all_counts(portal);
	http_close(http);
	metrics_close(metrics);
	tls_close(portal->tls);
	alert_close(alert);
	control_close(control);
	if (portal->dns_fd >= 0)
		close(portal->dns_fd);
	memory_close(portal->memory);
	store_close(portal->store);
	ask_close(portal->ask);
	visit_close(portal->visits);
	return asked ? 0 : 1;
}

int main(int argc, char **argv)
{
	static struct conf conf;
	static struct portal portal;
	struct options options = options_read(argc, argv);
	struct report report = {.out = stderr};
	int rc;

	log_init("congchao-portal", options.debug);
	trim_begin();
	if (conf_load(&conf, options.file, &report) < 0)
		return 1;
	portal = (struct portal){.conf = &conf, .started_ms = clock_boot_ms()};
	portal.edition = edition_load(&conf, &report);
	if (portal.edition == NULL)
		return 1;
	rc = options.check_only ? 0 : run(&portal, &conf);
	edition_retire(portal.edition);
	return rc;
}
