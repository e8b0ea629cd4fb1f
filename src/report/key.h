/*
 * What enrolment has given: as whom this gateway reports, where to, and the secret that
 * proves it. A file of mode 0600 in report.state, written whole or not at all.
 */
#ifndef REPORT_KEY_H
#define REPORT_KEY_H

#include <stddef.h>
#include <stdint.h>

#include "common/conf.h"
#include "report/problem.h"

enum { KEY_BYTES = 32, KEY_INSTANCE_SIZE = 33, KEY_VERSION_MAX = 1000000 };

struct key {
	char site[CONF_NAME_SIZE];
	uint32_t version; /* at least 1 */
	uint8_t bytes[KEY_BYTES];
	char url[CONF_URL_SIZE];
	char instance[KEY_INSTANCE_SIZE]; /* 32 hex digits: this enrolment, at random */
	int64_t enrolled;		  /* seconds since 1970 */
};

enum key_read { KEY_FOUND, KEY_NONE, KEY_FAILED };

enum key_read key_read(const struct conf *conf, struct key *key, struct problem *problem);
/* On the disk when it returns 0; else -1, and what was there is as it was. */
int key_write(const struct conf *conf, const struct key *key, struct problem *problem);

/* 64 hex digits, in small letters or capitals. */
bool key_parse(const char *hex, uint8_t bytes[KEY_BYTES]);
bool key_is_instance(const char *text);
void key_new_instance(char out[KEY_INSTANCE_SIZE]);

/* report.url, or the address that enrolment has given; without a slash at its end. */
void key_url(const struct conf *conf, const struct key *key, char out[CONF_URL_SIZE]);

#endif
