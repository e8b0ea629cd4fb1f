/*
 * The table as a real kernel has it: what nft prints for a fixed configuration stands in
 * tests/golden/ruleset.nft (when_down = "open", everything that the kernel can); the
 * variants are that text without the lines named here. Run from the top folder.
 * links: gate/ruleset gate/rule gate/table gate/released gate/elements gate/nl common/ether common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>

#include "common/clock.h"
#include "gate/released.h"
#include "gate/ruleset.h"
#include "test_kernel.h"

#define GOLDEN "tests/golden/ruleset.nft"

static struct conf conf;
static struct ruleset rules;
static struct nl nl;
static struct released *released;
static char listed[512 * 1024];

static void fill(void *arg, struct nl_batch *batch, struct nl *to)
{
	released_fill(arg, batch, to);
}

static int begin(void **state)
{
	(void)state;
	if (!kernel_is_ours)
		return 0;
	conf = (struct conf){.zone_count = 1,
			     .zones = {{.interfaces = {"br-lan"}, .interface_count = 1}},
			     .port = 2080,
			     .uplink_check = true,
			     .dns_port = 2053,
			     .https_alert = true,
			     .alert_port = 2444,
			     .connections_per_device = 16,
			     .released_max = 1000,
			     .remind_seconds = 300,
			     .trusted = {{{2, 0, 0x5e, 0, 0, 1}}, {{2, 0, 0x5e, 0, 0, 2}}},
			     .trusted_count = 2};
	rules = (struct ruleset){.conf = &conf, .owner = true, .ctnetlink = true, .counts = true,
				 .fib = true};
	released = released_alloc(conf.released_max);
	return released == NULL ? -1 : nl_open(&nl, NETLINK_NETFILTER, 0);
}

static int end(void **state)
{
	(void)state;
	if (!kernel_is_ours)
		return 0;
	if (nl.socket != NULL) {
		ruleset_remove(&nl); /* gone already in some of the tests */
		nl_close(&nl);
	}
	released_free(released);
	return 0;
}

static int install(void)
{
	return ruleset_install(&rules, &nl, fill, released);
}

static int list(void)
{
	static char nft[] = "nft", verb[] = "list", table[] = "table", inet[] = "inet",
		    name[] = RULESET_TABLE;
	char *const words[] = {nft, verb, table, inet, name, NULL};

	return kernel_run(listed, sizeof(listed), words);
}

static bool is_there(void)
{
	bool there = list() == 0;

	assert_int_equal(ruleset_exists(&nl), there);
	return there;
}

/* Takes every line out of text in which word is found. */
static void lines_remove(char *text, const char *word)
{
	char *at;

	while ((at = strstr(text, word)) != NULL) {
		char *first = at, *next = strchr(at, '\n');

		while (first > text && first[-1] != '\n')
			first--;
		next = next != NULL ? next + 1 : at + strlen(at);
		memmove(first, next, strlen(next) + 1);
	}
}

/* From the line in which word is found to the next empty line, that one too. */
static void paragraph_remove(char *text, const char *word)
{
	char *at = strstr(text, word), *next;

	assert_non_null(at);
	while (at > text && at[-1] != '\n')
		at--;
	next = strstr(at, "\n\n");
	assert_non_null(next);
	memmove(at, next + 2, strlen(next + 2) + 1);
}

/* Puts lines behind the first one in which `after` is found. */
static void lines_add(char *text, const char *after, const char *lines)
{
	char *at = strstr(text, after);

	assert_non_null(at);
	at = strchr(at, '\n') + 1;
	memmove(at + strlen(lines), at, strlen(at) + 1);
	memcpy(at, lines, strlen(lines));
}

static char *golden(void)
{
	static char text[16384];
	FILE *in = fopen(GOLDEN, "r");
	size_t n;

	if (in == NULL)
		fail_msg("%s is missing: run from the top folder", GOLDEN);
	n = fread(text, 1, sizeof(text) - 1, in);
	fclose(in);
	text[n] = '\0';
	lines_remove(text, "#");
	return text;
}

static void as_listed(const char *expected)
{
	/* nft says of an owned table who owns it. */
	char *progname = strstr(listed, " # progname ");

	if (progname != NULL)
		memmove(progname, strchr(progname, '\n'), strlen(strchr(progname, '\n')) + 1);
	assert_string_equal(listed, expected);
}

static void looks_like(const char *expected)
{
	assert_int_equal(list(), 0);
	as_listed(expected);
}

static void open_it_is_as_the_golden_file_says(void **state)
{
	(void)state;
	NEED_KERNEL();
	assert_int_equal(install(), 0);
	assert_true(rules.owner && rules.counts && rules.fib);
	looks_like(golden());
}

static void closed_it_has_no_owner(void **state)
{
	char *expected;

	(void)state;
	NEED_KERNEL();
	rules.owner = false;
	assert_int_equal(install(), 0);
	expected = golden();
	paragraph_remove(expected, "flags owner");
	looks_like(expected);
}

/* Entries could not be deleted then, so every packet is looked up. */
static void without_ctnetlink_established_flows_do_not_pass_first(void **state)
{
	char *expected;

	(void)state;
	NEED_KERNEL();
	rules.ctnetlink = false;
	assert_int_equal(install(), 0);
	expected = golden();
	lines_remove(expected, "ct direction original ct state established,related accept");
	looks_like(expected);
}

static void without_ct_count_nothing_is_counted(void **state)
{
	char *expected;

	(void)state;
	NEED_KERNEL();
	rules.counts = false;
	assert_int_equal(install(), 0);
	expected = golden();
	paragraph_remove(expected, "set guarded");
	paragraph_remove(expected, "set alerted");
	lines_remove(expected, "ct count over");
	looks_like(expected);
}

static void without_reminding_nobody_who_is_released_is_led_here(void **state)
{
	char *expected;

	(void)state;
	NEED_KERNEL();
	conf.remind_seconds = 0;
	assert_int_equal(install(), 0);
	expected = golden();
	paragraph_remove(expected, "set ending");
	lines_remove(expected, "@ending");
	looks_like(expected);
}

static char *golden_without_alert(void)
{
	char *expected = golden();

	paragraph_remove(expected, "set alerted");
	lines_remove(expected, "alerted");
	lines_remove(expected, "2444");
	return expected;
}

/* Neither led to the alert nor allowed at its port: nobody listens there. */
static void with_reset_https_is_refused_like_the_rest(void **state)
{
	(void)state;
	NEED_KERNEL();
	conf.https_alert = false;
	assert_int_equal(install(), 0);
	looks_like(golden_without_alert());
}

/* The gateway's own web server could not be told from the others. */
static void without_fib_https_is_refused_like_the_rest(void **state)
{
	(void)state;
	NEED_KERNEL();
	rules.fib = false;
	assert_int_equal(install(), 0);
	looks_like(golden_without_alert());
}

#define COUNTED "add @guarded { ether saddr ct count over 16 } "

/* Before the released and the trusted are let pass. */
static void with_a_certificate_port_443_of_the_gateway_is_the_portal_for_everybody(void **state)
{
	char *expected;

	(void)state;
	NEED_KERNEL();
	conf.tls_port = 2443;
	memcpy(conf.certificate, "/c", 3);
	assert_int_equal(install(), 0);
	assert_true(rules.fib);
	expected = golden();
	lines_add(expected, "iifname != @interfaces accept",
		  "\t\ttcp dport 443 fib daddr type local " COUNTED "accept\n"
		  "\t\ttcp dport 443 fib daddr type local redirect to :2443\n");
	lines_add(expected, "tcp dport 2080 ct original",
		  "\t\tiifname != @interfaces tcp dport 2443 reject with tcp reset\n"
		  "\t\ttcp dport 2443 ct original proto-dst 2443 ct state new " COUNTED
		  "reject with tcp reset\n");
	looks_like(expected);
}

static void without_trusted_devices_the_set_is_empty(void **state)
{
	(void)state;
	NEED_KERNEL();
	conf.trusted_count = 0;
	assert_int_equal(install(), 0);
	assert_int_equal(list(), 0);
	assert_non_null(strstr(listed, "set trusted {\n\t\ttype ether_addr\n\t}"));
}

static void port_limits_and_every_interface_come_from_the_configuration(void **state)
{
	(void)state;
	NEED_KERNEL();
	conf.port = 3128;
	conf.alert_port = 3443;
	conf.connections_per_device = 3;
	conf.released_max = 77;
	conf.zone_count = 2;
	/* of the greatest length, and one that is not there yet */
	memcpy(conf.zones[1].interfaces[0], "fifteen-letters", 16);
	memcpy(conf.zones[1].interfaces[1], "wlan0", 6);
	conf.zones[1].interface_count = 2;
	assert_int_equal(install(), 0);
	assert_int_equal(list(), 0);
	assert_non_null(strstr(listed, "tcp dport 80 redirect to :3128"));
	assert_non_null(strstr(listed, "iifname != @interfaces tcp dport 3128 reject"));
	assert_non_null(strstr(listed, "tcp dport 3128 ct original proto-dst 3128 ct state new"));
	assert_non_null(strstr(listed, "tcp dport 443 fib daddr type != local redirect to :3443"));
	assert_non_null(strstr(listed, "iifname != @interfaces tcp dport 3443 reject"));
	assert_non_null(strstr(listed, "tcp dport 3443 ct original proto-dst 3443 ct state new"));
	assert_non_null(strstr(listed, "ct count over 3 }"));
	assert_non_null(strstr(listed, "size 77\n"));
	assert_non_null(strstr(listed, "\"br-lan\""));
	assert_non_null(strstr(listed, "\"fifteen-letters\""));
	assert_non_null(strstr(listed, "\"wlan0\""));
}

/* A set, and the first rule of `hold`; all else is as without. */
static void a_zone_with_idle_after_sees_who_is_active(void **state)
{
	static const char set[] = "\tset active {\n\t\ttype ether_addr\n\t\tsize 2000\n"
				  "\t\tflags dynamic,timeout\n\t}\n";
	static const char first[] =
	    "\tchain hold {\n"
	    "\t\ttype filter hook forward priority filter - 5; policy accept;\n"
	    "\t\tiifname \"br-lan\" ether saddr @released update @active { ether saddr timeout 15m }\n"
	    "\t\tct direction original ct state established,related accept\n";

	(void)state;
	NEED_KERNEL();
	conf.zones[0].idle_after_seconds = 900;
	assert_int_equal(install(), 0);
	assert_int_equal(list(), 0);
	assert_non_null(strstr(listed, set));
	assert_non_null(strstr(listed, first));
	paragraph_remove(listed, "set active");
	lines_remove(listed, "update @active");
	as_listed(golden());
}

static void each_interface_of_such_zones_has_its_own_time(void **state)
{
	(void)state;
	NEED_KERNEL();
	conf.zone_count = 3;
	conf.zones[1] = (struct conf_zone){
	    .interfaces = {"br-pc", "eth9"}, .interface_count = 2, .idle_after_seconds = 600};
	conf.zones[2] = (struct conf_zone){
	    .interfaces = {"fifteen-letters"}, .interface_count = 1, .idle_after_seconds = 86400};
	assert_int_equal(install(), 0);
	assert_int_equal(list(), 0);
	assert_null(strstr(listed, "iifname \"br-lan\""));
	assert_non_null(strstr(listed, "iifname \"br-pc\" ether saddr @released update @active "
				       "{ ether saddr timeout 10m }\n"));
	assert_non_null(strstr(listed, "iifname \"eth9\" ether saddr @released update @active "
				       "{ ether saddr timeout 10m }\n"));
	assert_non_null(strstr(listed, "iifname \"fifteen-letters\" ether saddr @released update "
				       "@active { ether saddr timeout 1d }\n"));
}

static unsigned rules_listed(void)
{
	unsigned count = 0;

	assert_int_equal(list(), 0);
	for (const char *at = strstr(listed, "chain"); *at != '\0'; at++)
		count += *at == '\n';
	return count;
}

static void the_rules_do_not_grow_with_the_devices(void **state)
{
	int64_t now = clock_boot_ms();
	unsigned before;

	(void)state;
	NEED_KERNEL();
	assert_int_equal(install(), 0);
	before = rules_listed();
	for (unsigned n = 0; n < 1000; n++) {
		struct released_change change = {.mac = {{2, 0, 0, 0, (uint8_t)(n >> 8), (uint8_t)n}},
						 .expires = now + 3600000};

		released_apply(released, &nl, &change, 1, now, true);
		assert_true(change.done);
	}
	assert_int_equal(rules_listed(), before);
}

/* With one, its two lines; without, none of them (the golden file). */
static void with_a_garden_what_it_marks_passes(void **state)
{
	static const char pass[] = "\t\tiifname != @interfaces accept\n"
				   "\t\tmeta mark & 0x00100000 != 0x00000000 accept\n"
				   "\t\tether saddr @";
	char *first;

	(void)state;
	NEED_KERNEL();
	rules.garden = true;
	assert_int_equal(install(), 0);
	assert_int_equal(list(), 0);
	first = strstr(listed, pass);
	assert_non_null(first);
	assert_non_null(strstr(first + 1, pass));
	lines_remove(listed, "meta mark");
	lines_remove(listed, "progname"); /* with the table's own line */
	assert_non_null(strstr(golden(), listed));
}

static void unchecked_the_uplink_leaves_no_trace(void **state)
{
	char *expected;

	(void)state;
	NEED_KERNEL();
	conf.uplink_check = false;
	assert_int_equal(install(), 0);
	expected = golden();
	paragraph_remove(expected, "set stand_in");
	lines_remove(expected, "dport 2053");
	lines_remove(expected, "redirect to :2053");
	looks_like(expected);
}

static bool stands_in(void)
{
	assert_int_equal(list(), 0);
	return strstr(listed, "set stand_in {\n\t\ttype ifname\n\t\telements = { \"br-lan\" }") != NULL;
}

/* While there is no internet. */
static void held_devices_names_are_led_elsewhere_and_back(void **state)
{
	(void)state;
	NEED_KERNEL();
	assert_int_equal(install(), 0);
	for (int i = 0; i < 2; i++) {
		rules.stand_in = true;
		assert_int_equal(ruleset_stand_in(&rules, &nl), 0);
		assert_true(stands_in());
		assert_int_equal(ruleset_stand_in(&rules, &nl), 0);
		assert_true(stands_in());
		rules.stand_in = false;
		assert_int_equal(ruleset_stand_in(&rules, &nl), 0);
		assert_int_equal(ruleset_stand_in(&rules, &nl), 0);
		looks_like(golden());
	}
}

static void put_back_meanwhile_it_leads_them_elsewhere_at_once(void **state)
{
	(void)state;
	NEED_KERNEL();
	rules.owner = false;
	rules.stand_in = true;
	assert_int_equal(install(), 0);
	assert_true(stands_in());
	assert_int_equal(install(), 0);
	assert_true(stands_in());
}

static void closed_it_is_put_in_place_of_an_older_one(void **state)
{
	char *expected;

	(void)state;
	NEED_KERNEL();
	rules.owner = false;
	conf.port = 3128;
	assert_int_equal(install(), 0);
	kernel_do("nft add rule inet congchao hold accept");
	kernel_do("nft add set inet congchao other { type ether_addr; }");
	conf.port = 2080;
	assert_int_equal(install(), 0);
	expected = golden();
	paragraph_remove(expected, "flags owner");
	looks_like(expected);
}

/* The configuration was "closed" and is "open" now: the old rules are still there. */
static void opened_it_is_put_in_place_of_a_closed_one(void **state)
{
	(void)state;
	NEED_KERNEL();
	rules.owner = false;
	assert_int_equal(install(), 0);
	rules.owner = true;
	assert_int_equal(install(), 0);
	looks_like(golden());
}

static void another_gates_table_is_left_alone(void **state)
{
	struct nl other;

	(void)state;
	NEED_KERNEL();
	assert_int_equal(install(), 0);
	assert_int_equal(nl_open(&other, NETLINK_NETFILTER, 0), 0);
	errno = 0;
	assert_int_equal(ruleset_install(&rules, &other, fill, released), -1);
	assert_int_equal(errno, EPERM);
	assert_int_equal(ruleset_remove(&other), -1);
	nl_close(&other);
	looks_like(golden());
}

static void open_it_outlives_a_flush_from_outside(void **state)
{
	(void)state;
	NEED_KERNEL();
	assert_int_equal(install(), 0);
	kernel_do("nft flush ruleset");
	looks_like(golden());
}

static void open_it_disappears_with_gates_socket(void **state)
{
	(void)state;
	NEED_KERNEL();
	assert_int_equal(install(), 0);
	nl_close(&nl);
	assert_int_not_equal(list(), 0);
}

static void closed_it_outlives_gates_socket(void **state)
{
	(void)state;
	NEED_KERNEL();
	rules.owner = false;
	assert_int_equal(install(), 0);
	nl_close(&nl);
	assert_int_equal(list(), 0);
	assert_int_equal(nl_open(&nl, NETLINK_NETFILTER, 0), 0);
}

static void removed_it_is_gone_and_what_is_gone_cannot_be_removed(void **state)
{
	(void)state;
	NEED_KERNEL();
	assert_false(is_there());
	assert_int_equal(install(), 0);
	assert_true(is_there());
	assert_int_equal(ruleset_remove(&nl), 0);
	assert_false(is_there());
	assert_int_equal(ruleset_remove(&nl), -1);
	assert_int_equal(errno, ENOENT);
}

static void other_tables_are_not_touched(void **state)
{
	static char nft[] = "nft", verb[] = "list", tables[] = "tables";
	char *const words[] = {nft, verb, tables, NULL};

	(void)state;
	NEED_KERNEL();
	kernel_do("nft add table inet congchao_garden");
	kernel_do("nft add table ip congchao");
	assert_int_equal(install(), 0);
	assert_int_equal(ruleset_remove(&nl), 0);
	assert_int_equal(kernel_run(listed, sizeof(listed), words), 0);
	assert_string_equal(listed, "table inet congchao_garden\ntable ip congchao\n");
	kernel_do("nft flush ruleset");
}

#define AROUND(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    AROUND(open_it_is_as_the_golden_file_says),
	    AROUND(closed_it_has_no_owner),
	    AROUND(without_ctnetlink_established_flows_do_not_pass_first),
	    AROUND(without_ct_count_nothing_is_counted),
	    AROUND(without_reminding_nobody_who_is_released_is_led_here),
	    AROUND(with_reset_https_is_refused_like_the_rest),
	    AROUND(without_fib_https_is_refused_like_the_rest),
	    AROUND(with_a_certificate_port_443_of_the_gateway_is_the_portal_for_everybody),
	    AROUND(without_trusted_devices_the_set_is_empty),
	    AROUND(port_limits_and_every_interface_come_from_the_configuration),
	    AROUND(a_zone_with_idle_after_sees_who_is_active),
	    AROUND(each_interface_of_such_zones_has_its_own_time),
	    AROUND(the_rules_do_not_grow_with_the_devices),
	    AROUND(with_a_garden_what_it_marks_passes),
	    AROUND(unchecked_the_uplink_leaves_no_trace),
	    AROUND(held_devices_names_are_led_elsewhere_and_back),
	    AROUND(put_back_meanwhile_it_leads_them_elsewhere_at_once),
	    AROUND(closed_it_is_put_in_place_of_an_older_one),
	    AROUND(opened_it_is_put_in_place_of_a_closed_one),
	    AROUND(another_gates_table_is_left_alone),
	    AROUND(open_it_outlives_a_flush_from_outside),
	    AROUND(open_it_disappears_with_gates_socket),
	    AROUND(closed_it_outlives_gates_socket),
	    AROUND(removed_it_is_gone_and_what_is_gone_cannot_be_removed),
	    AROUND(other_tables_are_not_touched),
	};

	return cmocka_run_group_tests(tests, kernel_enter, NULL);
}
