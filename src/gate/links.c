/*
 * The served interfaces: which of the configured names exist now. An interface that comes
 * later is served from then on; the rules know it by name already.
 */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "common/log.h"
#include "gate/neigh.h"

static void link_set(struct neigh_link *link, uint32_t ifindex)
{
	if (link->ifindex == ifindex)
		return;
	log_info(ifindex != 0 ? "%s is here: its devices are asked"
			      : "%s is gone: waiting for it to come back",
		 link->name);
	link->ifindex = ifindex;
}

/* RTM_NEWLINK also tells of a new name: the old one is then gone. */
static int link_event(const struct nlmsghdr *nlh, void *arg)
{
	struct neigh_links *links = arg;
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *name = nl_attr(nlh, sizeof(*info), IFLA_IFNAME);

	if (nlh->nlmsg_type != RTM_NEWLINK && nlh->nlmsg_type != RTM_DELLINK)
		return MNL_CB_OK;
	if (name == NULL || info->ifi_family != AF_UNSPEC)
		return MNL_CB_OK;
	for (size_t i = 0; i < links->count; i++) {
		struct neigh_link *link = &links->link[i];
		bool named = strcmp(link->name, mnl_attr_get_str(name)) == 0;

		if (nlh->nlmsg_type == RTM_NEWLINK && named)
			link_set(link, (uint32_t)info->ifi_index);
		else if (link->ifindex == (uint32_t)info->ifi_index)
			link_set(link, 0);
	}
	return MNL_CB_OK;
}

static int links_ask(struct neigh_links *links, struct nl *nl)
{
	char buf[256] __attribute__((aligned(8)));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *info = mnl_nlmsg_put_extra_header(nlh, sizeof(*info));

	nlh->nlmsg_type = RTM_GETLINK;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	info->ifi_family = AF_UNSPEC;
	return nl_dump(nl, nlh, link_event, links);
}

int neigh_links_load(struct neigh_links *links, const struct conf *conf, struct nl *nl)
{
	links->count = 0;
	for (size_t z = 0; z < conf->zone_count; z++)
		for (size_t i = 0; i < conf->zones[z].interface_count; i++) {
			struct neigh_link *link = &links->link[links->count++];

			memcpy(link->name, conf->zones[z].interfaces[i], sizeof(link->name));
			link->zone = (uint32_t)z;
			link->ifindex = 0;
		}
	return links_ask(links, nl);
}

void neigh_links_read(struct neigh_links *links, struct nl *events, struct nl *route)
{
	char buf[32 * 1024] __attribute__((aligned(8)));
	ssize_t n;

	while ((n = nl_receive(events, buf, sizeof(buf))) > 0) {
		const struct nlmsghdr *nlh = (const void *)buf;
		int left = (int)n;

		for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left))
			link_event(nlh, links);
	}
	if (n < 0 && links_ask(links, route) < 0)
		log_warn("interfaces");
}

const struct neigh_link *neigh_link(const struct neigh_links *links, uint32_t ifindex)
{
	for (size_t i = 0; i < links->count; i++)
		if (ifindex != 0 && links->link[i].ifindex == ifindex)
			return &links->link[i];
	return NULL;
}

unsigned neigh_links_present(const struct neigh_links *links)
{
	unsigned n = 0;

	for (size_t i = 0; i < links->count; i++)
		n += links->link[i].ifindex != 0;
	return n;
}
