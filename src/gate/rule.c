/*
 * Builds one rule at a time from libnftnl expressions, the same ones that nft builds, so
 * that `nft list ruleset` prints them in nft's own words.
 */
#include "gate/rule.h"

#include <arpa/inet.h>
#include <libnftnl/expr.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_tuple_common.h>
#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stddef.h>
#include <string.h>

#include "gate/ruleset.h"

static struct nftnl_expr *rule_expr(struct rule *rule, const char *name)
{
	struct nftnl_expr *expr = rule->nft != NULL ? nftnl_expr_alloc(name) : NULL;

	if (expr == NULL) {
		rule->failed = true;
		return NULL;
	}
	nftnl_rule_add_expr(rule->nft, expr);
	return expr;
}

static void rule_meta(struct rule *rule, uint32_t key)
{
	struct nftnl_expr *expr = rule_expr(rule, "meta");

	if (expr == NULL)
		return;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_META_KEY, key);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_META_DREG, NFT_REG_1);
}

static void rule_compare(struct rule *rule, uint32_t op, const void *data, uint32_t len)
{
	struct nftnl_expr *expr = rule_expr(rule, "cmp");

	if (expr == NULL)
		return;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_CMP_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_CMP_OP, op);
	nftnl_expr_set(expr, NFTNL_EXPR_CMP_DATA, data, len);
}

static void rule_payload(struct rule *rule, uint32_t base, uint32_t offset, uint32_t len)
{
	struct nftnl_expr *expr = rule_expr(rule, "payload");

	if (expr == NULL)
		return;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_BASE, base);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_DREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_OFFSET, offset);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_LEN, len);
}

static void rule_lookup(struct rule *rule, const char *set, bool inverted)
{
	struct nftnl_expr *expr = rule_expr(rule, "lookup");

	if (expr == NULL)
		return;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_LOOKUP_SREG, NFT_REG_1);
	nftnl_expr_set_str(expr, NFTNL_EXPR_LOOKUP_SET, set);
	if (inverted)
		nftnl_expr_set_u32(expr, NFTNL_EXPR_LOOKUP_FLAGS, NFT_LOOKUP_F_INV);
}

/* ether saddr: only where the packet has an Ethernet header, as nft does it. */
static void rule_ether_source(struct rule *rule)
{
	uint16_t type = ARPHRD_ETHER;

	rule_meta(rule, NFT_META_IIFTYPE);
	rule_compare(rule, NFT_CMP_EQ, &type, sizeof(type));
	rule_payload(rule, NFT_PAYLOAD_LL_HEADER, offsetof(struct ethhdr, h_source), ETH_ALEN);
}

void rule_begin(struct rule *rule, const char *chain)
{
	rule_begin_in(rule, RULESET_TABLE, chain);
}

void rule_begin_in(struct rule *rule, const char *table, const char *chain)
{
	rule->failed = false;
	rule->nft = nftnl_rule_alloc();
	if (rule->nft == NULL) {
		rule->failed = true;
		return;
	}
	nftnl_rule_set_str(rule->nft, NFTNL_RULE_TABLE, table);
	nftnl_rule_set_str(rule->nft, NFTNL_RULE_CHAIN, chain);
}

void rule_end(struct rule *rule, struct nl_batch *batch, struct nl *nl)
{
	struct nlmsghdr *nlh = NULL;

	if (!rule->failed)
		nlh = nl_batch_message(batch, nl, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND, 4096);
	if (nlh != NULL) {
		nftnl_rule_nlmsg_build_payload(nlh, rule->nft);
		nl_batch_end_message(batch, nlh);
	} else {
		batch->failed = true;
	}
	if (rule->nft != NULL)
		nftnl_rule_free(rule->nft);
}

void rule_interface_in(struct rule *rule, const char *set, bool inverted)
{
	rule_meta(rule, NFT_META_IIFNAME);
	rule_lookup(rule, set, inverted);
}

void rule_interface(struct rule *rule, const char *name)
{
	char padded[IFNAMSIZ] = {0};

	memcpy(padded, name, strnlen(name, IFNAMSIZ - 1));
	rule_meta(rule, NFT_META_IIFNAME);
	rule_compare(rule, NFT_CMP_EQ, padded, sizeof(padded));
}

void rule_ether_in(struct rule *rule, const char *set)
{
	rule_ether_source(rule);
	rule_lookup(rule, set, false);
}

/* The address is in the register still: a lookup leaves it there. */
void rule_seen(struct rule *rule, const char *set, const char *into, uint64_t ms)
{
	struct nftnl_expr *update;

	rule_ether_in(rule, set);
	update = rule_expr(rule, "dynset");
	if (update == NULL)
		return;
	nftnl_expr_set_u32(update, NFTNL_EXPR_DYNSET_SREG_KEY, NFT_REG_1);
	nftnl_expr_set_u32(update, NFTNL_EXPR_DYNSET_OP, NFT_DYNSET_OP_UPDATE);
	nftnl_expr_set_u64(update, NFTNL_EXPR_DYNSET_TIMEOUT, ms);
	nftnl_expr_set_str(update, NFTNL_EXPR_DYNSET_SET_NAME, into);
}

void rule_protocol(struct rule *rule, uint8_t protocol)
{
	rule_meta(rule, NFT_META_L4PROTO);
	rule_compare(rule, NFT_CMP_EQ, &protocol, sizeof(protocol));
}

void rule_protocol_not(struct rule *rule, uint8_t protocol)
{
	rule_meta(rule, NFT_META_L4PROTO);
	rule_compare(rule, NFT_CMP_NEQ, &protocol, sizeof(protocol));
}

/* The offsets of the destination in the two headers; of the other family none is looked at. */
void rule_to_in(struct rule *rule, uint8_t family, const char *set)
{
	uint8_t protocol = family == 4 ? NFPROTO_IPV4 : NFPROTO_IPV6;

	rule_meta(rule, NFT_META_NFPROTO);
	rule_compare(rule, NFT_CMP_EQ, &protocol, sizeof(protocol));
	if (family == 4)
		rule_payload(rule, NFT_PAYLOAD_NETWORK_HEADER, offsetof(struct iphdr, daddr), 4);
	else
		rule_payload(rule, NFT_PAYLOAD_NETWORK_HEADER, offsetof(struct ipv6hdr, daddr), 16);
	rule_lookup(rule, set, false);
}

/* The register & mask ^ bits */
static void rule_bitwise(struct rule *rule, uint32_t mask, uint32_t bits)
{
	struct nftnl_expr *expr = rule_expr(rule, "bitwise");

	if (expr == NULL)
		return;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BITWISE_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BITWISE_DREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BITWISE_LEN, sizeof(mask));
	nftnl_expr_set(expr, NFTNL_EXPR_BITWISE_MASK, &mask, sizeof(mask));
	nftnl_expr_set(expr, NFTNL_EXPR_BITWISE_XOR, &bits, sizeof(bits));
}

void rule_mark(struct rule *rule, uint32_t bit)
{
	uint32_t zero = 0;

	rule_meta(rule, NFT_META_MARK);
	rule_bitwise(rule, bit, 0);
	rule_compare(rule, NFT_CMP_NEQ, &zero, sizeof(zero));
}

static void rule_mark_change(struct rule *rule, uint32_t mask, uint32_t bits)
{
	struct nftnl_expr *expr;

	rule_meta(rule, NFT_META_MARK);
	rule_bitwise(rule, mask, bits);
	expr = rule_expr(rule, "meta");
	if (expr == NULL)
		return;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_META_KEY, NFT_META_MARK);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_META_SREG, NFT_REG_1);
}

void rule_mark_set(struct rule *rule, uint32_t bit)
{
	rule_mark_change(rule, ~bit, bit);
}

void rule_mark_clear(struct rule *rule, uint32_t bit)
{
	rule_mark_change(rule, ~bit, 0);
}

void rule_port(struct rule *rule, uint16_t port, bool inverted)
{
	uint16_t wire = htons(port);

	/* The destination port stands at the same place in TCP and UDP. */
	rule_payload(rule, NFT_PAYLOAD_TRANSPORT_HEADER, 2, sizeof(wire));
	rule_compare(rule, inverted ? NFT_CMP_NEQ : NFT_CMP_EQ, &wire, sizeof(wire));
}

void rule_by_opener(struct rule *rule)
{
	uint8_t original = IP_CT_DIR_ORIGINAL;
	struct nftnl_expr *expr = rule_expr(rule, "ct");

	if (expr == NULL)
		return;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_CT_KEY, NFT_CT_DIRECTION);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_CT_DREG, NFT_REG_1);
	rule_compare(rule, NFT_CMP_EQ, &original, sizeof(original));
}

void rule_original_port(struct rule *rule, uint16_t port)
{
	uint16_t wire = htons(port);
	struct nftnl_expr *expr = rule_expr(rule, "ct");

	if (expr == NULL)
		return;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_CT_KEY, NFT_CT_PROTO_DST);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_CT_DREG, NFT_REG_1);
	nftnl_expr_set_u8(expr, NFTNL_EXPR_CT_DIR, IP_CT_DIR_ORIGINAL);
	rule_compare(rule, NFT_CMP_EQ, &wire, sizeof(wire));
}

void rule_local(struct rule *rule, bool inverted)
{
	uint32_t local = RTN_LOCAL;
	struct nftnl_expr *expr = rule_expr(rule, "fib");

	if (expr == NULL)
		return;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_FIB_DREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_FIB_RESULT, NFT_FIB_RESULT_ADDRTYPE);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_FIB_FLAGS, NFTA_FIB_F_DADDR);
	rule_compare(rule, inverted ? NFT_CMP_NEQ : NFT_CMP_EQ, &local, sizeof(local));
}

void rule_state(struct rule *rule, uint32_t bits)
{
	uint32_t zero = 0;
	struct nftnl_expr *expr = rule_expr(rule, "ct");

	if (expr != NULL) {
		nftnl_expr_set_u32(expr, NFTNL_EXPR_CT_KEY, NFT_CT_STATE);
		nftnl_expr_set_u32(expr, NFTNL_EXPR_CT_DREG, NFT_REG_1);
	}
	rule_bitwise(rule, bits, 0);
	rule_compare(rule, NFT_CMP_NEQ, &zero, sizeof(zero));
}

void rule_count_over(struct rule *rule, const char *set, uint32_t count)
{
	struct nftnl_expr *limit = nftnl_expr_alloc("connlimit");
	struct nftnl_expr *add;

	rule_ether_source(rule);
	add = rule_expr(rule, "dynset");
	if (limit == NULL || add == NULL) {
		if (limit != NULL)
			nftnl_expr_free(limit);
		rule->failed = true;
		return;
	}
	nftnl_expr_set_u32(limit, NFTNL_EXPR_CONNLIMIT_COUNT, count);
	nftnl_expr_set_u32(limit, NFTNL_EXPR_CONNLIMIT_FLAGS, NFT_CONNLIMIT_F_INV);
	nftnl_expr_set_u32(add, NFTNL_EXPR_DYNSET_SREG_KEY, NFT_REG_1);
	nftnl_expr_set_u32(add, NFTNL_EXPR_DYNSET_OP, NFT_DYNSET_OP_ADD);
	nftnl_expr_set_str(add, NFTNL_EXPR_DYNSET_SET_NAME, set);
	nftnl_expr_set(add, NFTNL_EXPR_DYNSET_EXPR, limit, 0); /* add owns it now */
}

void rule_accept(struct rule *rule)
{
	struct nftnl_expr *expr = rule_expr(rule, "immediate");

	if (expr == NULL)
		return;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_IMM_DREG, NFT_REG_VERDICT);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_IMM_VERDICT, NF_ACCEPT);
}

void rule_redirect(struct rule *rule, uint16_t port)
{
	uint16_t wire = htons(port);
	struct nftnl_expr *expr = rule_expr(rule, "immediate");

	if (expr != NULL) {
		nftnl_expr_set_u32(expr, NFTNL_EXPR_IMM_DREG, NFT_REG_1);
		nftnl_expr_set(expr, NFTNL_EXPR_IMM_DATA, &wire, sizeof(wire));
	}
	expr = rule_expr(rule, "redir");
	if (expr != NULL) {
		nftnl_expr_set_u32(expr, NFTNL_EXPR_REDIR_REG_PROTO_MIN, NFT_REG_1);
		nftnl_expr_set_u32(expr, NFTNL_EXPR_REDIR_FLAGS, NF_NAT_RANGE_PROTO_SPECIFIED);
	}
}

static void rule_reject(struct rule *rule, uint32_t type, uint8_t code)
{
	struct nftnl_expr *expr = rule_expr(rule, "reject");

	if (expr == NULL)
		return;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_REJECT_TYPE, type);
	nftnl_expr_set_u8(expr, NFTNL_EXPR_REJECT_CODE, code);
}

void rule_reject_reset(struct rule *rule)
{
	rule_reject(rule, NFT_REJECT_TCP_RST, 0);
}

void rule_reject_admin(struct rule *rule)
{
	rule_reject(rule, NFT_REJECT_ICMPX_UNREACH, NFT_REJECT_ICMPX_ADMIN_PROHIBITED);
}
