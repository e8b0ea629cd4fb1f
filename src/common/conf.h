/*
 * The operator's configuration (congchao.conf.5), read with libconfig by every program.
 * Fixed sizes: a configuration that does not fit is refused with its line.
 */
#ifndef COMMON_CONF_H
#define COMMON_CONF_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/ether.h"
#include "common/report.h"

#define CONF_FILE "/etc/congchao/congchao.conf"

enum {
	CONF_ZONES_MAX = 16,
	CONF_INTERFACES_MAX = 16, /* in one zone */
	CONF_LANGUAGES_MAX = 8,
	CONF_TRUSTED_MAX = 256,
	CONF_NAME_SIZE = 33,
	CONF_TEXT_SIZE = 129,
	CONF_LANGUAGE_SIZE = 12,
	CONF_PATH_SIZE = 256,
	CONF_URL_SIZE = 201,
	CONF_HOST_SIZE = 222, /* with the API's path a URI of at most 255 bytes, RFC 8910 */
	CONF_RELEASED_MAX = 1048576,
	CONF_VISITS_MAX = 65536,
	CONF_REMEMBERED_MAX = 262144,
	CONF_ASK_EVERY_DAYS = 1,
	CONF_GARDEN_NAMES_MAX = 64,
	CONF_GARDEN_ADDRESSES_MAX = 128,
	CONF_ADDRESS_SIZE = 46,
	CONF_DOMAIN_SIZE = 254, /* RFC 1035: 253 characters of text */
};

struct conf_zone {
	char name[CONF_NAME_SIZE];
	char interfaces[CONF_INTERFACES_MAX][IF_NAMESIZE];
	size_t interface_count;
	uint32_t release_for_seconds; /* 60 to 30 days */
	uint32_t idle_after_seconds;  /* 0: a release does not end by idleness */
	bool shared;		      /* each device is used by many people, one after the other */
	char audience[CONF_NAME_SIZE]; /* whose lessons, unless the visitor chooses; "": the pack's first */
	uint32_t ask_every_days;       /* a device is asked at most that often; 0: each time; 1 */
};

/* Addresses whose first bits are these; network order, IPv4 in the first four bytes. */
struct conf_prefix {
	uint8_t byte[16];
	uint8_t family; /* 4 or 6 */
	uint8_t bits;
	int line;
};

struct conf_domain {
	char name[CONF_DOMAIN_SIZE]; /* lower case */
	int line;
};

/* What a held device may reach: no two of the prefixes overlap. */
struct conf_garden {
	struct conf_domain names[CONF_GARDEN_NAMES_MAX];
	size_t name_count;
	struct conf_prefix prefixes[CONF_GARDEN_ADDRESSES_MAX];
	size_t prefix_count;
	bool resolve; /* gate's resolver asks for the names; else dnsmasq alone fills the sets */
};

struct conf {
	char site_id[CONF_NAME_SIZE];
	char site_name[CONF_TEXT_SIZE];
	struct conf_zone zones[CONF_ZONES_MAX];
	size_t zone_count;
	uint16_t port;
	uint16_t dns_port; /* UDP: stand-in answers while the uplink is down */
	char name[CONF_HOST_SIZE];	  /* of the portal over HTTPS; "": only over HTTP */
	char certificate[CONF_PATH_SIZE]; /* for that name, PEM; "": no TLS server of its own */
	char key[CONF_PATH_SIZE];
	uint16_t tls_port;
	bool behind_proxy; /* another TLS server on this machine forwards to port */
	bool https_alert;    /* HTTPS of held devices: answered with a TLS alert; false: reset */
	uint16_t alert_port; /* where it is led to for that */
	uint16_t metrics_port; /* of 127.0.0.1, for Prometheus; 0: none */
	char languages[CONF_LANGUAGES_MAX][CONF_LANGUAGE_SIZE];
	size_t language_count; /* at least 1; languages[0] is the fallback */
	bool express;	       /* visit = "express": lesson and one question */
	uint32_t later_seconds;	 /* "later": online so long, once a day; 0: not offered */
	uint32_t remind_seconds; /* at most so long before its end a release is offered anew; 0: not */
	uint32_t remember_days;	 /* a device's review record, 0 to 30; 0: none is kept */
	uint32_t remembered_max; /* records */
	uint32_t released_max; /* size of the set, and of gate's table */
	uint32_t visits_max;
	uint32_t connections_per_device;
	uint32_t connections_max; /* open to the portal at a time, from everybody */
	struct ether trusted[CONF_TRUSTED_MAX];
	size_t trusted_count;
	struct conf_garden garden;
	bool uplink_check; /* gate finds out whether there is an internet */
	char resolver[CONF_ADDRESS_SIZE]; /* the DNS server that visitors are led to */
	bool when_down_open; /* owner flag: the table disappears with gate */
	char user_gate[CONF_NAME_SIZE];
	char user_portal[CONF_NAME_SIZE];
	char user_resolver[CONF_NAME_SIZE];
	char user_report[CONF_NAME_SIZE];
	bool unconfirmed; /* no key: what an editor has yet to confirm is shown, for the preview */
	char path_state[CONF_PATH_SIZE];
	char path_run[CONF_PATH_SIZE];
	char path_content[CONF_PATH_SIZE];
	char path_www[CONF_PATH_SIZE];
	bool report_enabled;			/* once enrolled, counters go to the department */
	char report_url[CONF_URL_SIZE];		/* "": the one that enrolment has given */
	char report_ca_file[CONF_PATH_SIZE];	/* "": whom the system trusts */
	char report_state[CONF_PATH_SIZE];	/* congchao-report's own folder */
};

/* Does a release end by idleness in any zone? */
static inline bool conf_keeps_idle(const struct conf *conf)
{
	for (size_t z = 0; z < conf->zone_count; z++)
		if (conf->zones[z].idle_after_seconds > 0)
			return true;
	return false;
}

/* A device that is never held. */
static inline bool conf_is_trusted(const struct conf *conf, const struct ether *mac)
{
	for (size_t i = 0; i < conf->trusted_count; i++)
		if (ether_equal(&conf->trusted[i], mac))
			return true;
	return false;
}

/*
 * Reads file into conf, defaults for what is absent. Every mistake goes to report in one
 * run. Returns 0, or -1 when report counts an error (conf is then not to be used).
 */
int conf_load(struct conf *conf, const char *file, struct report *report);

/* What absent keys stand for, and no zone: for editors of content, who have no gate. */
void conf_defaults(struct conf *conf);

/* How long before its end a zone's release is offered anew: never more than its last quarter. */
uint32_t conf_remind_seconds(const struct conf *conf, size_t zone);

/* Reads an address or a network; false when text is neither, or no host may have it. */
bool conf_prefix_parse(const char *text, struct conf_prefix *out);
/* Is the address one of its? */
bool conf_prefix_has(const struct conf_prefix *prefix, uint8_t family, const uint8_t *address);

/* Is there a walled garden at all? */
bool conf_has_garden(const struct conf *conf);

/* The zone that serves the interface, or -1. */
int conf_zone_of(const struct conf *conf, const char *interface);

/* Writes path_state "/congchao.db" and path_run "/control.sock". */
void conf_database_path(const struct conf *conf, char out[CONF_PATH_SIZE]);
void conf_control_path(const struct conf *conf, char out[CONF_PATH_SIZE]);

#endif
