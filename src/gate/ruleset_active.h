/* The rules by which the kernel sees who is active, for ruleset.c. */
#ifndef GATE_RULESET_ACTIVE_H
#define GATE_RULESET_ACTIVE_H

#include <stdint.h>

#include "common/conf.h"
#include "gate/nl.h"

/* Begins the chain `hold` with them, where a zone has idle_after. */
void ruleset_put_active(struct nl_batch *batch, struct nl *nl, const struct conf *conf);

/* The size of the set `active`. */
uint32_t ruleset_active_max(const struct conf *conf);

#endif
