/*
 * Is the certificate for portal.name one that phones can use now? For portal, which shows
 * it, and for congchao, which says what is wrong with it. Reads the two files and the
 * system's list of authorities; must never ask the network.
 */
#ifndef COMMON_CERTIFICATE_H
#define COMMON_CERTIFICATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/conf.h"

enum { CERTIFICATE_WHY_SIZE = 320, CERTIFICATE_URI_SIZE = 96, CERTIFICATE_ENDS_SOON_DAYS = 14 };

enum certificate_state {
	CERTIFICATE_OFF, /* none is configured */
	CERTIFICATE_GOOD,
	CERTIFICATE_UNTRUSTED, /* its chain ends at nobody whom this machine knows: usable */
	CERTIFICATE_NOT_YET,   /* not valid yet, or the clock is wrong */
	CERTIFICATE_EXPIRED,
	CERTIFICATE_UNREADABLE,
	CERTIFICATE_BROKEN, /* not what the file should hold */
	CERTIFICATE_NOT_ITS_KEY,
	CERTIFICATE_OTHER_NAME,
	CERTIFICATE__MAX
};

struct certificate_info {
	enum certificate_state state;
	const char *file;		      /* that `why` is about, of conf */
	char why[CERTIFICATE_WHY_SIZE];	      /* what is wrong, what was expected; "": nothing */
	int64_t not_before, not_after;	      /* seconds since 1970; 0: not known */
	bool key_is_open;		      /* everybody on this machine can read the key */
	char chain[CERTIFICATE_WHY_SIZE];     /* what is wrong with its issuers; "": nothing */
	char responder[CERTIFICATE_URI_SIZE]; /* whom phones may want to ask; "": nobody */
};

/* One word for a script: "off", "ok", "untrusted", "expired" ... */
const char *certificate_word(enum certificate_state state);

/* Can phones that trust its authority use it at that time? */
static inline bool certificate_is_usable(enum certificate_state state)
{
	return state == CERTIFICATE_GOOD || state == CERTIFICATE_UNTRUSTED;
}

/* Whole days that are left of it at that time; 0 when none is, or that is not known. */
int64_t certificate_days_left(const struct certificate_info *info, int64_t now);

/*
 * Looks at everything; `now` is the wall clock. Fills out whatever it finds, and says only
 * the first thing that is wrong: the others show when that is put right.
 */
enum certificate_state certificate_check(const struct conf *conf, int64_t now,
					 struct certificate_info *out);

/* The same later, for the time alone: the files are not read again. */
enum certificate_state certificate_check_time(const struct conf *conf, int64_t now,
					      struct certificate_info *info);

/*
 * certificate_check, and chain and key (certificate_pair.h) for showing it, also when it is
 * only not yet, or no longer, valid. NULL when it is worse than that.
 */
struct certificate_pair;
struct certificate_pair *certificate_read(const struct conf *conf, int64_t now,
					  struct certificate_info *out);
void certificate_free(struct certificate_pair *pair); /* accepts NULL */

#endif
