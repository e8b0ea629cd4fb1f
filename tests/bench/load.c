/*
 * Load generator of `make bench`: one thread, epoll, no libraries; prints JSON for
 * tests/bench/run. It must never be slower than what it measures, and never counts an
 * answer that it has not looked at.
 *
 *   load redirect TARGET:PORT CONNECTIONS SECONDS FIRST_SOURCE
 *	closed loop of one-request connections with a foreign Host; every answer must be a
 *	302 as long as the first one. Sources: CONNECTIONS addresses from FIRST_SOURCE on.
 *   load visits PROBE:PORT PORTAL:PORT FIRST_SOURCE DEVICES FLIGHT [PID..]
 *	whole visits, first probe to "you are online"; also the processor time that these
 *	processes and this one have used for one.
 *   load acknowledge PROBE:PORT PORTAL:PORT FIRST_SOURCE DEVICES FLIGHT [PID..]
 *	takes all devices to the last page, then times acknowledging alone, each on a
 *	connection of its own.
 *   load acknowledge-kept ..the same..
 *	each on the connection on which the device has had its pages.
 *   load hold TARGET:PORT CONNECTIONS FIRST_SOURCE
 *	CONNECTIONS connections that have each been answered a page and have half of their
 *	next request sent; prints "ready", keeps them until standard input ends.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "conn.h"
#include "sample.h"
#include "visit.h"

static uint32_t load_number(const char *text, uint32_t most)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*text == '\0' || *end != '\0' || n == 0 || n > most)
		errx(2, "%s: expected a number from 1 to %u", text, most);
	return (uint32_t)n;
}

static uint32_t load_address(const char *text)
{
	struct in_addr address;

	if (inet_pton(AF_INET, text, &address) != 1)
		errx(2, "%s: expected an IPv4 address", text);
	return ntohl(address.s_addr);
}

static struct sockaddr_in load_target(const char *text)
{
	struct sockaddr_in target = {.sin_family = AF_INET};
	const char *colon = strchr(text, ':');
	char address[INET_ADDRSTRLEN];

	if (colon == NULL || (size_t)(colon - text) >= sizeof(address))
		errx(2, "%s: expected ADDRESS:PORT", text);
	memcpy(address, text, (size_t)(colon - text));
	address[colon - text] = '\0';
	target.sin_addr.s_addr = htonl(load_address(address));
	target.sin_port = htons((uint16_t)load_number(colon + 1, 65535));
	return target;
}

static struct sockaddr_in load_source(uint32_t first, uint32_t index)
{
	struct sockaddr_in source = {.sin_family = AF_INET};

	source.sin_addr.s_addr = htonl(first + index);
	return source;
}

struct load {
	struct conn *conns;
	uint64_t *began_ns;
	uint32_t count, first;
	struct sockaddr_in target;
	int epoll_fd;
	size_t length; /* of the first answer: all others are as long */
	struct sample sample;
};

static void load_alloc(struct load *load)
{
	load->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	load->conns = calloc(load->count, sizeof(*load->conns));
	load->began_ns = calloc(load->count, sizeof(*load->began_ns));
	if (load->epoll_fd < 0 || load->conns == NULL || load->began_ns == NULL)
		err(1, "connections");
	for (uint32_t i = 0; i < load->count; i++)
		load->conns[i].fd = -1;
}

static void load_free(struct load *load)
{
	for (uint32_t i = 0; i < load->count; i++)
		conn_close(&load->conns[i]);
	close(load->epoll_fd);
	free(load->conns);
	free(load->began_ns);
	sample_free(&load->sample);
}

static void load_send(struct load *load, uint32_t i, const char *request)
{
	struct sockaddr_in source = load_source(load->first, i);
	struct conn *conn = &load->conns[i];

	conn->out_len = strlen(request);
	memcpy(conn->out, request, conn->out_len);
	load->began_ns[i] = sample_now_ns();
	if (conn_send(conn, load->epoll_fd, i, &source, &load->target) < 0)
		err(1, "connection %u", i);
}

static const char load_probe[] = "GET /generate_204 HTTP/1.1\r\n"
				 "Host: connectivitycheck.gstatic.com\r\nUser-Agent: bench\r\n"
				 "Connection: close\r\n\r\n";

static void load_redirected(struct load *load, uint32_t i)
{
	struct conn *conn = &load->conns[i];

	if (load->length == 0)
		load->length = conn->in_len;
	if (conn->status != 302 || !conn->close || conn->in_len != load->length)
		errx(1, "not the answer expected: %.300s", conn->in);
	sample_add(&load->sample, sample_now_ns() - load->began_ns[i]);
}

static int load_wait(struct load *load, struct epoll_event *events, int size)
{
	int n = epoll_wait(load->epoll_fd, events, size, 20000);

	if (n < 0 && errno != EINTR)
		err(1, "epoll_wait");
	if (n == 0)
		errx(1, "no answer for 20 seconds");
	return n;
}

static void load_again(struct load *load, uint32_t i)
{
	struct conn *conn = &load->conns[i];
	enum conn_result result = conn->fd < 0 ? CONN_WAIT : conn_ready(conn);

	if (result == CONN_LOST)
		err(1, "connection %u", i);
	if (result == CONN_DONE) {
		load_redirected(load, i);
		load_send(load, i, load_probe);
	}
}

static int load_redirect(char **argv)
{
	struct load load = {.target = load_target(argv[0]),
			    .count = load_number(argv[1], 20000),
			    .first = load_address(argv[3])};
	uint64_t ns = load_number(argv[2], 3600) * 1000000000ull;
	struct epoll_event events[256];

	load_alloc(&load);
	load.sample.began_ns = sample_now_ns();
	for (uint32_t i = 0; i < load.count; i++)
		load_send(&load, i, load_probe);
	do {
		for (int n = load_wait(&load, events, 256); n-- > 0;)
			load_again(&load, events[n].data.u32);
		load.sample.ended_ns = sample_now_ns();
	} while (load.sample.ended_ns - load.sample.began_ns < ns);
	printf("{\"bytes\": %zu, ", load.length);
	sample_print("redirect", &load.sample);
	printf("}\n");
	load_free(&load);
	return 0;
}

static void load_pids(struct sample *sample, char **argv)
{
	sample->pid[sample->pids++] = getpid();
	while (*argv != NULL && sample->pids < SAMPLE_PIDS_MAX)
		sample->pid[sample->pids++] = (int)load_number(*argv++, 1u << 22);
}

/* visits: all of it; acknowledge: to the last page, then acknowledging alone, kept or not. */
static int load_visit(const char *mode, char **argv)
{
	bool whole = strcmp(mode, "visits") == 0;
	struct visit_plan plan = {.probe = load_target(argv[0]),
				  .portal = load_target(argv[1]),
				  .first = load_address(argv[2]),
				  .devices = load_number(argv[3], 1000000),
				  .flight = load_number(argv[4], 20000),
				  .keep = strcmp(mode, "acknowledge-kept") == 0};
	struct visits *visits = visits_open(&plan);
	struct sample way = {0}, acknowledged = {0};

	load_pids(&way, argv + 5);
	load_pids(&acknowledged, argv + 5);
	visits_run(visits, 0, whole ? VISIT_STEPS : VISIT_STEP_ACKNOWLEDGE, &way);
	printf("{");
	sample_print(whole ? "visits" : "learn", &way);
	if (!whole && way.failed == 0) {
		visits_run(visits, VISIT_STEP_ACKNOWLEDGE, VISIT_STEP_ACKNOWLEDGE + 1,
			   &acknowledged);
		printf(", ");
		sample_print("acknowledge", &acknowledged);
	}
	printf("}\n");
	visits_close(visits);
	sample_free(&way);
	sample_free(&acknowledged);
	return way.failed > 0 || acknowledged.failed > 0;
}

/* Every connection has had its page: half of the next request, and no more. */
static void load_half(struct load *load, const char *half)
{
	for (uint32_t i = 0; i < load->count; i++)
		if (send(load->conns[i].fd, half, strlen(half), MSG_NOSIGNAL) < 0)
			err(1, "connection %u", i);
	printf("ready\n");
	fflush(stdout);
	while (getchar() != EOF)
		;
}

static int load_hold(const char *target, char **argv)
{
	struct load load = {.target = load_target(target),
			    .count = load_number(argv[1], 20000),
			    .first = load_address(argv[2])};
	struct epoll_event events[256];
	char request[192], half[128];
	uint32_t answered = 0, i;

	snprintf(half, sizeof(half), "GET / HTTP/1.1\r\nHost: %s\r\nUser-Agent: bench\r\n", target);
	snprintf(request, sizeof(request), "%s\r\n", half);
	load_alloc(&load);
	for (i = 0; i < load.count; i++)
		load_send(&load, i, request);
	while (answered < load.count) {
		for (int n = load_wait(&load, events, 256); n-- > 0;) {
			struct conn *conn = &load.conns[events[n].data.u32];
			enum conn_result result = conn_ready(conn);

			if (result == CONN_LOST ||
			    (result == CONN_DONE && (conn->status != 200 || conn->close)))
				errx(1, "not a page on a connection kept: %.300s", conn->in);
			answered += result == CONN_DONE;
		}
	}
	load_half(&load, half);
	load_free(&load);
	return 0;
}

int main(int argc, char **argv)
{
	struct rlimit files = {65536, 65536};

	/* 20,000 connections at most; without the right to it, what there is must do. */
	if (setrlimit(RLIMIT_NOFILE, &files) < 0 && errno != EPERM)
		err(1, "setrlimit");
	if (argc == 6 && strcmp(argv[1], "redirect") == 0)
		return load_redirect(argv + 2);
	if (argc >= 7 &&
	    (strcmp(argv[1], "visits") == 0 || strncmp(argv[1], "acknowledge", 11) == 0))
		return load_visit(argv[1], argv + 2);
	if (argc == 5 && strcmp(argv[1], "hold") == 0)
		return load_hold(argv[2], argv + 2);
	fprintf(stderr, "usage: see the head of tests/bench/load.c\n");
	return 2;
}
