/*
 * Reads the operator's configuration (congchao.conf.5) into struct conf, for every
 * program. Tables say what a key may hold; every mistake is reported in one run. It
 * reads one file and must never look at or change anything else: gate calls it as root.
 */
#include "common/conf.h"

#include <errno.h>
#include <libconfig.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/conf_value.h"

enum { FILE_BYTES_MAX = 256 * 1024 };

static const struct conf defaults = {
    .site_id = "cong-chao",
    .site_name = "Cổng Chào",
    .port = 2080,
    .dns_port = 2053,
    .garden.resolve = true,
    .uplink_check = true,
    .resolver = "127.0.0.1",
    .tls_port = 2443,
    .https_alert = true,
    .alert_port = 2444,
    .languages = {"vi", "en"},
    .language_count = 2,
    .remind_seconds = 5 * 60,
    .remember_days = 30,
    .remembered_max = 16384,
    .released_max = 65536,
    .visits_max = 4096,
    .connections_per_device = 16,
    .connections_max = 1024,
    .when_down_open = true,
    .user_gate = "congchao-gate",
    .user_portal = "congchao",
    .user_resolver = "nobody",
    .user_report = "congchao-report",
    .path_state = "/var/lib/congchao",
    .path_run = "/run/congchao",
    .path_content = "/etc/congchao/content",
    .path_www = "/usr/share/congchao/www/portal",
    .report_enabled = true,
    .report_state = "/var/lib/congchao-report",
};

/*
 * libconfig 1.5 takes a number that does not fit an int modulo 2^32. Such a number is
 * overwritten with the largest int, which no key allows, so that it is reported instead.
 * Returns the end of the number.
 */
static char *saturate(char *p)
{
	static const char largest[] = "2147483647";
	bool hex = p[0] == '0' && (p[1] == 'x' || p[1] == 'X');
	char *end = hex ? p + 2 : p;

	errno = 0;
	if (strtoull(p, &end, hex ? 16 : 10) >= INT_MAX && end - p >= (long)strlen(largest)) {
		memset(p, '0', (size_t)(end - p));
		memcpy(end - strlen(largest), largest, strlen(largest));
	}
	return end > p ? end : p + 1;
}

/* Past a text or a comment that begins at p; p itself when none does. */
static char *skip_quiet(char *p)
{
	if (*p == '#' || (p[0] == '/' && p[1] == '/'))
		return p + strcspn(p, "\n");
	if (p[0] == '/' && p[1] == '*') {
		char *end = strstr(p + 2, "*/");

		return end != NULL ? end + 2 : p + strlen(p);
	}
	if (*p != '"')
		return p;
	for (p++; *p != '\0' && *p != '"'; p++)
		if (*p == '\\' && p[1] != '\0')
			p++;
	return *p == '"' ? p + 1 : p;
}

#define WORD "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

/* What libconfig would get wrong: large numbers; and @include, of which it may exit(). */
static void tame(struct conf_load *load, char *text)
{
	int line = 1;

	for (char *p = text, *next; *p != '\0'; p = next) {
		next = skip_quiet(p);
		if (next == p)
			next = *p >= '0' && *p <= '9'	  ? saturate(p)
			       : strchr(WORD, *p) != NULL ? p + strspn(p, WORD)
							  : p + 1;
		if (*p == '@') {
			report_error(load->report, load->file, line,
				     "@include is not possible, expected all keys in this file");
			*p = '#';
		}
		for (; p < next; p++)
			line += *p == '\n';
	}
}

/* Fills text, FILE_BYTES_MAX + 1 large and zero, from file. NULL, or what is wrong with it. */
static const char *fill(char *text, FILE *file)
{
	size_t length = fread(text, 1, FILE_BYTES_MAX + 1, file);

	if (ferror(file))
		return strerror(errno);
	if (length > FILE_BYTES_MAX)
		return "larger than 256 KiB";
	return strlen(text) == length ? NULL : "it has a NUL byte";
}

/* The whole file as a string, for the caller to free; NULL: it is reported. */
static char *read_file(struct conf_load *load)
{
	char *text = calloc(1, FILE_BYTES_MAX + 1);
	FILE *file = text != NULL ? fopen(load->file, "re") : NULL;
	const char *wrong = file != NULL ? fill(text, file) : strerror(errno);

	if (file != NULL)
		fclose(file);
	if (wrong == NULL)
		return text;
	report_error(load->report, load->file, 0,
		     "cannot be read: %s, expected a readable text file", wrong);
	free(text);
	return NULL;
}

static void syntax_error(struct conf_load *load, const config_t *config)
{
	static const struct {
		const char *text, *expected;
	} known[] = {
	    {"duplicate setting name", "each key once"},
	    {"mismatched element type in array", "one type of value in [ ]"},
	};
	const char *expected = "key = value; and every \" [ ( { closed";

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].text, config_error_text(config)) == 0)
			expected = known[i].expected;
	report_error(load->report, load->file, config_error_line(config), "%s, expected %s",
		     config_error_text(config), expected);
}

/* A user each, or one program could signal and trace another. */
static void check_users(struct conf_load *load, const config_t *config)
{
	const struct {
		const char *name, *key, *user;
	} users[] = {{"gate", "users.gate", load->conf->user_gate},
		     {"portal", "users.portal", load->conf->user_portal},
		     {"report", "users.report", load->conf->user_report},
		     {"resolver", "users.resolver", load->conf->user_resolver}};

	for (size_t i = 1; i < sizeof(users) / sizeof(users[0]); i++)
		for (size_t j = 0; j < i; j++) {
			const config_setting_t *s = config_lookup(config, users[i].key);

			if (s == NULL)
				s = config_lookup(config, users[j].key);
			if (s != NULL && strcmp(users[i].user, users[j].user) == 0)
				report_error(load->report, load->file, conf_line(s),
					     "%s and %s are both \"%s\", expected two users: neither "
					     "may signal or trace the other",
					     users[j].name, users[i].name, users[i].user);
		}
}

/* Better said than silently never done. */
static void check_idle(struct conf_load *load)
{
	for (size_t z = 0; z < load->conf->zone_count; z++) {
		const struct conf_zone *zone = &load->conf->zones[z];

		if (zone->idle_after_seconds != 0 && zone->release_for_seconds != 0 &&
		    zone->idle_after_seconds >= zone->release_for_seconds)
			report_warning(load->report, load->file, load->zone_line[z],
				       "zone \"%s\": idle_after is no less than release_for, expected "
				       "less: releases end before it",
				       zone->name);
		if (zone->shared && zone->idle_after_seconds == 0)
			report_warning(load->report, load->file, load->zone_line[z],
				       "zone \"%s\": shared without idle_after, expected one such "
				       "as \"10m\": who leaves without ending the session leaves it "
				       "to the next person",
				       zone->name);
	}
}

/* Two listeners cannot share a port. */
static void check_ports(struct conf_load *load, const config_t *config)
{
	const struct {
		const char *key;
		uint16_t port; /* 0: nobody listens */
	} ports[] = {
	    {"portal.port", load->conf->port},
	    {"portal.alert_port", load->conf->alert_port},
	    {"portal.tls_port",
	     load->conf->certificate[0] != '\0' ? load->conf->tls_port : (uint16_t)0},
	    {"metrics.port", load->conf->metrics_port},
	};

	for (size_t i = 1; i < sizeof(ports) / sizeof(ports[0]); i++)
		for (size_t j = 0; j < i; j++) {
			const config_setting_t *s = config_lookup(config, ports[i].key);

			if (ports[i].port != ports[j].port || ports[i].port == 0)
				continue;
			if (s == NULL)
				s = config_lookup(config, ports[j].key);
			report_error(load->report, load->file, s != NULL ? conf_line(s) : 0,
				     "%s and %s are both %u, expected two ports", ports[j].key,
				     ports[i].key, (unsigned)ports[i].port);
		}
}

void conf_defaults(struct conf *conf)
{
	*conf = defaults;
}

/* Who is to be known again must be remembered for so long. */
static void check_memory(struct conf_load *load)
{
	const struct conf *conf = load->conf;

	for (size_t z = 0; z < conf->zone_count; z++)
		if (conf->remember_days > 0 && conf->zones[z].ask_every_days > conf->remember_days)
			report_warning(load->report, load->file, load->zone_line[z],
				       "zone \"%s\": ask_every is %ud, expected at most "
				       "portal.remember_for, %ud",
				       conf->zones[z].name, (unsigned)conf->zones[z].ask_every_days,
				       (unsigned)conf->remember_days);
}

int conf_open(struct conf_load *load, config_t *config)
{
	char *text = read_file(load);
	bool fine;

	config_init(config);
	if (text == NULL)
		return -1;
	tame(load, text);
	fine = config_read_string(config, text) == CONFIG_TRUE;
	if (!fine)
		syntax_error(load, config);
	free(text);
	return fine ? 0 : -1;
}

int conf_load(struct conf *conf, const char *file, struct report *report)
{
	struct conf_load load = {.conf = conf, .file = file, .report = report};
	unsigned before = report->errors;
	config_t config;

	conf_defaults(conf);
	if (conf_open(&load, &config) == 0) {
		conf_read_root(&load, config_root_setting(&config));
		check_users(&load, &config);
		check_ports(&load, &config);
		check_idle(&load);
		check_memory(&load);
		conf_check_tls(&load, &config);
	}
	config_destroy(&config);
	return load.report->errors == before ? 0 : -1;
}

uint32_t conf_remind_seconds(const struct conf *conf, size_t zone)
{
	uint32_t quarter = conf->zones[zone].release_for_seconds / 4;

	return conf->remind_seconds < quarter ? conf->remind_seconds : quarter;
}

int conf_zone_of(const struct conf *conf, const char *interface)
{
	for (size_t z = 0; z < conf->zone_count; z++)
		for (size_t i = 0; i < conf->zones[z].interface_count; i++)
			if (strcmp(conf->zones[z].interfaces[i], interface) == 0)
				return (int)z;
	return -1;
}

void conf_database_path(const struct conf *conf, char out[CONF_PATH_SIZE])
{
	snprintf(out, CONF_PATH_SIZE, "%.*s/congchao.db", CONF_PATH_BYTES, conf->path_state);
}

void conf_control_path(const struct conf *conf, char out[CONF_PATH_SIZE])
{
	snprintf(out, CONF_PATH_SIZE, "%.*s/control.sock", CONF_PATH_BYTES, conf->path_run);
}
