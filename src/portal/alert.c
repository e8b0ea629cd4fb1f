/* A fixed table of connections and an epoll descriptor of its own; see alert.h. */
#include "portal/alert.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/log.h"
#include "portal/hello.h"
#include "portal/listen.h"

enum {
	SHARE = 4,	    /* of limits.connections */
	SILENT_SECONDS = 1, /* the kernel's part of the wait */
	AT_A_TIME = 64,	    /* events, and connections, of one run */
	PIECE = 4096,
	HEARD_MAX = 16384 + 5, /* one record (RFC 8446 5.1): what else is behind a ClientHello? */
	WINDOW = 8192,	       /* that the kernel keeps of one connection */
};

/* alert, TLS 1.2 as records call it, 2 bytes: fatal, internal_error (RFC 8446 6.2) */
static const uint8_t internal_error[] = {0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x50};

struct caller {
	struct caller *next; /* of the free ones */
	int fd;		     /* -1: free */
	uint32_t heard;	     /* bytes */
	uint8_t known;	     /* of its hello */
	bool answered;
	int64_t since_ms;
};

struct alert {
	int listen_fd, epoll_fd;
	bool deaf; /* out of descriptors: nobody is taken until the next sweep */
	bool said; /* that it was, once */
	struct caller *free;
	size_t max;
	struct caller caller[];
};

/* The caller NULL stands for the listening socket. */
static int watch(struct alert *alert, int fd, struct caller *caller)
{
	struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = caller}};

	return epoll_ctl(alert->epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

struct alert *alert_open(const struct conf *conf)
{
	size_t max = conf->connections_max / SHARE;
	struct alert *alert = calloc(1, sizeof(*alert) + max * sizeof(alert->caller[0]));
	int window = WINDOW;

	if (alert == NULL)
		return NULL;
	alert->max = max;
	for (size_t i = max; i-- > 0;) {
		alert->caller[i] = (struct caller){.next = alert->free, .fd = -1};
		alert->free = &alert->caller[i];
	}
	alert->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	alert->listen_fd = listen_on(conf->alert_port, SILENT_SECONDS);
	if (alert->epoll_fd < 0 || alert->listen_fd < 0 ||
	    setsockopt(alert->listen_fd, SOL_SOCKET, SO_RCVBUF, &window, sizeof(window)) < 0 ||
	    watch(alert, alert->listen_fd, NULL) < 0) {
		alert_close(alert);
		return NULL;
	}
	return alert;
}

void alert_close(struct alert *alert)
{
	int error = errno;

	if (alert == NULL)
		return;
	for (size_t i = 0; i < alert->max; i++)
		if (alert->caller[i].fd >= 0)
			close(alert->caller[i].fd);
	if (alert->epoll_fd >= 0)
		close(alert->epoll_fd);
	if (alert->listen_fd >= 0)
		close(alert->listen_fd);
	free(alert);
	errno = error;
}

int alert_fd(const struct alert *alert)
{
	return alert != NULL ? alert->epoll_fd : -1;
}

/* Closes with a reset: no TIME_WAIT stays here, and conntrack forgets it in seconds. */
static void reset(int fd)
{
	const struct linger none = {.l_onoff = 1};

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
	close(fd);
}

/* Is nothing of ours on its way any more? */
static bool is_acknowledged(int fd)
{
	struct tcp_info info;
	socklen_t size = sizeof(info);

	return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 && info.tcpi_unacked == 0;
}

/* A reset must not overtake the alert; where it cannot, it leaves less behind. */
static void caller_end(struct alert *alert, struct caller *caller)
{
	if (caller->answered && !is_acknowledged(caller->fd))
		close(caller->fd);
	else
		reset(caller->fd);
	caller->fd = -1;
	caller->next = alert->free;
	alert->free = caller;
}

/* False: it is not TLS, or the connection is gone. */
static bool caller_answer(struct caller *caller, const uint8_t *bytes, size_t count)
{
	enum hello hello;

	if (caller->answered)
		return true;
	hello = hello_feed(&caller->known, bytes, count);
	if (hello != HELLO_YES)
		return hello == HELLO_MORE;
	caller->answered = true;
	return send(caller->fd, internal_error, sizeof(internal_error), MSG_NOSIGNAL) ==
	       (ssize_t)sizeof(internal_error);
}

/*
 * After the alert the client is left to close, as it must at once (RFC 8446 6.2), and what
 * it still sends is read away: to close on unread input is to send a reset, which takes an
 * alert that is not read yet from many systems' applications.
 */
static void caller_hear(struct alert *alert, struct caller *caller)
{
	uint8_t bytes[PIECE];
	ssize_t n = recv(caller->fd, bytes, sizeof(bytes), 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0) {
		caller->heard += (uint32_t)n;
		if (caller_answer(caller, bytes, (size_t)n) && caller->heard <= HEARD_MAX)
			return;
	}
	caller_end(alert, caller);
}

static void caller_take(struct alert *alert, int fd, int64_t now_ms)
{
	struct caller *caller = alert->free;

	if (caller == NULL || watch(alert, fd, caller) < 0) {
		reset(fd);
		return;
	}
	alert->free = caller->next;
	*caller = (struct caller){.fd = fd, .since_ms = now_ms};
	/* It would not be here yet if it had said nothing. */
	caller_hear(alert, caller);
}

static void deafen(struct alert *alert)
{
	if (!alert->said)
		log_warn("HTTPS of held devices is not answered for a moment");
	alert->said = true;
	alert->deaf = epoll_ctl(alert->epoll_fd, EPOLL_CTL_DEL, alert->listen_fd, NULL) == 0;
}

static void callers_accept(struct alert *alert, int64_t now_ms)
{
	for (int i = 0; i < AT_A_TIME; i++) {
		int fd = accept4(alert->listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0) {
			caller_take(alert, fd, now_ms);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
			deafen(alert);
		return;
	}
}

void alert_run(struct alert *alert, int64_t now_ms)
{
	struct epoll_event event[AT_A_TIME];
	int count;

	if (alert == NULL)
		return;
	count = epoll_wait(alert->epoll_fd, event, AT_A_TIME, 0);
	for (int i = 0; i < count; i++) {
		struct caller *caller = event[i].data.ptr;

		if (caller == NULL)
			callers_accept(alert, now_ms);
		else
			caller_hear(alert, caller);
	}
}

void alert_sweep(struct alert *alert, int64_t now_ms)
{
	if (alert == NULL)
		return;
	if (alert->deaf && watch(alert, alert->listen_fd, NULL) == 0)
		alert->deaf = false;
	for (size_t i = 0; i < alert->max; i++) {
		struct caller *caller = &alert->caller[i];

		if (caller->fd >= 0 && caller->since_ms + ALERT_SECONDS * 1000 <= now_ms)
			caller_end(alert, caller);
	}
}
