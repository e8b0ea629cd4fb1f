/*
 * Sends requests that were prepared, as fast as they are answered, over a few kept
 * connections; prints JSON for tests/bench/department. Nothing is signed or written here:
 * what it costs is the server's.
 *
 *   post FILE ADDRESS:PORT CONNECTIONS SECONDS RESULT [PID..]
 *	FILE: requests, each after a line with its length in decimal. Until all of them are
 *	answered, or SECONDS have passed; an answer that is not 200, or in which any report
 *	has another result than RESULT, is a failure. Also the processor time of these
 *	processes and of this one for one request.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <unistd.h>

#include "conn.h"
#include "sample.h"

enum { CONNECTIONS_MAX = 256, EVENTS = 64 };

struct post {
	const char *at, *end; /* what has not been sent */
	const char *wanted;
	struct sockaddr_in target;
	struct conn *conns;
	uint64_t *began_ns, until_ns;
	int epoll_fd;
	unsigned busy;
	size_t reports;
	struct sample sample;
};

static unsigned long number(const char *text, char end)
{
	char *stop;
	unsigned long n = strtoul(text, &stop, 10);

	if (stop == text || *stop != end || n == 0)
		errx(2, "%.20s: expected a number", text);
	return n;
}

static void map(struct post *post, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	const char *bytes;

	if (fd < 0 || fstat(fd, &st) < 0)
		err(1, "%s", path);
	bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (bytes == MAP_FAILED)
		err(1, "%s", path);
	close(fd);
	post->at = bytes;
	post->end = bytes + st.st_size;
}

static struct sockaddr_in address(const char *text)
{
	struct sockaddr_in target = {.sin_family = AF_INET};
	char host[INET_ADDRSTRLEN];
	const char *colon = strchr(text, ':');

	if (colon == NULL || (size_t)(colon - text) >= sizeof(host))
		errx(2, "%s: expected ADDRESS:PORT", text);
	memcpy(host, text, (size_t)(colon - text));
	host[colon - text] = '\0';
	if (inet_pton(AF_INET, host, &target.sin_addr) != 1)
		errx(2, "%s: expected an IPv4 address", host);
	target.sin_port = htons((uint16_t)number(colon + 1, '\0'));
	return target;
}

/* The next request over a connection that has none; false: there is none any more. */
static bool begin(struct post *post, uint32_t i)
{
	static const struct sockaddr_in any = {.sin_family = AF_INET};
	struct conn *conn = &post->conns[i];
	size_t size;

	if (post->at >= post->end || sample_now_ns() >= post->until_ns)
		return false;
	size = number(post->at, '\n');
	conn->bytes = strchr(post->at, '\n') + 1;
	if (size > (size_t)(post->end - conn->bytes))
		errx(1, "the file ends in a request");
	conn->out_len = size;
	post->at = conn->bytes + size;
	post->began_ns[i] = sample_now_ns();
	if (conn_send(conn, post->epoll_fd, i, &any, &post->target) < 0)
		err(1, "a connection");
	return true;
}

/* Has every report of the answer the result that it should have? How many they are. */
static size_t results(const struct post *post, const struct conn *conn)
{
	static const char name[] = "\"result\":\"";
	const char *at = conn->in + conn->head_len;
	size_t n = 0, length = strlen(post->wanted);

	if (conn->status != 200)
		return 0;
	while ((at = strstr(at, name)) != NULL) {
		at += strlen(name);
		if (strncmp(at, post->wanted, length) != 0 || at[length] != '"')
			return 0;
		n++;
	}
	return n;
}

static void answered(struct post *post, uint32_t i)
{
	struct conn *conn = &post->conns[i];
	size_t n = results(post, conn);

	if (n == 0) {
		if (post->sample.failed++ == 0)
			warnx("%.300s", conn->in);
	} else {
		post->reports += n;
		sample_add(&post->sample, sample_now_ns() - post->began_ns[i]);
	}
	if (!begin(post, i))
		post->busy--;
}

static void run(struct post *post, unsigned connections)
{
	struct epoll_event events[EVENTS];

	for (uint32_t i = 0; i < connections && begin(post, i); i++)
		post->busy++;
	while (post->busy > 0) {
		int n = epoll_wait(post->epoll_fd, events, EVENTS, 30000);

		if (n == 0)
			errx(1, "no answer for 30 seconds");
		if (n < 0 && errno != EINTR)
			err(1, "epoll");
		for (int e = 0; e < n; e++) {
			uint32_t i = events[e].data.u32;

			switch (conn_ready(&post->conns[i])) {
			case CONN_DONE:
				answered(post, i);
				break;
			case CONN_LOST:
				err(1, "a connection was lost");
			case CONN_WAIT:
				break;
			}
		}
	}
}

int main(int argc, char **argv)
{
	struct post post = {.epoll_fd = epoll_create1(EPOLL_CLOEXEC)};
	unsigned connections;

	if (argc < 6 || argc - 6 >= SAMPLE_PIDS_MAX)
		errx(2, "usage: post FILE ADDRESS:PORT CONNECTIONS SECONDS RESULT [PID..]");
	map(&post, argv[1]);
	post.target = address(argv[2]);
	connections = (unsigned)number(argv[3], '\0');
	if (connections > CONNECTIONS_MAX)
		errx(2, "%s: expected at most %d connections", argv[3], CONNECTIONS_MAX);
	post.wanted = argv[5];
	post.sample.pid[post.sample.pids++] = getpid();
	for (int i = 6; i < argc; i++)
		post.sample.pid[post.sample.pids++] = (int)number(argv[i], '\0');
	post.conns = calloc(connections, sizeof(*post.conns));
	post.began_ns = calloc(connections, sizeof(*post.began_ns));
	if (post.conns == NULL || post.began_ns == NULL || post.epoll_fd < 0)
		err(1, "connections");
	for (unsigned i = 0; i < connections; i++)
		post.conns[i].fd = -1;
	sample_begin(&post.sample);
	post.until_ns = post.sample.began_ns + number(argv[4], '\0') * 1000000000u;
	run(&post, connections);
	sample_end(&post.sample);
	printf("{\"reports\": %zu, ", post.reports);
	sample_print("post", &post.sample);
	puts("}");
	return 0;
}
