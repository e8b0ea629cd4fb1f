/* One conntrack entry, as ctnetlink tells of it (nfnetlink_conntrack.h). */
#ifndef GATE_ENTRY_H
#define GATE_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "gate/neigh.h"
#include "gate/nl.h"

struct entry {
	struct neigh_address from;    /* who opened it */
	struct neigh_address to;      /* as the opener wrote it */
	struct neigh_address answers; /* who answers: not `to` when it was redirected */
	uint8_t protocol;
	uint16_t port;		/* destination, host order; 0 where there are none */
	uint16_t answers_port;	/* of who answers */
	bool redirected;
};

/* False when the message is no entry of IPv4 or IPv6. */
bool entry_parse(const struct nlmsghdr *nlh, struct entry *entry);
/* Deletes that same entry; one that has ended meanwhile is no error. */
void entry_delete(struct nl *nl, const struct nlmsghdr *nlh);

#endif
