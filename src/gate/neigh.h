/*
 * Who is where: the kernel's neighbour table and the served interfaces. A visitor's
 * identity comes from here and from nowhere else.
 */
#ifndef GATE_NEIGH_H
#define GATE_NEIGH_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/conf.h"
#include "common/ether.h"
#include "gate/nl.h"

enum { NEIGH_LINKS_MAX = CONF_ZONES_MAX * CONF_INTERFACES_MAX };

struct neigh_link {
	char name[IF_NAMESIZE];
	uint32_t zone;
	uint32_t ifindex; /* 0: not there now */
};

/* The served interfaces; they may come and go. */
struct neigh_links {
	struct neigh_link link[NEIGH_LINKS_MAX];
	size_t count;
};

/* An address on a served interface: 4 bytes of IPv4 or 16 of IPv6, network order. */
struct neigh_address {
	uint8_t byte[16];
	uint8_t family; /* 4 or 6 */
};

/* Names them from the configuration and asks the kernel which are there. 0, or -1. */
int neigh_links_load(struct neigh_links *links, const struct conf *conf, struct nl *nl);
/* Takes RTM_NEWLINK and RTM_DELLINK events from the socket; logs what came or went. Asks
 * anew, on the other socket, when events were lost. */
void neigh_links_read(struct neigh_links *links, struct nl *events, struct nl *route);
/* The served link with that index, or NULL. */
const struct neigh_link *neigh_link(const struct neigh_links *links, uint32_t ifindex);
unsigned neigh_links_present(const struct neigh_links *links);

/* One question: who has this address on this interface (0: any served one)? */
struct neigh_query {
	struct neigh_address address;
	uint32_t ifindex;
	bool found;	       /* out */
	bool ambiguous;	       /* out: two interfaces, two MACs */
	struct ether mac;      /* out */
	uint32_t found_ifindex; /* out */
};

/*
 * Answers all queries with one send (RTM_GETNEIGH, Linux 5.0). An address that two served
 * interfaces know with two MACs is not found: which one asks cannot be told. 0, or -1
 * with errno.
 */
int neigh_find(const struct neigh_links *links, struct nl *nl, struct neigh_query *queries,
	       size_t count);

/* The interface on which that MAC is a neighbour now, or 0. */
uint32_t neigh_find_mac(const struct neigh_links *links, struct nl *nl, const struct ether *mac);

/* A neighbour from a RTM_NEWNEIGH message, if it is usable and on a served interface. */
bool neigh_parse(const struct neigh_links *links, const struct nlmsghdr *nlh,
		 struct neigh_address *address, struct ether *mac, uint32_t *ifindex);

/* The lower of the IPv4 and IPv6 neighbour tables' hard limits (gc_thresh3); 0: unknown. */
uint32_t neigh_table_limit(struct nl *nl);

#endif
