/*
 * The collector's configuration: defaults, the prefix of its address; its mistakes are in
 * tests/collect.
 * links: collect/conf common/conf common/report common/ether
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collect/conf.h"

/* How many mistakes there are in that text. */
static unsigned load(struct collect_conf *conf, const char *text)
{
	char path[] = "/tmp/congchao-conf-XXXXXX";
	char *said = NULL;
	size_t size;
	struct report report = {.out = open_memstream(&said, &size)};
	int fd = mkstemp(path), rc;

	assert_non_null(report.out);
	assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
	rc = collect_conf_load(conf, path, &report);
	unlink(path);
	fclose(report.out);
	free(said);
	assert_int_equal(rc, report.errors > 0 ? -1 : 0);
	return report.errors;
}

static void absent_keys_have_defaults(void **state)
{
	struct collect_conf conf;

	(void)state;
	assert_int_equal(load(&conf, "url = \"https://a.example\";"), 0);
	assert_string_equal(conf.address, "127.0.0.1");
	assert_int_equal(conf.port, 8470);
	assert_string_equal(conf.database, "host=/run/postgresql dbname=congchao");
	assert_string_equal(conf.key, "/etc/congchao/collect.key");
	assert_int_equal(conf.pool, 4);
	assert_int_equal(conf.answer_seconds, 10);
	assert_string_equal(conf.user_owner, "postgres");
}

static void what_is_written_is_read(void **state)
{
	struct collect_conf conf;

	(void)state;
	assert_int_equal(load(&conf,
			      "url = \"https://a.example:8443/x\";"
			      "listen = { address = \"::1\"; port = 9000; };"
			      "database = \"host=10.0.0.1 dbname=c user=u sslmode=verify-full\";"
			      "limits = { database = 16; queue = 1; answer_within = \"1m\"; };"),
			 0);
	assert_string_equal(conf.address, "::1");
	assert_int_equal(conf.port, 9000);
	assert_int_equal(conf.pool, 16);
	assert_int_equal(conf.answer_seconds, 60);
}

static void without_its_group_there_is_no_dashboard(void **state)
{
	struct collect_conf conf;

	(void)state;
	assert_int_equal(load(&conf, "url = \"https://a.example\";"), 0);
	assert_string_equal(conf.www, "");
	assert_int_equal(load(&conf, "url = \"https://a.example\"; dashboard = { www = \"/w\"; "
				     "place = \"Cao Bằng\"; database = 3; };"),
			 0);
	assert_string_equal(conf.www, "/w");
	assert_string_equal(conf.temp, "/run/congchao-collect");
	assert_string_equal(conf.place, "Cao Bằng");
	assert_int_equal(conf.web_pool, 3);
	assert_int_equal(load(&conf, "url = \"https://a.example\"; dashboard = { };"), 1);
	assert_int_equal(load(&conf, "url = \"https://a.example\"; dashboard = { www = \"w\"; };"),
			 1);
}

static void the_prefix_is_the_path_of_the_address(void **state)
{
	static const struct {
		const char *url, *prefix;
	} cases[] = {{"https://a.example", ""},
		     {"https://a.example:8443", ""},
		     {"https://a.example/x", "/x"},
		     {"https://[2001:db8::1]:1/x/y", "/x/y"}};
	struct collect_conf conf;
	char text[128];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text), "url = \"%s\";", cases[i].url);
		assert_int_equal(load(&conf, text), 0);
		assert_string_equal(collect_conf_prefix(&conf), cases[i].prefix);
	}
}

static void addresses_that_a_proxy_would_rewrite_are_refused(void **state)
{
	static const char *const urls[] = {"http://a.example",
					   "https://",
					   "https:///x",
					   "https://a.example/",
					   "https://a.example//x",
					   "https://a/../x",
					   "https://a.example/x?y",
					   "https://u@a.example",
					   "https://a.example/%41",
					   "https://a b"};
	struct collect_conf conf;
	char text[128];

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		snprintf(text, sizeof(text), "url = \"%s\";", urls[i]);
		if (load(&conf, text) != 1)
			fail_msg("%s was read", urls[i]);
	}
}

static void a_password_is_refused_however_it_is_written(void **state)
{
	static const char *const databases[] = {"password=x", "host=/run password='x y'",
						"postgresql://u:x@/d", "no=such option", "host"};
	struct collect_conf conf;
	char text[160];

	(void)state;
	for (size_t i = 0; i < sizeof(databases) / sizeof(databases[0]); i++) {
		snprintf(text, sizeof(text), "url = \"https://a\"; database = \"%s\";",
			 databases[i]);
		if (load(&conf, text) != 1)
			fail_msg("%s was read", databases[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(absent_keys_have_defaults),
	    cmocka_unit_test(what_is_written_is_read),
	    cmocka_unit_test(without_its_group_there_is_no_dashboard),
	    cmocka_unit_test(the_prefix_is_the_path_of_the_address),
	    cmocka_unit_test(addresses_that_a_proxy_would_rewrite_are_refused),
	    cmocka_unit_test(a_password_is_refused_however_it_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
