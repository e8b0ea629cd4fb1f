/*
 * What releasing a device costs in the kernel, alone and in batches of 64: gate's own code
 * (src/gate/released, ruleset, nl) beside a bare libnftnl loop on a set of the same kind,
 * in turns, in a network namespace of its own. Prints JSON for tests/bench/run.
 *
 * Each figure is the median of ROUNDS; the ratio is the median of the rounds' ratios.
 */
#include <err.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <libnftnl/common.h>
#include <libnftnl/set.h>
#include <libnftnl/table.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/clock.h"
#include "gate/nl.h"
#include "gate/released.h"
#include "gate/ruleset.h"
#include "rounds.h"

enum { ROUNDS = 15, ALONE = 2048, TOGETHER = 16384, BATCH = 64, HOURS_12 = 12 * 3600 * 1000 };

#define BARE_TABLE "bare"

struct bench {
	struct conf conf;
	struct ruleset rules;
	struct nl nl;
	struct released *released;
	struct mnl_socket *bare;
	uint32_t bare_seq;
};

/* This thread's processor time: the kernel works on a batch inside the send. */
static double bench_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

static struct ether bench_mac(uint32_t i)
{
	return (struct ether){
	    {2, 0xbe, (uint8_t)(i >> 24), (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i}};
}

/* The bare side: libnftnl's own example, a set element at a time or BATCH of them. */

static void bare_talk(struct bench *bench, char *buf, struct mnl_nlmsg_batch *batch)
{
	unsigned port = mnl_socket_get_portid(bench->bare);
	ssize_t n;

	nftnl_batch_end(mnl_nlmsg_batch_current(batch), bench->bare_seq++);
	mnl_nlmsg_batch_next(batch);
	if (mnl_socket_sendto(bench->bare, mnl_nlmsg_batch_head(batch),
			      mnl_nlmsg_batch_size(batch)) < 0)
		err(1, "bare: send");
	mnl_nlmsg_batch_stop(batch);
	n = mnl_socket_recvfrom(bench->bare, buf, 65536);
	if (n < 0 || mnl_cb_run(buf, (size_t)n, 0, port, NULL, NULL) < 0)
		err(1, "bare: answer");
}

static struct nlmsghdr *bare_begin(struct bench *bench, char *buf, struct mnl_nlmsg_batch **batch,
				   uint16_t type, uint16_t flags)
{
	*batch = mnl_nlmsg_batch_start(buf, 65536);
	if (*batch == NULL)
		err(1, "bare: batch");
	nftnl_batch_begin(mnl_nlmsg_batch_current(*batch), bench->bare_seq++);
	mnl_nlmsg_batch_next(*batch);
	return nftnl_nlmsg_build_hdr(mnl_nlmsg_batch_current(*batch), type, NFPROTO_INET, flags,
				     bench->bare_seq++);
}

static void bare_install(struct bench *bench)
{
	static char buf[2 * 65536];
	struct nftnl_table *table = nftnl_table_alloc();
	struct nftnl_set *set = nftnl_set_alloc();
	struct mnl_nlmsg_batch *batch;
	struct nlmsghdr *nlh = bare_begin(bench, buf, &batch, NFT_MSG_NEWTABLE, NLM_F_CREATE);

	if (table == NULL || set == NULL)
		err(1, "bare");
	nftnl_table_set_str(table, NFTNL_TABLE_NAME, BARE_TABLE);
	nftnl_table_nlmsg_build_payload(nlh, table);
	mnl_nlmsg_batch_next(batch);
	nlh = nftnl_nlmsg_build_hdr(mnl_nlmsg_batch_current(batch), NFT_MSG_NEWSET, NFPROTO_INET,
				    NLM_F_CREATE | NLM_F_ACK, bench->bare_seq++);
	nftnl_set_set_str(set, NFTNL_SET_TABLE, BARE_TABLE);
	nftnl_set_set_str(set, NFTNL_SET_NAME, RULESET_RELEASED);
	nftnl_set_set_u32(set, NFTNL_SET_ID, 1);
	nftnl_set_set_u32(set, NFTNL_SET_KEY_TYPE, 9);
	nftnl_set_set_u32(set, NFTNL_SET_KEY_LEN, ETHER_LEN);
	nftnl_set_set_u32(set, NFTNL_SET_FLAGS, NFT_SET_TIMEOUT);
	nftnl_set_set_u32(set, NFTNL_SET_DESC_SIZE, bench->conf.released_max);
	nftnl_set_nlmsg_build_payload(nlh, set);
	mnl_nlmsg_batch_next(batch);
	bare_talk(bench, buf, batch);
	nftnl_table_free(table);
	nftnl_set_free(set);
}

/* count elements from first on; 0 removes them all. */
static void bare_elements(struct bench *bench, uint32_t first, uint32_t count)
{
	static char buf[2 * 65536];
	struct nftnl_set *set = nftnl_set_alloc();
	struct mnl_nlmsg_batch *batch;
	struct nlmsghdr *nlh =
	    bare_begin(bench, buf, &batch, count > 0 ? NFT_MSG_NEWSETELEM : NFT_MSG_DELSETELEM,
		       count > 0 ? NLM_F_CREATE | NLM_F_ACK : NLM_F_ACK);

	if (set == NULL)
		err(1, "bare");
	nftnl_set_set_str(set, NFTNL_SET_TABLE, BARE_TABLE);
	nftnl_set_set_str(set, NFTNL_SET_NAME, RULESET_RELEASED);
	for (uint32_t i = 0; i < count; i++) {
		struct nftnl_set_elem *elem = nftnl_set_elem_alloc();
		struct ether mac = bench_mac(first + i);

		if (elem == NULL)
			err(1, "bare");
		nftnl_set_elem_set(elem, NFTNL_SET_ELEM_KEY, mac.byte, ETHER_LEN);
		nftnl_set_elem_set_u64(elem, NFTNL_SET_ELEM_TIMEOUT, HOURS_12);
		nftnl_set_elem_add(set, elem);
	}
	nftnl_set_elems_nlmsg_build_payload(nlh, set);
	mnl_nlmsg_batch_next(batch);
	bare_talk(bench, buf, batch);
	nftnl_set_free(set);
}

/* gate's side */

static void ours_fill(void *arg, struct nl_batch *batch, struct nl *nl)
{
	released_fill(arg, batch, nl);
}

static void ours_elements(struct bench *bench, uint32_t first, uint32_t count)
{
	struct released_change changes[BATCH];
	int64_t now = clock_boot_ms();

	for (uint32_t i = 0; i < count; i++)
		changes[i] = (struct released_change){.mac = bench_mac(first + i),
						      .expires = now + HOURS_12};
	released_apply(bench->released, &bench->nl, changes, count, now, true);
	for (uint32_t i = 0; i < count; i++)
		if (!changes[i].done)
			errx(1, "gate's code did not release device %u", first + i);
}

/* Begins again with an empty table of devices and an empty set. */
static void ours_install(struct bench *bench)
{
	released_free(bench->released);
	bench->released = released_alloc(bench->conf.released_max);
	if (bench->released == NULL ||
	    (ruleset_exists(&bench->nl) && ruleset_remove(&bench->nl) < 0) ||
	    ruleset_install(&bench->rules, &bench->nl, ours_fill, bench->released) < 0)
		err(1, "gate's table");
}

typedef void releaser(struct bench *bench, uint32_t first, uint32_t count);

static double bench_round(struct bench *bench, releaser *release, uint32_t total, uint32_t batch)
{
	double began = bench_us();

	for (uint32_t i = 0; i < total; i += batch)
		release(bench, i, batch);
	return (bench_us() - began) / total;
}

static void bench_print(struct bench *bench, const char *name, uint32_t total, uint32_t batch)
{
	struct rounds rounds = {0};
	double ours, bare;

	for (int i = 0; i < ROUNDS; i++) {
		ours_install(bench);
		bare_elements(bench, 0, 0);
		if (i % 2 == 0) {
			ours = bench_round(bench, ours_elements, total, batch);
			bare = bench_round(bench, bare_elements, total, batch);
		} else {
			bare = bench_round(bench, bare_elements, total, batch);
			ours = bench_round(bench, ours_elements, total, batch);
		}
		rounds_add(&rounds, ours, bare);
	}
	rounds_print(name, &rounds);
}

int main(void)
{
	static struct bench bench = {
	    .conf = {.zones = {{.interfaces = {"lan0"}, .interface_count = 1}},
		     .zone_count = 1,
		     .port = 2080,
		     .https_alert = true,
		     .alert_port = 2444,
		     .released_max = 65536,
		     .connections_per_device = 16,
		     .when_down_open = true},
	};

	if (unshare(CLONE_NEWNET) < 0)
		err(1, "unshare");
	bench.rules =
	    (struct ruleset){.conf = &bench.conf, .owner = true, .ctnetlink = true, .counts = true,
			     .fib = true};
	bench.bare = mnl_socket_open(NETLINK_NETFILTER);
	if (bench.bare == NULL || mnl_socket_bind(bench.bare, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    nl_open(&bench.nl, NETLINK_NETFILTER, 0) < 0)
		err(1, "netlink");
	bare_install(&bench);
	printf("{");
	bench_print(&bench, "alone", ALONE, 1);
	printf(", ");
	bench_print(&bench, "batch", TOGETHER, BATCH);
	printf("}\n");
	released_free(bench.released);
	nl_close(&bench.nl);
	mnl_socket_close(bench.bare);
	return 0;
}
