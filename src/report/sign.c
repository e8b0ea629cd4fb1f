/*
 * Signs what is sent; see sign.h. The components are fixed, so that there is nothing to
 * negotiate: method, path and digest say what is asked of the server with which body.
 */
#include "report/sign.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define COMPONENTS "(\"@method\" \"@path\" \"content-digest\")"

static void base64(const uint8_t bytes[32], char out[SIGN_SIGNATURE_SIZE])
{
	sodium_bin2base64(out, SIGN_SIGNATURE_SIZE, bytes, 32, sodium_base64_VARIANT_ORIGINAL);
}

void sign_digest(const void *body, size_t size, char out[SIGN_DIGEST_SIZE])
{
	uint8_t hash[crypto_hash_sha256_BYTES];
	char text[SIGN_SIGNATURE_SIZE];

	crypto_hash_sha256(hash, body, size);
	base64(hash, text);
	snprintf(out, SIGN_DIGEST_SIZE, "sha-256=:%.48s:", text);
}

void sign_base(const uint8_t *key, size_t key_size, const char *base, char out[SIGN_SIGNATURE_SIZE])
{
	crypto_auth_hmacsha256_state state;
	uint8_t mac[crypto_auth_hmacsha256_BYTES];

	crypto_auth_hmacsha256_init(&state, key, key_size);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)base, strlen(base));
	crypto_auth_hmacsha256_final(&state, mac);
	base64(mac, out);
}

void sign_post(const struct key *key, const char *path, const void *body, size_t size,
	       int64_t created, struct sign_fields *fields)
{
	char parameters[SIGN_INPUT_SIZE - 8], base[SIGN_BASE_SIZE], text[SIGN_SIGNATURE_SIZE];

	sign_digest(body, size, fields->content_digest);
	snprintf(parameters, sizeof(parameters),
		 COMPONENTS ";created=%lld;keyid=\"%s#%u\";alg=\"hmac-sha256\"", (long long)created,
		 key->site, (unsigned)key->version);
	/* Each line but the last ends with a newline (RFC 9421, 2.5). */
	snprintf(base, sizeof(base),
		 "\"@method\": POST\n\"@path\": %s\n\"content-digest\": %s\n"
		 "\"@signature-params\": %s",
		 path, fields->content_digest, parameters);
	sign_base(key->bytes, KEY_BYTES, base, text);
	snprintf(fields->signature_input, SIGN_INPUT_SIZE, "sig1=%s", parameters);
	snprintf(fields->signature, SIGN_SIGNATURE_SIZE, "sig1=:%.48s:", text);
}
