/* Reads the group NFNLGRP_NFTABLES (nfnetlink.h). */
#include "gate/watch.h"

#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>

#include "common/log.h"
#include "gate/ruleset.h"

/* In every one of these messages the table's name is attribute 1. */
_Static_assert(NFTA_TABLE_NAME == 1 && NFTA_CHAIN_TABLE == 1 && NFTA_RULE_TABLE == 1 &&
		   NFTA_SET_TABLE == 1 && NFTA_SET_ELEM_LIST_TABLE == 1,
	       "table name");

static bool takes_out(const struct nlmsghdr *nlh, uint32_t own_port)
{
	const struct nfgenmsg *nfg = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *table;

	if (nlh->nlmsg_type >> 8 != NFNL_SUBSYS_NFTABLES || nlh->nlmsg_pid == own_port ||
	    nlh->nlmsg_len < NLMSG_LENGTH(sizeof(*nfg)) || nfg->nfgen_family != NFPROTO_INET)
		return false;
	switch (nlh->nlmsg_type & 0xff) {
	case NFT_MSG_DELTABLE:
	case NFT_MSG_DELCHAIN:
	case NFT_MSG_DELRULE:
	case NFT_MSG_DELSET:
	case NFT_MSG_DELSETELEM:
		table = nl_attr(nlh, sizeof(*nfg), NFTA_TABLE_NAME);
		return table != NULL && strcmp(mnl_attr_get_str(table), RULESET_TABLE) == 0;
	default:
		return false;
	}
}

bool watch_read(struct nl *events, const struct nl *own)
{
	static char buf[64 * 1024] __attribute__((aligned(8)));
	bool removed = false;
	ssize_t n;

	while ((n = nl_receive(events, buf, sizeof(buf))) > 0) {
		const struct nlmsghdr *nlh = (const void *)buf;
		int left = (int)n;

		for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left))
			removed = removed || takes_out(nlh, own->port);
	}
	if (n == 0)
		return removed;
	log_warn("nftables events");
	return true;
}
