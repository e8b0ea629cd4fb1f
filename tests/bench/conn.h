/*
 * One HTTP/1.1 client connection of the load generator: non-blocking, edge triggered,
 * one request at a time. For tests/bench/load.c; trusts nothing but the length it is told.
 */
#ifndef BENCH_CONN_H
#define BENCH_CONN_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CONN_OUT_SIZE = 512, CONN_IN_SIZE = 32 * 1024 };

enum conn_result { CONN_WAIT, CONN_DONE, CONN_LOST };

struct conn {
	int fd;	    /* -1: not connected */
	bool used;  /* an answer has come over it: it may be gone by now */
	bool close; /* the answer says Connection: close, or has no length */
	int status;
	const char *bytes; /* what is sent: the caller's, who keeps them; NULL: out */
	size_t out_len, out_done;
	size_t in_len;
	size_t head_len; /* up to and with the empty line; 0 until it is there */
	size_t body_len;
	char out[CONN_OUT_SIZE];
	char in[CONN_IN_SIZE + 1]; /* always NUL-terminated */
};

/*
 * Sends the request in conn->bytes or conn->out over the open connection, or over a new one from source
 * (port 0) to target, watched by epoll_fd with data. Returns 0, or -1 with errno.
 */
int conn_send(struct conn *conn, int epoll_fd, uint32_t data, const struct sockaddr_in *source,
	      const struct sockaddr_in *target);

/*
 * Does what the socket is ready for. CONN_DONE: the whole answer is in conn->in; where it
 * says Connection: close the server has closed and so has the client. CONN_LOST: errno.
 */
enum conn_result conn_ready(struct conn *conn);

void conn_close(struct conn *conn);

/*
 * The value="" of the first tag with this name="": copies it to out (size with the NUL).
 * False when there is none or it does not fit.
 */
bool conn_input(const struct conn *conn, const char *name, char *out, size_t size);

#endif
