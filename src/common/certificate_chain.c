/*
 * Who vouches for a certificate. A phone that has to look for an issuer by itself finds none
 * while it is held, so the file must hold all that lies between it and an authority.
 */
#include "common/certificate_pair.h"

#include <ctype.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <string.h>

enum { NAME_SIZE = 128, ACCESS_MAX = 16 };

/* The time is judged elsewhere: it passes, and this is read once. */
static const unsigned verify_flags =
    GNUTLS_VERIFY_DISABLE_TIME_CHECKS | GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS;

static void say(const struct certificate_pair *pair, unsigned verdict,
		struct certificate_info *info)
{
	gnutls_x509_crt_t last = pair->chain[pair->count - 1];
	char issuer[NAME_SIZE];
	size_t size = sizeof(issuer);

	if (gnutls_x509_crt_get_issuer_dn(last, issuer, &size) < 0)
		snprintf(issuer, sizeof(issuer), "an issuer without a name");
	if (verdict & GNUTLS_CERT_INSECURE_ALGORITHM)
		snprintf(info->chain, sizeof(info->chain),
			 "signed in a way that is no longer secure, expected a new certificate");
	else if (!(verdict & GNUTLS_CERT_SIGNER_NOT_FOUND))
		snprintf(info->chain, sizeof(info->chain),
			 "not rightly signed by those who follow it, expected its own issuers");
	else if (gnutls_x509_crt_check_issuer(last, last) != 0)
		snprintf(info->chain, sizeof(info->chain),
			 "made by \"%s\", an authority that this machine does not know: phones "
			 "take it only where that authority has been installed",
			 issuer);
	else
		snprintf(info->chain, sizeof(info->chain),
			 "ends at \"%s\", an authority that this machine does not know, expected "
			 "the certificates of all issuers behind it (fullchain.pem)",
			 issuer);
}

void certificate_check_chain(const struct certificate_pair *pair, struct certificate_info *info)
{
	gnutls_x509_trust_list_t known;
	unsigned verdict = 0;

	if (gnutls_x509_trust_list_init(&known, 0) < 0)
		return;
	/* A machine without a list of authorities knows nothing for or against it. */
	if (gnutls_x509_trust_list_add_system_trust(known, 0, 0) > 0 &&
	    gnutls_x509_trust_list_verify_crt(known, pair->chain, pair->count, verify_flags,
					      &verdict, NULL) == 0 &&
	    verdict != 0)
		say(pair, verdict, info);
	gnutls_x509_trust_list_deinit(known, 1);
}

void certificate_find_responder(gnutls_x509_crt_t own, struct certificate_info *info)
{
	gnutls_datum_t uri = {NULL, 0};
	size_t length = 0;
	int rc = GNUTLS_E_UNKNOWN_ALGORITHM; /* another kind of place */

	for (unsigned i = 0; i < ACCESS_MAX && rc == GNUTLS_E_UNKNOWN_ALGORITHM; i++)
		rc = gnutls_x509_crt_get_authority_info_access(own, i, GNUTLS_IA_OCSP_URI, &uri,
							       NULL);
	if (rc < 0)
		return;
	/* It is shown to the operator: only what a URI is made of. */
	while (length < uri.size && length < sizeof(info->responder) - 1 &&
	       isgraph(uri.data[length]))
		length++;
	memcpy(info->responder, uri.data, length);
	info->responder[length] = '\0';
	gnutls_free(uri.data);
}
