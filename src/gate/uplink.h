/*
 * Is the internet there? Two witnesses: the kernel's routes, which gate asks itself, and
 * the DNS, which the resolver asks. Down when one of them is sure; up when in doubt. It
 * changes what pages say and where names of held devices are answered, and nothing else.
 */
#ifndef GATE_UPLINK_H
#define GATE_UPLINK_H

#include <stdbool.h>

#include "common/conf.h"
#include "gate/nl.h"

struct uplink {
	bool check;
	bool routed;   /* a public address can be sent to, or nobody can tell */
	bool answered; /* names are answered, or nobody can tell */
	bool down;
	struct nl events;
};

/* With uplink.check false it is up for ever. 0, or -1 with errno. */
int uplink_open(struct uplink *uplink, const struct conf *conf, struct nl *route);
void uplink_close(struct uplink *uplink);
int uplink_fd(const struct uplink *uplink); /* poll for reading; -1: not checked */

/* Takes what has happened to routes and links; true when the answer is another one now. */
bool uplink_read(struct uplink *uplink, struct nl *route);
/* What the resolver says; true when the answer is another one now. */
bool uplink_hear(struct uplink *uplink, bool answered);

#endif
