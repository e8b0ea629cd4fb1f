/* Asks the kernel whether the table stands; see ruleset.h. */
#include "gate/ruleset.h"

#include <netinet/in.h>

#include <libnftnl/common.h>
#include <libnftnl/table.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

bool ruleset_exists(struct nl *nl)
{
	char buf[1024] __attribute__((aligned(8))) = {0};
	struct nlmsghdr *nlh = nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETTABLE, NFPROTO_INET, 0,
						     ++nl->seq);
	struct nftnl_table *table = nftnl_table_alloc();
	bool found = false;
	ssize_t n;

	if (table == NULL)
		return false;
	nftnl_table_set_str(table, NFTNL_TABLE_NAME, RULESET_TABLE);
	nftnl_table_nlmsg_build_payload(nlh, table);
	nftnl_table_free(table);
	if (nl_send(nl, nlh, nlh->nlmsg_len) < 0)
		return false;
	while ((n = nl_receive(nl, buf, sizeof(buf))) > 0)
		found = nlh->nlmsg_type != NLMSG_ERROR;
	return found;
}
