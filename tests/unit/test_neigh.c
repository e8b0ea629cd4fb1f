/*
 * Who is where, asked of a real kernel's neighbour table: two served interfaces, one that
 * is not, and neighbours that the test has put there.
 * links: gate/neigh gate/links gate/nl common/ether common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>

#include "gate/neigh.h"
#include "test_kernel.h"

enum { GUEST, STAFF, CAFE, LATER, SERVED };

static struct conf conf = {
    .zone_count = 2,
    .zones = {{.interfaces = {"guest"}, .interface_count = 1},
	      {.interfaces = {"staff", "cafe", "later"}, .interface_count = 3}},
};
static struct neigh_links links;
static struct nl nl, events;

static int enter(void **state)
{
	static const char *const made[] = {"guest", "staff", "cafe", "uplink"};
	char command[128];

	kernel_enter(state);
	for (size_t i = 0; kernel_is_ours && i < sizeof(made) / sizeof(made[0]); i++) {
		snprintf(command, sizeof(command), "ip link add %s type veth peer name %s-peer", made[i],
			 made[i]);
		kernel_do(command);
		snprintf(command, sizeof(command), "ip link set %s-peer up", made[i]);
		kernel_do(command);
		snprintf(command, sizeof(command), "ip link set %s up", made[i]);
		kernel_do(command);
	}
	return 0;
}

static int begin(void **state)
{
	(void)state;
	if (!kernel_is_ours)
		return 0;
	if (nl_open(&nl, NETLINK_ROUTE, 0) < 0 || nl_open(&events, NETLINK_ROUTE, RTMGRP_LINK) < 0)
		return -1;
	return neigh_links_load(&links, &conf, &nl);
}

static int end(void **state)
{
	static const char *const made[] = {"guest", "staff", "cafe", "uplink"};
	char command[128];

	(void)state;
	for (size_t i = 0; kernel_is_ours && i < sizeof(made) / sizeof(made[0]); i++) {
		snprintf(command, sizeof(command), "ip neigh flush dev %s nud all", made[i]);
		kernel_do(command);
	}
	if (kernel_is_ours) {
		nl_close(&nl);
		nl_close(&events);
	}
	return 0;
}

static void neighbour(const char *address, const char *mac, const char *device, const char *nud)
{
	char command[200];

	snprintf(command, sizeof(command), "ip neigh replace %s lladdr %s dev %s nud %s", address, mac,
		 device, nud);
	kernel_do(command);
}

static struct neigh_query query_of(const char *text)
{
	struct neigh_query query = {.found = true, .found_ifindex = 99};

	query.address.family = strchr(text, ':') != NULL ? 6 : 4;
	assert_int_equal(
	    inet_pton(query.address.family == 6 ? AF_INET6 : AF_INET, text, query.address.byte), 1);
	return query;
}

static struct neigh_query find_on(const char *text, uint32_t ifindex)
{
	struct neigh_query query = query_of(text);

	query.ifindex = ifindex;
	assert_int_equal(neigh_find(&links, &nl, &query, 1), 0);
	return query;
}

static struct neigh_query find(const char *text)
{
	return find_on(text, 0);
}

static void is(const struct neigh_query *query, const char *mac, const char *device)
{
	char text[ETHER_TEXT_SIZE];

	assert_true(query->found);
	assert_string_equal(ether_text(&query->mac, text), mac);
	assert_int_equal(query->found_ifindex, if_nametoindex(device));
}

static void the_served_interfaces_that_exist_are_known(void **state)
{
	(void)state;
	NEED_KERNEL();
	assert_int_equal(links.count, SERVED);
	assert_int_equal(neigh_links_present(&links), SERVED - 1);
	assert_int_equal(links.link[GUEST].ifindex, if_nametoindex("guest"));
	assert_int_equal(links.link[LATER].ifindex, 0);
	assert_ptr_equal(neigh_link(&links, if_nametoindex("staff")), &links.link[STAFF]);
	assert_int_equal(links.link[STAFF].zone, 1);
	assert_null(neigh_link(&links, if_nametoindex("uplink")));
	assert_null(neigh_link(&links, 0));
}

static void a_neighbour_is_found_by_either_family(void **state)
{
	struct neigh_query v4, v6;

	(void)state;
	NEED_KERNEL();
	neighbour("10.77.0.5", "02:00:00:00:00:05", "guest", "reachable");
	neighbour("fd77::5", "02:00:00:00:00:05", "guest", "reachable");
	v4 = find("10.77.0.5");
	v6 = find("fd77::5");
	is(&v4, "02:00:00:00:00:05", "guest");
	is(&v6, "02:00:00:00:00:05", "guest");
}

static void every_state_that_names_a_mac_is_good_enough(void **state)
{
	static const char *const states[] = {"permanent", "noarp", "reachable", "stale", "delay"};

	(void)state;
	NEED_KERNEL();
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		struct neigh_query query;
		char address[32];

		snprintf(address, sizeof(address), "10.77.0.%zu", 5 + i);
		neighbour(address, "02:00:00:00:00:05", "guest", states[i]);
		query = find(address);
		is(&query, "02:00:00:00:00:05", "guest");
	}
}

static void who_never_answered_is_not_found(void **state)
{
	(void)state;
	NEED_KERNEL();
	kernel_do("ip neigh replace 10.77.0.6 dev guest nud incomplete");
	neighbour("10.77.0.7", "02:00:00:00:00:07", "guest", "failed");
	assert_false(find("10.77.0.6").found);
	assert_false(find("10.77.0.7").found);
	assert_false(find("10.77.0.8").found);
	assert_false(find("fd77::8").found);
}

static void a_neighbour_elsewhere_is_not_found(void **state)
{
	(void)state;
	NEED_KERNEL();
	neighbour("10.77.0.5", "02:00:00:00:00:05", "uplink", "permanent");
	assert_false(find("10.77.0.5").found);
	assert_false(find_on("10.77.0.5", if_nametoindex("uplink")).found);
}

/* One who says that a multicast address is its own. */
static void a_group_mac_is_nobody(void **state)
{
	(void)state;
	NEED_KERNEL();
	neighbour("10.77.0.5", "03:00:00:00:00:05", "guest", "permanent");
	neighbour("10.77.0.6", "ff:ff:ff:ff:ff:ff", "guest", "permanent");
	neighbour("10.77.0.7", "00:00:00:00:00:00", "guest", "permanent");
	assert_false(find("10.77.0.5").found);
	assert_false(find("10.77.0.6").found);
	assert_false(find("10.77.0.7").found);
}

static void one_address_with_two_macs_is_not_found(void **state)
{
	struct neigh_query here;

	(void)state;
	NEED_KERNEL();
	neighbour("10.77.0.5", "02:00:00:00:00:05", "guest", "permanent");
	neighbour("10.77.0.5", "02:00:00:00:00:66", "staff", "permanent");
	assert_false(find("10.77.0.5").found);
	here = find_on("10.77.0.5", if_nametoindex("staff"));
	is(&here, "02:00:00:00:00:66", "staff");
}

/* The third interface agrees with the first: it still cannot be told. */
static void two_against_one_is_not_found_in_any_order(void **state)
{
	static const char *const devices[] = {"guest", "staff", "cafe"};

	(void)state;
	NEED_KERNEL();
	for (size_t odd = 0; odd < 3; odd++) {
		for (size_t i = 0; i < 3; i++)
			neighbour("10.77.0.5", i == odd ? "02:00:00:00:00:66" : "02:00:00:00:00:05",
				  devices[i], "permanent");
		assert_false(find("10.77.0.5").found);
	}
}

/* A device that moved from one access point to another. */
static void one_mac_on_two_interfaces_is_found(void **state)
{
	char text[ETHER_TEXT_SIZE];
	struct neigh_query query;

	(void)state;
	NEED_KERNEL();
	neighbour("10.77.0.5", "02:00:00:00:00:05", "guest", "stale");
	neighbour("10.77.0.5", "02:00:00:00:00:05", "staff", "reachable");
	query = find("10.77.0.5");
	assert_true(query.found);
	assert_string_equal(ether_text(&query.mac, text), "02:00:00:00:00:05");
}

/* More than are asked with one send, found and not, on one interface and on any. */
static void many_are_answered_each_with_its_own(void **state)
{
	enum { MANY = 150 };
	struct neigh_query queries[MANY];
	char address[32], mac[32], found[ETHER_TEXT_SIZE];

	(void)state;
	NEED_KERNEL();
	for (unsigned n = 0; n < MANY; n++) {
		snprintf(address, sizeof(address), "10.77.0.%u", n + 10);
		snprintf(mac, sizeof(mac), "02:00:00:00:01:%02x", n);
		if (n % 3 != 0)
			neighbour(address, mac, n % 2 ? "guest" : "cafe", "permanent");
		queries[n] = query_of(address);
		queries[n].ifindex = n % 5 == 0 ? if_nametoindex("guest") : 0;
	}
	for (int again = 0; again < 2; again++) {
		assert_int_equal(neigh_find(&links, &nl, queries, MANY), 0);
		for (unsigned n = 0; n < MANY; n++) {
			bool there = n % 3 != 0 && (n % 5 != 0 || n % 2 != 0);

			snprintf(mac, sizeof(mac), "02:00:00:00:01:%02x", n);
			assert_int_equal(queries[n].found, there);
			if (there)
				assert_string_equal(ether_text(&queries[n].mac, found), mac);
		}
	}
}

static void no_question_is_no_error(void **state)
{
	(void)state;
	NEED_KERNEL();
	assert_int_equal(neigh_find(&links, &nl, NULL, 0), 0);
	assert_false(find_on("10.77.0.5", 4242).found);
}

static void a_mac_is_found_where_it_is(void **state)
{
	struct ether mac = {{2, 0, 0, 0, 0, 5}};

	(void)state;
	NEED_KERNEL();
	assert_int_equal(neigh_find_mac(&links, &nl, &mac), 0);
	neighbour("10.77.0.5", "02:00:00:00:00:05", "uplink", "permanent");
	assert_int_equal(neigh_find_mac(&links, &nl, &mac), 0);
	neighbour("10.77.0.4", "02:00:00:00:00:04", "guest", "permanent");
	assert_int_equal(neigh_find_mac(&links, &nl, &mac), 0);
	neighbour("fd77::5", "02:00:00:00:00:05", "staff", "permanent");
	assert_int_equal(neigh_find_mac(&links, &nl, &mac), if_nametoindex("staff"));
}

static void the_tables_limit_is_told(void **state)
{
	(void)state;
	NEED_KERNEL();
	assert_int_not_equal(neigh_table_limit(&nl), 0);
}

/* Reads events until the served interface has that index. */
static void link_becomes(size_t which, unsigned ifindex)
{
	for (int i = 0; i < 50 && links.link[which].ifindex != ifindex; i++) {
		struct pollfd pfd = {.fd = nl_fd(&events), .events = POLLIN};

		assert_int_equal(poll(&pfd, 1, 10000), 1);
		neigh_links_read(&links, &events, &nl);
	}
	assert_int_equal(links.link[which].ifindex, ifindex);
}

static void an_interface_that_comes_later_is_served_until_it_goes(void **state)
{
	struct neigh_query query;

	(void)state;
	NEED_KERNEL();
	kernel_do("ip link add later type veth peer name later-peer");
	kernel_do("ip link set later up");
	link_becomes(LATER, if_nametoindex("later"));
	neighbour("10.77.0.5", "02:00:00:00:00:05", "later", "permanent");
	query = find("10.77.0.5");
	is(&query, "02:00:00:00:00:05", "later");
	kernel_do("ip link del later");
	link_becomes(LATER, 0);
	assert_int_equal(neigh_links_present(&links), SERVED - 1);
}

static void an_interface_that_is_renamed_is_another_one(void **state)
{
	(void)state;
	NEED_KERNEL();
	kernel_do("ip link add later type veth peer name later-peer");
	link_becomes(LATER, if_nametoindex("later"));
	kernel_do("ip link set later name former");
	link_becomes(LATER, 0);
	kernel_do("ip link set former name later");
	link_becomes(LATER, if_nametoindex("later"));
	kernel_do("ip link del later");
	link_becomes(LATER, 0);
}

#define AROUND(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    AROUND(the_served_interfaces_that_exist_are_known),
	    AROUND(a_neighbour_is_found_by_either_family),
	    AROUND(every_state_that_names_a_mac_is_good_enough),
	    AROUND(who_never_answered_is_not_found),
	    AROUND(a_neighbour_elsewhere_is_not_found),
	    AROUND(a_group_mac_is_nobody),
	    AROUND(one_address_with_two_macs_is_not_found),
	    AROUND(two_against_one_is_not_found_in_any_order),
	    AROUND(one_mac_on_two_interfaces_is_found),
	    AROUND(many_are_answered_each_with_its_own),
	    AROUND(no_question_is_no_error),
	    AROUND(a_mac_is_found_where_it_is),
	    AROUND(the_tables_limit_is_told),
	    AROUND(an_interface_that_comes_later_is_served_until_it_goes),
	    AROUND(an_interface_that_is_renamed_is_another_one),
	};

	return cmocka_run_group_tests(tests, enter, NULL);
}
