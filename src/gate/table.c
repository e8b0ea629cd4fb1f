/*
 * One function for each kind of nftables message (libnftnl). A message that could not be
 * built makes its whole batch fail.
 */
#include "gate/table.h"

#include <libnftnl/chain.h>
#include <libnftnl/rule.h>
#include <libnftnl/table.h>
#include <libnftnl/udata.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

enum { ELEMENT_BYTES = 64 };

void table_put(struct nl_batch *batch, struct nl *nl, const char *name, uint16_t type,
	       uint32_t flags)
{
	struct nftnl_table *table = nftnl_table_alloc();
	uint16_t create = type == NFT_MSG_NEWTABLE ? NLM_F_CREATE : 0;
	struct nlmsghdr *nlh = nl_batch_message(batch, nl, type, create, 256);

	if (table == NULL || nlh == NULL) {
		batch->failed = true;
	} else {
		nftnl_table_set_str(table, NFTNL_TABLE_NAME, name);
		if (type == NFT_MSG_NEWTABLE)
			nftnl_table_set_u32(table, NFTNL_TABLE_FLAGS, flags);
		nftnl_table_nlmsg_build_payload(nlh, table);
		nl_batch_end_message(batch, nlh);
	}
	if (table != NULL)
		nftnl_table_free(table);
}

/* Tells nft how to print the keys: interface names are in the host's order. */
static void set_byteorder(struct nftnl_set *set, uint32_t type)
{
	enum { IN_HOST_ORDER = 1, IN_NETWORK_ORDER = 2, SIZE = 64 };
	struct nftnl_udata_buf *data = nftnl_udata_buf_alloc(SIZE);

	if (data == NULL)
		return;
	nftnl_udata_put_u32(data, NFTNL_UDATA_SET_KEYBYTEORDER,
			    type == TABLE_IFNAME ? IN_HOST_ORDER : IN_NETWORK_ORDER);
	nftnl_set_set_data(set, NFTNL_SET_USERDATA, nftnl_udata_buf_data(data),
			   nftnl_udata_buf_len(data));
	nftnl_udata_buf_free(data);
}

void table_put_set(struct nl_batch *batch, struct nl *nl, const struct table_set *from)
{
	static uint32_t id;
	struct nftnl_set *set = nftnl_set_alloc();
	struct nlmsghdr *nlh = nl_batch_message(batch, nl, NFT_MSG_NEWSET, NLM_F_CREATE, 512);

	if (set == NULL || nlh == NULL) {
		batch->failed = true;
	} else {
		nftnl_set_set_str(set, NFTNL_SET_TABLE, from->table);
		nftnl_set_set_str(set, NFTNL_SET_NAME, from->name);
		nftnl_set_set_u32(set, NFTNL_SET_ID, ++id);
		nftnl_set_set_u32(set, NFTNL_SET_KEY_TYPE, from->type);
		nftnl_set_set_u32(set, NFTNL_SET_KEY_LEN, from->key_len);
		nftnl_set_set_u32(set, NFTNL_SET_FLAGS, from->flags);
		if (from->size > 0)
			nftnl_set_set_u32(set, NFTNL_SET_DESC_SIZE, from->size);
		if (from->timeout_ms > 0)
			nftnl_set_set_u64(set, NFTNL_SET_TIMEOUT, from->timeout_ms);
		set_byteorder(set, from->type);
		nftnl_set_nlmsg_build_payload(nlh, set);
		nl_batch_end_message(batch, nlh);
	}
	if (set != NULL)
		nftnl_set_free(set);
}

void table_put_chain(struct nl_batch *batch, struct nl *nl, const char *table, const char *name,
		     const char *type, uint32_t hook, int32_t priority)
{
	struct nftnl_chain *chain = nftnl_chain_alloc();
	struct nlmsghdr *nlh = nl_batch_message(batch, nl, NFT_MSG_NEWCHAIN, NLM_F_CREATE, 512);

	if (chain == NULL || nlh == NULL) {
		batch->failed = true;
	} else {
		nftnl_chain_set_str(chain, NFTNL_CHAIN_TABLE, table);
		nftnl_chain_set_str(chain, NFTNL_CHAIN_NAME, name);
		nftnl_chain_set_str(chain, NFTNL_CHAIN_TYPE, type);
		nftnl_chain_set_u32(chain, NFTNL_CHAIN_HOOKNUM, hook);
		nftnl_chain_set_s32(chain, NFTNL_CHAIN_PRIO, priority);
		nftnl_chain_set_u32(chain, NFTNL_CHAIN_POLICY, NF_ACCEPT);
		nftnl_chain_nlmsg_build_payload(nlh, chain);
		nl_batch_end_message(batch, nlh);
	}
	if (chain != NULL)
		nftnl_chain_free(chain);
}

/* A DELRULE that names no rule names all of the chain. */
void table_flush_chain(struct nl_batch *batch, struct nl *nl, const char *table, const char *chain)
{
	struct nftnl_rule *rule = nftnl_rule_alloc();
	struct nlmsghdr *nlh = nl_batch_message(batch, nl, NFT_MSG_DELRULE, 0, 256);

	if (rule == NULL || nlh == NULL) {
		batch->failed = true;
	} else {
		nftnl_rule_set_str(rule, NFTNL_RULE_TABLE, table);
		nftnl_rule_set_str(rule, NFTNL_RULE_CHAIN, chain);
		nftnl_rule_nlmsg_build_payload(nlh, rule);
		nl_batch_end_message(batch, nlh);
	}
	if (rule != NULL)
		nftnl_rule_free(rule);
}

void table_elements_begin(struct table_elements *elements, const char *table, const char *set)
{
	*elements = (struct table_elements){.nft = nftnl_set_alloc()};
	elements->failed = elements->nft == NULL;
	if (elements->failed)
		return;
	nftnl_set_set_str(elements->nft, NFTNL_SET_TABLE, table);
	nftnl_set_set_str(elements->nft, NFTNL_SET_NAME, set);
}

void table_elements_add(struct table_elements *elements, const void *key, uint32_t len,
			uint32_t flags, uint64_t timeout_ms)
{
	struct nftnl_set_elem *elem = nftnl_set_elem_alloc();

	if (elem == NULL || elements->failed || elements->count == TABLE_ELEMENTS_MAX) {
		elements->failed = true;
		if (elem != NULL)
			nftnl_set_elem_free(elem);
		return;
	}
	nftnl_set_elem_set(elem, NFTNL_SET_ELEM_KEY, key, len);
	if (flags != 0)
		nftnl_set_elem_set_u32(elem, NFTNL_SET_ELEM_FLAGS, flags);
	if (timeout_ms != 0)
		nftnl_set_elem_set_u64(elem, NFTNL_SET_ELEM_TIMEOUT, timeout_ms);
	nftnl_set_elem_add(elements->nft, elem);
	elements->count++;
}

void table_elements_add_interfaces(struct table_elements *elements, const struct conf *conf)
{
	for (size_t z = 0; z < conf->zone_count; z++)
		for (size_t i = 0; i < conf->zones[z].interface_count; i++) {
			char name[IF_NAMESIZE] = {0};

			memcpy(name, conf->zones[z].interfaces[i],
			       strnlen(conf->zones[z].interfaces[i], IF_NAMESIZE - 1));
			table_elements_add(elements, name, sizeof(name), 0, 0);
		}
}

void table_elements_put(struct table_elements *elements, struct nl_batch *batch, struct nl *nl,
			uint16_t type)
{
	struct nlmsghdr *nlh = NULL;

	/* To add none is nothing to do; to delete none is to delete all. */
	if (type == NFT_MSG_NEWSETELEM && elements->count == 0 && !elements->failed)
		goto out;
	if (!elements->failed)
		nlh =
		    nl_batch_message(batch, nl, type, type == NFT_MSG_NEWSETELEM ? NLM_F_CREATE : 0,
				     256 + elements->count * ELEMENT_BYTES);
	if (nlh == NULL) {
		batch->failed = true;
		goto out;
	}
	nftnl_set_elems_nlmsg_build_payload(nlh, elements->nft);
	nl_batch_end_message(batch, nlh);
out:
	if (elements->nft != NULL)
		nftnl_set_free(elements->nft);
	*elements = (struct table_elements){0};
}
