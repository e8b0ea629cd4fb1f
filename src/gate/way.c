/* Policy rules and tables of whatever kind count here as they do for packets. */
#include "gate/way.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

/* A VPN's client puts two halves in place of a default route; of IPv6 all that is global
 * unicast is 2000::/3. */
enum { DEFAULT_BITS_4 = 1, DEFAULT_BITS_6 = 3 };

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
	unsigned bits;

	if (nlh->nlmsg_type == NLMSG_ERROR)
		return leads_nowhere(-error->error) ? WAY_NONE : WAY_UNKNOWN;
	if (nlh->nlmsg_type != RTM_NEWROUTE)
		return WAY_UNKNOWN;
	if (rtm->rtm_type == RTN_LOCAL)
		return WAY_NEAR;
	if (rtm->rtm_type != RTN_UNICAST || rtm->rtm_flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN))
		return WAY_NONE;
	bits = rtm->rtm_family == AF_INET ? DEFAULT_BITS_4 : DEFAULT_BITS_6;
	return rtm->rtm_dst_len <= bits ? WAY_OUT : WAY_NEAR;
}

enum way way_to(const struct neigh_address *address, struct nl *route)
{
	char buf[1024] __attribute__((aligned(8)));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct rtmsg *rtm = mnl_nlmsg_put_extra_header(nlh, sizeof(*rtm));
	enum way way = WAY_UNKNOWN;
	ssize_t n;

	nlh->nlmsg_type = RTM_GETROUTE;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	nlh->nlmsg_seq = ++route->seq;
	rtm->rtm_family = address->family == 4 ? AF_INET : AF_INET6;
	rtm->rtm_dst_len = address->family == 4 ? 32 : 128;
	rtm->rtm_flags = RTM_F_FIB_MATCH; /* the entry itself: its length, and its carrier */
	nl_put_address(nlh, RTA_DST, address->family, address->byte);
	if (nl_send(route, nlh, nlh->nlmsg_len) < 0)
		return WAY_UNKNOWN;
	/* The kernel has answered inside the send. */
	while ((n = nl_receive(route, buf, sizeof(buf))) > 0)
		if (nlh->nlmsg_seq == route->seq)
			way = way_of(nlh);
	return way;
}
