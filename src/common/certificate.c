/*
 * The verdict on portal's certificate: what its parts say of files, name and issuers, put
 * together with the time. See certificate.h.
 */
#include "common/certificate.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DAY_SECONDS = 86400, DATE_SIZE = 40 };

const char *certificate_word(enum certificate_state state)
{
	static const char *const words[CERTIFICATE__MAX] = {
	    [CERTIFICATE_OFF] = "off",
	    [CERTIFICATE_GOOD] = "ok",
	    [CERTIFICATE_UNTRUSTED] = "untrusted",
	    [CERTIFICATE_NOT_YET] = "not-yet-valid",
	    [CERTIFICATE_EXPIRED] = "expired",
	    [CERTIFICATE_UNREADABLE] = "unreadable",
	    [CERTIFICATE_BROKEN] = "broken",
	    [CERTIFICATE_NOT_ITS_KEY] = "not-its-key",
	    [CERTIFICATE_OTHER_NAME] = "other-name",
	};

	return words[state];
}

int64_t certificate_days_left(const struct certificate_info *info, int64_t now)
{
	return info->not_after > now ? (info->not_after - now) / DAY_SECONDS : 0;
}

#if HAVE_TLS

#include "common/certificate_pair.h"

bool certificate_wrong(struct certificate_info *info, enum certificate_state state,
		       const char *file, const char *fmt, ...)
{
	va_list ap;

	info->state = state;
	info->file = file;
	va_start(ap, fmt);
	vsnprintf(info->why, sizeof(info->why), fmt, ap);
	va_end(ap);
	return false;
}

static const char *date(int64_t seconds, char out[DATE_SIZE])
{
	time_t wall = (time_t)seconds;
	struct tm tm;

	if (gmtime_r(&wall, &tm) == NULL ||
	    strftime(out, DATE_SIZE, "%Y-%m-%d %H:%M UTC", &tm) == 0)
		snprintf(out, DATE_SIZE, "an unheard-of time");
	return out;
}

enum certificate_state certificate_check_time(const struct conf *conf, int64_t now,
					      struct certificate_info *info)
{
	char when[DATE_SIZE], today[DATE_SIZE];

	if (info->state == CERTIFICATE_OFF || info->state > CERTIFICATE_EXPIRED)
		return info->state;
	if (now < info->not_before)
		certificate_wrong(info, CERTIFICATE_NOT_YET, conf->certificate,
				  "not valid before %s, and the clock of this machine says %s, "
				  "expected a certificate that is valid now",
				  date(info->not_before, when), date(now, today));
	else if (now > info->not_after)
		certificate_wrong(info, CERTIFICATE_EXPIRED, conf->certificate,
				  "expired on %s, expected it to be renewed in time",
				  date(info->not_after, when));
	else if (info->chain[0] != '\0')
		certificate_wrong(info, CERTIFICATE_UNTRUSTED, conf->certificate, "%s",
				  info->chain);
	else
		certificate_wrong(info, CERTIFICATE_GOOD, conf->certificate, "%s", "");
	return info->state;
}

void certificate_free(struct certificate_pair *pair)
{
	if (pair == NULL)
		return;
	for (unsigned i = 0; i < pair->count; i++)
		gnutls_x509_crt_deinit(pair->chain[i]);
	gnutls_free(pair->chain);
	gnutls_x509_privkey_deinit(pair->key);
	free(pair);
}

struct certificate_pair *certificate_read(const struct conf *conf, int64_t now,
					  struct certificate_info *out)
{
	struct certificate_pair *pair;

	*out = (struct certificate_info){.state = CERTIFICATE_OFF, .file = conf->certificate};
	if (conf->certificate[0] == '\0')
		return NULL;
	pair = calloc(1, sizeof(*pair));
	if (pair == NULL) {
		certificate_wrong(out, CERTIFICATE_UNREADABLE, conf->certificate,
				  "cannot be read: memory is out, expected a little more");
		return NULL;
	}
	if (!certificate_read_files(conf, pair, out) ||
	    !certificate_check_name(conf, pair->chain[0], out)) {
		certificate_free(pair);
		return NULL;
	}
	out->state = CERTIFICATE_GOOD;
	out->not_before = gnutls_x509_crt_get_activation_time(pair->chain[0]);
	out->not_after = gnutls_x509_crt_get_expiration_time(pair->chain[0]);
	certificate_check_chain(pair, out);
	certificate_find_responder(pair->chain[0], out);
	certificate_check_time(conf, now, out);
	return pair;
}

#else

/* conf.c has refused a configuration with a certificate. */
struct certificate_pair *certificate_read(const struct conf *conf, int64_t now,
					  struct certificate_info *out)
{
	(void)now;
	*out = (struct certificate_info){.state = CERTIFICATE_OFF, .file = conf->certificate};
	return NULL;
}

enum certificate_state certificate_check_time(const struct conf *conf, int64_t now,
					      struct certificate_info *info)
{
	(void)conf;
	(void)now;
	return info->state;
}

void certificate_free(struct certificate_pair *pair)
{
	(void)pair;
}

#endif

enum certificate_state certificate_check(const struct conf *conf, int64_t now,
					 struct certificate_info *out)
{
	certificate_free(certificate_read(conf, now, out));
	return out->state;
}
