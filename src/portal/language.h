/* Which of the portal's languages a visitor reads. Pure. */
#ifndef PORTAL_LANGUAGE_H
#define PORTAL_LANGUAGE_H

#include "common/conf.h"

/* Index of the configured language named by tag ("en"), or -1. tag may be NULL. */
int language_find(const struct conf *conf, const char *tag);

/*
 * Index of the configured language that an Accept-Language header (RFC 9110, 12.5.4)
 * likes best; 0, the fallback, when it names none. header may be NULL.
 */
unsigned language_accepted(const struct conf *conf, const char *header);

#endif
