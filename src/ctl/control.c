/*
 * The client of portal's control socket, for status, visitors, release and revoke. Portal
 * talks to strangers, so its answer is bounded in size and time and only printable
 * characters of it are let through.
 */
#include "ctl/control.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"

static void explain(const struct command_line *line, int error)
{
	if (error == ENOENT || error == ECONNREFUSED)
		log_warnx("gate is not running: %s", command_to_start());
	else if (error == EACCES || error == EPERM)
		log_warnx("run it as root: sudo congchao %s", line->name);
	else if (error == ETIMEDOUT || error == EAGAIN)
		log_warnx("gate does not answer; its log says more: %s", command_to_read_log());
	else if (error == EPROTO || error == EMSGSIZE)
		log_warnx("gate's answer is not understood: is it of the same version? Start it "
			  "again, and see its log: %s",
			  command_to_read_log());
	else
		log_warnx("gate cannot be asked: %s; its log says more: %s", strerror(error),
			  command_to_read_log());
}

/* Waits for events until the deadline. Returns 0, or -1 with errno. */
static int wait_for(int fd, short events, int64_t deadline)
{
	struct pollfd poll_fd = {.fd = fd, .events = events};
	int n;

	do {
		int64_t left = deadline - clock_boot_ms();

		n = poll(&poll_fd, 1, left > 0 ? (int)left : 0);
	} while (n < 0 && errno == EINTR);
	if (n == 0)
		errno = ETIMEDOUT;
	return n > 0 ? 0 : -1;
}

/* Returns a connected socket, or -1 with errno. */
static int connect_to(const struct conf *conf)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char path[CONF_PATH_SIZE];
	size_t length;
	int fd, saved;

	conf_control_path(conf, path);
	length = strlen(path);
	if (length >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(address.sun_path, path, length + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

static int send_line(int fd, const char *question, int64_t deadline)
{
	char line[128];
	int length = snprintf(line, sizeof(line), "%s\n", question);

	if (length < 0 || (size_t)length >= sizeof(line)) {
		errno = EMSGSIZE;
		return -1;
	}
	for (ssize_t done = 0, n; done < length; done += n) {
		if (wait_for(fd, POLLOUT, deadline) < 0)
			return -1;
		n = send(fd, line + done, (size_t)(length - done), MSG_NOSIGNAL);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			n = 0;
		if (n < 0)
			return -1;
	}
	return 0;
}

/* Reads to the end of the connection into text, CONTROL_BYTES_MAX + 1 large. */
static int receive_all(int fd, char *text, int64_t deadline)
{
	size_t used = 0;

	for (;;) {
		ssize_t n;

		if (wait_for(fd, POLLIN, deadline) < 0)
			return -1;
		n = recv(fd, text + used, CONTROL_BYTES_MAX + 1 - used, 0);
		if (n == 0)
			break;
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return -1;
		used += n > 0 ? (size_t)n : 0;
		if (used > CONTROL_BYTES_MAX) {
			errno = EMSGSIZE;
			return -1;
		}
	}
	for (size_t i = 0; i < used; i++)
		if (text[i] != '\n' && (text[i] < ' ' || text[i] > '~'))
			text[i] = '?';
	text[used] = '\0';
	return 0;
}

static int converse(const struct conf *conf, const char *question, char *text)
{
	int64_t deadline = clock_boot_ms() + CONTROL_WAIT_MS;
	int fd = connect_to(conf);
	int rc, saved;

	if (fd < 0)
		return -1;
	rc = send_line(fd, question, deadline);
	if (rc == 0)
		rc = receive_all(fd, text, deadline);
	saved = errno;
	close(fd);
	errno = saved;
	return rc;
}

char *control_ask(const struct command_line *line, const struct conf *conf, const char *question)
{
	char *text = malloc(CONTROL_BYTES_MAX + 1);
	char *answer = NULL;

	if (text == NULL || converse(conf, question, text) < 0) {
		explain(line, errno);
	} else if (strncmp(text, "ok\n", 3) == 0) {
		answer = strdup(text + 3);
		if (answer == NULL)
			explain(line, errno);
	} else if (strncmp(text, "error ", 6) == 0) {
		log_warnx("%.*s", (int)strcspn(text + 6, "\n"), text + 6);
	} else {
		explain(line, EPROTO);
	}
	free(text);
	return answer;
}

bool control_next(char **cursor, char **key, char **value)
{
	char *line = strsep(cursor, "\n");

	if (line == NULL || *line == '\0')
		return false;
	*value = line + strcspn(line, " ");
	if (**value != '\0')
		*(*value)++ = '\0';
	*key = line;
	return true;
}
