/* Builds the elements of a set with libnftnl; does not know what the set is for. */
#include "gate/elements.h"

#include <linux/netfilter/nf_tables.h>
#include <linux/netlink.h>

#include "gate/ruleset.h"

enum { ELEMENT_BYTES = 48 };

struct nftnl_set *elements_new(const char *set)
{
	struct nftnl_set *list = nftnl_set_alloc();

	if (list != NULL) {
		nftnl_set_set_str(list, NFTNL_SET_TABLE, RULESET_TABLE);
		nftnl_set_set_str(list, NFTNL_SET_NAME, set);
	}
	return list;
}

bool elements_add(struct nftnl_set *list, const struct ether *mac, int64_t left_ms)
{
	struct nftnl_set_elem *elem = nftnl_set_elem_alloc();

	if (elem == NULL)
		return false;
	nftnl_set_elem_set(elem, NFTNL_SET_ELEM_KEY, mac->byte, ETHER_LEN);
	if (left_ms > 0)
		nftnl_set_elem_set_u64(elem, NFTNL_SET_ELEM_TIMEOUT, (uint64_t)left_ms);
	nftnl_set_elem_add(list, elem);
	return true;
}

void elements_put(struct nl_batch *batch, struct nl *nl, struct nftnl_set *list, size_t count,
		  uint16_t type)
{
	struct nlmsghdr *nlh = nl_batch_message(batch, nl, type,
						type == NFT_MSG_NEWSETELEM ? NLM_F_CREATE : 0,
						512 + count * ELEMENT_BYTES);

	if (nlh == NULL)
		return;
	nftnl_set_elems_nlmsg_build_payload(nlh, list);
	nl_batch_end_message(batch, nlh);
}
