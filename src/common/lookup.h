/*
 * Questions to one DNS server, asked and answered without waiting (c-ares). Names and
 * addresses come from strangers: what they may be used for, the caller decides.
 */
#ifndef COMMON_LOOKUP_H
#define COMMON_LOOKUP_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	LOOKUP_FDS = 4,		   /* one server: one UDP socket, and one TCP for a long answer */
	LOOKUP_ADDRESSES_MAX = 32, /* of one name; what is beyond them is left out */
	LOOKUP_WAIT_MS = 5000,	   /* for an answer */
};

enum lookup_is {
	LOOKUP_ANSWERED, /* with addresses, or that there are none */
	LOOKUP_SILENT,	 /* no answer, or that none was to be had */
	LOOKUP_REFUSED,	 /* it does not want to answer */
	LOOKUP_UNHEARD,	 /* nobody listens there */
};

struct lookup_address {
	uint8_t byte[16]; /* network order; IPv4 in the first four */
	uint8_t family;	  /* 4 or 6 */
	uint32_t seconds; /* its time to live */
};

typedef void lookup_done(void *arg, enum lookup_is is, const struct lookup_address *addresses,
			 size_t count);

struct lookup;

/* server: an address in text. NULL with errno. It opens files of the library's; no later call
 * does. */
struct lookup *lookup_open(const char *server);
void lookup_close(struct lookup *lookup); /* accepts NULL; what is asked is forgotten */

/* The name's addresses of both families. done is called once, maybe before this returns. */
void lookup_addresses(struct lookup *lookup, const char *name, lookup_done *done, void *arg);
/* A question that nobody else asks of that name (TXT), so that no cache answers it: is
 * there an answer at all? */
void lookup_fresh(struct lookup *lookup, const char *name, lookup_done *done, void *arg);

/* Fills in all LOOKUP_FDS; those unused get -1. */
void lookup_poll(const struct lookup *lookup, struct pollfd fds[LOOKUP_FDS]);
/* Milliseconds until lookup_run is due without a descriptor, at most `most`. */
int lookup_wait_ms(struct lookup *lookup, int most);
void lookup_run(struct lookup *lookup, const struct pollfd fds[LOOKUP_FDS]);

#endif
