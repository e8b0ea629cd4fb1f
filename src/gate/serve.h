/* Answers portal's questions: one function for each type of message. */
#ifndef GATE_SERVE_H
#define GATE_SERVE_H

#include <stdbool.h>

#include "gate/gate.h"

/*
 * One tick: takes all questions that are there (up to 128), makes one nftables
 * transaction of their releases and revocations, and answers each. Dies of a malformed
 * question: portal is then broken or captured. False when portal has closed its end.
 */
bool serve_tick(struct gate *gate);

/* Tells portal to take the new content: gate may not signal it. */
void serve_reload(const struct gate *gate);
/* Tells portal that a release has ended by idleness, so that it is not stored any more. */
void serve_ended(const struct gate *gate, const struct ether *mac);

#endif
