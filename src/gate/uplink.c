/*
 * Asks the kernel's own routing for a public address of each family, so that policy rules
 * and tables of whatever kind count as they do for packets.
 */
#include "gate/uplink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "common/log.h"

/* Anybody's: the sink of RFC 7534. Nothing is sent there. */
static const struct {
	uint8_t family;
	uint8_t address[16];
} somewhere[] = {
    {4, {192, 175, 48, 6}},
    {6, {0x26, 0x20, 0, 0x4f, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6}},
};

enum way { WAY_NONE, WAY_OUT, WAY_UNKNOWN };

/* What a lookup answers when it leads nowhere: no route, one of the refusing kinds, or a
 * kernel without that family. */
static bool leads_nowhere(int error)
{
	static const int errors[] = {ENETUNREACH, EHOSTUNREACH, EACCES,
				     EINVAL,	  EOPNOTSUPP,	EAFNOSUPPORT};

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i] == error)
			return true;
	return false;
}

/* An interface without a carrier keeps its routes, marked. */
static enum way way_of(const struct nlmsghdr *nlh)
{
	const struct rtmsg *rtm = mnl_nlmsg_get_payload(nlh);
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(nlh);

	if (nlh->nlmsg_type == NLMSG_ERROR)
		return leads_nowhere(-error->error) ? WAY_NONE : WAY_UNKNOWN;
	if (nlh->nlmsg_type != RTM_NEWROUTE)
		return WAY_UNKNOWN;
	return rtm->rtm_type == RTN_UNICAST && !(rtm->rtm_flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN))
		   ? WAY_OUT
		   : WAY_NONE;
}

static enum way way_to(struct nl *route, uint8_t family, const uint8_t *address)
{
	char buf[1024] __attribute__((aligned(8)));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct rtmsg *rtm = mnl_nlmsg_put_extra_header(nlh, sizeof(*rtm));
	enum way way = WAY_UNKNOWN;
	ssize_t n;

	nlh->nlmsg_type = RTM_GETROUTE;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	nlh->nlmsg_seq = ++route->seq;
	rtm->rtm_family = family == 4 ? AF_INET : AF_INET6;
	rtm->rtm_dst_len = family == 4 ? 32 : 128;
	rtm->rtm_flags = RTM_F_FIB_MATCH; /* the entry itself: it tells of the carrier */
	nl_put_address(nlh, RTA_DST, family, address);
	if (nl_send(route, nlh, nlh->nlmsg_len) < 0)
		return WAY_UNKNOWN;
	/* The kernel has answered inside the send. */
	while ((n = nl_receive(route, buf, sizeof(buf))) > 0)
		if (nlh->nlmsg_seq == route->seq)
			way = way_of(nlh);
	return way;
}

static bool is_routed(struct nl *route)
{
	for (size_t i = 0; i < sizeof(somewhere) / sizeof(somewhere[0]); i++)
		if (way_to(route, somewhere[i].family, somewhere[i].address) != WAY_NONE)
			return true;
	return false;
}

/* Once a change. */
static bool settle(struct uplink *uplink)
{
	bool down = !uplink->routed || !uplink->answered;

	if (down == uplink->down)
		return false;
	uplink->down = down;
	if (!down)
		log_info("uplink: the internet is back");
	else
		log_warnx("uplink: the internet is gone (%s): pages say so",
			  uplink->routed ? "names are not answered" : "there is no route to it");
	return true;
}

int uplink_open(struct uplink *uplink, const struct conf *conf, struct nl *route)
{
	*uplink = (struct uplink){.check = conf->uplink_check, .routed = true, .answered = true};
	if (!uplink->check)
		return 0;
	if (nl_open(&uplink->events, NETLINK_ROUTE,
		    RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE | RTMGRP_LINK) < 0)
		return -1;
	uplink->routed = is_routed(route);
	settle(uplink);
	return 0;
}

void uplink_close(struct uplink *uplink)
{
	nl_close(&uplink->events);
}

int uplink_fd(const struct uplink *uplink)
{
	return uplink->check ? nl_fd(&uplink->events) : -1;
}

/* What exactly has happened does not matter, nor whether some of it was lost. */
bool uplink_read(struct uplink *uplink, struct nl *route)
{
	char buf[16 * 1024] __attribute__((aligned(8)));
	ssize_t n;

	while ((n = nl_receive(&uplink->events, buf, sizeof(buf))) > 0 ||
	       (n < 0 && errno == ENOBUFS))
		continue;
	uplink->routed = is_routed(route);
	return settle(uplink);
}

bool uplink_hear(struct uplink *uplink, bool answered)
{
	uplink->answered = answered;
	return settle(uplink);
}
