/*
 * The garden's names and networks: what is one, and which address belongs to it.
 * links: common/conf common/ether common/report
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/conf.h"
#include "common/conf_value.h"

#define MINIMAL \
	"zones = ( { name = \"wifi\"; interfaces = [ \"wlan0\" ]; release_for = \"12h\"; } );\n"

static struct conf conf;

static void load(const char *text)
{
	char file[] = "/tmp/test_conf_garden.XXXXXX";
	struct report report = {.out = stderr};
	int fd = mkstemp(file);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	assert_int_equal(conf_load(&conf, file, &report), 0);
	unlink(file);
}

static void without_a_key_there_is_no_garden(void **state)
{
	(void)state;
	load(MINIMAL);
	assert_false(conf_has_garden(&conf));
	load(MINIMAL "garden = { names = [ ]; addresses = [ ]; };");
	assert_false(conf_has_garden(&conf));
}

static void names_and_addresses_are_read(void **state)
{
	(void)state;
	load(MINIMAL
	     "garden = {\n names = [ \"dichvucong.gov.vn\", \"xn--th-tc-6za.vn\" ];\n"
	     " addresses = [ \"203.0.113.0/24\", \"198.51.100.7\", \"2001:db8::/32\" ]; };");
	assert_true(conf_has_garden(&conf));
	assert_int_equal(conf.garden.name_count, 2);
	assert_string_equal(conf.garden.names[1].name, "xn--th-tc-6za.vn");
	assert_int_equal(conf.garden.names[1].line, 3);
	assert_int_equal(conf.garden.prefix_count, 3);
	assert_int_equal(conf.garden.prefixes[0].bits, 24);
	assert_int_equal(conf.garden.prefixes[1].bits, 32);
	assert_int_equal(conf.garden.prefixes[2].family, 6);
	load(MINIMAL "garden = { names = [ \"a.vn\" ]; };");
	assert_true(conf_has_garden(&conf));
	load(MINIMAL "garden = { addresses = [ \"203.0.113.7\" ]; };");
	assert_true(conf_has_garden(&conf));
}

static void names_are_as_long_as_the_dns_allows(void **state)
{
	char name[300];

	(void)state;
	memset(name, 'a', sizeof(name));
	for (size_t i = 63; i < sizeof(name); i += 64)
		name[i] = '.';
	name[253] = '\0';
	assert_true(conf_is_domain(name));
	name[253] = 'a';
	name[254] = '\0';
	assert_false(conf_is_domain(name));
	memcpy(name, "b", 1);
	memset(name + 1, 'a', 63);
	memcpy(name + 64, ".vn", 4);
	assert_false(conf_is_domain(name));
	assert_true(conf_is_domain(name + 1));
	assert_false(conf_is_domain("a-.vn"));
	assert_false(conf_is_domain(".vn"));
	assert_true(conf_is_domain("1.vn"));
	assert_false(conf_is_domain("1.2"));
}

static bool has(const char *prefix, const char *address)
{
	struct conf_prefix parsed;
	uint8_t byte[16] = {0};
	uint8_t family = strchr(address, ':') != NULL ? 6 : 4;

	assert_true(conf_prefix_parse(prefix, &parsed));
	assert_int_equal(inet_pton(family == 4 ? AF_INET : AF_INET6, address, byte), 1);
	return conf_prefix_has(&parsed, family, byte);
}

static void an_address_is_in_a_network_up_to_its_last_bit(void **state)
{
	(void)state;
	assert_true(has("203.0.113.0/24", "203.0.113.0"));
	assert_true(has("203.0.113.0/24", "203.0.113.255"));
	assert_false(has("203.0.113.0/24", "203.0.114.0"));
	assert_true(has("203.0.113.64/26", "203.0.113.127"));
	assert_false(has("203.0.113.64/26", "203.0.113.128"));
	assert_true(has("198.51.100.7", "198.51.100.7"));
	assert_false(has("198.51.100.7", "198.51.100.6"));
	assert_true(has("2001:db8::/33", "2001:db8:7fff::1"));
	assert_false(has("2001:db8::/33", "2001:db8:8000::1"));
	/* The first bits of both are the same. */
	assert_false(has("32.1.0.0/16", "2001::1"));
	assert_false(has("2001::/16", "32.1.0.1"));
}

static void the_last_networks_of_each_family(void **state)
{
	(void)state;
	assert_true(conf_is_prefix("223.0.0.0/8"));
	assert_true(conf_is_prefix("223.255.255.255"));
	assert_true(conf_is_prefix("fe80::/16"));
	assert_true(conf_is_prefix("64:ff9b::/96"));
	assert_false(conf_is_prefix("240.0.0.0/8"));
	assert_false(conf_is_prefix("ff00::/16"));
	assert_false(conf_is_prefix("::/16"));
	assert_false(conf_is_prefix("203.0.113.0/2400000000000000000000"));
	assert_false(conf_is_prefix("203.0.113.0/24/24"));
	assert_false(conf_is_prefix("2001:db8:0000:0000:0000:0000:0000:0000:0000/32"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(without_a_key_there_is_no_garden),
	    cmocka_unit_test(names_and_addresses_are_read),
	    cmocka_unit_test(names_are_as_long_as_the_dns_allows),
	    cmocka_unit_test(an_address_is_in_a_network_up_to_its_last_bit),
	    cmocka_unit_test(the_last_networks_of_each_family),
	};

	return cmocka_run_group_tests_name("conf garden", tests, NULL, NULL);
}
