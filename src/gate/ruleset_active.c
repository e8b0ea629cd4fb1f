/*
 * Who is released and sends is in the set `active`, for as long as the zone says; idle.c
 * looks there. Zones without idle_after have none of this.
 */
#include "gate/ruleset_active.h"

#include "gate/rule.h"
#include "gate/ruleset.h"

/* Those who are released, and those whose release ended less than idle_after ago: where that
 * is shorter than release_for, no more than once again as many. */
uint32_t ruleset_active_max(const struct conf *conf)
{
	return 2 * conf->released_max;
}

/* The first rules of all: established flows count as well. Who is held is not let in, or
 * strangers could fill the set. */
static void put_zone(struct nl_batch *batch, struct nl *nl, const struct conf_zone *zone)
{
	struct rule rule;

	/* iifname "br-lan" ether saddr @released update @active { ether saddr timeout 15m } */
	for (size_t i = 0; i < zone->interface_count; i++) {
		rule_begin(&rule, "hold");
		rule_interface(&rule, zone->interfaces[i]);
		rule_seen(&rule, RULESET_RELEASED, RULESET_ACTIVE,
			  (uint64_t)zone->idle_after_seconds * 1000);
		rule_end(&rule, batch, nl);
	}
}

void ruleset_put_active(struct nl_batch *batch, struct nl *nl, const struct conf *conf)
{
	for (size_t z = 0; z < conf->zone_count; z++)
		if (conf->zones[z].idle_after_seconds > 0)
			put_zone(batch, nl, &conf->zones[z]);
}
