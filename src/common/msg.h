/*
 * What portal asks of gate, and what gate answers: one fixed-size struct per packet on a
 * SOCK_SEQPACKET socketpair. No pointers, strings, paths or lengths: nothing to parse.
 *
 * If portal is taken over it can release devices that are present, for at most the
 * configured time, at most the configured number, and nothing else. Each verb is as
 * narrow as that sentence; think of it before adding one.
 */
#ifndef COMMON_MSG_H
#define COMMON_MSG_H

#include <stdbool.h>
#include <stdint.h>

#include "common/ether.h"

enum { MSG_PROTOCOL = 2, MSG_FD = 3 }; /* the descriptor on which portal finds gate */

enum msg_type {
	MSG_HELLO = 1, /* first, once: value = MSG_PROTOCOL, count = RELEASEs to be replayed */
	MSG_FIND,      /* address (or mac, family 0) -> mac, interface, zone, seconds left */
	MSG_RELEASE,   /* mac, address, seconds; family 0: any address of that mac, and in the
			  replay the zone it was made in */
	MSG_REVOKE,    /* mac */
	MSG_COUNT,     /* -> released in count, their limit in seconds, flags, value */
	MSG_SPARE,     /* mac: not to be led back again before its end -> seconds left */
	MSG__MAX,
	/* Gate's own words, id 0. */
	MSG_RELOAD = 16, /* it has had a SIGHUP, and may not signal portal */
	MSG_ENDED,	 /* mac: its release has ended by idleness */
	MSG_WORD__MAX
};

enum { MSG_ZONES_MAX = 16 }; /* as many as a configuration has */

enum msg_status {
	MSG_ASK = 0,   /* in every question */
	MSG_OK = 1,
	MSG_ABSENT,    /* no neighbour with that address, or not that mac, on a served interface */
	MSG_FULL,      /* the set is full */
	MSG_FAILED,    /* the kernel refused; gate has logged why */
	MSG_STATUS__MAX
};

/* COUNT's flags */
enum {
	MSG_FLAG_TABLE = 1,	/* the table is in place */
	MSG_FLAG_OWNER = 2,	/* ... and disappears with gate */
	MSG_FLAG_CTNETLINK = 4, /* established flows pass first; entries are deleted */
	MSG_FLAG_TRUSTED = 8,	/* FIND: a trusted device, never held */
	MSG_FLAG_ENDING = 16,	/* FIND: in the last minutes of its release, its HTTP is led here */
	MSG_FLAG_UPLINK_DOWN = 32, /* FIND, COUNT: this place has no internet now */
	MSG_FLAG_RESOLVER = 64, /* COUNT: gate's resolver runs, or none is needed */
};

struct msg {
	uint32_t type;
	uint32_t id;	   /* portal's; gate's answer carries it back */
	uint32_t status;   /* enum msg_status */
	uint32_t ifindex;  /* 0: any served interface */
	uint32_t zone;	   /* answers, and the replay: index in the configuration */
	uint32_t seconds;
	uint32_t count;
	uint32_t flags;
	uint32_t value;    /* HELLO: protocol; COUNT: least neighbour table limit, 0 unknown; FIND:
			      of a release when it ends, which tells it from the device's others */
	uint32_t interfaces; /* COUNT: served interfaces that exist now */
	uint8_t address[16]; /* network order; IPv4 in the first four bytes */
	struct ether mac;
	uint8_t family;	   /* 0, 4 or 6 */
	uint8_t unused;
};

_Static_assert(sizeof(struct msg) == 64, "one packet, one size, no padding");

/*
 * Is this a question that portal may ask? Type known, unused fields zero, MAC unicast
 * where one is needed, family and address consistent. Pure; gate's first line of defence.
 */
bool msg_is_question(const struct msg *msg);

#endif
