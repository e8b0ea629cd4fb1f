/* Reads the group NFNLGRP_NFTABLES (nfnetlink.h). What gate does itself comes back, too. */
#include "gate/watch.h"

#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>

#include "common/log.h"
#include "gate/garden.h"
#include "gate/garden_table.h"
#include "gate/ruleset.h"

/* What must be put back. */
enum { WATCH_RULESET = 1, WATCH_GARDEN = 2 };

/* In every one of these messages the table's name is attribute 1. */
_Static_assert(NFTA_TABLE_NAME == 1 && NFTA_CHAIN_TABLE == 1 && NFTA_RULE_TABLE == 1 &&
		   NFTA_SET_TABLE == 1 && NFTA_SET_ELEM_LIST_TABLE == 1,
	       "table name");

/* The garden's dynamic sets are anybody's: what is taken out of them is meant. */
static unsigned table_of(const struct nlmsghdr *nlh, bool elements)
{
	const struct nlattr *table = nl_attr(nlh, sizeof(struct nfgenmsg), NFTA_TABLE_NAME);
	const struct nlattr *set = nl_attr(nlh, sizeof(struct nfgenmsg), NFTA_SET_ELEM_LIST_SET);

	if (table == NULL)
		return 0;
	if (strcmp(mnl_attr_get_str(table), RULESET_TABLE) == 0)
		return WATCH_RULESET;
	if (strcmp(mnl_attr_get_str(table), GARDEN_TABLE) != 0)
		return 0;
	return elements && set != NULL && garden_is_shared(mnl_attr_get_str(set)) ? 0 : WATCH_GARDEN;
}

static unsigned takes_out(const struct nlmsghdr *nlh, uint32_t own_port)
{
	const struct nfgenmsg *nfg = mnl_nlmsg_get_payload(nlh);

	if (nlh->nlmsg_type >> 8 != NFNL_SUBSYS_NFTABLES || nlh->nlmsg_pid == own_port ||
	    nlh->nlmsg_len < NLMSG_LENGTH(sizeof(*nfg)) || nfg->nfgen_family != NFPROTO_INET)
		return 0;
	switch (nlh->nlmsg_type & 0xff) {
	case NFT_MSG_DELTABLE:
	case NFT_MSG_DELCHAIN:
	case NFT_MSG_DELRULE:
	case NFT_MSG_DELSET:
		return table_of(nlh, false);
	case NFT_MSG_DELSETELEM:
		return table_of(nlh, true);
	default:
		return 0;
	}
}

/* The tables out of which somebody took what belongs there; both when events were lost. */
static unsigned events_read(struct nl *events, uint32_t own_port)
{
	static char buf[64 * 1024] __attribute__((aligned(8)));
	unsigned removed = 0;
	ssize_t n;

	while ((n = nl_receive(events, buf, sizeof(buf))) > 0) {
		const struct nlmsghdr *nlh = (const void *)buf;
		int left = (int)n;

		for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left))
			removed |= takes_out(nlh, own_port);
	}
	if (n == 0)
		return removed;
	log_warn("nftables events");
	return WATCH_RULESET | WATCH_GARDEN;
}

void watch_read(struct gate *gate)
{
	unsigned removed = events_read(&gate->nft_events, gate->nft.port);

	if (!gate->in_place)
		return;
	/* From a table that gate owns nobody can take anything: events were lost. */
	if (removed & WATCH_RULESET && !gate->ruleset.owner) {
		log_warnx("someone removed the table or its rules: putting it back");
		gate_install(gate);
	} else if (removed & WATCH_GARDEN && gate->garden != NULL) {
		log_warnx("someone removed the walled garden's table or its rules: putting it back");
		garden_install(gate->garden, gate->ruleset.ctnetlink);
	}
}
