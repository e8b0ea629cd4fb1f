/*
 * Rules of the table, one call per term of a rule in nft's own words: rule_begin, terms,
 * a verdict, rule_end. A rule that could not be built makes the whole batch fail.
 */
#ifndef GATE_RULE_H
#define GATE_RULE_H

#include <libnftnl/rule.h>
#include <stdbool.h>
#include <stdint.h>

#include "gate/nl.h"

struct rule {
	struct nftnl_rule *nft;
	bool failed;
};

void rule_begin(struct rule *rule, const char *chain); /* of the table inet congchao */
void rule_begin_in(struct rule *rule, const char *table, const char *chain);
void rule_end(struct rule *rule, struct nl_batch *batch, struct nl *nl);

void rule_interface_in(struct rule *rule, const char *set, bool inverted); /* iifname [!=] @set */
void rule_interface(struct rule *rule, const char *name);		   /* iifname "name" */
void rule_ether_in(struct rule *rule, const char *set);			   /* ether saddr @set */
void rule_protocol(struct rule *rule, uint8_t protocol);		   /* meta l4proto */
void rule_protocol_not(struct rule *rule, uint8_t protocol);		   /* meta l4proto != */
void rule_to_in(struct rule *rule, uint8_t family, const char *set);	   /* ip[6] daddr @set */
void rule_mark(struct rule *rule, uint32_t bit);			   /* meta mark & bit != 0 */
void rule_port(struct rule *rule, uint16_t port, bool inverted);	   /* th dport [!=] */
void rule_original_port(struct rule *rule, uint16_t port); /* ct original proto-dst */
/* fib daddr type [!=] local: is it one of the gateway's own addresses? */
void rule_local(struct rule *rule, bool inverted);
void rule_state(struct rule *rule, uint32_t bits);			   /* ct state */
void rule_by_opener(struct rule *rule);					   /* ct direction original */
/* ether saddr @set update @into { ether saddr timeout ms } */
void rule_seen(struct rule *rule, const char *set, const char *into, uint64_t ms);
/* add @set { ether saddr ct count over count } */
void rule_count_over(struct rule *rule, const char *set, uint32_t count);

/* meta mark set meta mark | bit; ... & ~bit: the other bits are others' */
void rule_mark_set(struct rule *rule, uint32_t bit);
void rule_mark_clear(struct rule *rule, uint32_t bit);

void rule_accept(struct rule *rule);
void rule_redirect(struct rule *rule, uint16_t port);	/* redirect to :port */
void rule_reject_reset(struct rule *rule);		/* reject with tcp reset */
void rule_reject_admin(struct rule *rule);		/* reject with icmpx admin-prohibited */

#endif
