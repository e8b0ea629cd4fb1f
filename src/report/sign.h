/*
 * A request's digest (RFC 9530) and signature (RFC 9421), in the fixed profile of
 * congchao-report-format(5). Pure.
 */
#ifndef REPORT_SIGN_H
#define REPORT_SIGN_H

#include <stddef.h>
#include <stdint.h>

#include "report/key.h"

enum {
	SIGN_DIGEST_SIZE = 64,
	SIGN_INPUT_SIZE = 192,
	SIGN_SIGNATURE_SIZE = 64,
	SIGN_BASE_SIZE = 768
};

/* The values of the three header fields. */
struct sign_fields {
	char content_digest[SIGN_DIGEST_SIZE];
	char signature_input[SIGN_INPUT_SIZE];
	char signature[SIGN_SIGNATURE_SIZE];
};

/* Of a POST to that path, with that body, at that time. */
void sign_post(const struct key *key, const char *path, const void *body, size_t size,
	       int64_t created, struct sign_fields *fields);

/* "sha-256=:BASE64:" */
void sign_digest(const void *body, size_t size, char out[SIGN_DIGEST_SIZE]);
/* HMAC-SHA256 over the signature base, in base64. */
void sign_base(const uint8_t *key, size_t key_size, const char *base,
	       char out[SIGN_SIGNATURE_SIZE]);

#endif
