/*
 * What is announced, by what the configuration and its certificate allow; the certificate
 * is stood in for here.
 * links: ctl/setup_plan common/report
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/certificate_as.h"
#include "ctl/setup.h"

static enum certificate_state state_now;
static const char *why_now, *chain_now;
static bool is_secret; /* only root may look */

bool certificate_check_as_portal(const struct conf *conf, int64_t now, struct certificate_info *out)
{
	assert_true(now > 0);
	*out = (struct certificate_info){.state = state_now, .file = conf->certificate};
	snprintf(out->why, sizeof(out->why), "%s", why_now);
	snprintf(out->chain, sizeof(out->chain), "%s", chain_now);
	return !is_secret;
}

static struct conf conf = {
    .name = "portal.example.net",
    .certificate = "/tls/chain.pem",
    .zones = {{.interfaces = {"br-lan", "wlan0.10"}, .interface_count = 2},
	      {.interfaces = {"wlan1"}, .interface_count = 1}},
    .zone_count = 2,
};

static struct setup_plan plan_for(enum certificate_state state, const char *why, const char *chain)
{
	struct setup_plan plan;

	state_now = state;
	why_now = why;
	chain_now = chain;
	setup_plan_make(&plan, &conf);
	return plan;
}

static void warns(const struct setup_plan *plan, const char *expected)
{
	char *said = NULL;
	size_t size;
	struct report report = {.out = open_memstream(&said, &size)};

	assert_non_null(report.out);
	setup_plan_warn(plan, "a.conf", &report);
	fclose(report.out);
	assert_int_equal(report.errors, 0);
	assert_string_equal(said, expected);
	free(said);
}

static void test_a_good_certificate_is_announced_everywhere(void **state)
{
	struct setup_plan plan = plan_for(CERTIFICATE_GOOD, "", "");

	(void)state;
	assert_string_equal(plan.uri, "https://portal.example.net/captive-portal/api");
	assert_int_equal(plan.interface_count, 3);
	assert_string_equal(plan.interfaces[1], "wlan0.10");
	assert_string_equal(plan.interfaces[2], "wlan1");
	warns(&plan, "");
}

static void test_an_authority_that_is_not_known_is_told_of(void **state)
{
	struct setup_plan plan = plan_for(CERTIFICATE_UNTRUSTED, "", "made by somebody");

	(void)state;
	assert_string_not_equal(plan.uri, "");
	warns(&plan, "a.conf: warning: /tls/chain.pem made by somebody\n");
}

static void test_what_cannot_be_used_is_not_announced(void **state)
{
	(void)state;
	for (int i = CERTIFICATE_NOT_YET; i < CERTIFICATE__MAX; i++) {
		struct setup_plan plan = plan_for((enum certificate_state)i, "is bad", "");

		assert_string_equal(plan.uri, "");
		assert_string_equal(plan.name, "portal.example.net");
		warns(&plan, "a.conf: warning: the API (RFC 8910) is not announced: /tls/chain.pem "
			     "is bad. Phones find the page all the same, by being led to it\n");
	}
}

static void test_only_root_can_tell(void **state)
{
	struct setup_plan plan;

	(void)state;
	is_secret = true;
	assert_false(setup_plan_make(&plan, &conf));
	is_secret = false;
	assert_string_equal(plan.uri, "");
	assert_string_equal(plan.why, "only root may look at portal.certificate");
	assert_true(setup_plan_make(&plan, &conf));
}

static void test_no_certificate_and_no_name(void **state)
{
	struct setup_plan plan = plan_for(CERTIFICATE_OFF, "", "");

	(void)state;
	assert_string_equal(plan.uri, "");
	assert_string_equal(plan.why, "portal.certificate is not set");
	conf.name[0] = '\0';
	plan = plan_for(CERTIFICATE_GOOD, "", "");
	snprintf(conf.name, sizeof(conf.name), "portal.example.net");
	assert_null(plan.name);
	assert_string_equal(plan.uri, "");
	assert_string_equal(plan.why, "portal.name is not set");
}

static void test_the_proxys_certificate_is_its_own(void **state)
{
	struct setup_plan plan;

	(void)state;
	conf.behind_proxy = true;
	plan = plan_for(CERTIFICATE_OFF, "", "");
	conf.behind_proxy = false;
	assert_string_equal(plan.uri, "https://portal.example.net/captive-portal/api");
	warns(&plan, "");
}

/* A comma or a quotation mark would mean something in the other program's file. */
static void test_names_that_mean_something_else_are_left_out(void **state)
{
	static const char *const names[] = {"wlan,1", "wl\"an1", "wlan#1",
					    "wlan*",  "wlan\\1", "wl'"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct setup_plan plan;
		char expected[200];

		snprintf(conf.zones[1].interfaces[0], IF_NAMESIZE, "%s", names[i]);
		plan = plan_for(CERTIFICATE_GOOD, "", "");
		assert_int_equal(plan.interface_count, 2);
		snprintf(
		    expected, sizeof(expected),
		    "a.conf: warning: interface \"%s\" is left out, expected a name of letters, "
		    "digits, \".\", \"_\" and \"-\"\n",
		    names[i]);
		warns(&plan, expected);
	}
	snprintf(conf.zones[1].interfaces[0], IF_NAMESIZE, "wlan1");
}

static void test_names_of_the_garden_are_dnsmasqs_too(void **state)
{
	static struct conf with;
	struct setup_plan plan;

	(void)state;
	with = conf;
	snprintf(with.garden.names[0].name, CONF_DOMAIN_SIZE, "dichvucong.gov.vn");
	snprintf(with.garden.names[1].name, CONF_DOMAIN_SIZE, "moh.gov.vn");
	with.garden.name_count = 2;
	state_now = CERTIFICATE_OFF;
	setup_plan_make(&plan, &with);
	assert_int_equal(plan.garden_count, 2);
	assert_string_equal(plan.garden[0], "dichvucong.gov.vn");
	assert_string_equal(plan.garden[1], "moh.gov.vn");
	setup_plan_make(&plan, &conf);
	assert_int_equal(plan.garden_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_good_certificate_is_announced_everywhere),
	    cmocka_unit_test(test_names_of_the_garden_are_dnsmasqs_too),
	    cmocka_unit_test(test_an_authority_that_is_not_known_is_told_of),
	    cmocka_unit_test(test_what_cannot_be_used_is_not_announced),
	    cmocka_unit_test(test_only_root_can_tell),
	    cmocka_unit_test(test_no_certificate_and_no_name),
	    cmocka_unit_test(test_the_proxys_certificate_is_its_own),
	    cmocka_unit_test(test_names_that_mean_something_else_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
