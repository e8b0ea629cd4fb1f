/*
 * Builds the table with libnftnl. Each rule stands below its text in nft's own words; the
 * golden file tests/golden/ruleset.nft is what `nft list table inet congchao` prints.
 */
#include "gate/ruleset.h"

/* The C library's own network headers first: the kernel's then leave theirs out. */
#include <net/if.h>
#include <netinet/in.h>

#include <libnftnl/chain.h>
#include <libnftnl/set.h>
#include <libnftnl/table.h>
#include <libnftnl/udata.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter_ipv4.h>
#include <string.h>

#include "gate/rule.h"
#include "gate/ruleset_active.h"

/* nft's numbers for its data types (nftables, include/datatype.h). */
enum { TYPE_ETHER = 9, TYPE_IFNAME = 41 };

/* Before the priorities that firewalls use, so that no other table's redirect or accept
 * is taken for a held device first. */
enum { BEFORE = 5, PORT_HTTP = 80, PORT_HTTPS = 443, PORT_DNS = 53 };

static void put_table(struct nl_batch *batch, struct nl *nl, uint16_t type, uint32_t flags)
{
	struct nftnl_table *table = nftnl_table_alloc();
	uint16_t create = type == NFT_MSG_NEWTABLE ? NLM_F_CREATE : 0;
	struct nlmsghdr *nlh = nl_batch_message(batch, nl, type, create, 256);

	if (table == NULL || nlh == NULL) {
		batch->failed = true;
	} else {
		nftnl_table_set_str(table, NFTNL_TABLE_NAME, RULESET_TABLE);
		if (type == NFT_MSG_NEWTABLE)
			nftnl_table_set_u32(table, NFTNL_TABLE_FLAGS, flags);
		nftnl_table_nlmsg_build_payload(nlh, table);
		nl_batch_end_message(batch, nlh);
	}
	if (table != NULL)
		nftnl_table_free(table);
}

/* Tells nft how to print the keys: interface names are in the host's order. */
static void set_byteorder(struct nftnl_set *set, uint32_t type)
{
	enum { IN_HOST_ORDER = 1, IN_NETWORK_ORDER = 2, SIZE = 64 };
	struct nftnl_udata_buf *data = nftnl_udata_buf_alloc(SIZE);

	if (data == NULL)
		return;
	nftnl_udata_put_u32(data, NFTNL_UDATA_SET_KEYBYTEORDER,
			    type == TYPE_IFNAME ? IN_HOST_ORDER : IN_NETWORK_ORDER);
	nftnl_set_set_data(set, NFTNL_SET_USERDATA, nftnl_udata_buf_data(data),
			   nftnl_udata_buf_len(data));
	nftnl_udata_buf_free(data);
}

static void put_set(struct nl_batch *batch, struct nl *nl, const char *name, uint32_t type,
		    uint32_t key_len, uint32_t flags, uint32_t size)
{
	static uint32_t id;
	struct nftnl_set *set = nftnl_set_alloc();
	struct nlmsghdr *nlh = nl_batch_message(batch, nl, NFT_MSG_NEWSET, NLM_F_CREATE, 512);

	if (set == NULL || nlh == NULL) {
		batch->failed = true;
	} else {
		nftnl_set_set_str(set, NFTNL_SET_TABLE, RULESET_TABLE);
		nftnl_set_set_str(set, NFTNL_SET_NAME, name);
		nftnl_set_set_u32(set, NFTNL_SET_ID, ++id);
		nftnl_set_set_u32(set, NFTNL_SET_KEY_TYPE, type);
		nftnl_set_set_u32(set, NFTNL_SET_KEY_LEN, key_len);
		nftnl_set_set_u32(set, NFTNL_SET_FLAGS, flags);
		if (size > 0)
			nftnl_set_set_u32(set, NFTNL_SET_DESC_SIZE, size);
		set_byteorder(set, type);
		nftnl_set_nlmsg_build_payload(nlh, set);
		nl_batch_end_message(batch, nlh);
	}
	if (set != NULL)
		nftnl_set_free(set);
}

/* Elements of a set that the configuration fixes. */
static void put_elements(struct nl_batch *batch, struct nl *nl, struct nftnl_set *set)
{
	struct nlmsghdr *nlh = nl_batch_message(batch, nl, NFT_MSG_NEWSETELEM, NLM_F_CREATE,
						256 + (CONF_TRUSTED_MAX + CONF_ZONES_MAX *
						       CONF_INTERFACES_MAX) * 64);

	if (nlh == NULL)
		return;
	nftnl_set_elems_nlmsg_build_payload(nlh, set);
	nl_batch_end_message(batch, nlh);
}

static void add_element(struct nl_batch *batch, struct nftnl_set *set, const void *key,
			uint32_t len)
{
	struct nftnl_set_elem *elem = nftnl_set_elem_alloc();

	if (elem == NULL) {
		batch->failed = true;
		return;
	}
	nftnl_set_elem_set(elem, NFTNL_SET_ELEM_KEY, key, len);
	nftnl_set_elem_add(set, elem);
}

static void put_fixed(struct nl_batch *batch, struct nl *nl, const struct conf *conf)
{
	struct nftnl_set *interfaces = nftnl_set_alloc();
	struct nftnl_set *trusted = nftnl_set_alloc();

	if (interfaces == NULL || trusted == NULL) {
		batch->failed = true;
		goto out;
	}
	nftnl_set_set_str(interfaces, NFTNL_SET_TABLE, RULESET_TABLE);
	nftnl_set_set_str(interfaces, NFTNL_SET_NAME, "interfaces");
	for (size_t z = 0; z < conf->zone_count; z++)
		for (size_t i = 0; i < conf->zones[z].interface_count; i++) {
			char name[IFNAMSIZ] = {0};

			memcpy(name, conf->zones[z].interfaces[i],
			       strnlen(conf->zones[z].interfaces[i], IFNAMSIZ - 1));
			add_element(batch, interfaces, name, sizeof(name));
		}
	put_elements(batch, nl, interfaces);
	if (conf->trusted_count == 0)
		goto out;
	nftnl_set_set_str(trusted, NFTNL_SET_TABLE, RULESET_TABLE);
	nftnl_set_set_str(trusted, NFTNL_SET_NAME, "trusted");
	for (size_t i = 0; i < conf->trusted_count; i++)
		add_element(batch, trusted, conf->trusted[i].byte, ETHER_LEN);
	put_elements(batch, nl, trusted);
out:
	if (interfaces != NULL)
		nftnl_set_free(interfaces);
	if (trusted != NULL)
		nftnl_set_free(trusted);
}

static void put_chain(struct nl_batch *batch, struct nl *nl, const char *name, const char *type,
		      uint32_t hook, int32_t priority)
{
	struct nftnl_chain *chain = nftnl_chain_alloc();
	struct nlmsghdr *nlh = nl_batch_message(batch, nl, NFT_MSG_NEWCHAIN, NLM_F_CREATE, 512);

	if (chain == NULL || nlh == NULL) {
		batch->failed = true;
	} else {
		nftnl_chain_set_str(chain, NFTNL_CHAIN_TABLE, RULESET_TABLE);
		nftnl_chain_set_str(chain, NFTNL_CHAIN_NAME, name);
		nftnl_chain_set_str(chain, NFTNL_CHAIN_TYPE, type);
		nftnl_chain_set_u32(chain, NFTNL_CHAIN_HOOKNUM, hook);
		nftnl_chain_set_s32(chain, NFTNL_CHAIN_PRIO, priority);
		nftnl_chain_set_u32(chain, NFTNL_CHAIN_POLICY, NF_ACCEPT);
		nftnl_chain_nlmsg_build_payload(nlh, chain);
		nl_batch_end_message(batch, nlh);
	}
	if (chain != NULL)
		nftnl_chain_free(chain);
}

/* iifname != @interfaces accept */
static void put_elsewhere(struct nl_batch *batch, struct nl *nl, const char *chain)
{
	struct rule rule;

	rule_begin(&rule, chain);
	rule_interface_in(&rule, "interfaces", true);
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
};

static void lead_begin(struct rule *rule, const struct lead *lead)
{
	rule_begin(rule, "intercept");
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

static void put_intercept(struct nl_batch *batch, struct nl *nl, const struct ruleset *rules)
{
	const struct conf *conf = rules->conf;
	const struct lead name = {IPPROTO_TCP, PORT_HTTPS, conf->tls_port, LEAD_OWN, "guarded"};
	const struct lead http = {IPPROTO_TCP, PORT_HTTP, conf->port, LEAD_ALL, "guarded"};
	const struct lead https = {IPPROTO_TCP, PORT_HTTPS, conf->alert_port, LEAD_BEYOND, "alerted"};
	const struct lead dns[] = {{IPPROTO_UDP, PORT_DNS, PORT_DNS, LEAD_ALL, NULL},
				   {IPPROTO_TCP, PORT_DNS, PORT_DNS, LEAD_ALL, NULL}};

	put_chain(batch, nl, "intercept", "nat", NF_INET_PRE_ROUTING, NF_IP_PRI_NAT_DST - BEFORE);
	put_elsewhere(batch, nl, "intercept");
	/* https://NAME/, also for the released: they see how long they are online. */
	if (is_at_its_name(rules))
		put_lead(batch, nl, rules, &name);
	put_pass(batch, nl, "intercept");
	put_lead(batch, nl, rules, &http);
	if (is_alerted(rules))
		put_lead(batch, nl, rules, &https);
	put_lead(batch, nl, rules, &dns[0]);
	put_lead(batch, nl, rules, &dns[1]);
}

static void put_hold(struct nl_batch *batch, struct nl *nl, const struct conf *conf,
		     bool established_first)
{
	struct rule rule;

	put_chain(batch, nl, "hold", "filter", NF_INET_FORWARD, NF_IP_PRI_FILTER - BEFORE);
	ruleset_put_active(batch, nl, conf);
	/* ct state established,related accept */
	if (established_first) {
		rule_begin(&rule, "hold");
		rule_state(&rule, NF_CT_STATE_BIT(IP_CT_ESTABLISHED) | NF_CT_STATE_BIT(IP_CT_RELATED));
		rule_accept(&rule);
		rule_end(&rule, batch, nl);
	}
	put_elsewhere(batch, nl, "hold");
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
}

int ruleset_install_once(const struct ruleset *rules, struct nl *nl, ruleset_fill *fill, void *arg)
{
	const struct conf *conf = rules->conf;
	struct nl_batch batch;

	nl_batch_begin(&batch, nl);
	/* Deleting what is not there fails; adding what is there does not. */
	put_table(&batch, nl, NFT_MSG_NEWTABLE, 0);
	put_table(&batch, nl, NFT_MSG_DELTABLE, 0);
	put_table(&batch, nl, NFT_MSG_NEWTABLE, rules->owner ? NFT_TABLE_F_OWNER : 0);
	put_set(&batch, nl, RULESET_RELEASED, TYPE_ETHER, ETHER_LEN, NFT_SET_TIMEOUT,
		conf->released_max);
	put_set(&batch, nl, "trusted", TYPE_ETHER, ETHER_LEN, 0, 0);
	put_set(&batch, nl, "interfaces", TYPE_IFNAME, IFNAMSIZ, 0, 0);
	if (rules->counts)
		put_set(&batch, nl, "guarded", TYPE_ETHER, ETHER_LEN, NFT_SET_EVAL, 65535);
	if (rules->counts && is_alerted(rules))
		put_set(&batch, nl, "alerted", TYPE_ETHER, ETHER_LEN, NFT_SET_EVAL, 65535);
	if (conf_keeps_idle(conf))
		put_set(&batch, nl, RULESET_ACTIVE, TYPE_ETHER, ETHER_LEN,
			NFT_SET_TIMEOUT | NFT_SET_EVAL, ruleset_active_max(conf));
	put_fixed(&batch, nl, conf);
	fill(arg, &batch, nl);
	put_intercept(&batch, nl, rules);
	put_hold(&batch, nl, conf, rules->ctnetlink);
	put_guard(&batch, nl, rules);
	return nl_batch_commit(&batch, nl);
}

int ruleset_remove(struct nl *nl)
{
	struct nl_batch batch;

	nl_batch_begin(&batch, nl);
	put_table(&batch, nl, NFT_MSG_DELTABLE, 0);
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
