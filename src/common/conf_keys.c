/*
 * Every key of the configuration, in tables, and what reads the groups and lists among
 * them. A new key is a line here, a line in congchao.conf.5 and one in etc/congchao.conf.
 */
#include "common/conf_value.h"

#include <stdio.h>
#include <string.h>

typedef void reader(struct conf_load *, const struct conf_key *, config_setting_t *, void *base);
typedef void adder(struct conf_load *, const config_setting_t *, const char *text, void *base);

static reader read_group, read_list, read_zones;
static adder add_language, add_trusted, add_interface;

#define AT(type, member)    .offset = offsetof(type, member), .size = sizeof(((type *)0)->member)
#define IN(member)	    AT(struct conf, member)
#define TEXT(is, why)	    .read = conf_read_text, .check = is, .expected = why
#define NUMBER(least, most) .read = conf_read_number, .min = least, .max = most
#define GROUP(table)	    .read = read_group, .members = table, .expected = "a group { }"
#define LIST(put, is, least, most, why) \
	.read = read_list, .add = put, .check = is, .min = least, .max = most, .expected = why

#define NAME "1 to 32 characters of a-z, 0-9 and \"-\""
#define USER "the name of a user: 1 to 32 characters of a-z, 0-9, \"_\" and \"-\""
#define HTTPS "an address that begins with https:// and has no \"?\" or \"#\", at most 200 bytes"
#define HOST "a host name of at most 221 bytes in small letters, such as \"portal.example.net\""
#define PATH "an absolute path of at most 220 bytes without \"..\""

static const struct conf_key site_keys[] = {
    {.name = "id", IN(site_id), TEXT(conf_is_name, NAME)},
    {.name = "name",
     IN(site_name),
     TEXT(conf_is_title, "1 to 128 bytes of UTF-8 without control characters")},
    {.name = NULL},
};

static const struct conf_key zone_keys[] = {
    {.name = "name", AT(struct conf_zone, name), TEXT(conf_is_name, NAME), .required = true},
    {.name = "interfaces",
     .required = true,
     LIST(add_interface, conf_is_interface, 1, CONF_INTERFACES_MAX,
	  "the name of a network interface: 1 to 15 bytes without \"/\", \":\" or blanks")},
    {.name = "release_for",
     AT(struct conf_zone, release_for_seconds),
     .required = true,
     .read = conf_read_duration,
     .min = 60,
     .max = 30 * 86400,
     .expected = "a time from 60s to 30d, such as \"12h\""},
    {.name = "idle_after",
     AT(struct conf_zone, idle_after_seconds),
     .read = conf_read_duration,
     .min = 60,
     .max = 86400,
     .expected = "a time from 60s to 1d, such as \"15m\""},
    {.name = "shared", AT(struct conf_zone, shared), .read = conf_read_bool},
    {.name = "audience",
     AT(struct conf_zone, audience),
     TEXT(conf_is_word, "the id of an audience of the content pack, such as \"citizen\"")},
    {.name = "ask_every",
     AT(struct conf_zone, ask_every_days),
     .read = conf_read_days,
     .min = 86400,
     .max = 30 * 86400,
     .expected = "days from \"1d\" to \"30d\", or 0: each time"},
    {.name = NULL},
};

static const struct conf_key portal_keys[] = {
    {.name = "port", IN(port), NUMBER(1024, 65535)}, /* portal has no right to lower ones */
    {.name = "dns_port", IN(dns_port), NUMBER(1024, 65535)},
    {.name = "https",
     IN(https_alert),
     .read = conf_read_choice,
     .words = {"reset", "alert"},
     .expected = "\"alert\" or \"reset\""},
    {.name = "alert_port", IN(alert_port), NUMBER(1024, 65535)},
    {.name = "languages",
     LIST(add_language, conf_is_language, 1, CONF_LANGUAGES_MAX,
	  "a language tag of 2 or 3 letters, such as \"vi\"")},
    {.name = "visit",
     IN(express),
     .read = conf_read_choice,
     .words = {"full", "express"},
     .expected = "\"full\" or \"express\""},
    {.name = "later",
     IN(later_seconds),
     .read = conf_read_span,
     .min = 60,
     .max = 3600,
     .expected = "a time from 60s to 1h, such as \"10m\", or 0: not offered"},
    {.name = "remind",
     IN(remind_seconds),
     .read = conf_read_span,
     .min = 60,
     .max = 3600,
     .expected = "a time from 60s to 1h, such as \"5m\", or 0: not at all"},
    {.name = "remember_for",
     IN(remember_days),
     .read = conf_read_days,
     .min = 86400,
     .max = 30 * 86400,
     .expected = "days from \"1d\" to \"30d\", or 0: nothing is remembered"},
    {.name = "name", IN(name), TEXT(conf_is_host, HOST)},
    {.name = "certificate", IN(certificate), TEXT(conf_is_path, PATH)},
    {.name = "key", IN(key), TEXT(conf_is_path, PATH)},
    {.name = "tls_port", IN(tls_port), NUMBER(1024, 65535)},
    {.name = "behind_proxy", IN(behind_proxy), .read = conf_read_bool},
    {.name = NULL},
};

static const struct conf_key limits_keys[] = {
    {.name = "released", IN(released_max), NUMBER(1, CONF_RELEASED_MAX)},
    {.name = "visits", IN(visits_max), NUMBER(1, CONF_VISITS_MAX)},
    {.name = "connections_per_device", IN(connections_per_device), NUMBER(1, 1024)},
    {.name = "connections", IN(connections_max), NUMBER(16, 65536)},
    {.name = "remembered", IN(remembered_max), NUMBER(16, CONF_REMEMBERED_MAX)},
    {.name = NULL},
};

static const struct conf_key metrics_keys[] = {
    {.name = "port", IN(metrics_port), NUMBER(1024, 65535)}, /* of 127.0.0.1, always */
    {.name = NULL},
};

static const struct conf_key garden_keys[] = {
    {.name = "names",
     LIST(conf_add_garden_name, conf_is_domain, 0, CONF_GARDEN_NAMES_MAX,
	  "a host name in lower case, such as \"dichvucong.gov.vn\"")},
    {.name = "addresses",
     LIST(conf_add_garden_prefix, conf_is_prefix, 0, CONF_GARDEN_ADDRESSES_MAX,
	  "an address, or a network (with zeros after its bits) such as \"203.0.113.0/24\", /8 "
	  "to /32, or \"2001:db8::/32\", /16 to /128")},
    {.name = "resolve", IN(garden.resolve), .read = conf_read_bool},
    {.name = NULL},
};

static const struct conf_key uplink_keys[] = {
    {.name = "check", IN(uplink_check), .read = conf_read_bool},
    {.name = NULL},
};

static const struct conf_key users_keys[] = {
    {.name = "gate", IN(user_gate), TEXT(conf_is_user, USER)},
    {.name = "portal", IN(user_portal), TEXT(conf_is_user, USER)},
    {.name = "resolver", IN(user_resolver), TEXT(conf_is_user, USER)},
    {.name = "report", IN(user_report), TEXT(conf_is_user, USER)},
    {.name = NULL},
};

static const struct conf_key paths_keys[] = {
    {.name = "state", IN(path_state), TEXT(conf_is_path, PATH)},
    {.name = "run",
     IN(path_run),
     TEXT(conf_is_run_path, "an absolute path of at most 94 bytes without \"..\"")},
    {.name = "content", IN(path_content), TEXT(conf_is_path, PATH)},
    {.name = "www", IN(path_www), TEXT(conf_is_path, PATH)},
    {.name = NULL},
};

static const struct conf_key report_keys[] = {
    {.name = "enabled", IN(report_enabled), .read = conf_read_bool},
    {.name = "url", IN(report_url), TEXT(conf_is_https, HTTPS)},
    {.name = "ca_file", IN(report_ca_file), TEXT(conf_is_path, PATH)},
    {.name = "state", IN(report_state), TEXT(conf_is_path, PATH)},
    {.name = NULL},
};

static const struct conf_key root_keys[] = {
    {.name = "site", GROUP(site_keys)},
    {.name = "zones",
     .read = read_zones,
     .members = zone_keys,
     .required = true,
     .min = 1,
     .max = CONF_ZONES_MAX,
     .expected = "a list of zones ( { name, interfaces, release_for } )"},
    {.name = "portal", GROUP(portal_keys)},
    {.name = "limits", GROUP(limits_keys)},
    {.name = "metrics", GROUP(metrics_keys)},
    {.name = "trusted",
     LIST(add_trusted, conf_is_mac, 0, CONF_TRUSTED_MAX,
	  "the MAC address of one device, such as \"02:00:5e:00:00:01\"")},
    {.name = "garden", GROUP(garden_keys)},
    {.name = "uplink", GROUP(uplink_keys)},
    {.name = "resolver",
     IN(resolver),
     TEXT(conf_is_address, "an IPv4 or IPv6 address, such as \"127.0.0.1\"")},
    {.name = "when_down",
     IN(when_down_open),
     .read = conf_read_choice,
     .words = {"closed", "open"},
     .expected = "\"open\" or \"closed\""},
    {.name = "users", GROUP(users_keys)},
    {.name = "paths", GROUP(paths_keys)},
    {.name = "report", GROUP(report_keys)},
    {.name = NULL},
};

static const struct conf_key *key_find(const struct conf_key *keys, const char *name)
{
	for (; keys->name != NULL; keys++)
		if (strcmp(keys->name, name) == 0)
			return keys;
	return NULL;
}

static void unknown_key(struct conf_load *load, const struct conf_key *keys,
			const config_setting_t *s)
{
	char known[256] = "";
	size_t used = 0;

	for (const struct conf_key *key = keys; key->name != NULL; key++) {
		const char *before = key == keys ? "" : key[1].name == NULL ? " or " : ", ";
		int n = snprintf(known + used, sizeof(known) - used, "%s%s", before, key->name);

		if (n < 0 || used + (size_t)n >= sizeof(known))
			break;
		used += (size_t)n;
	}
	report_error(load->report, load->file, conf_line(s), "unknown key \"%s\", expected %s",
		     config_setting_name(s), known);
}

/* What a key should hold: of a list, what each entry should be. */
static void say_expected(struct conf_load *load, const struct conf_key *key,
			 const config_setting_t *s, const char *wrong)
{
	report_error(load->report, load->file, conf_line(s), "%s is %s, expected %s%s", key->name,
		     wrong, key->add != NULL ? "a list in [ ], each " : "", key->expected);
}

void conf_read_members(struct conf_load *load, const struct conf_key *keys, config_setting_t *group,
		       void *base)
{
	for (int i = 0; i < config_setting_length(group); i++) {
		config_setting_t *s = config_setting_get_elem(group, (unsigned)i);
		const struct conf_key *key = key_find(keys, config_setting_name(s));

		if (key == NULL)
			unknown_key(load, keys, s);
		else
			key->read(load, key, s, base);
	}
	for (; keys->name != NULL; keys++)
		if (keys->required && config_setting_get_member(group, keys->name) == NULL)
			say_expected(load, keys, group, "missing");
}

static void read_group(struct conf_load *load, const struct conf_key *key, config_setting_t *s,
		       void *base)
{
	if (config_setting_is_group(s))
		conf_read_members(load, key->members, s, base);
	else
		conf_bad_type(load, s, key->expected);
}

/* Is s a list of key->min to key->max entries? If not, it is reported. */
static bool list_fits(struct conf_load *load, const struct conf_key *key, const config_setting_t *s)
{
	int length = config_setting_length(s);

	if (!config_setting_is_list(s) && !config_setting_is_array(s)) {
		say_expected(load, key, s, "no list");
		return false;
	}
	if ((unsigned)length >= key->min && (unsigned)length <= key->max)
		return true;
	report_error(load->report, load->file, conf_line(s), "%s has %d entries, expected %u to %u",
		     key->name, length, key->min, key->max);
	return false;
}

static void read_list(struct conf_load *load, const struct conf_key *key, config_setting_t *s,
		      void *base)
{
	if (!list_fits(load, key, s))
		return;
	if (key->add == add_language)
		load->conf->language_count = 0; /* in place of the default */
	for (int i = 0; i < config_setting_length(s); i++) {
		const config_setting_t *entry = config_setting_get_elem(s, (unsigned)i);
		const char *text = conf_checked_text(load, key, entry);

		if (text != NULL)
			key->add(load, entry, text, base);
	}
}

static void add_language(struct conf_load *load, const config_setting_t *s, const char *text,
			 void *base)
{
	struct conf *conf = base;

	for (size_t i = 0; i < conf->language_count; i++)
		if (strcmp(conf->languages[i], text) == 0) {
			report_error(load->report, load->file, conf_line(s),
				     "language \"%s\" is there twice, expected each once", text);
			return;
		}
	snprintf(conf->languages[conf->language_count++], CONF_LANGUAGE_SIZE, "%s", text);
}

static void add_trusted(struct conf_load *load, const config_setting_t *s, const char *text,
			void *base)
{
	struct conf *conf = base;
	struct ether mac;

	if (!ether_parse(text, &mac))
		return; /* never: conf_is_mac() has read it */
	for (size_t i = 0; i < conf->trusted_count; i++)
		if (ether_equal(&conf->trusted[i], &mac)) {
			report_error(load->report, load->file, conf_line(s),
				     "trusted has %s already in line %d, expected each device once",
				     text, load->trusted_line[i]);
			return;
		}
	load->trusted_line[conf->trusted_count] = conf_line(s);
	conf->trusted[conf->trusted_count++] = mac;
}

static void add_interface(struct conf_load *load, const config_setting_t *s, const char *text,
			  void *base)
{
	struct conf_zone *zone = base;
	size_t mine = (size_t)(zone - load->conf->zones);

	for (size_t z = 0; z <= mine; z++)
		for (size_t i = 0; i < load->conf->zones[z].interface_count; i++)
			if (strcmp(load->conf->zones[z].interfaces[i], text) == 0) {
				report_error(load->report, load->file, conf_line(s),
					     "overlapping zones: \"%s\" is already in line %d, "
					     "expected each interface in one zone, once",
					     text, load->interface_line[z][i]);
				return;
			}
	load->interface_line[mine][zone->interface_count] = conf_line(s);
	snprintf(zone->interfaces[zone->interface_count++], IF_NAMESIZE, "%s", text);
}

/* Zones are told apart by their names, in the counters and in releases. */
static void check_zone_name(struct conf_load *load, size_t mine)
{
	const struct conf_zone *zones = load->conf->zones;

	for (size_t z = 0; z < mine && zones[mine].name[0] != '\0'; z++)
		if (strcmp(zones[z].name, zones[mine].name) == 0) {
			report_error(load->report, load->file, load->zone_line[mine],
				     "zone \"%s\" is already in line %d, expected another name",
				     zones[z].name, load->zone_line[z]);
			return;
		}
}

static void read_zones(struct conf_load *load, const struct conf_key *key, config_setting_t *s,
		       void *base)
{
	struct conf *conf = base;

	if (!list_fits(load, key, s))
		return;
	for (int i = 0; i < config_setting_length(s); i++) {
		config_setting_t *entry = config_setting_get_elem(s, (unsigned)i);

		if (!config_setting_is_group(entry)) {
			conf_bad_type(load, entry, key->expected);
			continue;
		}
		load->zone_line[conf->zone_count] = conf_line(entry);
		conf->zones[conf->zone_count].ask_every_days = CONF_ASK_EVERY_DAYS;
		conf_read_members(load, key->members, entry, &conf->zones[conf->zone_count]);
		check_zone_name(load, conf->zone_count);
		conf->zone_count++;
	}
}

void conf_read_root(struct conf_load *load, config_setting_t *root)
{
	conf_read_members(load, root_keys, root, load->conf);
}
