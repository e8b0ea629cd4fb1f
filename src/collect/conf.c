/*
 * Reads the collector's configuration with the readers that gateways use. It reads one
 * file, and must never look at the key or the database that it names.
 */
#include "collect/conf.h"

#include <arpa/inet.h>
#include <postgresql/libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include "common/conf_value.h"

static const struct collect_conf defaults = {
    .address = "127.0.0.1",
    .port = 8470,
    .database = "host=/run/postgresql dbname=congchao",
    .key = "/etc/congchao/collect.key",
    .connections_max = 256,
    .temp = "/run/congchao-collect",
    .department = "Sở Khoa học và Công nghệ",
    .place = "Cao Bằng",
    .web_pool = 2,
    .pool = 4,
    .queue_max = 64,
    .answer_seconds = 10,
    .user_collect = "congchao-collect",
    .user_keeper = "congchao-keeper",
    .user_officer = "congchao-officer",
    .user_owner = "postgres",
};

static bool is_address(const char *text)
{
	struct in6_addr any;

	return inet_pton(AF_INET, text, &any) == 1 || inet_pton(AF_INET6, text, &any) == 1;
}

/* What gateways sign is its path: nothing in it that a server on the way would rewrite. */
static bool is_url(const char *text)
{
	static const char scheme[] = "https://";
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "/-._~:[]";
	size_t length = strlen(text);

	if (strncmp(text, scheme, strlen(scheme)) != 0 || length >= 200 ||
	    text[strlen(scheme)] == '/' || text[length - 1] == '/')
		return false;
	text += strlen(scheme);
	return strspn(text, plain) == strlen(text) && strstr(text, "//") == NULL &&
	       strstr(text, "/.") == NULL;
}

/* A connection string that libpq reads, and no password: a configuration is read by many. */
static bool is_database(const char *text)
{
	PQconninfoOption *options = PQconninfoParse(text, NULL);
	bool fine = options != NULL && strlen(text) < COLLECT_TEXT_SIZE;

	for (PQconninfoOption *o = options; fine && o->keyword != NULL; o++)
		if (strcmp(o->keyword, "password") == 0 && o->val != NULL)
			fine = false;
	PQconninfoFree(options);
	return fine;
}

static void read_group(struct conf_load *load, const struct conf_key *key, config_setting_t *s,
		       void *base)
{
	if (config_setting_is_group(s))
		conf_read_members(load, key->members, s, base);
	else
		conf_bad_type(load, s, key->expected);
}

#define IN(member)                                       \
	.offset = offsetof(struct collect_conf, member), \
	.size = sizeof(((struct collect_conf *)0)->member)
#define TEXT(is, why)	    .read = conf_read_text, .check = is, .expected = why
#define NUMBER(least, most) .read = conf_read_number, .min = least, .max = most
#define GROUP(table)	    .read = read_group, .members = table, .expected = "a group { }"
#define USER		    "the name of a user: 1 to 32 characters of a-z, 0-9, \"_\" and \"-\""

static const struct conf_key listen_keys[] = {
    {.name = "address", IN(address), TEXT(is_address, "an IP address, such as \"127.0.0.1\"")},
    {.name = "port", IN(port), NUMBER(1024, 65535)},
    {.name = NULL},
};

static const struct conf_key limits_keys[] = {
    {.name = "connections", IN(connections_max), NUMBER(4, 4096)},
    {.name = "database", IN(pool), NUMBER(1, COLLECT_POOL_MAX)},
    {.name = "queue", IN(queue_max), NUMBER(1, 4096)},
    {.name = "answer_within",
     IN(answer_seconds),
     .read = conf_read_duration,
     .min = 1,
     .max = 60,
     .expected = "a time from 1s to 60s, such as \"10s\""},
    {.name = NULL},
};

static bool is_title(const char *text)
{
	return conf_is_title(text) && strlen(text) < COLLECT_TEXT_SIZE;
}

static const struct conf_key dashboard_keys[] = {
    {.name = "www",
     IN(www),
     .required = true,
     TEXT(conf_is_path, "the folder of the pages: an absolute path of at most 220 bytes")},
    {.name = "temp", IN(temp), TEXT(conf_is_path, "an absolute path of at most 220 bytes")},
    {.name = "department",
     IN(department),
     TEXT(is_title, "who publishes the report: 1 to 128 bytes")},
    {.name = "place", IN(place), TEXT(is_title, "of what province: 1 to 128 bytes")},
    {.name = "database", IN(web_pool), NUMBER(1, COLLECT_POOL_MAX)},
    {.name = NULL},
};

static const struct conf_key users_keys[] = {
    {.name = "collect", IN(user_collect), TEXT(conf_is_user, USER)},
    {.name = "keeper", IN(user_keeper), TEXT(conf_is_user, USER)},
    {.name = "officer", IN(user_officer), TEXT(conf_is_user, USER)},
    {.name = "owner", IN(user_owner), TEXT(conf_is_user, USER)},
    {.name = NULL},
};

static const struct conf_key root_keys[] = {
    {.name = "url",
     IN(url),
     .required = true,
     TEXT(is_url, "where gateways reach the collector: https://, a name, perhaps a path, no "
		  "slash at its end")},
    {.name = "listen", GROUP(listen_keys)},
    {.name = "database",
     IN(database),
     TEXT(is_database, "a connection string of libpq without a password (peer, or ~/.pgpass)")},
    {.name = "key", IN(key), TEXT(conf_is_path, "an absolute path of at most 220 bytes")},
    {.name = "limits", GROUP(limits_keys)},
    {.name = "dashboard", GROUP(dashboard_keys)},
    {.name = "users", GROUP(users_keys)},
    {.name = NULL},
};

int collect_conf_load(struct collect_conf *conf, const char *file, struct report *report)
{
	struct conf_load load = {.file = file, .report = report};
	unsigned before = report->errors;
	config_t config;

	*conf = defaults;
	if (conf_open(&load, &config) == 0)
		conf_read_members(&load, root_keys, config_root_setting(&config), conf);
	config_destroy(&config);
	return report->errors == before ? 0 : -1;
}

const char *collect_conf_prefix(const struct collect_conf *conf)
{
	const char *host = strstr(conf->url, "://");
	const char *path = host != NULL ? strchr(host + 3, '/') : NULL;

	return path != NULL ? path : "";
}
