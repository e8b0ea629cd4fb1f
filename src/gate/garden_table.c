/*
 * Builds the table with libnftnl. Each rule stands below its text in nft's own words; the
 * golden file tests/golden/garden.nft is what nft prints of it.
 */
#include "gate/garden_table.h"

/* The C library's own network headers first: the kernel's then leave theirs out. */
#include <net/if.h>
#include <netinet/in.h>

#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter_ipv4.h>
#include <string.h>

#include "common/log.h"
#include "gate/rule.h"
#include "gate/table.h"

/* Before `intercept`, and after those who set marks for reasons of their own (mangle). */
enum { BEFORE = 10 };

/* Elements of dnsmasq come without a time: one that no name leads to any more is not to
 * stay for ever. */
static const uint64_t allowed_ms = 24 * 3600 * 1000;

static const uint8_t families[] = {4, 6};

const char *garden_set_name(enum garden_set set, uint8_t family)
{
	static const char *const names[GARDEN_SET__MAX][2] = {
	    [GARDEN_ALLOWED] = {"allowed4", "allowed6"},
	    [GARDEN_PROBE] = {"probe4", "probe6"},
	    [GARDEN_FIXED] = {"fixed4", "fixed6"},
	};

	return names[set][family == 6];
}

static uint32_t length_of(uint8_t family)
{
	return family == 4 ? 4 : 16;
}

static void put_set(struct nl_batch *batch, struct nl *nl, enum garden_set set, uint8_t family)
{
	const struct table_set made = {
	    .table = GARDEN_TABLE,
	    .name = garden_set_name(set, family),
	    .type = family == 4 ? TABLE_IPV4 : TABLE_IPV6,
	    .key_len = length_of(family),
	    .flags = set == GARDEN_FIXED ? NFT_SET_INTERVAL : NFT_SET_TIMEOUT,
	    .size = set == GARDEN_FIXED ? 0 : GARDEN_SET_MAX,
	    .timeout_ms = set == GARDEN_ALLOWED ? allowed_ms : 0,
	};

	table_put_set(batch, nl, &made);
}

/* The first address after the prefix: the kernel's intervals end before their end. */
static void prefix_end(const struct conf_prefix *prefix, uint8_t end[16])
{
	unsigned i = prefix->bits - 1u;

	memcpy(end, prefix->byte, 16);
	/* Never beyond the last address: conf_prefix_parse() has none so high. */
	for (bool carry = true; carry; i--) {
		uint8_t bit = (uint8_t)(0x80u >> i % 8);

		carry = (end[i / 8] & bit) != 0;
		end[i / 8] ^= bit;
	}
}

static void put_fixed(struct nl_batch *batch, struct nl *nl, const struct conf *conf,
		      uint8_t family)
{
	const struct conf_garden *garden = &conf->garden;
	const char *name = garden_set_name(GARDEN_FIXED, family);
	struct table_elements elements;

	table_elements_begin(&elements, GARDEN_TABLE, name);
	table_elements_put(&elements, batch, nl, NFT_MSG_DELSETELEM);
	table_elements_begin(&elements, GARDEN_TABLE, name);
	for (size_t i = 0; i < garden->prefix_count; i++) {
		uint8_t end[16];

		if (garden->prefixes[i].family != family)
			continue;
		prefix_end(&garden->prefixes[i], end);
		table_elements_add(&elements, garden->prefixes[i].byte, length_of(family), 0, 0);
		table_elements_add(&elements, end, length_of(family), NFT_SET_ELEM_INTERVAL_END, 0);
	}
	table_elements_put(&elements, batch, nl, NFT_MSG_NEWSETELEM);
}

static void put_interfaces(struct nl_batch *batch, struct nl *nl, const struct conf *conf)
{
	const struct table_set set = {GARDEN_TABLE, "interfaces", TABLE_IFNAME, IFNAMSIZ, 0, 0, 0};
	struct table_elements elements;

	table_put_set(batch, nl, &set);
	table_elements_begin(&elements, GARDEN_TABLE, "interfaces");
	table_elements_put(&elements, batch, nl, NFT_MSG_DELSETELEM);
	table_elements_begin(&elements, GARDEN_TABLE, "interfaces");
	table_elements_add_interfaces(&elements, conf);
	table_elements_put(&elements, batch, nl, NFT_MSG_NEWSETELEM);
}

/* What need not be looked at: other interfaces' packets, those of open connections, what
 * is neither TCP nor UDP. */
static void put_pass(struct nl_batch *batch, struct nl *nl, bool established_first)
{
	struct rule rule;

	/* iifname != @interfaces accept */
	rule_begin_in(&rule, GARDEN_TABLE, "garden");
	rule_interface_in(&rule, "interfaces", true);
	rule_accept(&rule);
	rule_end(&rule, batch, nl);
	/* ct state established,related accept */
	if (established_first) {
		rule_begin_in(&rule, GARDEN_TABLE, "garden");
		rule_state(&rule,
			   NF_CT_STATE_BIT(IP_CT_ESTABLISHED) | NF_CT_STATE_BIT(IP_CT_RELATED));
		rule_accept(&rule);
		rule_end(&rule, batch, nl);
	}
	/* meta mark set meta mark & 0xffefffff: whoever has set our bit did not mean us */
	rule_begin_in(&rule, GARDEN_TABLE, "garden");
	rule_mark_clear(&rule, GARDEN_MARK);
	rule_end(&rule, batch, nl);
	/* meta l4proto != tcp meta l4proto != udp accept */
	rule_begin_in(&rule, GARDEN_TABLE, "garden");
	rule_protocol_not(&rule, IPPROTO_TCP);
	rule_protocol_not(&rule, IPPROTO_UDP);
	rule_accept(&rule);
	rule_end(&rule, batch, nl);
}

/* ip daddr @probe4 accept; ip daddr @fixed4 meta mark set meta mark | 0x00100000 accept;
 * ip daddr @allowed4 ...: the same. Probes first, whoever has put them into `allowed`. */
static void put_marks(struct nl_batch *batch, struct nl *nl, uint8_t family)
{
	static const enum garden_set order[] = {GARDEN_PROBE, GARDEN_FIXED, GARDEN_ALLOWED};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		struct rule rule;

		rule_begin_in(&rule, GARDEN_TABLE, "garden");
		rule_to_in(&rule, family, garden_set_name(order[i], family));
		if (order[i] != GARDEN_PROBE)
			rule_mark_set(&rule, GARDEN_MARK);
		rule_accept(&rule);
		rule_end(&rule, batch, nl);
	}
}

static int install_once(const struct conf *conf, bool established_first, bool anew, struct nl *nl)
{
	struct nl_batch batch;

	nl_batch_begin(&batch, nl);
	/* Adding what is there changes nothing; deleting what is not there fails. */
	table_put(&batch, nl, GARDEN_TABLE, NFT_MSG_NEWTABLE, 0);
	if (anew) {
		table_put(&batch, nl, GARDEN_TABLE, NFT_MSG_DELTABLE, 0);
		table_put(&batch, nl, GARDEN_TABLE, NFT_MSG_NEWTABLE, 0);
	}
	table_put_chain(&batch, nl, GARDEN_TABLE, "garden", "filter", NF_INET_PRE_ROUTING,
			NF_IP_PRI_NAT_DST - BEFORE);
	table_flush_chain(&batch, nl, GARDEN_TABLE, "garden");
	put_interfaces(&batch, nl, conf);
	for (size_t f = 0; f < sizeof(families); f++) {
		for (int set = 0; set < GARDEN_SET__MAX; set++)
			put_set(&batch, nl, (enum garden_set)set, families[f]);
		put_fixed(&batch, nl, conf, families[f]);
	}
	put_pass(&batch, nl, established_first);
	for (size_t f = 0; f < sizeof(families); f++)
		put_marks(&batch, nl, families[f]);
	return nl_batch_commit(&batch, nl);
}

/* A table of that name and another shape, from another version: it goes. */
int garden_table_install(const struct conf *conf, bool established_first, struct nl *nl)
{
	if (install_once(conf, established_first, false, nl) == 0)
		return 0;
	return install_once(conf, established_first, true, nl);
}

int garden_table_remove(struct nl *nl)
{
	struct nl_batch batch;

	nl_batch_begin(&batch, nl);
	table_put(&batch, nl, GARDEN_TABLE, NFT_MSG_DELTABLE, 0);
	return nl_batch_commit(&batch, nl);
}

static void put_elements(struct nl_batch *batch, struct nl *nl, enum garden_set set, uint8_t family,
			 const struct garden_element *elements, size_t count, uint16_t type)
{
	struct table_elements put;

	table_elements_begin(&put, GARDEN_TABLE, garden_set_name(set, family));
	for (size_t i = 0; i < count; i++)
		if (elements[i].address.family == family)
			table_elements_add(&put, elements[i].address.byte, length_of(family), 0,
					   type == NFT_MSG_NEWSETELEM ? elements[i].timeout_ms : 0);
	if (put.count == 0)
		type = NFT_MSG_NEWSETELEM; /* a DELSETELEM without any would empty the set */
	table_elements_put(&put, batch, nl, type);
}

/*
 * An element that is there keeps its old timeout when it is added again, and one that is
 * not there, or has just ended, cannot be deleted: so added, deleted, added.
 */
int garden_table_renew(enum garden_set set, const struct garden_element *elements, size_t count,
		       struct nl *nl)
{
	static const uint16_t types[] = {NFT_MSG_NEWSETELEM, NFT_MSG_DELSETELEM,
					 NFT_MSG_NEWSETELEM};
	struct nl_batch batch;

	nl_batch_begin(&batch, nl);
	for (size_t f = 0; f < sizeof(families); f++)
		for (size_t t = 0; t < sizeof(types) / sizeof(types[0]); t++)
			put_elements(&batch, nl, set, families[f], elements, count, types[t]);
	return nl_batch_commit(&batch, nl);
}

/* One question outside a batch: the kernel answers inside the send. */
bool garden_table_has(enum garden_set set, const struct neigh_address *address, struct nl *nl)
{
	char buf[1024] __attribute__((aligned(8))) = {0};
	struct nlmsghdr *nlh =
	    nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETSETELEM, NFPROTO_INET, 0, ++nl->seq);
	struct table_elements asked;
	bool found = false;

	table_elements_begin(&asked, GARDEN_TABLE, garden_set_name(set, address->family));
	table_elements_add(&asked, address->byte, length_of(address->family), 0, 0);
	if (!asked.failed)
		nftnl_set_elems_nlmsg_build_payload(nlh, asked.nft);
	if (asked.nft != NULL)
		nftnl_set_free(asked.nft);
	if (asked.failed || nl_send(nl, nlh, nlh->nlmsg_len) < 0)
		return false;
	while (nl_receive(nl, buf, sizeof(buf)) > 0)
		found = nlh->nlmsg_type != NLMSG_ERROR;
	return found;
}
