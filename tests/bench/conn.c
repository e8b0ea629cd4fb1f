/*
 * One HTTP/1.1 client connection of the load generator, as cheap as it can be: the answer
 * is looked at once, when its bytes are complete.
 */
#include "conn.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

void conn_close(struct conn *conn)
{
	if (conn->fd >= 0)
		close(conn->fd);
	conn->fd = -1;
	conn->used = false;
}

static int conn_open(struct conn *conn, int epoll_fd, uint32_t data,
		     const struct sockaddr_in *source, const struct sockaddr_in *target)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.u32 = data};
	int one = 1;

	conn->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (conn->fd < 0)
		return -1;
	/* The port is chosen at connect, by the whole four-tuple: no source runs dry. */
	if (setsockopt(conn->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof(one)) < 0 ||
	    bind(conn->fd, (const struct sockaddr *)source, sizeof(*source)) < 0)
		return -1;
	if (connect(conn->fd, (const struct sockaddr *)target, sizeof(*target)) < 0 &&
	    errno != EINPROGRESS)
		return -1;
	return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, conn->fd, &event);
}

static int conn_flush(struct conn *conn)
{
	const char *bytes = conn->bytes != NULL ? conn->bytes : conn->out;
	ssize_t n;

	while (conn->out_done < conn->out_len) {
		n = send(conn->fd, bytes + conn->out_done, conn->out_len - conn->out_done,
			 MSG_NOSIGNAL);
		if (n < 0)
			return errno == EAGAIN || errno == ENOTCONN ? 0 : -1;
		conn->out_done += (size_t)n;
	}
	return 0;
}

int conn_send(struct conn *conn, int epoll_fd, uint32_t data, const struct sockaddr_in *source,
	      const struct sockaddr_in *target)
{
	conn->out_done = 0;
	conn->in_len = 0;
	conn->head_len = 0;
	conn->body_len = 0;
	conn->in[0] = '\0';
	if (conn->fd < 0)
		/* Sent when epoll says that it is connected. */
		return conn_open(conn, epoll_fd, data, source, target);
	return conn_flush(conn);
}

/* The value of a header in the complete head, or NULL. Names as servers here write them. */
static const char *conn_header(const struct conn *conn, const char *name)
{
	const char *line = strstr(conn->in, name);

	return line != NULL && line < conn->in + conn->head_len ? line + strlen(name) : NULL;
}

static int conn_head(struct conn *conn)
{
	const char *end = strstr(conn->in, "\r\n\r\n");
	const char *length, *connection;

	if (end == NULL)
		return 0;
	conn->head_len = (size_t)(end + 4 - conn->in);
	if (sscanf(conn->in, "HTTP/1.1 %d", &conn->status) != 1) {
		errno = EPROTO;
		return -1;
	}
	length = conn_header(conn, "\r\nContent-Length: ");
	connection = conn_header(conn, "\r\nConnection: ");
	conn->body_len = length != NULL ? strtoul(length, NULL, 10) : 0;
	conn->close =
	    length == NULL || (connection != NULL && strncmp(connection, "close", 5) == 0);
	return 0;
}

static bool conn_complete(const struct conn *conn)
{
	return conn->head_len > 0 && conn->in_len >= conn->head_len + conn->body_len;
}

/* The server has closed: fine when it said so and all is there. */
static enum conn_result conn_end(struct conn *conn)
{
	bool ok = conn->close && conn_complete(conn);

	conn_close(conn);
	errno = ECONNRESET;
	return ok ? CONN_DONE : CONN_LOST;
}

enum conn_result conn_ready(struct conn *conn)
{
	size_t room;
	ssize_t n;

	if (conn_flush(conn) < 0)
		return CONN_LOST;
	for (;;) {
		room = CONN_IN_SIZE - conn->in_len;
		if (room == 0) {
			errno = EMSGSIZE;
			return CONN_LOST;
		}
		n = recv(conn->fd, conn->in + conn->in_len, room, 0);
		if (n == 0)
			return conn_end(conn);
		if (n < 0)
			return errno == EAGAIN || errno == ENOTCONN ? CONN_WAIT : CONN_LOST;
		conn->in_len += (size_t)n;
		conn->in[conn->in_len] = '\0';
		if (conn->head_len == 0 && conn_head(conn) < 0)
			return CONN_LOST;
		if (!conn->close && conn_complete(conn)) {
			conn->used = true;
			return CONN_DONE;
		}
	}
}

static bool conn_copy_value(const char *tag, const char *end, char *out, size_t size)
{
	const char *value = memmem(tag, (size_t)(end - tag), " value=\"", 8);
	const char *quote;

	if (value == NULL)
		return false;
	value += 8;
	quote = memchr(value, '"', (size_t)(end - value));
	if (quote == NULL || (size_t)(quote - value) >= size)
		return false;
	memcpy(out, value, (size_t)(quote - value));
	out[quote - value] = '\0';
	return true;
}

bool conn_input(const struct conn *conn, const char *name, char *out, size_t size)
{
	const char *body = conn->in + conn->head_len;
	char wanted[64];
	const char *at, *tag, *end;

	snprintf(wanted, sizeof(wanted), " name=\"%s\"", name);
	at = strstr(body, wanted);
	if (at == NULL)
		return false;
	tag = memrchr(body, '<', (size_t)(at - body));
	end = strchr(at, '>');
	return tag != NULL && end != NULL && conn_copy_value(tag, end, out, size);
}
