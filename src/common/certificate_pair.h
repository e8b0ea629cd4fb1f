/* A certificate with its issuers and its key, and how they are read: certificate.c's private
 * half. Of the others only who speaks TLS includes it. */
#ifndef COMMON_CERTIFICATE_PAIR_H
#define COMMON_CERTIFICATE_PAIR_H

#include <gnutls/x509.h>
#include <stdbool.h>

#include "common/certificate.h"

struct certificate_pair {
	gnutls_x509_crt_t *chain; /* its own first, then each one's issuer */
	unsigned count;
	gnutls_x509_privkey_t key;
};

/* States what is wrong with the file. Returns false, for the caller to return. */
bool certificate_wrong(struct certificate_info *info, enum certificate_state state,
		       const char *file, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Reads both files into pair: false, with the reason in info, when they are not a pair. */
bool certificate_read_files(const struct conf *conf, struct certificate_pair *pair,
			    struct certificate_info *info);

/* Is it for a TLS server of that name? */
bool certificate_check_name(const struct conf *conf, gnutls_x509_crt_t own,
			    struct certificate_info *info);
/* Does a certificate's DNS-ID stand for this host name (RFC 9525, 6.3)? Pure. */
bool certificate_name_matches(const char *dns_id, size_t length, const char *name);

/* Where its issuer tells whether it has been revoked (OCSP): goes to info->responder. */
void certificate_find_responder(gnutls_x509_crt_t own, struct certificate_info *info);

/* Does the chain lead to an authority of this machine? What does not, goes to info->chain. */
void certificate_check_chain(const struct certificate_pair *pair, struct certificate_info *info);

#endif
