/* What gate knows, in one place: its sockets, its table, and how far the start has come. */
#ifndef GATE_GATE_H
#define GATE_GATE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/conf.h"
#include "gate/ending.h"
#include "gate/flows.h"
#include "gate/garden.h"
#include "gate/neigh.h"
#include "gate/nl.h"
#include "gate/released.h"
#include "gate/ruleset.h"
#include "gate/uplink.h"

struct gate {
	const struct conf *conf;
	struct nl nft;	       /* transactions; owns the table */
	struct nl nft_events;  /* closed mode: who touched the table */
	struct nl route;       /* questions to the neighbour table */
	struct nl link_events; /* interfaces that come and go */
	struct neigh_links links;
	struct released *released;
	struct ending ending;
	struct ruleset ruleset;
	struct flows *flows; /* NULL: ctnetlink is missing */
	struct garden *garden; /* NULL: there is none */
	struct uplink uplink;
	int resolver_fd; /* -1: there is none */
	pid_t resolver_pid;
	int64_t heard_since_ms; /* what it says of the uplink is counted from then on */
	unsigned heard;
	int portal_fd;
	pid_t portal_pid;
	bool greeted;	      /* portal has said HELLO */
	bool in_place;	      /* the table stands */
	uint32_t replay_left; /* stored releases that portal has yet to name */
	uint32_t neighbour_limit;
	int64_t next_expiry_ms;
	int64_t next_idle_ms; /* when to look who is idle */
};

/* Puts the table in place with every device that is released; dies if the kernel refuses. */
void gate_install(struct gate *gate);

#endif
