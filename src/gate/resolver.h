/*
 * The resolver: a third process that asks the DNS for gate, which has no socket for it and
 * would not read a stranger's packets. Forked before gate locks itself, in the manner of
 * OpenNTPD's: no exec, no capability, no file; its own socketpair with packets of one size.
 *
 * Whoever takes it over can open at most GARDEN_LEARNED_MAX public addresses to held
 * devices, and have the pages say that the internet is down; nothing else.
 */
#ifndef GATE_RESOLVER_H
#define GATE_RESOLVER_H

#include <pwd.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/conf.h"

enum resolver_word {
	RESOLVER_ADDRESS = 1, /* of a name: address, family, seconds */
	RESOLVER_UP,	      /* a fresh question was answered, or nobody can tell */
	RESOLVER_DOWN,	      /* two in a row were not */
	RESOLVER_HURRY,	      /* gate's only word: ask now, the way may have changed */
	RESOLVER__MAX
};

struct resolver_msg {
	uint32_t word;
	uint32_t name; /* garden.names, then the probe hosts after them */
	uint32_t seconds;
	uint8_t address[16];
	uint8_t family;
	uint8_t unused[3];
};

_Static_assert(sizeof(struct resolver_msg) == 32, "one packet, one size, no padding");

/* Does the configuration need one? */
bool resolver_is_needed(const struct conf *conf);

/*
 * Forks it; returns gate's end of the socketpair (non-blocking) and the pid, or -1 with
 * errno. Before any socket of gate's is open: what it inherits it would keep open.
 */
int resolver_start(const struct conf *conf, const struct passwd *user, pid_t *pid);

#endif
