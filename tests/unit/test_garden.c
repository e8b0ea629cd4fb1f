/*
 * What names lead to, in a real kernel's table and beside its routes.
 * links: gate/garden gate/table gate/rule gate/nl gate/way
 * links: common/conf common/ether common/report common/log common/probe
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>

#include "common/clock.h"
#include "common/probe.h"
#include "gate/garden.h"
#include "gate/garden_table.h"
#include "test_kernel.h"

enum { NAME, OTHER, NAMES, TTL = 300 };

static int64_t now; /* in each test always the same */
static struct conf conf;
static struct nl nft, route;
static struct garden *garden;
static char said[64 * 1024];
static int said_fd = -1, stderr_kept = -1;

static struct neigh_address address(const char *text)
{
	struct neigh_address parsed = {.family = strchr(text, ':') != NULL ? 6 : 4};

	assert_int_equal(inet_pton(parsed.family == 4 ? AF_INET : AF_INET6, text, parsed.byte), 1);
	return parsed;
}

static int begin(void **state)
{
	(void)state;
	if (!kernel_is_ours)
		return 0;
	kernel_do("ip link set lo up");
	kernel_do("ip link add wan type veth peer name far");
	kernel_do("ip link set wan up");
	kernel_do("ip link set far up");
	kernel_do("ip address add 192.0.2.1/24 dev wan");
	kernel_do("ip address add 2001:db8:ffff::1/64 dev wan nodad");
	kernel_do("ip route add default via 192.0.2.254");
	kernel_do("ip route add default via 2001:db8:ffff::fe");
	kernel_do("ip route add 198.51.100.0/24 via 192.0.2.253");
	conf = (struct conf){.zone_count = 1,
			     .zones = {{.interfaces = {"br-lan"}, .interface_count = 1}}};
	conf.garden.names[NAME] = (struct conf_domain){"dichvucong.example", 3};
	conf.garden.names[OTHER] = (struct conf_domain){"other.example", 4};
	conf.garden.name_count = NAMES;
	if (nl_open(&nft, NETLINK_NETFILTER, 0) < 0 || nl_open(&route, NETLINK_ROUTE, 0) < 0)
		return -1;
	garden = garden_open(&conf, &nft, &route);
	if (garden == NULL)
		return -1;
	garden_install(garden, true);
	now = clock_boot_ms();
	/* What is logged is looked at. */
	said_fd = open("/dev/shm", O_TMPFILE | O_RDWR, 0600);
	stderr_kept = dup(STDERR_FILENO);
	return dup2(said_fd, STDERR_FILENO) < 0 ? -1 : 0;
}

static int end(void **state)
{
	(void)state;
	if (!kernel_is_ours)
		return 0;
	dup2(stderr_kept, STDERR_FILENO);
	close(stderr_kept);
	close(said_fd);
	garden_close(garden);
	garden_remove(&nft);
	nl_close(&nft);
	nl_close(&route);
	kernel_do("ip link del wan");
	return 0;
}

/* How many lines of the log have that in them. */
static unsigned lines_with(const char *what)
{
	ssize_t n = pread(said_fd, said, sizeof(said) - 1, 0);
	unsigned count = 0;

	assert_true(n >= 0);
	said[n] = '\0';
	for (char *line = strtok(said, "\n"); line != NULL; line = strtok(NULL, "\n"))
		count += strstr(line, what) != NULL;
	return count;
}

static uint32_t probe_of(const char *name)
{
	uint32_t i = 0;

	while (strcmp(probe_at(i)->name, name) != 0)
		i++;
	return NAMES + i;
}

static void learn(uint32_t name, const char *text)
{
	struct neigh_address one = address(text);

	assert_true(garden_learn(garden, name, &one, TTL, now));
}

static bool has(const char *text)
{
	struct neigh_address one = address(text);

	return garden_has(garden, &one);
}

static bool in_set(enum garden_set set, const char *text)
{
	struct neigh_address one = address(text);

	return garden_table_has(set, &one, &nft);
}

static void what_a_name_leads_to_is_open(void **state)
{
	(void)state;
	NEED_KERNEL();
	learn(NAME, "203.0.113.20");
	learn(NAME, "2001:db8:1::20");
	learn(OTHER, "203.0.113.21");
	assert_true(has("203.0.113.20") && has("2001:db8:1::20") && has("203.0.113.21"));
	assert_false(has("203.0.113.22") || has("2001:db8:1::21"));
	assert_int_equal(lines_with(""), 0);
}

/* Rebinding: its owner lets the name lead to the operator's own network. */
static void what_is_not_out_in_the_internet_stays_closed(void **state)
{
	static const char *const inside[] = {
	    "10.77.0.1",	 "192.168.1.1",	      "127.0.0.1", "0.0.0.0", "169.254.1.1",
	    "224.0.0.1",	 "fd77::1",	      "fe80::1",   "::1",     "ff02::1",
	    "64:ff9b::10.0.0.1", "192.0.2.1",	      /* the gateway itself, on the outside */
	    "192.0.2.77",	 "2001:db8:ffff::77", /* its neighbours there */
	    "198.51.100.7",			      /* a network of which it has been told */
	};

	(void)state;
	NEED_KERNEL();
	for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++) {
		learn(NAME, inside[i]);
		if (has(inside[i]))
			fail_msg("%s is open", inside[i]);
	}
	assert_int_equal(lines_with("dichvucong.example leads to an address that is not out in"),
			 1);
	assert_int_equal(lines_with(""), 1);
}

static void without_a_way_out_nothing_new_is_opened(void **state)
{
	(void)state;
	NEED_KERNEL();
	learn(NAME, "203.0.113.20");
	kernel_do("ip route del default");
	learn(NAME, "203.0.113.21");
	assert_true(has("203.0.113.20"));
	assert_false(has("203.0.113.21"));
}

static void what_a_probe_host_has_is_never_opened(void **state)
{
	(void)state;
	NEED_KERNEL();
	learn(probe_of("captive.apple.com"), "203.0.113.20");
	learn(NAME, "203.0.113.20");
	learn(NAME, "203.0.113.20");
	assert_false(has("203.0.113.20") || in_set(GARDEN_ALLOWED, "203.0.113.20"));
	assert_int_equal(
	    lines_with("dichvucong.example leads to an address that captive.apple.com has"), 1);
	assert_int_equal(lines_with(""), 1);
}

static void what_a_probe_host_comes_to_have_is_closed(void **state)
{
	(void)state;
	NEED_KERNEL();
	learn(NAME, "203.0.113.20");
	assert_true(has("203.0.113.20"));
	learn(probe_of("www.gstatic.com"), "203.0.113.20");
	learn(probe_of("www.google.com"), "203.0.113.20");
	assert_false(has("203.0.113.20"));
	assert_int_equal(
	    lines_with("dichvucong.example leads to an address that www.gstatic.com has"), 1);
	assert_int_equal(lines_with(""), 1);
	/* Whoever else opens it: its set is looked at first. */
	kernel_do("nft add element inet congchao_garden allowed4 { 203.0.113.20 }");
	assert_false(has("203.0.113.20"));
}

static void a_probe_host_in_a_fixed_network_is_closed_there(void **state)
{
	(void)state;
	NEED_KERNEL();
	assert_true(conf_prefix_parse("203.0.113.0/24", &conf.garden.prefixes[0]));
	conf.garden.prefixes[0].line = 7;
	conf.garden.prefix_count = 1;
	garden_install(garden, true);
	learn(probe_of("captive.apple.com"), "203.0.113.10");
	learn(probe_of("www.apple.com"), "203.0.113.11");
	assert_false(has("203.0.113.10") || has("203.0.113.11"));
	assert_true(has("203.0.113.12"));
	assert_int_equal(
	    lines_with("the address in line 7 contains one that captive.apple.com has"), 1);
	assert_int_equal(lines_with(""), 1);
}

/* The seconds that an element has left, as nft says; -1: it is not there. */
static long left_s(const char *element)
{
	static char nft_[] = "nft", list[] = "list", table[] = "table", inet[] = "inet",
		    name[] = GARDEN_TABLE;
	char *const words[] = {nft_, list, table, inet, name, NULL};
	static char listed[256 * 1024];
	long seconds = 0, n;
	char *at;

	assert_int_equal(kernel_run(listed, sizeof(listed), words), 0);
	at = strstr(listed, element);
	if (at == NULL)
		return -1;
	at = strstr(at, "expires ");
	assert_non_null(at);
	at += strlen("expires ");
	for (; (n = strtol(at, &at, 10)) > 0 && strncmp(at, "ms", 2) != 0; at++)
		seconds += n * (*at == 'd' ? 86400 : *at == 'h' ? 3600 : *at == 'm' ? 60 : 1);
	return seconds;
}

static void it_is_open_for_its_time_and_what_browsers_keep(void **state)
{
	struct neigh_address one = address("203.0.113.20"), probe = address("203.0.113.30");

	(void)state;
	NEED_KERNEL();
	assert_true(garden_learn(garden, NAME, &one, 0, now));
	assert_in_range(left_s("203.0.113.20 "), 50, GARDEN_GRACE_S);
	/* Seen again, its time begins again; one that is shorter ends nothing. */
	assert_true(garden_learn(garden, NAME, &one, TTL, now));
	assert_in_range(left_s("203.0.113.20 "), TTL + 50, TTL + GARDEN_GRACE_S);
	assert_true(garden_learn(garden, OTHER, &one, 10, now + 1000));
	assert_in_range(left_s("203.0.113.20 "), TTL + 40, TTL + GARDEN_GRACE_S);
	assert_true(garden_learn(garden, NAME, &one, UINT32_MAX, now));
	assert_in_range(left_s("203.0.113.20 "), 86000, 86400 + GARDEN_GRACE_S);
	/* What a probe host had an hour ago it may have again. */
	assert_true(garden_learn(garden, probe_of("www.google.com"), &probe, 1, now));
	assert_in_range(left_s("203.0.113.30 "), 3600, 3600 + GARDEN_GRACE_S);
}

static void put_back_it_has_what_names_have_led_to(void **state)
{
	(void)state;
	NEED_KERNEL();
	learn(NAME, "203.0.113.20");
	learn(probe_of("captive.apple.com"), "203.0.113.10");
	kernel_do("nft flush ruleset");
	/* What comes meanwhile is not lost. */
	learn(NAME, "2001:db8:1::20");
	assert_false(has("203.0.113.20") || has("2001:db8:1::20"));
	garden_install(garden, true);
	assert_true(has("203.0.113.20") && has("2001:db8:1::20"));
	assert_true(in_set(GARDEN_PROBE, "203.0.113.10"));
	assert_in_range(left_s("203.0.113.20 "), TTL + 40, TTL + GARDEN_GRACE_S);
	assert_int_equal(lines_with(""), 0);
}

/* A resolver that has been taken over tells of as many as it likes. */
static void there_is_an_end_to_it(void **state)
{
	(void)state;
	NEED_KERNEL();
	for (uint32_t i = 0; i < GARDEN_LEARNED_MAX + 10; i++) {
		uint32_t host = htonl(0xcb007100u + (i << 12));
		struct neigh_address one = {.family = 4};

		memcpy(one.byte, &host, sizeof(host));
		one.byte[0] = 20;
		assert_true(garden_learn(garden, NAME, &one, TTL, now));
		if (i == GARDEN_LEARNED_MAX)
			assert_false(garden_table_has(GARDEN_ALLOWED, &one, &nft));
	}
	assert_int_equal(lines_with("more addresses than there is room for"), 1);
	/* Those whose time is over make room. */
	{
		struct neigh_address one = address("203.0.113.20");

		assert_true(garden_learn(garden, NAME, &one, TTL, now + 3600 * 1000));
		assert_true(has("203.0.113.20"));
	}
}

static void a_name_that_there_is_not_is_refused(void **state)
{
	struct neigh_address one = address("203.0.113.20");

	(void)state;
	NEED_KERNEL();
	assert_false(garden_learn(garden, NAMES + (uint32_t)probe_count(), &one, TTL, now));
	assert_false(garden_learn(garden, UINT32_MAX, &one, TTL, now));
	assert_false(has("203.0.113.20"));
}

#define AROUND(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    AROUND(what_a_name_leads_to_is_open),
	    AROUND(what_is_not_out_in_the_internet_stays_closed),
	    AROUND(without_a_way_out_nothing_new_is_opened),
	    AROUND(what_a_probe_host_has_is_never_opened),
	    AROUND(what_a_probe_host_comes_to_have_is_closed),
	    AROUND(a_probe_host_in_a_fixed_network_is_closed_there),
	    AROUND(it_is_open_for_its_time_and_what_browsers_keep),
	    AROUND(put_back_it_has_what_names_have_led_to),
	    AROUND(there_is_an_end_to_it),
	    AROUND(a_name_that_there_is_not_is_refused),
	};

	return cmocka_run_group_tests_name("garden", tests, kernel_enter, NULL);
}
