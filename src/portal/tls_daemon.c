/*
 * The handshakes: each gets its own copy of the pair, so that a reload need not wait for
 * anybody. See tls.h.
 */
#include "portal/tls.h"

#if HAVE_TLS

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>

#include "common/certificate_pair.h"

/* RFC 9325: nothing before TLS 1.2. */
#define PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE"

static const struct tls *serving;

static void chain_free(gnutls_pcert_st *chain, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		gnutls_pcert_deinit(&chain[i]);
	gnutls_free(chain);
}

static gnutls_pcert_st *chain_copy(const struct certificate_pair *pair)
{
	gnutls_pcert_st *chain = gnutls_calloc(pair->count, sizeof(*chain));

	for (unsigned i = 0; chain != NULL && i < pair->count; i++)
		if (gnutls_pcert_import_x509(&chain[i], pair->chain[i], 0) < 0) {
			chain_free(chain, i);
			return NULL;
		}
	return chain;
}

static gnutls_privkey_t key_copy(const struct certificate_pair *pair)
{
	gnutls_privkey_t key = NULL;

	if (gnutls_privkey_init(&key) < 0)
		return NULL;
	if (gnutls_privkey_import_x509(key, pair->key, GNUTLS_PRIVKEY_IMPORT_COPY) == 0)
		return key;
	gnutls_privkey_deinit(key);
	return NULL;
}

/* The name that the client asks for does not matter: there is one certificate, for NAME, and
 * never one for somebody else's name. */
static int retrieve(gnutls_session_t session, const struct gnutls_cert_retr_st *asked,
		    gnutls_pcert_st **chain, unsigned *count, gnutls_ocsp_data_st **ocsp,
		    unsigned *ocsp_count, gnutls_privkey_t *key, unsigned *flags)
{
	const struct certificate_pair *pair = tls_shown(serving);

	(void)session;
	(void)asked;
	if (pair == NULL)
		return -1;
	*chain = chain_copy(pair);
	*key = *chain != NULL ? key_copy(pair) : NULL;
	if (*key == NULL) {
		if (*chain != NULL)
			chain_free(*chain, pair->count);
		return -1;
	}
	*count = pair->count;
	*ocsp = NULL;
	*ocsp_count = 0;
	*flags = GNUTLS_CERT_RETR_DEINIT_ALL;
	return 0;
}

struct MHD_Daemon *tls_daemon(const struct tls *tls, unsigned flags,
			      MHD_AccessHandlerCallback handle, void *handle_cls,
			      struct MHD_OptionItem *options)
{
	serving = tls;
	return MHD_start_daemon(flags | MHD_USE_TLS, 0, NULL, NULL, handle, handle_cls,
				MHD_OPTION_ARRAY, options, MHD_OPTION_HTTPS_CERT_CALLBACK2,
				retrieve, MHD_OPTION_HTTPS_PRIORITIES, PRIORITIES, MHD_OPTION_END);
}

#else

/* conf.c has refused a configuration with a certificate. */
struct MHD_Daemon *tls_daemon(const struct tls *tls, unsigned flags,
			      MHD_AccessHandlerCallback handle, void *handle_cls,
			      struct MHD_OptionItem *options)
{
	(void)tls;
	(void)flags;
	(void)handle;
	(void)handle_cls;
	(void)options;
	return NULL;
}

#endif
