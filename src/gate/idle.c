/*
 * Who sends stays in the kernel's set `active` for idle_after (ruleset_active.c), so
 * nobody need be looked for before that time is over: each device is asked for about once
 * in its idle_after, by name. The set is never read whole, whatever is in it.
 */
#include "gate/idle.h"

#include <endian.h>
#include <errno.h>
#include <libnftnl/set.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <poll.h>
#include <string.h>

#include "common/log.h"
#include "gate/serve.h"

enum {
	LOOKED_AT_ONCE = 64, /* visitors wait meanwhile */
	LOOK_BYTES = 128,    /* of one question */
	LOOKS_APART_MS = 1000,
};

enum { LEFT_UNKNOWN = -1, LEFT_NOTHING = 0 };

struct look {
	struct released_due due[LOOKED_AT_ONCE];
	int64_t left_ms[LOOKED_AT_ONCE]; /* for which it counts as active */
	size_t count;
	uint32_t first_seq; /* the question whether there is a set; those about devices follow */
	bool set_is_there;
};

void idle_open(struct gate *gate)
{
	gate->next_idle_ms = INT64_MAX;
	if (conf_keeps_idle(gate->conf) && !released_keep_looks(gate->released))
		fatal("memory");
}

static void look_at(struct gate *gate, const struct ether *mac, unsigned zone, int64_t at)
{
	released_look(gate->released, mac, zone, at);
	if (at != 0 && at < gate->next_idle_ms)
		gate->next_idle_ms = at;
}

void idle_begin(struct gate *gate, const struct ether *mac, unsigned zone, int64_t now)
{
	int64_t after_ms = (int64_t)gate->conf->zones[zone].idle_after_seconds * 1000;

	look_at(gate, mac, zone, after_ms != 0 ? now + after_ms : 0);
}

void idle_begin_all(struct gate *gate, int64_t now)
{
	int64_t at_ms[CONF_ZONES_MAX];

	for (size_t z = 0; z < gate->conf->zone_count; z++)
		at_ms[z] = now + (int64_t)gate->conf->zones[z].idle_after_seconds * 1000;
	released_look_all(gate->released, at_ms);
}

/* --- the questions --- */

static struct nftnl_set *set_named(void)
{
	struct nftnl_set *set = nftnl_set_alloc();

	if (set != NULL) {
		nftnl_set_set_str(set, NFTNL_SET_TABLE, RULESET_TABLE);
		nftnl_set_set_str(set, NFTNL_SET_NAME, RULESET_ACTIVE);
	}
	return set;
}

/* One question: about the device, or about the set itself. Its length; 0: no memory. */
static size_t question_put(char *buf, const struct ether *mac, uint32_t seq)
{
	struct nftnl_set *set = set_named();
	struct nftnl_set_elem *elem = set != NULL && mac != NULL ? nftnl_set_elem_alloc() : NULL;
	struct nlmsghdr *nlh = nftnl_nlmsg_build_hdr(
	    buf, mac != NULL ? NFT_MSG_GETSETELEM : NFT_MSG_GETSET, NFPROTO_INET, 0, seq);

	if (set == NULL || (mac != NULL && elem == NULL)) {
		if (set != NULL)
			nftnl_set_free(set);
		return 0;
	}
	if (elem != NULL) {
		nftnl_set_elem_set(elem, NFTNL_SET_ELEM_KEY, mac->byte, ETHER_LEN);
		nftnl_set_elem_add(set, elem);
		nftnl_set_elems_nlmsg_build_payload(nlh, set);
	} else {
		nftnl_set_nlmsg_build_payload(nlh, set);
	}
	nftnl_set_free(set);
	return NLMSG_ALIGN(nlh->nlmsg_len);
}

static bool look_ask(struct look *look, struct nl *nl)
{
	char buf[(LOOKED_AT_ONCE + 1) * LOOK_BYTES] __attribute__((aligned(8))) = {0};
	size_t used;

	look->first_seq = ++nl->seq;
	used = question_put(buf, NULL, look->first_seq);
	for (size_t i = 0; used > 0 && i < look->count; i++) {
		size_t n = question_put(buf + used, &look->due[i].mac, ++nl->seq);

		used = n > 0 ? used + n : 0;
	}
	return used > 0 && nl_send(nl, buf, used) == 0;
}

/* --- the answers --- */

/* The element's time, NFTA_SET_ELEM_EXPIRATION: what is left of its timeout. */
static int64_t element_left(const struct nlmsghdr *nlh)
{
	const struct nlattr *list =
	    nl_attr(nlh, sizeof(struct nfgenmsg), NFTA_SET_ELEM_LIST_ELEMENTS);
	const struct nlattr *left =
	    nl_attr_in(nl_attr_in(list, NFTA_LIST_ELEM), NFTA_SET_ELEM_EXPIRATION);

	if (left == NULL || mnl_attr_get_payload_len(left) != sizeof(uint64_t))
		return LEFT_UNKNOWN;
	return (int64_t)be64toh(mnl_attr_get_u64(left)) + 1;
}

static void answer_take(struct look *look, const struct nlmsghdr *nlh)
{
	uint32_t which = nlh->nlmsg_seq - look->first_seq;
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(nlh);

	if (which == 0)
		look->set_is_there = nlh->nlmsg_type != NLMSG_ERROR;
	else if (which > look->count)
		return;
	else if (nlh->nlmsg_type != NLMSG_ERROR)
		look->left_ms[which - 1] = element_left(nlh);
	else if (error->error == -ENOENT)
		look->left_ms[which - 1] = LEFT_NOTHING;
}

/* The kernel has answered inside the send. */
static bool look_read(struct look *look, struct nl *nl)
{
	char buf[8192] __attribute__((aligned(8)));
	ssize_t n;

	look->set_is_there = false;
	for (size_t i = 0; i < look->count; i++)
		look->left_ms[i] = LEFT_UNKNOWN;
	while ((n = nl_receive(nl, buf, sizeof(buf))) > 0) {
		const struct nlmsghdr *nlh = (const void *)buf;
		int left = (int)n;

		for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left))
			answer_take(look, nlh);
	}
	/* Where there is no set nobody is in it: somebody has flushed the table. */
	return n == 0 && look->set_is_there;
}

/* --- the end --- */

static void end_idle(struct gate *gate, const struct look *look, int64_t now)
{
	struct released_change changes[LOOKED_AT_ONCE];
	uint8_t zones[LOOKED_AT_ONCE];
	size_t n = 0;

	for (size_t i = 0; i < look->count; i++)
		if (look->left_ms[i] == LEFT_NOTHING) {
			zones[n] = look->due[i].zone;
			changes[n++] = (struct released_change){.mac = look->due[i].mac};
		}
	if (n == 0)
		return;
	ending_leave(&gate->ending, &gate->nft, changes, n);
	released_apply(gate->released, &gate->nft, changes, n, now, true);
	for (size_t i = 0; i < n; i++) {
		if (!changes[i].done) {
			look_at(gate, &changes[i].mac, zones[i], now + LOOKS_APART_MS);
			continue;
		}
		if (gate->flows != NULL)
			flows_drop(gate->flows, &changes[i].mac, FLOWS_ALL);
		serve_ended(gate, &changes[i].mac);
	}
	if (gate->flows != NULL)
		flows_hurry(gate->flows);
}

static void look_carry_out(struct gate *gate, const struct look *look, int64_t now)
{
	for (size_t i = 0; i < look->count; i++) {
		int64_t left = look->left_ms[i];

		if (left != LEFT_NOTHING)
			look_at(gate, &look->due[i].mac, look->due[i].zone,
				now + (left > 0 ? left : LOOKS_APART_MS));
	}
	end_idle(gate, look, now);
}

/* Portal reads what it is told: none of its answers must find the socket full. */
static bool portal_listens(const struct gate *gate)
{
	struct pollfd pfd = {.fd = gate->portal_fd, .events = POLLOUT};

	return poll(&pfd, 1, 0) == 1 && pfd.revents == POLLOUT;
}

void idle_tick(struct gate *gate, int64_t now)
{
	static struct look look;
	int64_t next;

	if (now < gate->next_idle_ms)
		return;
	/* At most one look a second, because each goes through the whole table. */
	gate->next_idle_ms = now + LOOKS_APART_MS;
	if (!gate->in_place || !portal_listens(gate))
		return;
	look.count = released_due(gate->released, now, look.due, LOOKED_AT_ONCE, &next);
	if (look.count > 0 && !(look_ask(&look, &gate->nft) && look_read(&look, &gate->nft))) {
		log_warnx("the set active cannot be read: looking again");
		return;
	}
	gate->next_idle_ms = next;
	look_carry_out(gate, &look, now);
	/* More than fit: the others at once, with visitors in between. */
	if (look.count == LOOKED_AT_ONCE)
		gate->next_idle_ms = now;
	else if (gate->next_idle_ms < now + LOOKS_APART_MS)
		gate->next_idle_ms = now + LOOKS_APART_MS;
}
