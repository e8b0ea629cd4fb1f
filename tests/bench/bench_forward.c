/*
 * What forwarding a packet costs with gate's real rules (src/gate/ruleset, released) and N
 * released devices, beside the same gateway with masquerade only. For tests/bench/run,
 * which makes the three namespaces; this program has a socket in each and puts the table
 * in and out between rounds, so that both sides are measured within the same half second.
 *
 *   bench_forward measure PHONES GATEWAY INTERNET MAC DEVICES..   (paths of namespaces)
 *	a number of devices, beside no table at all; "idle:N", in a zone with idle_after,
 *	beside the same table without it;
 *	small UDP packets of one established flow (it has been answered once), sendmmsg; over
 *	veth the gateway's work is done on the sender's time, and the far end's own rules
 *	drop what has PAYLOAD bytes as it arrives; it is counted: every packet must have been
 *	forwarded. Prints JSON.
 *   bench_forward install MAC DEVICES	puts the table in the present namespace
 *   bench_forward remove		takes it out
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "gate/nl.h"
#include "gate/released.h"
#include "gate/ruleset.h"
#include "rounds.h"

enum {
	ROUNDS = 21,
	PACKETS = 16000,
	AT_ONCE = 64,
	PAYLOAD = 64,
	PORT = 9,
	IDLE_SECONDS = 900,
	HOURS_12 = 12 * 3600 * 1000
};

struct bench {
	struct conf conf;
	struct nl nl;	    /* in the gateway's namespace */
	struct ether phone; /* the sender: always released */
	int sender;	    /* in the phones' */
	int counter;	    /* the far end's /proc/net/dev */
};

/* This thread's processor time, the softirqs that run on it included: what else runs on the
 * machine counts less than it would on the clock. */
static double bench_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

static void bench_remove(struct bench *bench)
{
	if (ruleset_exists(&bench->nl) && ruleset_remove(&bench->nl) < 0)
		err(1, "the table cannot be removed");
}

static void bench_fill(void *arg, struct nl_batch *batch, struct nl *nl)
{
	released_fill(arg, batch, nl);
}

/* gate's own table, the phone and devices - 1 others released in it. */
static void bench_install(struct bench *bench, uint32_t devices)
{
	struct ruleset rules = {
	    .conf = &bench->conf, .ctnetlink = true, .counts = true, .fib = true};
	struct released *released = released_alloc(bench->conf.released_max);
	int64_t now = clock_boot_ms();

	if (released == NULL)
		err(1, "released");
	for (uint32_t i = 0; i < devices; i++) {
		struct released_change change = {.mac = bench->phone, .expires = now + HOURS_12};

		if (i > 0)
			change.mac = (struct ether){
			    {2, 0xbe, 0, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i}};
		released_apply(released, &bench->nl, &change, 1, now, false);
	}
	if (released_count(released) != devices)
		errx(1, "%u devices wanted, %u released", devices, released_count(released));
	if (ruleset_install(&rules, &bench->nl, bench_fill, released) < 0)
		err(1, "the table cannot be installed");
	released_free(released);
}

static void bench_enter(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || setns(fd, CLONE_NEWNET) < 0)
		err(1, "%s", path);
	close(fd);
}

/* Packets that the far end's v0 has received. */
static unsigned long bench_count(const struct bench *bench)
{
	char text[4096];
	const char *line;
	unsigned long packets;
	ssize_t n = pread(bench->counter, text, sizeof(text) - 1, 0);

	if (n < 0)
		err(1, "net/dev");
	text[n] = '\0';
	line = strstr(text, " v0:");
	if (line == NULL || sscanf(line, " v0: %*u %lu", &packets) != 1)
		errx(1, "no v0 at the far end");
	return packets;
}

static void bench_send(const struct bench *bench, unsigned packets)
{
	static char payload[PAYLOAD];
	static struct iovec iov = {payload, sizeof(payload)};
	static struct mmsghdr messages[AT_ONCE];

	for (unsigned i = 0; i < AT_ONCE; i++)
		messages[i].msg_hdr = (struct msghdr){.msg_iov = &iov, .msg_iovlen = 1};
	while (packets > 0) {
		int n = sendmmsg(bench->sender, messages, packets < AT_ONCE ? packets : AT_ONCE, 0);
		if (n < 0)
			err(1, "sendmmsg");
		packets -= (unsigned)n;
	}
}

/* Microseconds a packet; every packet must arrive. */
static double bench_packet(const struct bench *bench)
{
	unsigned long before;
	double began, us;

	bench_send(bench, PACKETS / 16);
	before = bench_count(bench);
	began = bench_us();
	bench_send(bench, PACKETS);
	us = (bench_us() - began) / PACKETS;
	if (bench_count(bench) - before < PACKETS)
		errx(1, "%lu of %d packets were forwarded", bench_count(bench) - before, PACKETS);
	return us;
}

static double bench_with(struct bench *bench, uint32_t devices)
{
	bench_remove(bench);
	bench_install(bench, devices);
	return bench_packet(bench);
}

static double bench_without(struct bench *bench)
{
	bench_remove(bench);
	return bench_packet(bench);
}

static double bench_idle(struct bench *bench, uint32_t devices)
{
	double us;

	bench->conf.zones[0].idle_after_seconds = IDLE_SECONDS;
	us = bench_with(bench, devices);
	bench->conf.zones[0].idle_after_seconds = 0;
	return us;
}

/* Ours, or beside it: without the table, or without what idle_after adds. */
static double bench_side(struct bench *bench, uint32_t devices, bool idle, bool ours)
{
	if (ours)
		return idle ? bench_idle(bench, devices) : bench_with(bench, devices);
	return idle ? bench_with(bench, devices) : bench_without(bench);
}

static void bench_size(struct bench *bench, const char *name, uint32_t devices, bool idle)
{
	struct rounds rounds = {0};

	for (int i = 0; i < ROUNDS; i++) {
		bool ours_first = i % 2 == 0;
		double first = bench_side(bench, devices, idle, ours_first);
		double second = bench_side(bench, devices, idle, !ours_first);

		rounds_add(&rounds, ours_first ? first : second, ours_first ? second : first);
	}
	rounds_print(name, &rounds);
}

static void bench_open(struct bench *bench)
{
	if (nl_open(&bench->nl, NETLINK_NETFILTER, 0) < 0)
		err(1, "netlink");
}

/* A flow is established once it has been answered: until then each packet is a new one. */
static void bench_greet(const struct bench *bench, int far, struct sockaddr_in *to)
{
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	struct timeval patience = {.tv_sec = 5};
	char byte = 'x';

	if (setsockopt(far, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0 ||
	    setsockopt(bench->sender, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0 ||
	    bind(far, (struct sockaddr *)to, sizeof(*to)) < 0 ||
	    send(bench->sender, &byte, 1, 0) != 1 ||
	    recvfrom(far, &byte, 1, 0, (struct sockaddr *)&from, &len) != 1 ||
	    sendto(far, &byte, 1, 0, (struct sockaddr *)&from, len) != 1 ||
	    recv(bench->sender, &byte, 1, 0) != 1)
		err(1, "the flow is not answered");
}

static uint32_t bench_devices(const char *text)
{
	unsigned long n = strtoul(text, NULL, 10);

	if (n == 0 || n > 65536)
		errx(2, "%s: expected 1 to 65536 devices", text);
	return (uint32_t)n;
}

static int bench_measure(struct bench *bench, int argc, char **argv)
{
	struct sockaddr_in far = {.sin_family = AF_INET, .sin_port = htons(PORT)};
	int answerer;

	inet_pton(AF_INET, "198.51.100.7", &far.sin_addr);
	bench_enter(argv[0]);
	bench->sender = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (bench->sender < 0 || connect(bench->sender, (struct sockaddr *)&far, sizeof(far)) < 0)
		err(1, "sender");
	bench_enter(argv[2]);
	bench->counter = open("/proc/thread-self/net/dev", O_RDONLY | O_CLOEXEC);
	answerer = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (bench->counter < 0 || answerer < 0)
		err(1, "far end");
	bench_enter(argv[1]);
	bench_open(bench);
	bench_remove(bench);
	bench_greet(bench, answerer, &far);
	printf("{");
	for (int i = 4; i < argc; i++) {
		bool idle = strncmp(argv[i], "idle:", 5) == 0;

		printf("%s", i > 4 ? ", " : "");
		bench_size(bench, argv[i], bench_devices(argv[i] + (idle ? 5 : 0)), idle);
	}
	printf("}\n");
	bench_remove(bench);
	close(answerer);
	return 0;
}

int main(int argc, char **argv)
{
	static struct bench bench = {
	    .conf = {.zones = {{.interfaces = {"lan0"}, .interface_count = 1}},
		     .zone_count = 1,
		     .port = 2080,
		     .https_alert = true,
		     .alert_port = 2444,
		     .released_max = 65536,
		     .connections_per_device = 16},
	};

	if (argc >= 7 && strcmp(argv[1], "measure") == 0 && ether_parse(argv[5], &bench.phone))
		return bench_measure(&bench, argc - 2, argv + 2);
	if (argc == 4 && strcmp(argv[1], "install") == 0 && ether_parse(argv[2], &bench.phone)) {
		bench_open(&bench);
		bench_install(&bench, bench_devices(argv[3]));
		return 0;
	}
	if (argc == 2 && strcmp(argv[1], "remove") == 0) {
		bench_open(&bench);
		bench_remove(&bench);
		return 0;
	}
	fprintf(stderr, "usage: see the head of tests/bench/bench_forward.c\n");
	return 2;
}
