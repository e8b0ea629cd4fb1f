/*
 * A certificate that may be renewed, expire or be missing while portal runs: which pair
 * visitors get, and what the operator is told. Must never stop portal: without it the pages
 * are there over HTTP.
 */
#include "portal/tls.h"

#include <stdlib.h>

#include "common/certificate.h"
#include "common/clock.h"
#include "common/log.h"

struct tls {
	const struct conf *conf;
	struct certificate_pair *pair; /* NULL: what is there cannot be used at any time */
	struct certificate_info info;  /* of pair, or why there is none */
	bool shown;		       /* visitors get it now */
	bool soon_said;
};

/*
 * A router without a battery begins in the past, and a certificate is then "not valid yet"
 * for as long as nobody tells it the time. The phone knows the time and judges by itself. The
 * other way round the clock is believed: one that is behind and still past the end is right.
 */
static bool is_good_now(enum certificate_state state, bool clock_settled)
{
	return certificate_is_usable(state) || (state == CERTIFICATE_NOT_YET && !clock_settled);
}

static void say_good(struct tls *tls)
{
	long long days = (long long)certificate_days_left(&tls->info, clock_wall_seconds());

	if (tls->info.state == CERTIFICATE_NOT_YET)
		log_info("https://%s/ is answered: the certificate will show whether it is valid "
			 "when the clock is right",
			 tls->conf->name);
	else
		log_info("https://%s/ is answered: the certificate is valid for %lld days",
			 tls->conf->name, days);
	if (tls->info.chain[0] != '\0')
		log_warnx("%s: %s", tls->conf->certificate, tls->info.chain);
	if (tls->info.key_is_open)
		log_warnx("%s: everybody on this machine can read it, expected mode 640",
			  tls->conf->key);
}

static void say_bad(const struct certificate_info *info, const char *what)
{
	log_warnx("%s: %s; %s", info->file, info->why, what);
}

static void say_soon(struct tls *tls, int64_t now)
{
	int64_t days = certificate_days_left(&tls->info, now);

	if (!tls->shown || tls->info.state == CERTIFICATE_NOT_YET || tls->soon_said ||
	    days >= CERTIFICATE_ENDS_SOON_DAYS)
		return;
	tls->soon_said = true;
	log_warnx("%s: ends in %lld days: is it renewed, and is \"congchao reload\" run then?",
		  tls->conf->certificate, (long long)days);
}

static void take(struct tls *tls, struct certificate_pair *pair,
		 const struct certificate_info *info, bool clock_settled)
{
	certificate_free(tls->pair);
	tls->pair = pair;
	tls->info = *info;
	tls->shown = pair != NULL && is_good_now(info->state, clock_settled);
	tls->soon_said = false;
	if (tls->shown)
		say_good(tls);
	else
		say_bad(info, "the portal answers HTTP alone");
	say_soon(tls, clock_wall_seconds());
}

struct tls *tls_open(const struct conf *conf, bool clock_settled)
{
	struct tls *tls = calloc(1, sizeof(*tls));
	struct certificate_info info;
	struct certificate_pair *pair;

	if (tls == NULL)
		return NULL;
	tls->conf = conf;
	pair = certificate_read(conf, clock_wall_seconds(), &info);
	take(tls, pair, &info, clock_settled);
	return tls;
}

void tls_close(struct tls *tls)
{
	if (tls == NULL)
		return;
	certificate_free(tls->pair);
	free(tls);
}

bool tls_reload(struct tls *tls, bool clock_settled)
{
	struct certificate_info info;
	struct certificate_pair *pair = certificate_read(tls->conf, clock_wall_seconds(), &info);
	bool good = pair != NULL && is_good_now(info.state, clock_settled);

	if (!good && tls->shown) {
		certificate_free(pair);
		say_bad(&info, "the certificate of before stays");
		return false;
	}
	take(tls, pair, &info, clock_settled);
	return good;
}

void tls_tick(struct tls *tls, bool clock_settled)
{
	int64_t now = clock_wall_seconds();
	bool shown;

	if (tls->pair == NULL)
		return;
	shown = is_good_now(certificate_check_time(tls->conf, now, &tls->info), clock_settled);
	if (shown && !tls->shown)
		say_good(tls);
	else if (!shown && tls->shown)
		say_bad(&tls->info, "the portal answers HTTP alone from now on");
	tls->shown = shown;
	say_soon(tls, now);
}

const char *tls_word(const struct tls *tls)
{
	if (tls == NULL)
		return certificate_word(CERTIFICATE_OFF);
	/* By a clock that is not right yet. */
	if (tls->shown && tls->info.state == CERTIFICATE_NOT_YET)
		return certificate_word(CERTIFICATE_GOOD);
	return certificate_word(tls->info.state);
}

int64_t tls_days_left(const struct tls *tls)
{
	return tls != NULL ? certificate_days_left(&tls->info, clock_wall_seconds()) : 0;
}

const struct certificate_pair *tls_shown(const struct tls *tls)
{
	return tls->shown ? tls->pair : NULL;
}
