/*
 * Builds the table with libnftnl. Each rule stands below its text in nft's own words; the
 * golden file tests/golden/ruleset.nft is what `nft list table inet congchao` prints.
 */
#include "gate/ruleset.h"

/* The C library's own network headers first: the kernel's then leave theirs out. */
#include <net/if.h>
#include <netinet/in.h>

#include <libnftnl/table.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter_ipv4.h>
#include <string.h>

#include "gate/garden_table.h"
#include "gate/rule.h"
#include "gate/ruleset_active.h"
#include "gate/table.h"

/* Before the priorities that firewalls use, so that no other table's redirect or accept
 * is taken for a held device first. */
enum { BEFORE = 5, PORT_HTTP = 80, PORT_HTTPS = 443, PORT_DNS = 53 };

static void put_set(struct nl_batch *batch, struct nl *nl, const char *name, uint32_t type,
		    uint32_t key_len, uint32_t flags, uint32_t size)
{
	const struct table_set set = {RULESET_TABLE, name, type, key_len, flags, size, 0};

	table_put_set(batch, nl, &set);
}

static void put_interfaces(struct nl_batch *batch, struct nl *nl, const struct conf *conf)
{
	struct table_elements elements;

	table_elements_begin(&elements, RULESET_TABLE, "interfaces");
	table_elements_add_interfaces(&elements, conf);
	table_elements_put(&elements, batch, nl, NFT_MSG_NEWSETELEM);
}

/* Whose names portal answers: all served interfaces' or none's. */
static void put_stand_in(struct nl_batch *batch, struct nl *nl, const struct ruleset *rules)
{
	struct table_elements elements;

	table_elements_begin(&elements, RULESET_TABLE, "stand_in");
	if (rules->stand_in)
		table_elements_add_interfaces(&elements, rules->conf);
	table_elements_put(&elements, batch, nl, NFT_MSG_NEWSETELEM);
}

static void put_trusted(struct nl_batch *batch, struct nl *nl, const struct conf *conf)
{
	struct table_elements elements;

	table_elements_begin(&elements, RULESET_TABLE, "trusted");
	for (size_t i = 0; i < conf->trusted_count; i++)
		table_elements_add(&elements, conf->trusted[i].byte, ETHER_LEN, 0, 0);
	table_elements_put(&elements, batch, nl, NFT_MSG_NEWSETELEM);
}

static void put_chain(struct nl_batch *batch, struct nl *nl, const char *name, const char *type,
		      uint32_t hook, int32_t priority)
{
	table_put_chain(batch, nl, RULESET_TABLE, name, type, hook, priority);
}

/* iifname != @interfaces accept; with a garden: meta mark & 0x00100000 != 0 accept */
static void put_elsewhere(struct nl_batch *batch, struct nl *nl, const char *chain, bool garden)
{
	struct rule rule;

	rule_begin(&rule, chain);
	rule_interface_in(&rule, "interfaces", true);
	rule_accept(&rule);
	rule_end(&rule, batch, nl);
	if (!garden)
		return;
	rule_begin(&rule, chain);
	rule_mark(&rule, GARDEN_MARK);
	rule_accept(&rule);
	rule_end(&rule, batch, nl);
}

/* "ether saddr @released accept", "ether saddr @trusted accept" */
static void put_pass(struct nl_batch *batch, struct nl *nl, const char *chain)
{
	static const char *const sets[] = {RULESET_RELEASED, "trusted"};
	struct rule rule;

	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		rule_begin(&rule, chain);
		rule_ether_in(&rule, sets[i]);
		rule_accept(&rule);
		rule_end(&rule, batch, nl);
	}
}

static bool is_alerted(const struct ruleset *rules)
{
	return rules->fib && rules->conf->https_alert;
}

static bool is_at_its_name(const struct ruleset *rules)
{
	return rules->fib && rules->conf->certificate[0] != '\0';
}

/* Which of a device's connections to a port are led: to anybody's, only those that are not to
 * the gateway's own addresses (its web server stays), or only those. */
enum lead_of { LEAD_ALL, LEAD_BEYOND, LEAD_OWN };

/* Where they are led. */
struct lead {
	uint8_t protocol;
	uint16_t from, to;
	enum lead_of of;
	const char *set; /* that counts them for each device, or NULL */
	const char *who; /* the set of the devices whose they are, or NULL: everybody's */
};

static void lead_begin(struct rule *rule, const struct lead *lead)
{
	rule_begin(rule, "intercept");
	if (lead->who != NULL)
		rule_ether_in(rule, lead->who);
	rule_protocol(rule, lead->protocol);
	rule_port(rule, lead->from, false);
	if (lead->of != LEAD_ALL)
		rule_local(rule, lead->of == LEAD_BEYOND);
}

/*
 * tcp dport 443 fib daddr type != local add @alerted { ether saddr ct count over 16 } accept
 * tcp dport 443 fib daddr type != local redirect to :2444
 *
 * Who has too many is not led here, so that hold refuses it in the name of whom it has
 * asked. A reset that guard sends to a redirected connection carries the portal's address:
 * the kernel does not translate it back, and the device would wait.
 */
static void put_lead(struct nl_batch *batch, struct nl *nl, const struct ruleset *rules,
		     const struct lead *lead)
{
	struct rule rule;

	if (lead->set != NULL && rules->counts) {
		lead_begin(&rule, lead);
		rule_count_over(&rule, lead->set, rules->conf->connections_per_device);
		rule_accept(&rule);
		rule_end(&rule, batch, nl);
	}
	lead_begin(&rule, lead);
	rule_redirect(&rule, lead->to);
	rule_end(&rule, batch, nl);
}

/* iifname @stand_in udp dport 53 redirect to :2053 */
static void put_lead_names(struct nl_batch *batch, struct nl *nl, const struct conf *conf)
{
	struct rule rule;

	rule_begin(&rule, "intercept");
	rule_interface_in(&rule, "stand_in", false);
	rule_protocol(&rule, IPPROTO_UDP);
	rule_port(&rule, PORT_DNS, false);
	rule_redirect(&rule, conf->dns_port);
	rule_end(&rule, batch, nl);
}

static void put_intercept(struct nl_batch *batch, struct nl *nl, const struct ruleset *rules)
{
	const struct conf *conf = rules->conf;
	const struct lead name = {IPPROTO_TCP, PORT_HTTPS, conf->tls_port, LEAD_OWN, "guarded", NULL};
	const struct lead again = {
	    IPPROTO_TCP, PORT_HTTP, conf->port, LEAD_ALL, "guarded", RULESET_ENDING};
	const struct lead http = {IPPROTO_TCP, PORT_HTTP, conf->port, LEAD_ALL, "guarded", NULL};
	const struct lead https = {
	    IPPROTO_TCP, PORT_HTTPS, conf->alert_port, LEAD_BEYOND, "alerted", NULL};
	const struct lead dns[] = {{IPPROTO_UDP, PORT_DNS, PORT_DNS, LEAD_ALL, NULL, NULL},
				   {IPPROTO_TCP, PORT_DNS, PORT_DNS, LEAD_ALL, NULL, NULL}};

	put_chain(batch, nl, "intercept", "nat", NF_INET_PRE_ROUTING, NF_IP_PRI_NAT_DST - BEFORE);
	put_elsewhere(batch, nl, "intercept", rules->garden);
	/* https://NAME/, also for the released: they see how long they are online. */
	if (is_at_its_name(rules))
		put_lead(batch, nl, rules, &name);
	/* In the last minutes of a release the next HTTP request leads back. */
	if (conf->remind_seconds > 0)
		put_lead(batch, nl, rules, &again);
	put_pass(batch, nl, "intercept");
	put_lead(batch, nl, rules, &http);
	if (is_alerted(rules))
		put_lead(batch, nl, rules, &https);
	if (conf->uplink_check)
		put_lead_names(batch, nl, conf);
	put_lead(batch, nl, rules, &dns[0]);
	put_lead(batch, nl, rules, &dns[1]);
}

static void put_hold(struct nl_batch *batch, struct nl *nl, const struct ruleset *rules)
{
	struct rule rule;

	put_chain(batch, nl, "hold", "filter", NF_INET_FORWARD, NF_IP_PRI_FILTER - BEFORE);
	ruleset_put_active(batch, nl, rules->conf);
	/*
	 * ct direction original ct state established,related accept
	 *
	 * Not what a device answers to a flow from outside: a held one answers nobody. When its
	 * entries have been deleted, the next packet of a download makes one anew, and by the
	 * server (nf_conntrack_tcp_loose; UDP knows no beginning): answers would keep it alive.
	 */
	if (rules->ctnetlink) {
		rule_begin(&rule, "hold");
		rule_by_opener(&rule);
		rule_state(&rule, NF_CT_STATE_BIT(IP_CT_ESTABLISHED) | NF_CT_STATE_BIT(IP_CT_RELATED));
		rule_accept(&rule);
		rule_end(&rule, batch, nl);
	}
	put_elsewhere(batch, nl, "hold", rules->garden);
	put_pass(batch, nl, "hold");
	/* meta l4proto tcp reject with tcp reset */
	rule_begin(&rule, "hold");
	rule_protocol(&rule, IPPROTO_TCP);
	rule_reject_reset(&rule);
	rule_end(&rule, batch, nl);
	/* reject with icmpx admin-prohibited */
	rule_begin(&rule, "hold");
	rule_reject_admin(&rule);
	rule_end(&rule, batch, nl);
}

/* A port of portal's: for visitors alone, and for each only so often at a time. */
static void put_guarded(struct nl_batch *batch, struct nl *nl, const struct ruleset *rules,
			uint16_t port, const char *set)
{
	struct rule rule;

	/* iifname != @interfaces tcp dport 2080 reject with tcp reset */
	rule_begin(&rule, "guard");
	rule_interface_in(&rule, "interfaces", true);
	rule_protocol(&rule, IPPROTO_TCP);
	rule_port(&rule, port, false);
	rule_reject_reset(&rule);
	rule_end(&rule, batch, nl);
	if (!rules->counts)
		return;
	/* tcp dport 2080 ct original proto-dst 2080 ct state new
	 * add @guarded { ether saddr ct count over 16 } reject with tcp reset
	 * What was led here is counted already. */
	rule_begin(&rule, "guard");
	rule_protocol(&rule, IPPROTO_TCP);
	rule_port(&rule, port, false);
	rule_original_port(&rule, port);
	rule_state(&rule, NF_CT_STATE_BIT(IP_CT_NEW));
	rule_count_over(&rule, set, rules->conf->connections_per_device);
	rule_reject_reset(&rule);
	rule_end(&rule, batch, nl);
}

/* iifname != @interfaces udp dport 2053 reject with icmpx admin-prohibited */
static void put_guarded_names(struct nl_batch *batch, struct nl *nl, const struct conf *conf)
{
	struct rule rule;

	rule_begin(&rule, "guard");
	rule_interface_in(&rule, "interfaces", true);
	rule_protocol(&rule, IPPROTO_UDP);
	rule_port(&rule, conf->dns_port, false);
	rule_reject_admin(&rule);
	rule_end(&rule, batch, nl);
}

static void put_guard(struct nl_batch *batch, struct nl *nl, const struct ruleset *rules)
{
	struct rule rule;

	put_chain(batch, nl, "guard", "filter", NF_INET_LOCAL_IN, NF_IP_PRI_FILTER - BEFORE);
	/* iifname "lo" accept */
	rule_begin(&rule, "guard");
	rule_interface(&rule, "lo");
	rule_accept(&rule);
	rule_end(&rule, batch, nl);
	put_guarded(batch, nl, rules, rules->conf->port, "guarded");
	/* One count for both ways to the portal. */
	if (rules->conf->certificate[0] != '\0')
		put_guarded(batch, nl, rules, rules->conf->tls_port, "guarded");
	/* A set of its own: the page opens whatever a phone's apps try meanwhile. */
	if (is_alerted(rules))
		put_guarded(batch, nl, rules, rules->conf->alert_port, "alerted");
	if (rules->conf->uplink_check)
		put_guarded_names(batch, nl, rules->conf);
}

int ruleset_install_once(const struct ruleset *rules, struct nl *nl, ruleset_fill *fill, void *arg)
{
	const struct conf *conf = rules->conf;
	struct nl_batch batch;

	nl_batch_begin(&batch, nl);
	/* Deleting what is not there fails; adding what is there does not. */
	table_put(&batch, nl, RULESET_TABLE, NFT_MSG_NEWTABLE, 0);
	table_put(&batch, nl, RULESET_TABLE, NFT_MSG_DELTABLE, 0);
	table_put(&batch, nl, RULESET_TABLE, NFT_MSG_NEWTABLE, rules->owner ? NFT_TABLE_F_OWNER : 0);
	put_set(&batch, nl, RULESET_RELEASED, TABLE_ETHER, ETHER_LEN, NFT_SET_TIMEOUT,
		conf->released_max);
	if (conf->remind_seconds > 0)
		put_set(&batch, nl, RULESET_ENDING, TABLE_ETHER, ETHER_LEN, NFT_SET_TIMEOUT,
			conf->released_max);
	put_set(&batch, nl, "trusted", TABLE_ETHER, ETHER_LEN, 0, 0);
	put_set(&batch, nl, "interfaces", TABLE_IFNAME, IFNAMSIZ, 0, 0);
	if (rules->counts)
		put_set(&batch, nl, "guarded", TABLE_ETHER, ETHER_LEN, NFT_SET_EVAL, 65535);
	if (rules->counts && is_alerted(rules))
		put_set(&batch, nl, "alerted", TABLE_ETHER, ETHER_LEN, NFT_SET_EVAL, 65535);
	if (conf_keeps_idle(conf))
		put_set(&batch, nl, RULESET_ACTIVE, TABLE_ETHER, ETHER_LEN,
			NFT_SET_TIMEOUT | NFT_SET_EVAL, ruleset_active_max(conf));
	put_interfaces(&batch, nl, conf);
	put_trusted(&batch, nl, conf);
	if (conf->uplink_check) {
		put_set(&batch, nl, "stand_in", TABLE_IFNAME, IFNAMSIZ, 0, 0);
		put_stand_in(&batch, nl, rules);
	}
	fill(arg, &batch, nl);
	put_intercept(&batch, nl, rules);
	put_hold(&batch, nl, rules);
	put_guard(&batch, nl, rules);
	return nl_batch_commit(&batch, nl);
}

int ruleset_stand_in(const struct ruleset *rules, struct nl *nl)
{
	struct table_elements none;
	struct nl_batch batch;

	nl_batch_begin(&batch, nl);
	table_elements_begin(&none, RULESET_TABLE, "stand_in");
	table_elements_put(&none, &batch, nl, NFT_MSG_DELSETELEM);
	put_stand_in(&batch, nl, rules);
	return nl_batch_commit(&batch, nl);
}

int ruleset_remove(struct nl *nl)
{
	struct nl_batch batch;

	nl_batch_begin(&batch, nl);
	table_put(&batch, nl, RULESET_TABLE, NFT_MSG_DELTABLE, 0);
	return nl_batch_commit(&batch, nl);
}

bool ruleset_exists(struct nl *nl)
{
	char buf[1024] __attribute__((aligned(8))) = {0};
	struct nlmsghdr *nlh = nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETTABLE, NFPROTO_INET, 0,
						     ++nl->seq);
	struct nftnl_table *table = nftnl_table_alloc();
	bool found = false;
	ssize_t n;

	if (table == NULL)
		return false;
	nftnl_table_set_str(table, NFTNL_TABLE_NAME, RULESET_TABLE);
	nftnl_table_nlmsg_build_payload(nlh, table);
	nftnl_table_free(table);
	if (nl_send(nl, nlh, nlh->nlmsg_len) < 0)
		return false;
	while ((n = nl_receive(nl, buf, sizeof(buf))) > 0)
		found = nlh->nlmsg_type != NLMSG_ERROR;
	return found;
}
