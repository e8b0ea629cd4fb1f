/*
 * The messages that make a table: it, its sets, its chains, its elements. Which ones, the
 * callers know (ruleset.c, garden_table.c).
 */
#ifndef GATE_TABLE_H
#define GATE_TABLE_H

#include <libnftnl/set.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/conf.h"
#include "gate/nl.h"

/* nft's numbers for its data types (nftables, include/datatype.h). */
enum { TABLE_IPV4 = 7, TABLE_IPV6 = 8, TABLE_ETHER = 9, TABLE_IFNAME = 41 };

/* NFT_MSG_NEWTABLE (one that is there stays as it is) or NFT_MSG_DELTABLE. */
void table_put(struct nl_batch *batch, struct nl *nl, const char *table, uint16_t type,
	       uint32_t flags);

struct table_set {
	const char *table, *name;
	uint32_t type, key_len;
	uint32_t flags;	     /* NFT_SET_... */
	uint32_t size;	     /* 0: no limit */
	uint64_t timeout_ms; /* of elements that come without one; 0: they stay */
};

void table_put_set(struct nl_batch *batch, struct nl *nl, const struct table_set *set);

/* Accepts what no rule of its decides. */
void table_put_chain(struct nl_batch *batch, struct nl *nl, const char *table, const char *chain,
		     const char *type, uint32_t hook, int32_t priority);
/* Takes all rules out of a chain. */
void table_flush_chain(struct nl_batch *batch, struct nl *nl, const char *table, const char *chain);

/* Elements of one set: begin, add, put. At most TABLE_ELEMENTS_MAX, as a netlink attribute
 * ends at 64 KiB. */
enum { TABLE_ELEMENTS_MAX = 512 };

struct table_elements {
	struct nftnl_set *nft;
	size_t count;
	bool failed;
};

void table_elements_begin(struct table_elements *elements, const char *table, const char *set);
/* flags: NFT_SET_ELEM_INTERVAL_END or 0; timeout_ms 0: the set's own. */
void table_elements_add(struct table_elements *elements, const void *key, uint32_t len,
			uint32_t flags, uint64_t timeout_ms);
/* The served interfaces, of every zone. */
void table_elements_add_interfaces(struct table_elements *elements, const struct conf *conf);
/* NFT_MSG_NEWSETELEM or NFT_MSG_DELSETELEM; the latter without any empties the set. */
void table_elements_put(struct table_elements *elements, struct nl_batch *batch, struct nl *nl,
			uint16_t type);

#endif
