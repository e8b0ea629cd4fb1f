/*
 * The pass over neighbours and conntrack. Its steps: the served prefixes, the neighbours,
 * the conntrack table. It takes at most a tenth of gate's time, however busy the gateway.
 */
#include "gate/flows.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <errno.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "gate/addresses.h"
#include "gate/entry.h"

enum {
	DEVICES_MAX = 1024, /* named in one pass; beyond that all are looked at */
	PIECE = 8 * 1024, /* small: visitors wait meanwhile */
	SHARE = 9,	  /* a pass rests this many times as long as it took */
};

enum step { STEP_IDLE, STEP_PREFIXES, STEP_NEIGHBOURS, STEP_CONNTRACK };

struct flows_device {
	struct ether mac;
	enum flows_mode mode;
};

/* Of one pass: who asked. */
struct flows_wish {
	struct flows_device device[DEVICES_MAX];
	size_t count;
	bool held; /* also every held device */
	bool all;  /* also every released one: more were named than there is room for */
};

struct flows {
	struct nl route;
	struct nl conntrack;
	struct nl deletes;
	const struct conf *conf;
	const struct neigh_links *links;
	const struct released *released;
	const struct garden *garden; /* NULL: there is none */
	struct flows_wish wanted; /* by the next pass */
	struct flows_wish now;	  /* by this one */
	enum step step;
	bool hurry; /* no rest before the next pass */
	bool again; /* the kernel lost messages: what was asked is asked once more */
	int64_t began_ms;
	int64_t not_before_ms;
	struct addresses addresses;
};

static int compare_device(const void *a, const void *b)
{
	const struct flows_device *x = a, *y = b;

	return memcmp(&x->mac, &y->mac, sizeof(x->mac));
}

/*
 * Named devices lose what was asked for. Of the others, a held one loses what it has
 * beyond the gateway, but not its redirected flows: they are as they should be.
 */
static enum flows_mode mode_of(const struct flows *flows, const struct ether *mac)
{
	const struct flows_device key = {.mac = *mac};
	const struct flows_device *named = bsearch(&key, flows->now.device, flows->now.count,
						   sizeof(key), compare_device);

	if (named != NULL)
		return named->mode;
	if (released_seconds(flows->released, mac, clock_boot_ms()) > 0)
		return flows->now.all ? FLOWS_REDIRECTED : FLOWS_KEEP;
	return flows->now.held && !conf_is_trusted(flows->conf, mac) ? FLOWS_BEYOND : FLOWS_KEEP;
}

static void prefix_each(struct flows *flows, const struct nlmsghdr *nlh)
{
	const struct ifaddrmsg *ifa = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr = nl_attr(nlh, sizeof(*ifa), IFA_ADDRESS);
	struct neigh_address address = {.family = ifa->ifa_family == AF_INET ? 4 : 6};

	if (nlh->nlmsg_type != RTM_NEWADDR || neigh_link(flows->links, ifa->ifa_index) == NULL ||
	    attr == NULL || mnl_attr_get_payload_len(attr) != (address.family == 4 ? 4 : 16))
		return;
	memcpy(address.byte, mnl_attr_get_payload(attr), mnl_attr_get_payload_len(attr));
	addresses_add_prefix(&flows->addresses, &address, ifa->ifa_prefixlen);
}

static void neighbour_each(struct flows *flows, const struct nlmsghdr *nlh)
{
	struct neigh_address address;
	struct ether mac;
	uint32_t ifindex;

	if (!neigh_parse(flows->links, nlh, &address, &mac, &ifindex))
		return;
	if (!addresses_add(&flows->addresses, &address, mode_of(flows, &mac)))
		flows->again = true;
}

/* An address that the neighbour table does not know any more: see addresses_mode. */
static enum flows_mode address_mode(const struct flows *flows, const struct neigh_address *address)
{
	enum flows_mode unknown = flows->now.held ? FLOWS_BEYOND : FLOWS_KEEP;

	return addresses_mode(&flows->addresses, address, unknown);
}

/* The way to the portal itself is not cut: the page that tells of it must arrive. */
static bool is_to_portal(const struct flows *flows, const struct entry *entry)
{
	if (entry->protocol != IPPROTO_TCP)
		return false;
	/* Over HTTPS it comes to port 443 and is answered from the portal's. */
	if (flows->conf->certificate[0] != '\0' && entry->answers_port == flows->conf->tls_port)
		return addresses_is_own(&flows->addresses, &entry->answers);
	return entry->port == flows->conf->port &&
	       addresses_is_own(&flows->addresses, &entry->to);
}

/* The first probe after the end may be under way already: cut off, it would be heard by
 * nobody until it times out. What is left from before the release leads here as well. */
static bool is_led_here(const struct flows *flows, const struct entry *entry)
{
	return entry->redirected && addresses_is_own(&flows->addresses, &entry->answers);
}

/* And what a held device may have: cut off, it would only be begun anew. */
static bool is_spared(const struct flows *flows, const struct entry *entry)
{
	return is_to_portal(flows, entry) ||
	       (flows->garden != NULL && !entry->redirected &&
		garden_passes(flows->garden, entry->protocol, &entry->to));
}

static bool goes(const struct flows *flows, const struct entry *entry)
{
	enum flows_mode mode = address_mode(flows, &entry->from);

	if (mode == FLOWS_REDIRECTED)
		return entry->redirected && !is_to_portal(flows, entry);
	if (mode == FLOWS_BEYOND)
		return !entry->redirected && !is_spared(flows, entry);
	if (mode == FLOWS_ALL)
		return !is_led_here(flows, entry) && !is_spared(flows, entry);
	/* Opened from outside towards the device. */
	mode = address_mode(flows, &entry->answers);
	return mode == FLOWS_ALL || mode == FLOWS_BEYOND;
}

static void entry_each(struct flows *flows, const struct nlmsghdr *nlh)
{
	struct entry entry;

	if (entry_parse(nlh, &entry) && goes(flows, &entry))
		entry_delete(&flows->deletes, nlh);
}

static int ask_route(struct flows *flows, uint16_t type)
{
	char buf[256] __attribute__((aligned(8)));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	size_t header = type == RTM_GETADDR ? sizeof(struct ifaddrmsg) : sizeof(struct ndmsg);

	mnl_nlmsg_put_extra_header(nlh, header); /* zeroed: AF_UNSPEC */
	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	nlh->nlmsg_seq = ++flows->route.seq;
	return nl_send(&flows->route, nlh, nlh->nlmsg_len);
}

static int ask_conntrack(struct flows *flows)
{
	char buf[256] __attribute__((aligned(8)));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct nfgenmsg *nfg = mnl_nlmsg_put_extra_header(nlh, sizeof(*nfg));

	nlh->nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	nlh->nlmsg_seq = ++flows->conntrack.seq;
	nfg->nfgen_family = AF_UNSPEC;
	nfg->version = NFNETLINK_V0;
	/* Only redirected ones are wanted: Linux 5.19 leaves the others out by itself. */
	if (!flows->now.held) {
		mnl_attr_put_u32(nlh, CTA_STATUS, htonl(IPS_DST_NAT));
		mnl_attr_put_u32(nlh, CTA_STATUS_MASK, htonl(IPS_DST_NAT));
	}
	return nl_send(&flows->conntrack, nlh, nlh->nlmsg_len);
}

void flows_drop(struct flows *flows, const struct ether *mac, enum flows_mode mode)
{
	struct flows_wish *wish = &flows->wanted;

	/* A release of before it was trusted ends, too, and takes nothing from it. */
	if (conf_is_trusted(flows->conf, mac))
		return;
	if (mode == FLOWS_ALL)
		wish->held = true; /* also what the neighbour table has forgotten of it */
	for (size_t i = 0; i < wish->count; i++)
		if (ether_equal(&wish->device[i].mac, mac)) {
			wish->device[i].mode = mode;
			return;
		}
	if (wish->count == DEVICES_MAX) {
		wish->all = true;
		return;
	}
	wish->device[wish->count++] = (struct flows_device){.mac = *mac, .mode = mode};
}

static bool is_wanted(const struct flows *flows, const struct ether *mac)
{
	for (size_t i = 0; i < flows->wanted.count; i++)
		if (ether_equal(&flows->wanted.device[i].mac, mac))
			return true;
	return false;
}

static void pass_end(struct flows *flows)
{
	int64_t now = clock_boot_ms();

	flows->step = STEP_IDLE;
	flows->not_before_ms = flows->hurry ? 0 : now + (now - flows->began_ms) * SHARE;
	if (!flows->again)
		return;
	/* What has been asked for since then has the last word. */
	for (size_t i = 0; i < flows->now.count; i++)
		if (!is_wanted(flows, &flows->now.device[i].mac))
			flows_drop(flows, &flows->now.device[i].mac, flows->now.device[i].mode);
	flows->wanted.held |= flows->now.held;
	flows->wanted.all |= flows->now.all;
	flows->not_before_ms += 10;
}

static void step_next(struct flows *flows)
{
	int rc = 0;

	switch (flows->step) {
	case STEP_PREFIXES:
		flows->step = STEP_NEIGHBOURS;
		rc = ask_route(flows, RTM_GETNEIGH);
		break;
	case STEP_NEIGHBOURS:
		addresses_sort(&flows->addresses);
		flows->step = STEP_CONNTRACK;
		rc = ask_conntrack(flows);
		break;
	case STEP_CONNTRACK:
	case STEP_IDLE:
		pass_end(flows);
		break;
	}
	if (rc < 0) {
		log_warn("conntrack: pass");
		flows->again = true;
		pass_end(flows);
	}
}

static struct nl *step_socket(struct flows *flows)
{
	return flows->step == STEP_CONNTRACK ? &flows->conntrack : &flows->route;
}

int flows_fd(const struct flows *flows)
{
	if (flows->step == STEP_IDLE)
		return -1;
	return nl_fd(flows->step == STEP_CONNTRACK ? &flows->conntrack : &flows->route);
}

/* Takes one datagram of a dump apart; true when the dump is over. */
static bool piece_read(struct flows *flows, const char *buf, int left, uint32_t seq)
{
	static void (*const each[])(struct flows *, const struct nlmsghdr *) = {
	    [STEP_PREFIXES] = prefix_each,
	    [STEP_NEIGHBOURS] = neighbour_each,
	    [STEP_CONNTRACK] = entry_each,
	};
	const struct nlmsghdr *nlh = (const void *)buf;

	for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
		if (nlh->nlmsg_seq != seq)
			continue;
		/* The table changed meanwhile: something may have been left out. */
		if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
			flows->again = true;
		if (nlh->nlmsg_type == NLMSG_ERROR)
			flows->again = true;
		if (nlh->nlmsg_type == NLMSG_ERROR || nlh->nlmsg_type == NLMSG_DONE)
			return true;
		each[flows->step](flows, nlh);
	}
	return false;
}

void flows_read(struct flows *flows)
{
	static char buf[PIECE] __attribute__((aligned(8)));
	struct nl *nl = step_socket(flows);
	ssize_t n;

	if (flows->step == STEP_IDLE)
		return;
	n = nl_receive(nl, buf, sizeof(buf));
	if (n < 0) {
		log_warn("conntrack: read");
		flows->again = true;
	}
	if (n < 0 || (n > 0 && piece_read(flows, buf, (int)n, nl->seq)))
		step_next(flows);
}

int flows_start(struct flows *flows, int64_t now_ms)
{
	if (flows->step != STEP_IDLE || (flows->wanted.count == 0 && !flows->wanted.held))
		return -1;
	if (now_ms < flows->not_before_ms)
		return (int)(flows->not_before_ms - now_ms);
	flows->now = flows->wanted;
	qsort(flows->now.device, flows->now.count, sizeof(flows->now.device[0]), compare_device);
	flows->wanted.count = 0;
	flows->wanted.held = flows->wanted.all = false;
	flows->again = flows->hurry = false;
	flows->began_ms = now_ms;
	addresses_clear(&flows->addresses);
	flows->step = STEP_PREFIXES;
	if (ask_route(flows, RTM_GETADDR) < 0) {
		log_warn("conntrack: pass");
		flows->again = true;
		pass_end(flows);
	}
	return -1;
}

void flows_hurry(struct flows *flows)
{
	flows->not_before_ms = 0;
	flows->hurry = true;
}

void flows_drop_held(struct flows *flows)
{
	flows->wanted.held = true;
}

struct flows *flows_open(const struct conf *conf, const struct neigh_links *links,
			 const struct released *released, const struct garden *garden)
{
	struct flows *flows = calloc(1, sizeof(*flows));

	if (flows == NULL)
		return NULL;
	flows->conf = conf;
	flows->links = links;
	flows->released = released;
	flows->garden = garden;
	if (nl_open(&flows->route, NETLINK_ROUTE, 0) < 0 ||
	    nl_open(&flows->conntrack, NETLINK_NETFILTER, 0) < 0 ||
	    nl_open(&flows->deletes, NETLINK_NETFILTER, 0) < 0)
		goto fail;
	/* Without the subsystem the kernel answers the first question with EINVAL. */
	flows->step = STEP_CONNTRACK;
	if (ask_conntrack(flows) < 0)
		goto fail;
	while (flows->step != STEP_IDLE && !flows->again)
		flows_read(flows);
	if (flows->again) {
		errno = EOPNOTSUPP;
		goto fail;
	}
	flows->not_before_ms = 0;
	return flows;
fail:
	flows_close(flows);
	return NULL;
}

void flows_close(struct flows *flows)
{
	if (flows == NULL)
		return;
	nl_close(&flows->route);
	nl_close(&flows->conntrack);
	nl_close(&flows->deletes);
	addresses_free(&flows->addresses);
	free(flows);
}
