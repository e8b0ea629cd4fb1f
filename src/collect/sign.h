/*
 * HTTP message signatures (RFC 9421) and content digests (RFC 9530), in the one form that
 * gateways use:
 *
 *   Content-Digest:  sha-256=:BASE64:
 *   Signature-Input: sig1=("@method" "@path" "content-digest");created=UNIX;
 *                    keyid="SITE#VER";alg="hmac-sha256"           (without the line break)
 *   Signature:       sig1=:BASE64:
 *
 * Any other form is refused, equivalent ones too: what is read in one way only cannot be
 * read in two. Pure.
 */
#ifndef COLLECT_SIGN_H
#define COLLECT_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SIGN_SITE_SIZE = 33,
	SIGN_BYTES = 32,	/* of a digest, a MAC and a key */
	SIGN_PARAMS_SIZE = 192, /* the longest value of Signature-Input without "sig1=" */
	SIGN_BASE_SIZE = 512,
	SIGN_PATH_MAX = 200,
};

struct sign {
	char site[SIGN_SITE_SIZE];
	uint32_t key_ver; /* at least 1 */
	int64_t created;  /* by the gateway's clock, which may be wrong: a hint */
	uint8_t digest[SIGN_BYTES];
	uint8_t mac[SIGN_BYTES];
	char params[SIGN_PARAMS_SIZE]; /* as signed */
	char digest_text[64];	       /* the value of Content-Digest, as signed */
};

/* Reads the three headers; any of them may be NULL. False when they are not of that form. */
bool sign_parse(const char *input, const char *signature, const char *content_digest,
		struct sign *sign);

/*
 * What is signed (RFC 9421, 2.5). Returns its length; 0 when the path is too long to be one
 * of ours.
 */
size_t sign_base(const struct sign *sign, const char *method, const char *path,
		 char base[SIGN_BASE_SIZE]);

/* Is text a site's id: 1 to 32 of a-z, 0-9 and "-"? */
bool sign_is_site(const char *text);

#endif
