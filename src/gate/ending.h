/*
 * The last minutes of a release (portal.remind): its device is in the kernel's set `ending`
 * as well, so that its next HTTP request leads to the portal, which offers one more lesson.
 * Everything else of it flows on until the release really ends.
 */
#ifndef GATE_ENDING_H
#define GATE_ENDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/conf.h"
#include "gate/nl.h"
#include "gate/released.h"

enum { ENDING_AT_ONCE = 512 }; /* in one look, which is one transaction */

/* released_device.ending */
enum ending_state {
	ENDING_NEVER = 0, /* too short a release, a trusted device, or it asked to be spared */
	ENDING_TO_COME,
	ENDING_NOW, /* in the set */
};

struct ending {
	const struct conf *conf;   /* borrowed */
	struct released *released; /* borrowed */
	int64_t next_ms;	   /* when to look again; INT64_MAX: none is to come */
	bool refused;		   /* the kernel has refused, and the log has said so */
};

/* Nobody's last minutes yet. */
void ending_open(struct ending *ending, const struct conf *conf, struct released *released);

/*
 * With what a release for so many seconds begins. One shorter than four times those last
 * minutes ("later", for instance) is over before anybody could be reminded kindly.
 */
enum ending_state ending_at_first(const struct conf *conf, size_t zone, uint32_t seconds);

/* A change has been made: its last minutes may be the next ones to begin. */
void ending_note(struct ending *ending, const struct released_change *change);

/* Those whose last minutes have begun are led to the portal from now on. Cheap when there
 * are none; many who end together take several looks. */
void ending_look(struct ending *ending, struct nl *nl, int64_t now);

/* They are about to be released anew or revoked: what is in the set of them leaves it. */
void ending_leave(struct ending *ending, struct nl *nl, const struct released_change *changes,
		  size_t count);

/* Not again before its end. False: it is not released, or the kernel refused (logged). */
bool ending_spare(struct ending *ending, struct nl *nl, const struct ether *mac);

bool ending_is_now(const struct ending *ending, const struct ether *mac);

/* Puts all whose last minutes they are into a batch that makes the table (ruleset_fill). */
void ending_fill(struct ending *ending, struct nl_batch *batch, struct nl *nl);

#endif
