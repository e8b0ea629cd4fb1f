/*
 * Asks the kernel's neighbour table over rtnetlink (rtnetlink(7)). Entries that are
 * incomplete or failed name nobody.
 */
#include "gate/neigh.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

enum {
	USABLE = NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE | NUD_PROBE | NUD_STALE | NUD_DELAY,
	QUERY_BYTES = 64,
	QUERIES_AT_ONCE = 64,
};

bool neigh_parse(const struct neigh_links *links, const struct nlmsghdr *nlh,
		 struct neigh_address *address, struct ether *mac, uint32_t *ifindex)
{
	const struct ndmsg *ndm = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *dst, *lladdr;
	uint16_t len;

	if (nlh->nlmsg_type != RTM_NEWNEIGH || nlh->nlmsg_len < NLMSG_LENGTH(sizeof(*ndm)))
		return false;
	if (!(ndm->ndm_state & USABLE) || neigh_link(links, (uint32_t)ndm->ndm_ifindex) == NULL)
		return false;
	dst = nl_attr(nlh, sizeof(*ndm), NDA_DST);
	lladdr = nl_attr(nlh, sizeof(*ndm), NDA_LLADDR);
	if (dst == NULL || lladdr == NULL || mnl_attr_get_payload_len(lladdr) != ETHER_LEN)
		return false;
	len = mnl_attr_get_payload_len(dst);
	if (len != (ndm->ndm_family == AF_INET ? 4 : 16))
		return false;
	memset(address, 0, sizeof(*address));
	address->family = ndm->ndm_family == AF_INET ? 4 : 6;
	memcpy(address->byte, mnl_attr_get_payload(dst), len);
	memcpy(mac->byte, mnl_attr_get_payload(lladdr), ETHER_LEN);
	*ifindex = (uint32_t)ndm->ndm_ifindex;
	return ether_is_unicast(mac);
}

/* One RTM_GETNEIGH; its sequence number says which query it belongs to. */
static size_t query_put(char *buf, const struct neigh_query *query, uint32_t ifindex, uint32_t seq)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ndmsg *ndm = mnl_nlmsg_put_extra_header(nlh, sizeof(*ndm));

	nlh->nlmsg_type = RTM_GETNEIGH;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	nlh->nlmsg_seq = seq;
	ndm->ndm_family = query->address.family == 4 ? AF_INET : AF_INET6;
	ndm->ndm_ifindex = (int32_t)ifindex;
	nl_put_address(nlh, NDA_DST, query->address.family, query->address.byte);
	return NLMSG_ALIGN(nlh->nlmsg_len);
}

static void query_answer(const struct neigh_links *links, const struct nlmsghdr *nlh,
			 struct neigh_query *query)
{
	struct neigh_address address;
	struct ether mac;
	uint32_t ifindex;

	if (!neigh_parse(links, nlh, &address, &mac, &ifindex))
		return;
	/* Known on a second interface with another MAC: whose packet it is cannot be told. */
	if (query->found_ifindex != 0 && !ether_equal(&query->mac, &mac))
		query->ambiguous = true;
	query->found = !query->ambiguous;
	query->mac = mac;
	query->found_ifindex = ifindex;
}

/* The kernel has answered inside the send: everything is there to be read. */
static int answers_read(const struct neigh_links *links, struct nl *nl, uint32_t first_seq,
			const uint16_t *owner, size_t sent, struct neigh_query *queries)
{
	char buf[8192] __attribute__((aligned(8)));
	ssize_t n;

	while ((n = nl_receive(nl, buf, sizeof(buf))) > 0) {
		const struct nlmsghdr *nlh = (const void *)buf;
		int left = (int)n;

		for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
			uint32_t which = nlh->nlmsg_seq - first_seq;

			if (which < sent)
				query_answer(links, nlh, &queries[owner[which]]);
		}
	}
	return n < 0 ? -1 : 0;
}

int neigh_find(const struct neigh_links *links, struct nl *nl, struct neigh_query *queries,
	       size_t count)
{
	char buf[QUERIES_AT_ONCE * QUERY_BYTES] __attribute__((aligned(8)));
	uint16_t owner[QUERIES_AT_ONCE];
	size_t used = 0, sent = 0;
	uint32_t first_seq = nl->seq + 1;

	for (size_t q = 0; q < count; q++) {
		queries[q].found = queries[q].ambiguous = false;
		queries[q].found_ifindex = 0;
	}
	for (size_t i = 0; i < count * links->count; i++) {
		const struct neigh_link *link = &links->link[i % links->count];
		const struct neigh_query *query = &queries[i / links->count];

		if (link->ifindex == 0 || (query->ifindex != 0 && query->ifindex != link->ifindex))
			continue;
		owner[sent++] = (uint16_t)(i / links->count);
		used += query_put(buf + used, query, link->ifindex, ++nl->seq);
		if (sent < QUERIES_AT_ONCE)
			continue;
		if (nl_send(nl, buf, used) < 0 ||
		    answers_read(links, nl, first_seq, owner, sent, queries) < 0)
			return -1;
		used = sent = 0;
		first_seq = nl->seq + 1;
	}
	if (sent == 0)
		return 0;
	if (nl_send(nl, buf, used) < 0)
		return -1;
	return answers_read(links, nl, first_seq, owner, sent, queries);
}

struct mac_search {
	const struct neigh_links *links;
	const struct ether *mac;
	uint32_t ifindex;
};

static int mac_search_each(const struct nlmsghdr *nlh, void *arg)
{
	struct mac_search *search = arg;
	struct neigh_address address;
	struct ether mac;
	uint32_t ifindex;

	if (neigh_parse(search->links, nlh, &address, &mac, &ifindex) &&
	    ether_equal(&mac, search->mac))
		search->ifindex = ifindex;
	return MNL_CB_OK;
}

uint32_t neigh_find_mac(const struct neigh_links *links, struct nl *nl, const struct ether *mac)
{
	char buf[256] __attribute__((aligned(8)));
	struct mac_search search = {.links = links, .mac = mac};
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ndmsg *ndm = mnl_nlmsg_put_extra_header(nlh, sizeof(*ndm));

	nlh->nlmsg_type = RTM_GETNEIGH;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	ndm->ndm_family = AF_UNSPEC;
	if (nl_dump(nl, nlh, mac_search_each, &search) < 0)
		return 0;
	return search.ifindex;
}

static int limit_each(const struct nlmsghdr *nlh, void *arg)
{
	uint32_t *least = arg;
	const struct nlattr *name = nl_attr(nlh, sizeof(struct ndtmsg), NDTA_NAME);
	const struct nlattr *limit = nl_attr(nlh, sizeof(struct ndtmsg), NDTA_THRESH3);

	if (name == NULL || limit == NULL || mnl_attr_get_payload_len(limit) != sizeof(uint32_t))
		return MNL_CB_OK;
	if (strcmp(mnl_attr_get_str(name), "arp_cache") != 0 &&
	    strcmp(mnl_attr_get_str(name), "ndisc_cache") != 0)
		return MNL_CB_OK;
	if (*least == 0 || mnl_attr_get_u32(limit) < *least)
		*least = mnl_attr_get_u32(limit);
	return MNL_CB_OK;
}

uint32_t neigh_table_limit(struct nl *nl)
{
	char buf[256] __attribute__((aligned(8)));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	uint32_t least = 0;

	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ndtmsg));
	nlh->nlmsg_type = RTM_GETNEIGHTBL;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	return nl_dump(nl, nlh, limit_each, &least) < 0 ? 0 : least;
}
