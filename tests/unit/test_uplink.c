/*
 * Is there a way out? Asked of a real kernel's routes.
 * links: gate/uplink gate/way gate/nl common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <poll.h>

#include "gate/uplink.h"
#include "test_kernel.h"

static struct conf conf;
static struct uplink uplink;
static struct nl route;

/* An uplink whose other end is here, too. */
static int begin(void **state)
{
	(void)state;
	if (!kernel_is_ours)
		return 0;
	conf = (struct conf){.uplink_check = true};
	kernel_do("ip link add wan type veth peer name far");
	kernel_do("ip link set wan up");
	kernel_do("ip link set far up");
	kernel_do("ip address add 192.0.2.1/24 dev wan");
	kernel_do("ip address add 2001:db8::1/64 dev wan nodad");
	return nl_open(&route, NETLINK_ROUTE, 0);
}

static int end(void **state)
{
	(void)state;
	if (!kernel_is_ours)
		return 0;
	uplink_close(&uplink);
	nl_close(&route);
	kernel_do("ip link del wan");
	return 0;
}

static bool opened_down(void)
{
	assert_int_equal(uplink_open(&uplink, &conf, &route), 0);
	return uplink.down;
}

/* What has happened is read; is it down now? */
static bool down_after(const char *command)
{
	bool before = uplink.down, other;

	kernel_do(command);
	other = uplink_read(&uplink, &route);
	assert_int_equal(other, before != uplink.down);
	return uplink.down;
}

static void without_a_default_route_it_is_down(void **state)
{
	(void)state;
	NEED_KERNEL();
	assert_true(opened_down());
	assert_false(down_after("ip route add default via 192.0.2.254"));
	assert_true(down_after("ip route del default"));
}

static void either_family_is_enough(void **state)
{
	(void)state;
	NEED_KERNEL();
	kernel_do("ip route add default via 2001:db8::fe");
	assert_false(opened_down());
	assert_false(down_after("ip route add default via 192.0.2.254"));
	assert_false(down_after("ip -6 route del default"));
	assert_true(down_after("ip -4 route del default"));
}

static void a_route_without_a_carrier_is_none(void **state)
{
	(void)state;
	NEED_KERNEL();
	kernel_do("ip route add default via 192.0.2.254");
	kernel_do("ip route add default via 2001:db8::fe");
	assert_false(opened_down());
	kernel_do("ip link set far down");
	/* The kernel looks at carriers a little later than they change. */
	while (!uplink.down) {
		struct pollfd event = {.fd = uplink_fd(&uplink), .events = POLLIN};

		assert_int_equal(poll(&event, 1, 10000), 1);
		uplink_read(&uplink, &route);
	}
	assert_true(uplink.down);
	assert_true(uplink.answered);
}

static void a_refusing_route_is_none(void **state)
{
	(void)state;
	NEED_KERNEL();
	kernel_do("ip route add unreachable default");
	assert_true(opened_down());
	assert_true(down_after("ip route replace blackhole default"));
	assert_true(down_after("ip route replace prohibit default"));
	assert_false(down_after("ip route replace default dev wan"));
}

/* As a VPN's client puts it, and as several uplinks are told apart. */
static void half_routes_and_other_tables_count(void **state)
{
	(void)state;
	NEED_KERNEL();
	assert_true(opened_down());
	kernel_do("ip route add 0.0.0.0/1 via 192.0.2.254");
	assert_false(down_after("ip route add 128.0.0.0/1 via 192.0.2.254"));
	kernel_do("ip route del 0.0.0.0/1");
	assert_true(down_after("ip route del 128.0.0.0/1"));
	kernel_do("ip route add default via 192.0.2.254 table 7");
	assert_true(down_after("ip rule add priority 99 fwmark 0x1 table 7"));
	kernel_do("ip rule add priority 100 table 7");
	/* Rules alone say nothing: the next route or link does. */
	assert_false(down_after("ip route add 198.18.0.0/24 via 192.0.2.254"));
	kernel_do("ip rule del priority 99");
	kernel_do("ip rule del priority 100");
}

static void what_the_resolver_says_counts_beside_the_routes(void **state)
{
	(void)state;
	NEED_KERNEL();
	kernel_do("ip route add default via 192.0.2.254");
	assert_false(opened_down());
	assert_false(uplink_hear(&uplink, true));
	assert_true(uplink_hear(&uplink, false));
	assert_true(uplink.down);
	assert_false(uplink_hear(&uplink, false));
	assert_true(down_after("ip route del default"));
	assert_false(uplink_hear(&uplink, true));
	assert_true(uplink.down);
	assert_false(down_after("ip route add default via 192.0.2.254"));
}

static void unchecked_it_is_up(void **state)
{
	(void)state;
	NEED_KERNEL();
	conf.uplink_check = false;
	assert_false(opened_down());
	assert_int_equal(uplink_fd(&uplink), -1);
}

#define AROUND(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    AROUND(without_a_default_route_it_is_down),
	    AROUND(either_family_is_enough),
	    AROUND(a_route_without_a_carrier_is_none),
	    AROUND(a_refusing_route_is_none),
	    AROUND(half_routes_and_other_tables_count),
	    AROUND(what_the_resolver_says_counts_beside_the_routes),
	    AROUND(unchecked_it_is_up),
	};

	return cmocka_run_group_tests_name("uplink", tests, kernel_enter, NULL);
}
