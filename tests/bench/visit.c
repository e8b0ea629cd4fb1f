/*
 * Whole visits: each device has its connection for as long as its visit lasts, as with a
 * browser, except for the probe, which is a connection of its own. When one device is
 * done, the next begins.
 */
#include "visit.h"

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "conn.h"

static const struct {
	enum visit_kind kind;
	int status;
} visit_steps[VISIT_STEPS] = {
    {VISIT_PROBE, 302},	      {VISIT_PAGE, 200},   {VISIT_ANSWER, 303}, {VISIT_PAGE, 200},
    {VISIT_ANSWER, 303},      {VISIT_PAGE, 200},   {VISIT_ANSWER, 303}, {VISIT_PAGE, 200},
    {VISIT_ACKNOWLEDGE, 303}, {VISIT_ONLINE, 200},
};

struct visit {
	struct conn conn;
	char token[65]; /* from the page last seen */
	char choice[2];
	unsigned step;
	bool busy, again;
	uint64_t began_ns;
};

struct visits {
	const struct visit_plan *plan;
	struct visit *visit; /* by device */
	struct sample *sample;
	unsigned from, to;
	uint32_t next, busy;
	int epoll_fd;
	bool complained;
};

static const char *const visit_formats[] = {
    [VISIT_PROBE] = "GET /generate_204 HTTP/1.1\r\nHost: connectivitycheck.gstatic.com\r\n"
		    "User-Agent: bench\r\nConnection: close\r\n\r\n",
    [VISIT_PAGE] = "GET / HTTP/1.1\r\nHost: %s\r\nUser-Agent: bench\r\n\r\n",
    [VISIT_ANSWER] = "POST /answer HTTP/1.1\r\nHost: %s\r\nUser-Agent: bench\r\n"
		     "Content-Type: application/x-www-form-urlencoded\r\n"
		     "Content-Length: %zu\r\n\r\ntoken=%s&choice=%s",
    [VISIT_ACKNOWLEDGE] = "POST /acknowledge HTTP/1.1\r\nHost: %s\r\nUser-Agent: bench\r\n"
			  "Content-Type: application/x-www-form-urlencoded\r\n"
			  "Content-Length: %zu\r\n\r\ntoken=%s",
    [VISIT_ONLINE] = "GET /online HTTP/1.1\r\nHost: %s\r\nUser-Agent: bench\r\n\r\n",
};

static void visit_write(const struct visits *visits, struct visit *visit)
{
	enum visit_kind kind = visit_steps[visit->step].kind;
	size_t length = strlen("token=") + strlen(visit->token);
	char address[INET_ADDRSTRLEN], host[INET_ADDRSTRLEN + 8];
	int n;

	if (kind == VISIT_ANSWER)
		length += strlen("&choice=") + strlen(visit->choice);
	inet_ntop(AF_INET, &visits->plan->portal.sin_addr, address, sizeof(address));
	snprintf(host, sizeof(host), "%s:%u", address, ntohs(visits->plan->portal.sin_port));
	n = snprintf(visit->conn.out, sizeof(visit->conn.out), visit_formats[kind], host, length,
		     visit->token, visit->choice);
	if (n < 0 || (size_t)n >= sizeof(visit->conn.out))
		errx(1, "a request does not fit");
	visit->conn.out_len = (size_t)n;
}

static void visit_end(struct visits *visits, struct visit *visit, bool keep)
{
	if (!keep)
		conn_close(&visit->conn);
	visit->busy = false;
	visits->busy--;
}

static void visit_fail(struct visits *visits, struct visit *visit, const char *why)
{
	if (!visits->complained)
		warnx("first failure: device %td, step %u: %s: %.300s", visit - visits->visit,
		      visit->step, why, visit->conn.in);
	visits->complained = true;
	visits->sample->failed++;
	visit_end(visits, visit, false);
}

static int visit_send(struct visits *visits, struct visit *visit)
{
	uint32_t device = (uint32_t)(visit - visits->visit);
	struct sockaddr_in source = {.sin_family = AF_INET};

	source.sin_addr.s_addr = htonl(visits->plan->first + device);
	visit_write(visits, visit);
	return conn_send(&visit->conn, visits->epoll_fd, device, &source,
			 visit_steps[visit->step].kind == VISIT_PROBE ? &visits->plan->probe
								      : &visits->plan->portal);
}

/* As many as may be in flight, while there are devices left. */
static void visits_begin(struct visits *visits)
{
	while (visits->busy < visits->plan->flight && visits->next < visits->plan->devices) {
		struct visit *visit = &visits->visit[visits->next++];

		visit->step = visits->from;
		visit->busy = true;
		visit->again = false;
		visits->busy++;
		visit->began_ns = sample_now_ns();
		if (visit_send(visits, visit) < 0)
			visit_fail(visits, visit, strerror(errno));
	}
}

static bool visit_read_page(struct visit *visit)
{
	struct conn *conn = &visit->conn;

	if (visit_steps[visit->step].kind != VISIT_PAGE)
		return true;
	if (!conn_input(conn, "token", visit->token, sizeof(visit->token)))
		return false;
	return visit_steps[visit->step + 1].kind != VISIT_ANSWER ||
	       conn_input(conn, "choice", visit->choice, sizeof(visit->choice));
}

static void visit_step_done(struct visits *visits, struct visit *visit)
{
	if (visit->conn.status != visit_steps[visit->step].status) {
		visit_fail(visits, visit, "unexpected status");
		return;
	}
	if (!visit_read_page(visit)) {
		visit_fail(visits, visit, "no token or choice on the page");
		return;
	}
	visit->again = false;
	if (++visit->step == visits->to) {
		sample_add(visits->sample, sample_now_ns() - visit->began_ns);
		visit_end(visits, visit, visits->plan->keep);
	} else if (visit_send(visits, visit) < 0) {
		visit_fail(visits, visit, strerror(errno));
	}
}

/* A kept connection may have been closed under the request: once more on a new one. */
static void visit_lost(struct visits *visits, struct visit *visit)
{
	int saved = errno;
	bool used = visit->conn.used && visit->conn.in_len == 0;

	conn_close(&visit->conn);
	if (used && !visit->again) {
		visit->again = true;
		if (visit_send(visits, visit) == 0)
			return;
	}
	visit_fail(visits, visit, strerror(saved));
}

static void visit_event(struct visits *visits, struct visit *visit)
{
	if (visit->conn.fd < 0)
		return;
	if (!visit->busy) {
		conn_close(&visit->conn); /* the portal has: it was idle for too long */
		return;
	}
	switch (conn_ready(&visit->conn)) {
	case CONN_WAIT:
		return;
	case CONN_DONE:
		visit_step_done(visits, visit);
		break;
	case CONN_LOST:
		visit_lost(visits, visit);
		break;
	}
	visits_begin(visits);
}

static void visits_loop(struct visits *visits)
{
	struct epoll_event events[256];
	int n;

	while (visits->busy > 0) {
		n = epoll_wait(visits->epoll_fd, events, 256, 20000);
		if (n < 0 && errno != EINTR)
			err(1, "epoll_wait");
		if (n == 0)
			errx(1, "%u devices have had no answer for 20 seconds", visits->busy);
		for (int i = 0; i < n; i++)
			visit_event(visits, &visits->visit[events[i].data.u32]);
	}
}

void visits_run(struct visits *visits, unsigned from, unsigned to, struct sample *sample)
{
	visits->from = from;
	visits->to = to;
	visits->next = 0;
	visits->sample = sample;
	sample_begin(sample);
	visits_begin(visits);
	visits_loop(visits);
	sample_end(sample);
}

struct visits *visits_open(const struct visit_plan *plan)
{
	struct visits *visits = calloc(1, sizeof(*visits));

	if (visits == NULL)
		err(1, "visits");
	visits->plan = plan;
	visits->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	visits->visit = calloc(plan->devices, sizeof(*visits->visit));
	if (visits->epoll_fd < 0 || visits->visit == NULL)
		err(1, "visits");
	for (uint32_t i = 0; i < plan->devices; i++)
		visits->visit[i].conn.fd = -1;
	return visits;
}

void visits_close(struct visits *visits)
{
	for (uint32_t i = 0; i < visits->plan->devices; i++)
		conn_close(&visits->visit[i].conn);
	close(visits->epoll_fd);
	free(visits->visit);
	free(visits);
}
