/*
 * Netlink plumbing for gate, over libmnl and libnftnl. Nothing here knows what is asked.
 */
#include "gate/nl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libnftnl/common.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { NL_BUFFER = 64 * 1024, NL_SEND_BUFFER = 64 * 1024 * 1024, DUMP_TRIES = 5 };

int nl_open(struct nl *nl, int bus, unsigned groups)
{
	int size = NL_SEND_BUFFER;
	int one = 1;
	int fd;

	nl->seq = 1;
	nl->socket = mnl_socket_open2(bus, SOCK_CLOEXEC);
	if (nl->socket == NULL)
		return -1;
	if (mnl_socket_bind(nl->socket, groups, MNL_SOCKET_AUTOPID) < 0) {
		nl_close(nl);
		return -1;
	}
	nl->port = mnl_socket_get_portid(nl->socket);
	fd = mnl_socket_get_fd(nl->socket);
	/* A batch with every release in it must fit into one datagram: bounds, not memory. */
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	/* Answers carry the error alone, not a copy of what was asked. */
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	return 0;
}

void nl_close(struct nl *nl)
{
	if (nl->socket != NULL)
		mnl_socket_close(nl->socket);
	nl->socket = NULL;
}

int nl_join(struct nl *nl, int group)
{
	return mnl_socket_setsockopt(nl->socket, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group));
}

int nl_fd(const struct nl *nl)
{
	return mnl_socket_get_fd(nl->socket);
}

int nl_send(struct nl *nl, const void *buf, size_t len)
{
	return mnl_socket_sendto(nl->socket, buf, len) < 0 ? -1 : 0;
}

ssize_t nl_receive(struct nl *nl, void *buf, size_t size)
{
	for (;;) {
		struct sockaddr_nl from = {.nl_family = AF_NETLINK};
		struct iovec iov = {.iov_base = buf, .iov_len = size};
		struct msghdr msg = {
		    .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov, .msg_iovlen = 1};
		ssize_t n = recvmsg(nl_fd(nl), &msg, MSG_DONTWAIT);

		if (n < 0)
			return errno == EAGAIN || errno == EINTR ? 0 : -1;
		if (msg.msg_flags & MSG_TRUNC) {
			errno = ENOSPC;
			return -1;
		}
		if (from.nl_pid == 0)
			return n;
	}
}

/* Reads one dump to its end. 1 when the table changed under it (NLM_F_DUMP_INTR). */
static int dump_read(struct nl *nl, uint32_t seq, mnl_cb_t each, void *arg)
{
	static char buf[NL_BUFFER] __attribute__((aligned(8)));
	int interrupted = 0;

	for (;;) {
		const struct nlmsghdr *nlh = (const void *)buf;
		ssize_t n = mnl_socket_recvfrom(nl->socket, buf, sizeof(buf));
		int left = (int)n;

		if (n < 0)
			return -1;
		for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
			if (nlh->nlmsg_seq != seq)
				continue;
			if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
				interrupted = 1;
			if (nlh->nlmsg_type == NLMSG_DONE)
				return interrupted;
			if (nlh->nlmsg_type == NLMSG_ERROR) {
				const struct nlmsgerr *answer = mnl_nlmsg_get_payload(nlh);

				errno = -answer->error;
				return -1;
			}
			each(nlh, arg);
		}
	}
}

int nl_dump(struct nl *nl, struct nlmsghdr *request, mnl_cb_t each, void *arg)
{
	int rc = 1;

	for (int tries = 0; rc == 1 && tries < DUMP_TRIES; tries++) {
		request->nlmsg_seq = ++nl->seq;
		if (nl_send(nl, request, request->nlmsg_len) < 0)
			return -1;
		rc = dump_read(nl, request->nlmsg_seq, each, arg);
	}
	return rc < 0 ? -1 : 0;
}

void nl_put_address(struct nlmsghdr *nlh, uint16_t type, uint8_t family, const uint8_t *address)
{
	mnl_attr_put(nlh, type, family == 4 ? 4 : 16, address);
}

static const struct nlattr *attr_find(const void *from, const void *tail, uint16_t type)
{
	const struct nlattr *attr = from;

	while (mnl_attr_ok(attr, (int)((const char *)tail - (const char *)attr))) {
		if (mnl_attr_get_type(attr) == type)
			return attr;
		attr = mnl_attr_next(attr);
	}
	return NULL;
}

const struct nlattr *nl_attr_in(const struct nlattr *nest, uint16_t type)
{
	const char *from;

	if (nest == NULL)
		return NULL;
	from = mnl_attr_get_payload(nest);
	return attr_find(from, from + mnl_attr_get_payload_len(nest), type);
}

const struct nlattr *nl_attr(const struct nlmsghdr *nlh, size_t header, uint16_t type)
{
	return attr_find(mnl_nlmsg_get_payload_offset(nlh, header), mnl_nlmsg_get_payload_tail(nlh),
			 type);
}

/* Makes room for n more bytes; the buffer may move. */
static bool batch_reserve(struct nl_batch *batch, size_t n)
{
	size_t last = batch->last != NULL ? (size_t)((char *)batch->last - batch->buf) : 0;
	size_t size = batch->size;
	char *buf;

	while (size - batch->used < n)
		size = size * 2;
	if (size == batch->size)
		return true;
	buf = realloc(batch->buf, size);
	if (buf == NULL) {
		batch->failed = true;
		return false;
	}
	/* libmnl leaves the padding of attributes as it is; the kernel must not see our heap. */
	memset(buf + batch->size, 0, size - batch->size);
	if (batch->last != NULL)
		batch->last = (struct nlmsghdr *)(void *)(buf + last);
	batch->buf = buf;
	batch->size = size;
	return true;
}

void nl_batch_begin(struct nl_batch *batch, struct nl *nl)
{
	const struct nlmsghdr *nlh;

	*batch = (struct nl_batch){.size = 8192};
	batch->buf = calloc(1, batch->size);
	if (batch->buf == NULL) {
		batch->failed = true;
		return;
	}
	batch->first_seq = ++nl->seq;
	nlh = nftnl_batch_begin(batch->buf, batch->first_seq);
	batch->used = NLMSG_ALIGN(nlh->nlmsg_len);
}

struct nlmsghdr *nl_batch_message(struct nl_batch *batch, struct nl *nl, uint16_t type,
				  uint16_t flags, size_t max)
{
	if (batch->failed || !batch_reserve(batch, max + 64))
		return NULL;
	return nftnl_nlmsg_build_hdr(batch->buf + batch->used, type, NFPROTO_INET, flags, ++nl->seq);
}

void nl_batch_end_message(struct nl_batch *batch, struct nlmsghdr *nlh)
{
	batch->last = nlh;
	batch->last_seq = nlh->nlmsg_seq;
	batch->used += NLMSG_ALIGN(nlh->nlmsg_len);
}

/*
 * The kernel works on a batch inside the send, so every answer is in the socket when it
 * returns. Success is the ACK of the last message and no error from any other.
 */
static int batch_answers(const struct nl_batch *batch, struct nl *nl)
{
	char buf[8192] __attribute__((aligned(8)));
	bool done = false;
	int error = 0;
	ssize_t n;

	while ((n = nl_receive(nl, buf, sizeof(buf))) > 0) {
		const struct nlmsghdr *nlh = (const void *)buf;
		int left = (int)n;

		for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
			const struct nlmsgerr *answer = mnl_nlmsg_get_payload(nlh);

			if (nlh->nlmsg_type != NLMSG_ERROR || nlh->nlmsg_seq - batch->first_seq > batch->last_seq - batch->first_seq)
				continue;
			if (answer->error != 0 && error == 0)
				error = -answer->error;
			else if (nlh->nlmsg_seq == batch->last_seq)
				done = true;
		}
	}
	if (n < 0)
		return -1;
	if (error == 0 && done)
		return 0;
	errno = error != 0 ? error : EPROTO;
	return -1;
}

int nl_batch_commit(struct nl_batch *batch, struct nl *nl)
{
	const struct nlmsghdr *end;
	int rc = -1;

	errno = ENOMEM;
	if (batch->failed || !batch_reserve(batch, 64))
		goto out;
	rc = 0;
	if (batch->last == NULL)
		goto out;
	batch->last->nlmsg_flags |= NLM_F_ACK;
	end = nftnl_batch_end(batch->buf + batch->used, ++nl->seq);
	batch->used += NLMSG_ALIGN(end->nlmsg_len);
	rc = nl_send(nl, batch->buf, batch->used);
	if (rc == 0)
		rc = batch_answers(batch, nl);
out:
	free(batch->buf);
	batch->buf = NULL;
	return rc;
}
