/*
 * The collector's configuration, /etc/congchao/collect.conf: where it listens, which
 * database and master key are its own. There is no password in it.
 */
#ifndef COLLECT_CONF_H
#define COLLECT_CONF_H

#include <stdbool.h>
#include <stdint.h>

#include "common/conf.h"
#include "common/report.h"

#define COLLECT_CONF_FILE "/etc/congchao/collect.conf"

enum { COLLECT_TEXT_SIZE = 256, COLLECT_POOL_MAX = 16 };

struct collect_conf {
	char address[COLLECT_TEXT_SIZE]; /* numeric, IPv4 or IPv6 */
	uint16_t port;
	char url[COLLECT_TEXT_SIZE];	  /* where gateways reach it, without a slash at its end */
	char database[COLLECT_TEXT_SIZE]; /* libpq's connection string */
	char key[CONF_PATH_SIZE];	  /* the file of the master key */
	uint32_t connections_max;	  /* HTTP */
	uint32_t pool;		   /* connections to the database, at most COLLECT_POOL_MAX */
	uint32_t queue_max;	   /* requests that wait for one of them */
	char www[CONF_PATH_SIZE];  /* the dashboard's pages; "": there is no dashboard */
	char temp[CONF_PATH_SIZE]; /* for spreadsheets in the making */
	char department[COLLECT_TEXT_SIZE]; /* who speaks in the report */
	char place[COLLECT_TEXT_SIZE];
	uint32_t web_pool;	 /* connections to the database for pages */
	uint32_t answer_seconds; /* a request waits so long for the database, at most */
	char user_collect[CONF_NAME_SIZE];
	char user_keeper[CONF_NAME_SIZE];
	char user_officer[CONF_NAME_SIZE];
	char user_owner[CONF_NAME_SIZE];
};

/*
 * Reads file into conf, defaults for what is absent. Every mistake goes to report in one
 * run. Returns 0, or -1 when report counts an error.
 */
int collect_conf_load(struct collect_conf *conf, const char *file, struct report *report);

/* The path of url: "" or "/...", what stands before "/v1/reports" in a request. */
const char *collect_conf_prefix(const struct collect_conf *conf);

#endif
