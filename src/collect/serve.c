/*
 * The loop: HTTP, the database's connections, signals. Nothing in it waits for one of them
 * alone; nothing of a report is kept here, so that it may be killed at any moment.
 */
#include "collect/serve.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "collect/accept.h"
#include "collect/lock.h"
#include "collect/pg.h"
#include "collect/web.h"
#include "common/clock.h"
#include "common/log.h"

enum { SWEEP_MS = 1000, ENDING_MS = 5000 };

enum { FD_HTTP, FD_SIGNAL, FD_DATABASE, FD__MAX = FD_DATABASE + 2 * COLLECT_POOL_MAX };

static int signals_open(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		fatal("signals");
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		fatal("signals");
	return fd;
}

/* The sooner of what waits; -1 stands for never. */
static int sooner(int a, int b)
{
	if (a < 0 || b < 0)
		return a < 0 ? b : a;
	return a < b ? a : b;
}

static void wait_for(struct collect *collect, struct accept *accept, struct pollfd *fds,
		     int64_t now)
{
	int wait = sooner(accept_wait_ms(accept), pg_wait_ms(collect->pg, now));
	nfds_t count = FD_DATABASE + collect->conf->pool;

	fds[FD_HTTP].fd = accept_fd(accept);
	fds[FD_HTTP].events = fds[FD_SIGNAL].events = POLLIN;
	pg_poll(collect->pg, fds + FD_DATABASE);
	if (collect->web_pg != NULL) {
		pg_poll(collect->web_pg, fds + count);
		count += collect->web_conf.pool;
		wait = sooner(wait, pg_wait_ms(collect->web_pg, now));
	}
	if (poll(fds, count, sooner(wait, SWEEP_MS)) < 0 && errno != EINTR)
		fatal("poll");
}

static bool is_busy(const struct collect *collect)
{
	return pg_is_busy(collect->pg) || (collect->web_pg != NULL && pg_is_busy(collect->web_pg));
}

/* Asked to end, it still answers what has begun, for a few seconds. */
static void loop(struct collect *collect, struct accept *accept, int signal_fd)
{
	struct pollfd fds[FD__MAX] = {[FD_SIGNAL] = {.fd = signal_fd}};
	int64_t now = clock_boot_ms(), next_sweep = now, end = INT64_MAX;

	while (now < end && (end == INT64_MAX || is_busy(collect))) {
		wait_for(collect, accept, fds, now);
		now = clock_boot_ms();
		if (fds[FD_SIGNAL].revents != 0 && end == INT64_MAX) {
			fds[FD_SIGNAL].fd = -1;
			end = now + ENDING_MS;
			accept_quiet(accept);
		}
		pg_serve(collect->pg, fds + FD_DATABASE, now);
		if (collect->web_pg != NULL)
			pg_serve(collect->web_pg, fds + FD_DATABASE + collect->conf->pool, now);
		accept_run(accept);
		if (now >= next_sweep) {
			accept_sweep(accept, now);
			next_sweep = now + SWEEP_MS;
		}
	}
	/* The last answers that have been made go out. */
	accept_run(accept);
}

int serve_run(const struct collect_conf *conf)
{
	struct collect collect = {.conf = conf, .web_conf = *conf};
	int signal_fd = signals_open();
	struct accept *accept;

	collect.pg = pg_open(conf, clock_boot_ms());
	if (collect.pg == NULL)
		fatal("memory");
	web_open(&collect);
	accept = accept_open(&collect);
	if (accept == NULL)
		fatal("%s port %u", conf->address, (unsigned)conf->port);
	lock_files(conf->temp);
	lock_syscalls();
	log_info("listening on %s port %u", conf->address, (unsigned)conf->port);
	loop(&collect, accept, signal_fd);
	pg_close(collect.pg);
	pg_close(collect.web_pg);
	accept_run(accept);
	accept_close(accept);
	web_close(&collect);
	close(signal_fd);
	return 0;
}
