/*
 * A ring of questions: sent ones wait for their answers at the front, others follow. At
 * most WINDOW are under way, so that neither socket buffer can fill.
 */
#include "portal/ask.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WINDOW = 128, AT_ONCE = 32, HELLO_WAIT_MS = 10 * 1000 };
enum { WORD_FIRST = MSG_RELOAD, WORDS = MSG_WORD__MAX - WORD_FIRST };

struct ask_one {
	struct msg msg;
	ask_answer *answer;
	void *arg;
};

struct ask {
	int fd;
	struct ask_one *ring;
	size_t size;
	size_t first; /* oldest without an answer */
	size_t sent;  /* under way, from first */
	size_t count; /* all */
	uint32_t id;
	struct {
		ask_answer *call;
		void *arg;
	} word[WORDS]; /* gate's own, by type from WORD_FIRST */
};

struct ask *ask_open(int fd, size_t max)
{
	struct ask *ask = calloc(1, sizeof(*ask));

	if (ask == NULL)
		return NULL;
	ask->fd = fd;
	ask->size = max;
	ask->ring = calloc(max, sizeof(*ask->ring));
	if (ask->ring == NULL) {
		free(ask);
		return NULL;
	}
	return ask;
}

void ask_close(struct ask *ask)
{
	if (ask == NULL)
		return;
	close(ask->fd);
	free(ask->ring);
	free(ask);
}

static struct ask_one *ring_at(const struct ask *ask, size_t i)
{
	return &ask->ring[(ask->first + i) % ask->size];
}

bool ask_put(struct ask *ask, const struct msg *question, ask_answer *answer, void *arg)
{
	struct ask_one *one;

	if (ask->count == ask->size)
		return false;
	one = ring_at(ask, ask->count++);
	one->msg = *question;
	one->msg.id = ++ask->id;
	one->answer = answer;
	one->arg = arg;
	return true;
}

void ask_on_word(struct ask *ask, enum msg_type word, ask_answer *call, void *arg)
{
	ask->word[word - WORD_FIRST].call = call;
	ask->word[word - WORD_FIRST].arg = arg;
}

int ask_send(struct ask *ask)
{
	while (ask->sent < ask->count && ask->sent < WINDOW) {
		struct mmsghdr header[AT_ONCE];
		struct iovec iov[AT_ONCE];
		unsigned n = 0;
		int sent;

		memset(header, 0, sizeof(header));
		while (n < AT_ONCE && ask->sent + n < ask->count && ask->sent + n < WINDOW) {
			iov[n] = (struct iovec){.iov_base = &ring_at(ask, ask->sent + n)->msg,
						.iov_len = sizeof(struct msg)};
			header[n].msg_hdr.msg_iov = &iov[n];
			header[n].msg_hdr.msg_iovlen = 1;
			n++;
		}
		sent = sendmmsg(ask->fd, header, n, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (sent < 0)
			return errno == EAGAIN || errno == EINTR ? 0 : -1;
		ask->sent += (size_t)sent;
	}
	return 0;
}

static int answer_take(struct ask *ask, const struct msg *answer)
{
	const struct ask_one *one = ring_at(ask, 0);
	ask_answer *call = one->answer;
	void *arg = one->arg;

	if (ask->sent == 0 || answer->id != one->msg.id || answer->type != one->msg.type ||
	    answer->status == MSG_ASK || answer->status >= MSG_STATUS__MAX) {
		errno = EPROTO;
		return -1;
	}
	/* Out of the ring before the call: it may ask the next question. */
	ask->first = (ask->first + 1) % ask->size;
	ask->sent--;
	ask->count--;
	if (call != NULL)
		call(arg, answer);
	return 0;
}

/* False: it is none. One that nobody listens to is none either. */
static bool word_take(struct ask *ask, const struct msg *msg)
{
	uint32_t word = msg->type - WORD_FIRST;

	if (msg->id != 0 || word >= WORDS || ask->word[word].call == NULL)
		return false;
	ask->word[word].call(ask->word[word].arg, msg);
	return true;
}

int ask_read(struct ask *ask)
{
	struct msg answers[AT_ONCE];
	struct mmsghdr header[AT_ONCE];
	struct iovec iov[AT_ONCE];
	int n;

	do {
		memset(header, 0, sizeof(header));
		for (size_t i = 0; i < AT_ONCE; i++) {
			iov[i] = (struct iovec){.iov_base = &answers[i],
						.iov_len = sizeof(struct msg)};
			header[i].msg_hdr.msg_iov = &iov[i];
			header[i].msg_hdr.msg_iovlen = 1;
		}
		n = recvmmsg(ask->fd, header, AT_ONCE, MSG_DONTWAIT, NULL);
		if (n < 0)
			return errno == EAGAIN || errno == EINTR ? 0 : -1;
		for (int i = 0; i < n; i++) {
			if (header[i].msg_len != sizeof(struct msg)) {
				errno = header[i].msg_len == 0 ? ECONNRESET : EPROTO;
				return -1;
			}
			if (!word_take(ask, &answers[i]) && answer_take(ask, &answers[i]) < 0)
				return -1;
		}
	} while (n == AT_ONCE);
	return 0;
}

int ask_fd(const struct ask *ask)
{
	return ask->fd;
}

size_t ask_pending(const struct ask *ask)
{
	return ask->count;
}

static void hello_answer(void *arg, const struct msg *answer)
{
	*(bool *)arg = answer->status == MSG_OK;
}

int ask_hello(struct ask *ask, uint32_t count)
{
	struct msg hello = {.type = MSG_HELLO, .count = count, .value = MSG_PROTOCOL};
	struct pollfd pfd = {.fd = ask->fd, .events = POLLIN};
	bool greeted = false;

	if (!ask_put(ask, &hello, hello_answer, &greeted) || ask_send(ask) < 0)
		return -1;
	if (poll(&pfd, 1, HELLO_WAIT_MS) != 1) {
		errno = ETIMEDOUT;
		return -1;
	}
	if (ask_read(ask) < 0)
		return -1;
	errno = EPROTO;
	return greeted ? 0 : -1;
}
