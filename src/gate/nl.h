/*
 * Netlink sockets and the two ways gate talks on them: an nftables batch, whose answers
 * are all there when the send returns, and a dump, read piece by piece so that a long one
 * never keeps a visitor waiting.
 */
#ifndef GATE_NL_H
#define GATE_NL_H

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nl {
	struct mnl_socket *socket;
	uint32_t port; /* this socket's netlink address: events of our own carry it */
	uint32_t seq;
};

/* Opens and binds; groups is a mask of multicast groups 1 to 32. 0, or -1 with errno. */
int nl_open(struct nl *nl, int bus, unsigned groups);
/* Joins one more multicast group. 0, or -1 with errno. */
int nl_join(struct nl *nl, int group);
void nl_close(struct nl *nl);
int nl_fd(const struct nl *nl);

/* Sends and waits for nothing. 0, or -1 with errno. */
int nl_send(struct nl *nl, const void *buf, size_t len);

/*
 * One datagram without waiting: its length, 0 when there is none now, -1 with errno.
 * A datagram that does not come from the kernel is dropped.
 */
ssize_t nl_receive(struct nl *nl, void *buf, size_t size);

/*
 * Receives a whole dump and calls back for each message; again from the start, up to five
 * times, when the table changed meanwhile. 0, or -1 with errno.
 */
int nl_dump(struct nl *nl, struct nlmsghdr *request, mnl_cb_t each, void *arg);

/* Puts an address attribute: 4 or 16 bytes by family (4 or 6). */
void nl_put_address(struct nlmsghdr *nlh, uint16_t type, uint8_t family, const uint8_t *address);

/* The attribute of that type inside a nest (or NULL for none). */
const struct nlattr *nl_attr_in(const struct nlattr *nest, uint16_t type);
/* The same in a message after a header of that size. */
const struct nlattr *nl_attr(const struct nlmsghdr *nlh, size_t header, uint16_t type);

/* A growing buffer for one nftables transaction (kernel: nfnetlink_rcv_batch). */
struct nl_batch {
	char *buf;
	size_t size;
	size_t used;
	uint32_t first_seq;
	uint32_t last_seq; /* of the last message: the one that asks for an ACK */
	struct nlmsghdr *last;
	bool failed; /* memory ran out */
};

void nl_batch_begin(struct nl_batch *batch, struct nl *nl);
/*
 * Room for one message of at most max bytes with its header written, in the inet family;
 * NULL when memory is out (commit will then fail). nl_batch_end_message takes its length.
 */
struct nlmsghdr *nl_batch_message(struct nl_batch *batch, struct nl *nl, uint16_t type,
				  uint16_t flags, size_t max);
void nl_batch_end_message(struct nl_batch *batch, struct nlmsghdr *nlh);
/* Sends all as one transaction and checks every answer. 0, or -1 with errno; then nothing
 * of it has happened. The batch is freed either way. */
int nl_batch_commit(struct nl_batch *batch, struct nl *nl);

#endif
