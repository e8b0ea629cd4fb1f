/*
 * The values of the configuration, one key at a time: conf.c's private half. Others
 * include conf.h.
 */
#ifndef COMMON_CONF_VALUE_H
#define COMMON_CONF_VALUE_H

#include <libconfig.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/conf.h"

enum { CONF_PATH_BYTES = 220, CONF_RUN_BYTES = 94 };

struct conf_load {
	struct conf *conf;
	const char *file;
	struct report *report;
	/* Where a thing stands in the file, for "already in line N". */
	int zone_line[CONF_ZONES_MAX];
	int interface_line[CONF_ZONES_MAX][CONF_INTERFACES_MAX];
	int trusted_line[CONF_TRUSTED_MAX];
};

/* What a key may hold, and where its value goes. */
struct conf_key {
	const char *name;
	void (*read)(struct conf_load *, const struct conf_key *, config_setting_t *, void *base);
	size_t offset;	   /* from base */
	size_t size;	   /* of the value there */
	uint32_t min, max; /* of a number or of seconds; the entries of a list */
	const char *expected;
	bool (*check)(const char *text);
	const char *words[2];		/* of a choice, for false and for true */
	const struct conf_key *members; /* of a group, up to an empty one */
	bool required;
	/* One entry of a list, its text already checked. */
	void (*add)(struct conf_load *, const config_setting_t *, const char *text, void *base);
};

/* Readers: the value goes to base + offset, or what is wrong with it to the report. */
void conf_read_text(struct conf_load *load, const struct conf_key *key, config_setting_t *s,
		    void *base);
void conf_read_number(struct conf_load *load, const struct conf_key *key, config_setting_t *s,
		      void *base);
void conf_read_duration(struct conf_load *load, const struct conf_key *key, config_setting_t *s,
			void *base);
/* A duration that may also be 0 or "0": never. In seconds. */
void conf_read_span(struct conf_load *load, const struct conf_key *key, config_setting_t *s,
		    void *base);
/* The same in whole days; less than a day is refused. */
void conf_read_days(struct conf_load *load, const struct conf_key *key, config_setting_t *s,
		    void *base);
void conf_read_choice(struct conf_load *load, const struct conf_key *key, config_setting_t *s,
		      void *base);
/* true or false. */
void conf_read_bool(struct conf_load *load, const struct conf_key *key, config_setting_t *s,
		    void *base);

/* The setting's text when it is one and key->check likes it, else NULL and a report. */
const char *conf_checked_text(struct conf_load *load, const struct conf_key *key,
			      const config_setting_t *s);
/* Reports "NAME is a number, expected ...". */
void conf_bad_type(struct conf_load *load, const config_setting_t *s, const char *expected);
int conf_line(const config_setting_t *s);

/*
 * Opens a configuration file of any program: 0, or -1 when it cannot be read or is no
 * configuration, which is reported. config_destroy in both cases (conf.c).
 */
int conf_open(struct conf_load *load, config_t *config);
/* Reads the keys of a group into base; a key that is in no table is reported (conf_keys.c). */
void conf_read_members(struct conf_load *load, const struct conf_key *keys, config_setting_t *group,
		       void *base);
/* Reads every key below root into load->conf (conf_keys.c). */
void conf_read_root(struct conf_load *load, config_setting_t *root);

/* The keys of portal over HTTPS, together (conf_tls.c). */
void conf_check_tls(struct conf_load *load, const config_t *config);

/* Is text such a thing? Pure. */
bool conf_is_name(const char *text);
bool conf_is_user(const char *text);
bool conf_is_word(const char *text);
bool conf_is_language(const char *text);
bool conf_is_interface(const char *text);
bool conf_is_mac(const char *text);
bool conf_is_title(const char *text);
bool conf_is_path(const char *text);
bool conf_is_run_path(const char *text);
bool conf_is_https(const char *text); /* conf_url.c */
bool conf_is_host(const char *text);
bool conf_is_domain(const char *text);
bool conf_is_prefix(const char *text);
bool conf_is_address(const char *text);

/* Entries of the garden's lists (conf_garden.c). */
void conf_add_garden_name(struct conf_load *load, const config_setting_t *s, const char *text,
			  void *base);
void conf_add_garden_prefix(struct conf_load *load, const config_setting_t *s, const char *text,
			    void *base);

/* The bytes of the UTF-8 character at p; 0 when it is none (RFC 3629) or a control character. */
size_t conf_utf8_length(const unsigned char *p);

/* "90s", "15m", "2h", "30d" in seconds; 0 when text is none of these. */
uint32_t conf_duration_seconds(const char *text);

#endif
