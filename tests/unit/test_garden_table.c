/*
 * The garden's table as a real kernel has it: tests/golden/garden.nft. Run from the top
 * folder.
 * links: gate/garden_table gate/table gate/rule gate/nl common/conf_garden common/log
 * links: common/report common/conf common/ether
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>

#include "gate/garden_table.h"
#include "gate/table.h"
#include "test_kernel.h"

#define GOLDEN "tests/golden/garden.nft"

static struct conf conf;
static struct nl nl;
static char listed[64 * 1024];

static void prefix_add(const char *text)
{
	assert_true(conf_prefix_parse(text, &conf.garden.prefixes[conf.garden.prefix_count++]));
}

static int begin(void **state)
{
	(void)state;
	if (!kernel_is_ours)
		return 0;
	conf = (struct conf){.zone_count = 1,
			     .zones = {{.interfaces = {"br-lan"}, .interface_count = 1}}};
	prefix_add("203.0.113.0/25");
	prefix_add("203.0.113.128/25"); /* one ends where the other begins */
	prefix_add("198.51.100.7");
	prefix_add("10.255.0.0/16"); /* its end carries into the first byte */
	prefix_add("223.0.0.0/8");   /* and this one ends where addresses of hosts end */
	prefix_add("2001:db8::/32");
	prefix_add("2001:dbff:ffff::7");
	return nl_open(&nl, NETLINK_NETFILTER, 0);
}

static int end(void **state)
{
	(void)state;
	if (!kernel_is_ours)
		return 0;
	garden_table_remove(&nl); /* gone already in some of the tests */
	nl_close(&nl);
	return 0;
}

static int list(void)
{
	static char nft[] = "nft", verb[] = "list", table[] = "table", inet[] = "inet",
		    name[] = GARDEN_TABLE;
	char *const words[] = {nft, verb, table, inet, name, NULL};

	return kernel_run(listed, sizeof(listed), words);
}

/* Without the first lines, which say what it is. */
static char *golden(void)
{
	static char text[8192];
	FILE *in = fopen(GOLDEN, "r");
	size_t n;

	if (in == NULL)
		fail_msg("%s is missing: run from the top folder", GOLDEN);
	n = fread(text, 1, sizeof(text) - 1, in);
	fclose(in);
	text[n] = '\0';
	return strstr(text, "\ntable inet") + 1;
}

static void golden_write(void)
{
	FILE *out = fopen(GOLDEN, "w");

	assert_non_null(out);
	fprintf(out,
		"# nft list table inet congchao_garden, as congchao-gate makes it for the "
		"configuration of\n# test_garden_table.c; written anew by GOLDEN=write "
		"build/tests/test_garden_table\n%s",
		listed);
	assert_int_equal(fclose(out), 0);
}

static void it_is_as_the_golden_file_says(void **state)
{
	(void)state;
	NEED_KERNEL();
	assert_int_equal(garden_table_install(&conf, true, &nl), 0);
	assert_int_equal(list(), 0);
	if (getenv("GOLDEN") != NULL && strcmp(getenv("GOLDEN"), "write") == 0)
		golden_write();
	assert_string_equal(listed, golden());
}

static void without_ctnetlink_every_packet_is_looked_at(void **state)
{
	(void)state;
	NEED_KERNEL();
	assert_int_equal(garden_table_install(&conf, false, &nl), 0);
	assert_int_equal(list(), 0);
	assert_null(strstr(listed, "ct state"));
	assert_non_null(strstr(listed, "ip6 daddr @allowed6 meta mark set"));
}

static struct neigh_address address(const char *text)
{
	struct neigh_address parsed = {.family = strchr(text, ':') != NULL ? 6 : 4};

	assert_int_equal(inet_pton(parsed.family == 4 ? AF_INET : AF_INET6, text, parsed.byte), 1);
	return parsed;
}

static bool has(enum garden_set set, const char *text)
{
	struct neigh_address asked = address(text);

	return garden_table_has(set, &asked, &nl);
}

static void a_fixed_network_has_its_first_and_last_address(void **state)
{
	(void)state;
	NEED_KERNEL();
	assert_int_equal(garden_table_install(&conf, true, &nl), 0);
	assert_true(has(GARDEN_FIXED, "203.0.113.0"));
	assert_true(has(GARDEN_FIXED, "203.0.113.127"));
	assert_true(has(GARDEN_FIXED, "203.0.113.255"));
	assert_false(has(GARDEN_FIXED, "203.0.114.0"));
	assert_false(has(GARDEN_FIXED, "203.0.112.255"));
	assert_true(has(GARDEN_FIXED, "198.51.100.7"));
	assert_false(has(GARDEN_FIXED, "198.51.100.8"));
	assert_true(has(GARDEN_FIXED, "10.255.255.255"));
	assert_false(has(GARDEN_FIXED, "11.0.0.0"));
	assert_true(has(GARDEN_FIXED, "223.255.255.255"));
	assert_true(has(GARDEN_FIXED, "2001:db8:ffff::1"));
	assert_false(has(GARDEN_FIXED, "2001:db9::"));
	assert_true(has(GARDEN_FIXED, "2001:dbff:ffff::7"));
	assert_false(has(GARDEN_FIXED, "2001:dbff:ffff::8"));
}

/* What nft says of an element: the seconds it has left ("23h59m59s976ms"); -1: it is not there. */
static int left(const char *element)
{
	int seconds = 0, n;
	char *at;

	assert_int_equal(list(), 0);
	at = strstr(listed, element);
	if (at == NULL)
		return -1;
	at = strstr(at, "expires ");
	assert_non_null(at);
	at += strlen("expires ");
	for (; (n = (int)strtol(at, &at, 10)) > 0 && strncmp(at, "ms", 2) != 0; at++)
		seconds += n * (*at == 'd' ? 86400 : *at == 'h' ? 3600 : *at == 'm' ? 60 : 1);
	return seconds;
}

static void elements_of_both_families_are_put_and_renewed(void **state)
{
	struct garden_element elements[] = {{address("192.0.2.1"), 30000},
					    {address("2001:db8:1::1"), 40000}};
	int first;

	(void)state;
	NEED_KERNEL();
	assert_int_equal(garden_table_install(&conf, true, &nl), 0);
	assert_int_equal(garden_table_renew(GARDEN_ALLOWED, elements, 2, &nl), 0);
	assert_true(has(GARDEN_ALLOWED, "192.0.2.1"));
	assert_true(has(GARDEN_ALLOWED, "2001:db8:1::1"));
	assert_false(has(GARDEN_ALLOWED, "192.0.2.2"));
	first = left("192.0.2.1 ");
	assert_in_range(first, 20, 30);
	elements[0].timeout_ms = 90000;
	assert_int_equal(garden_table_renew(GARDEN_ALLOWED, elements, 1, &nl), 0);
	assert_in_range(left("192.0.2.1 "), 80, 90);
	assert_in_range(left("2001:db8:1::1 "), 20, 40);
	assert_int_equal(garden_table_renew(GARDEN_PROBE, elements, 1, &nl), 0);
	assert_true(has(GARDEN_PROBE, "192.0.2.1"));
}

static void what_others_put_there_goes_after_a_day(void **state)
{
	(void)state;
	NEED_KERNEL();
	assert_int_equal(garden_table_install(&conf, true, &nl), 0);
	kernel_do("nft add element inet congchao_garden allowed4 { 192.0.2.9 }");
	assert_in_range(left("192.0.2.9 "), 86300, 86400);
}

static void put_anew_it_keeps_the_elements_of_others_and_nothing_else(void **state)
{
	(void)state;
	NEED_KERNEL();
	assert_int_equal(garden_table_install(&conf, true, &nl), 0);
	kernel_do("nft add element inet congchao_garden allowed4 { 192.0.2.9 }");
	kernel_do("nft add element inet congchao_garden fixed4 { 192.0.2.10 }");
	kernel_do("nft add element inet congchao_garden interfaces { eth9 }");
	kernel_do("nft insert rule inet congchao_garden garden accept");
	assert_int_equal(garden_table_install(&conf, true, &nl), 0);
	assert_true(has(GARDEN_ALLOWED, "192.0.2.9"));
	kernel_do("nft delete element inet congchao_garden allowed4 { 192.0.2.9 }");
	assert_int_equal(list(), 0);
	assert_string_equal(listed, golden());
}

static void a_table_of_another_shape_is_replaced(void **state)
{
	(void)state;
	NEED_KERNEL();
	kernel_do("nft add table inet congchao_garden");
	kernel_do("nft add set inet congchao_garden allowed4 { type ether_addr; }");
	kernel_do(
	    "nft add chain inet congchao_garden garden { type filter hook input priority 0; }");
	assert_int_equal(garden_table_install(&conf, true, &nl), 0);
	assert_int_equal(list(), 0);
	assert_string_equal(listed, golden());
}

static void a_full_set_says_so_and_stays_as_it_is(void **state)
{
	static struct garden_element elements[TABLE_ELEMENTS_MAX];
	int rc = 0;

	(void)state;
	NEED_KERNEL();
	assert_int_equal(garden_table_install(&conf, true, &nl), 0);
	for (uint32_t n = 0; rc == 0 && n <= GARDEN_SET_MAX; n += TABLE_ELEMENTS_MAX) {
		for (uint32_t i = 0; i < TABLE_ELEMENTS_MAX; i++) {
			uint32_t host = htonl(0xc6120000u + n + i);

			elements[i] = (struct garden_element){{.family = 4}, 60000};
			memcpy(elements[i].address.byte, &host, sizeof(host));
		}
		rc = garden_table_renew(GARDEN_ALLOWED, elements, TABLE_ELEMENTS_MAX, &nl);
	}
	assert_int_equal(rc, -1);
	assert_int_equal(errno, ENFILE);
	assert_true(has(GARDEN_ALLOWED, "198.18.0.0"));
}

static void removed_it_is_gone_and_what_is_gone_cannot_be_removed(void **state)
{
	(void)state;
	NEED_KERNEL();
	assert_int_equal(garden_table_install(&conf, true, &nl), 0);
	assert_int_equal(garden_table_remove(&nl), 0);
	assert_int_not_equal(list(), 0);
	assert_int_equal(garden_table_remove(&nl), -1);
	assert_int_equal(errno, ENOENT);
	assert_false(has(GARDEN_FIXED, "203.0.113.0"));
}

#define AROUND(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    AROUND(it_is_as_the_golden_file_says),
	    AROUND(without_ctnetlink_every_packet_is_looked_at),
	    AROUND(a_fixed_network_has_its_first_and_last_address),
	    AROUND(elements_of_both_families_are_put_and_renewed),
	    AROUND(what_others_put_there_goes_after_a_day),
	    AROUND(put_anew_it_keeps_the_elements_of_others_and_nothing_else),
	    AROUND(a_table_of_another_shape_is_replaced),
	    AROUND(a_full_set_says_so_and_stays_as_it_is),
	    AROUND(removed_it_is_gone_and_what_is_gone_cannot_be_removed),
	};

	return cmocka_run_group_tests_name("garden table", tests, kernel_enter, NULL);
}
