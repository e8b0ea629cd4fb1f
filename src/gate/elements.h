/* Elements of a set of MAC addresses, as messages of an nftables transaction. */
#ifndef GATE_ELEMENTS_H
#define GATE_ELEMENTS_H

#include <libnftnl/set.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/ether.h"
#include "gate/nl.h"

enum { ELEMENTS_MAX = 512 }; /* in one message: a netlink attribute ends at 64 KiB */

/* An empty list of elements of that set; NULL when memory is out. nftnl_set_free() it. */
struct nftnl_set *elements_new(const char *set);

/* One more; left_ms 0: without a timeout. False when memory is out. */
bool elements_add(struct nftnl_set *list, const struct ether *mac, int64_t left_ms);

/* Puts the list, which has count of them, into a batch: NFT_MSG_NEWSETELEM or _DELSETELEM. */
void elements_put(struct nl_batch *batch, struct nl *nl, struct nftnl_set *list, size_t count,
		  uint16_t type);

#endif
