/*
 * The configuration: broken files with their exact messages (tests/golden/conf), the
 * example as shipped, and what conf_load gives to its callers. Run from the top folder.
 * links: common/conf common/ether common/report
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/conf.h"
#include "common/conf_value.h"

#define GOLDEN "tests/golden/conf"
#define MINIMAL \
	"zones = ( { name = \"wifi\"; interfaces = [ \"wlan0\" ]; release_for = \"12h\"; } );\n"

static struct conf conf;

/* Loads file; what was reported, for the caller to free. */
static char *load(const char *file, int *rc)
{
	char *said = NULL;
	size_t size;
	struct report report = {.out = open_memstream(&said, &size)};

	assert_non_null(report.out);
	*rc = conf_load(&conf, file, &report);
	assert_int_equal(*rc, report.errors > 0 ? -1 : 0);
	fclose(report.out);
	return said;
}

static char *slurp(const char *file)
{
	FILE *in = fopen(file, "r");
	char *text = calloc(1, 65536);

	assert_non_null(text);
	if (in == NULL)
		fail_msg("%s is missing", file);
	assert_true(fread(text, 1, 65535, in) > 0);
	fclose(in);
	return text;
}

/* Writes text to a file of its own, loads it; 0 or -1. */
static int load_text(const char *text)
{
	char file[] = "/tmp/test_conf.XXXXXX";
	int rc, fd = mkstemp(file);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	free(load(file, &rc));
	unlink(file);
	return rc;
}

static void every_broken_file_gives_its_exact_lines(void **state)
{
	DIR *folder = opendir(GOLDEN);
	unsigned count = 0;

	(void)state;
	assert_non_null(folder);
	for (struct dirent *e; (e = readdir(folder)) != NULL;) {
		char *dot = strstr(e->d_name, ".conf");
		char file[512], *said, *expected;
		int rc;

		if (dot == NULL)
			continue;
		snprintf(file, sizeof(file), GOLDEN "/%s", e->d_name);
		said = load(file, &rc);
		snprintf(file, sizeof(file), GOLDEN "/%.*s.expected", (int)(dot - e->d_name),
			 e->d_name);
		expected = slurp(file);
		if (strcmp(said, expected) != 0)
			fail_msg("%s is otherwise now:\n%s", file, said);
		assert_int_equal(rc, -1);
		free(said);
		free(expected);
		count++;
	}
	closedir(folder);
	assert_true(count >= 15);
}

static void an_absent_file_is_said_plainly(void **state)
{
	int rc;
	char *said = load("/nowhere/congchao.conf", &rc);

	(void)state;
	assert_string_equal(said, "/nowhere/congchao.conf: cannot be read: No such file or "
				  "directory, expected a readable text file\n");
	assert_int_equal(rc, -1);
	free(said);
}

static void a_folder_is_no_configuration(void **state)
{
	int rc;

	(void)state;
	free(load(GOLDEN, &rc));
	assert_int_equal(rc, -1);
}

static void a_file_without_end_is_refused(void **state)
{
	int rc;
	char *said = load("/dev/zero", &rc);

	(void)state;
	assert_non_null(strstr(said, "larger than 256 KiB"));
	free(said);
}

static void zones_alone_are_enough(void **state)
{
	(void)state;
	assert_int_equal(load_text(MINIMAL), 0);
	assert_int_equal(conf.zone_count, 1);
	assert_string_equal(conf.zones[0].name, "wifi");
	assert_string_equal(conf.zones[0].interfaces[0], "wlan0");
	assert_int_equal(conf.zones[0].interface_count, 1);
	assert_int_equal(conf.zones[0].release_for_seconds, 12 * 3600);
	assert_int_equal(conf.zones[0].idle_after_seconds, 0);
	assert_false(conf.zones[0].shared);
}

static void defaults_are_those_of_the_manual(void **state)
{
	(void)state;
	assert_int_equal(load_text(MINIMAL), 0);
	assert_string_equal(conf.site_id, "cong-chao");
	assert_string_equal(conf.site_name, "Cổng Chào");
	assert_int_equal(conf.port, 2080);
	assert_string_equal(conf.name, "");
	assert_string_equal(conf.certificate, "");
	assert_int_equal(conf.tls_port, 2443);
	assert_false(conf.behind_proxy);
	assert_true(conf.https_alert);
	assert_int_equal(conf.alert_port, 2444);
	assert_int_equal(conf.metrics_port, 0);
	assert_int_equal(conf.language_count, 2);
	assert_string_equal(conf.languages[0], "vi");
	assert_string_equal(conf.languages[1], "en");
	assert_false(conf.express);
	assert_int_equal(conf.released_max, 65536);
	assert_int_equal(conf.visits_max, 4096);
	assert_int_equal(conf.connections_per_device, 16);
	assert_int_equal(conf.connections_max, 1024);
	assert_int_equal(conf.trusted_count, 0);
	assert_true(conf.when_down_open);
	assert_string_equal(conf.user_gate, "congchao-gate");
	assert_string_equal(conf.user_portal, "congchao");
	assert_string_equal(conf.user_resolver, "nobody");
	assert_int_equal(conf.dns_port, 2053);
	assert_true(conf.garden.resolve);
	assert_true(conf.uplink_check);
	assert_string_equal(conf.resolver, "127.0.0.1");
	assert_string_equal(conf.path_state, "/var/lib/congchao");
	assert_string_equal(conf.path_run, "/run/congchao");
	assert_string_equal(conf.path_content, "/etc/congchao/content");
	assert_string_equal(conf.path_www, "/usr/share/congchao/www/portal");
	assert_string_equal(conf.user_report, "congchao-report");
	assert_true(conf.report_enabled);
	assert_string_equal(conf.report_url, "");
	assert_string_equal(conf.report_ca_file, "");
	assert_string_equal(conf.report_state, "/var/lib/congchao-report");
}

static void every_key_is_read(void **state)
{
	(void)state;
	assert_int_equal(
	    load_text(
		"site = { id = \"cb-0017\"; name = \"Nhà văn hoá\"; };\n"
		"zones = ( { name = \"a\"; interfaces = ( \"wlan0\", \"wlan0.5\" );\n"
		"            release_for = \"30d\"; },\n"
		"  { name = \"b\"; interfaces = [ \"br-lan\" ]; release_for = \"60s\";\n"
		"    idle_after = \"1d\"; shared = true; } );\n"
		"portal = { port = 65535; languages = [ \"en\", \"tyz\" ];\n"
		"           visit = \"express\"; https = \"reset\"; alert_port = 1024; };\n"
		"limits = { released = 1048576; visits = 1; connections = 65536L;\n"
		"           connections_per_device = 0x10; };\n"
		"trusted = [ \"02:00:5e:00:00:01\", \"02-00-5E-00-00-02\" ];\n"
		"when_down = \"closed\";\n"
		"metrics = { port = 9464; };\n"
		"users = { gate = \"g\"; portal = \"p_2\"; resolver = \"r\"; };\n"
		"garden = { resolve = false; }; uplink = { check = false; };\n"
		"resolver = \"2001:db8::53\";\n"
		"paths = { state = \"/s\"; run = \"/r\"; content = \"/c\"; www = \"/w\"; };\n"),
	    0);
	assert_string_equal(conf.site_name, "Nhà văn hoá");
	assert_int_equal(conf.zones[0].interface_count, 2);
	assert_int_equal(conf.zones[0].release_for_seconds, 30 * 86400);
	assert_int_equal(conf.zones[1].release_for_seconds, 60);
	assert_int_equal(conf.zones[1].idle_after_seconds, 86400);
	assert_false(conf.zones[0].shared);
	assert_true(conf.zones[1].shared);
	assert_int_equal(conf.port, 65535);
	assert_false(conf.https_alert);
	assert_int_equal(conf.alert_port, 1024);
	assert_int_equal(conf.metrics_port, 9464);
	assert_int_equal(conf.language_count, 2);
	assert_string_equal(conf.languages[1], "tyz");
	assert_true(conf.express);
	assert_int_equal(conf.released_max, 1048576);
	assert_int_equal(conf.visits_max, 1);
	assert_int_equal(conf.connections_max, 65536);
	assert_int_equal(conf.connections_per_device, 16);
	assert_int_equal(conf.trusted_count, 2);
	assert_int_equal(conf.trusted[1].byte[5], 2);
	assert_false(conf.when_down_open);
	assert_string_equal(conf.user_portal, "p_2");
	assert_string_equal(conf.path_www, "/w");
	assert_string_equal(conf.user_resolver, "r");
	assert_false(conf.garden.resolve);
	assert_false(conf.uplink_check);
	assert_string_equal(conf.resolver, "2001:db8::53");
}

static void days_and_spans_may_be_nothing(void **state)
{
	(void)state;
	assert_int_equal(load_text(MINIMAL), 0);
	assert_int_equal(conf.remember_days, 30);
	assert_int_equal(conf.later_seconds, 0);
	assert_int_equal(conf.zones[0].ask_every_days, 1);
	assert_int_equal(
	    load_text("zones = ( { name = \"a\"; interfaces = [ \"x0\" ]; release_for = \"1h\";"
		      " audience = \"press_leader\"; ask_every = \"0\"; } );"
		      "portal = { remember_for = 0; later = \"10m\"; };"),
	    0);
	assert_int_equal(conf.remember_days, 0);
	assert_int_equal(conf.later_seconds, 600);
	assert_int_equal(conf.zones[0].ask_every_days, 0);
	assert_string_equal(conf.zones[0].audience, "press_leader");
	assert_int_equal(load_text("zones = ( { name = \"a\"; interfaces = [ \"x0\" ];"
				   " release_for = \"1h\"; ask_every = \"3d\"; } );"
				   "portal = { remember_for = \"168h\"; };"),
			 0);
	assert_int_equal(conf.zones[0].ask_every_days, 3);
	assert_int_equal(conf.remember_days, 7);
}

/* The defaults, and that a short release keeps its first three quarters to itself. */
static void how_long_before_the_end_one_is_reminded(void **state)
{
	(void)state;
	assert_int_equal(load_text("zones = ("
				   "{ name = \"a\"; interfaces = [ \"x0\" ]; release_for = \"12h\"; },"
				   "{ name = \"b\"; interfaces = [ \"x1\" ]; release_for = \"20m\"; },"
				   "{ name = \"c\"; interfaces = [ \"x2\" ]; release_for = \"60s\"; } );"),
			 0);
	assert_int_equal(conf.remind_seconds, 300);
	assert_int_equal(conf_remind_seconds(&conf, 0), 300);
	assert_int_equal(conf_remind_seconds(&conf, 1), 300);
	assert_int_equal(conf_remind_seconds(&conf, 2), 15);
	assert_int_equal(load_text(MINIMAL "portal = { remind = \"1h\"; };"), 0);
	assert_int_equal(conf.remind_seconds, 3600);
	assert_int_equal(load_text(MINIMAL "portal = { remind = 0; };"), 0);
	assert_int_equal(conf_remind_seconds(&conf, 0), 0);
}

static void the_keys_of_reports(void **state)
{
	(void)state;
	assert_int_equal(load_text(MINIMAL "users = { report = \"r\"; };"
				   "report = { enabled = false; url = \"https://a.vn:8443/b\";"
				   " ca_file = \"/c.pem\"; state = \"/srv/r\"; };"),
			 0);
	assert_string_equal(conf.user_report, "r");
	assert_false(conf.report_enabled);
	assert_string_equal(conf.report_url, "https://a.vn:8443/b");
	assert_string_equal(conf.report_ca_file, "/c.pem");
	assert_string_equal(conf.report_state, "/srv/r");
}

static void addresses_are_https_and_nothing_that_is_rewritten(void **state)
{
	static const char *const good[] = {
	    "https://a",	 "https://a.vn",       "https://A.vn/",	     "https://a.vn/b/c_d~e.f",
	    "https://a.vn:1/b",	 "https://127.0.0.1:65535", "https://[fd00::1]", "https://[::1]:443/x",
	};
	static const char *const bad[] = {
	    "",		     "a.vn",		"http://a.vn",	     "HTTPS://a.vn",
	    "https://",	     "https:///b",	"https://a.vn:0",    "https://a.vn:65536",
	    "https://a.vn:", "https://a.vn:1x", "https://u@a.vn",    "https://a.vn/b?c",
	    "https://-a.vn", "https://a.vn/b#c", "https://a.vn//b",  "https://a.vn/../b",
	    "https://a_b",   "https://a.vn/.b", "https://a.vn/ b",   "https://a.vn/%2e",
	    "https://[::1",  "https://[]",	"https://a.vn\n",    "https://a.vn\\@b.vn",
	    "https://à.vn",  "https://a.vn:443443443443443443443",
	};
	char longest[CONF_URL_SIZE + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (!conf_is_https(good[i]))
			fail_msg("%s is an address", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (conf_is_https(bad[i]))
			fail_msg("%s is none", bad[i]);
	snprintf(longest, sizeof(longest), "https://a/%0*d", CONF_URL_SIZE - 11, 0);
	assert_int_equal(strlen(longest), CONF_URL_SIZE - 1);
	assert_true(conf_is_https(longest));
	strcat(longest, "0");
	assert_false(conf_is_https(longest));
}

static void the_keys_of_https(void **state)
{
	(void)state;
	assert_int_equal(load_text(MINIMAL "portal = { name = \"portal.example.net\";"
				   " certificate = \"/c/p.pem\"; key = \"/c/p.key\";"
				   " tls_port = 4443; };"),
			 0);
	assert_string_equal(conf.name, "portal.example.net");
	assert_string_equal(conf.certificate, "/c/p.pem");
	assert_string_equal(conf.key, "/c/p.key");
	assert_int_equal(conf.tls_port, 4443);
	assert_int_equal(load_text(MINIMAL "portal = { name = \"p.lan\"; behind_proxy = true; };"),
			 0);
	assert_true(conf.behind_proxy);
}

static void host_names_are_those_of_the_dns(void **state)
{
	static const char *const good[] = {"portal.example.net", "a.b", "xn--cng-4ia.vn", "1.a1"};
	static const char *const bad[] = {"portal",    "",	  ".",	      "a.",	 ".a",
					  "a..b",      "-a.b",	  "a-.b",     "a_b.c",	 "A.b",
					  "10.0.0.1",  "a.b:443", "[fd00::1]", "a.b/",	 "c\xc3\xa0.vn",
					  "*.example", "a b.c",	  "a.b\n",    "a.1"};
	char label[70] = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(conf_is_host(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (conf_is_host(bad[i]))
			fail_msg("\"%s\" is taken for a host name", bad[i]);
	memset(label, 'a', 63);
	memcpy(label + 63, ".b", 3);
	assert_true(conf_is_host(label));
	memset(label, 'a', 64);
	memcpy(label + 64, ".b", 3);
	assert_false(conf_is_host(label));
}

static void a_host_name_with_the_path_of_the_api_fits_an_option(void **state)
{
	char name[CONF_HOST_SIZE + 1];

	(void)state;
	memset(name, 'a', sizeof(name));
	for (size_t i = 1; i < sizeof(name); i += 2)
		name[i] = '.';
	name[CONF_HOST_SIZE - 1] = '\0';
	assert_true(conf_is_host(name));
	assert_true(strlen("https:///captive-portal/api") + strlen(name) <= 255);
	name[CONF_HOST_SIZE - 1] = 'a';
	name[CONF_HOST_SIZE] = '\0';
	assert_false(conf_is_host(name));
}

static void zone_of_an_interface(void **state)
{
	(void)state;
	assert_int_equal(
	    load_text(
		"zones = ( { name = \"a\"; interfaces = [ \"x0\" ]; release_for = \"1h\"; },"
		"{ name = \"b\"; interfaces = [ \"y0\", \"y1\" ]; release_for = \"1h\"; } );"),
	    0);
	assert_int_equal(conf_zone_of(&conf, "x0"), 0);
	assert_int_equal(conf_zone_of(&conf, "y1"), 1);
	assert_int_equal(conf_zone_of(&conf, "y"), -1);
}

static void names_of_the_database_and_the_socket(void **state)
{
	char path[CONF_PATH_SIZE];

	(void)state;
	assert_int_equal(load_text(MINIMAL), 0);
	conf_database_path(&conf, path);
	assert_string_equal(path, "/var/lib/congchao/congchao.db");
	conf_control_path(&conf, path);
	assert_string_equal(path, "/run/congchao/control.sock");
}

static void durations(void **state)
{
	(void)state;
	assert_int_equal(conf_duration_seconds("90s"), 90);
	assert_int_equal(conf_duration_seconds("15m"), 900);
	assert_int_equal(conf_duration_seconds("2h"), 7200);
	assert_int_equal(conf_duration_seconds("30d"), 2592000);
	assert_int_equal(conf_duration_seconds("9999999d"), UINT32_MAX);
	assert_int_equal(conf_duration_seconds("5"), 0);
	assert_int_equal(conf_duration_seconds("m"), 0);
	assert_int_equal(conf_duration_seconds("5mm"), 0);
	assert_int_equal(conf_duration_seconds(" 5m"), 0);
}

static void titles_are_utf8_without_controls(void **state)
{
	(void)state;
	assert_true(conf_is_title("Nhà văn hoá Phai Khắt – Nà Ngần 🏮"));
	assert_false(conf_is_title(""));
	assert_false(conf_is_title("a\tb"));
	assert_false(conf_is_title("\xc2\x85")); /* C1 control */
	assert_false(conf_is_title("\xc0\xaf")); /* overlong */
	assert_false(conf_is_title("\xe0\x80\xaf"));
	assert_false(conf_is_title("\xed\xa0\x80"));	 /* surrogate */
	assert_false(conf_is_title("\xf4\x90\x80\x80")); /* past U+10FFFF */
	assert_false(conf_is_title("\xe1\xba"));	 /* cut off */
}

static void assert_as_shipped_but_zones(const struct conf *shipped, const struct conf *minimal)
{
	struct conf copy = *shipped;

	memcpy(copy.zones, minimal->zones, sizeof(copy.zones));
	copy.zone_count = minimal->zone_count;
	assert_memory_equal(&copy, minimal, sizeof(copy));
}

static void the_shipped_example_is_clean_and_is_the_defaults(void **state)
{
	static struct conf minimal;
	int rc;
	char *said;

	(void)state;
	assert_int_equal(load_text(MINIMAL), 0);
	minimal = conf;
	said = load("etc/congchao.conf", &rc);
	assert_string_equal(said, "");
	assert_int_equal(rc, 0);
	assert_as_shipped_but_zones(&conf, &minimal);
	assert_string_equal(conf.zones[0].name, "wifi");
	assert_string_equal(conf.zones[0].interfaces[0], "wlan0");
	free(said);
}

/* A line "#key = value;" shows a default: with its "#" taken away nothing may change. */
static void the_shipped_example_shows_every_default(void **state)
{
	static const char *const keys[] = {
	    "port",	   "languages", "visit",     "released", "visits", "connections_per_device",
	    "connections", "trusted",	"when_down", "gate",	 "portal", "state",
	    "run",	   "content",	"www",	     "later",	 "remember_for", "remembered",
	    "audience",	   "ask_every", "https",     "alert_port", "tls_port", "behind_proxy",
	    "shared",	   "remind",	"names",	"addresses", "resolve",	 "check",	 "dns_port",
	    "report",	   "enabled",	"resolver = \"127", "resolver = \"nobody"};
	static struct conf minimal;
	char *text = slurp("etc/congchao.conf");
	unsigned shown = 0;

	(void)state;
	assert_int_equal(load_text(MINIMAL), 0);
	minimal = conf;
	for (char *p = text; (p = strchr(p, '#')) != NULL; p++)
		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
			size_t n = strlen(keys[i]);

			if (strncmp(p + 1, keys[i], n) == 0 && (p[1 + n] == ' ' || strchr(keys[i], '"'))) {
				*p = ' ';
				shown++;
			}
		}
	/* "state" twice: of paths, of report. */
	assert_int_equal(shown, sizeof(keys) / sizeof(keys[0]) + 1);
	assert_int_equal(load_text(text), 0);
	assert_as_shipped_but_zones(&conf, &minimal);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_broken_file_gives_its_exact_lines),
	    cmocka_unit_test(an_absent_file_is_said_plainly),
	    cmocka_unit_test(a_folder_is_no_configuration),
	    cmocka_unit_test(a_file_without_end_is_refused),
	    cmocka_unit_test(zones_alone_are_enough),
	    cmocka_unit_test(defaults_are_those_of_the_manual),
	    cmocka_unit_test(every_key_is_read),
	    cmocka_unit_test(days_and_spans_may_be_nothing),
	    cmocka_unit_test(how_long_before_the_end_one_is_reminded),
	    cmocka_unit_test(the_keys_of_reports),
	    cmocka_unit_test(addresses_are_https_and_nothing_that_is_rewritten),
	    cmocka_unit_test(the_keys_of_https),
	    cmocka_unit_test(host_names_are_those_of_the_dns),
	    cmocka_unit_test(a_host_name_with_the_path_of_the_api_fits_an_option),
	    cmocka_unit_test(zone_of_an_interface),
	    cmocka_unit_test(names_of_the_database_and_the_socket),
	    cmocka_unit_test(durations),
	    cmocka_unit_test(titles_are_utf8_without_controls),
	    cmocka_unit_test(the_shipped_example_is_clean_and_is_the_defaults),
	    cmocka_unit_test(the_shipped_example_shows_every_default),
	};

	return cmocka_run_group_tests_name("conf", tests, NULL, NULL);
}
