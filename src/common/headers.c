/*
 * What a browser may do with a page, said once for all who serve one. Knows no HTTP
 * library: who sends an answer puts these on it.
 */
#include "common/headers.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/random.h>

enum { NONCE_BYTES = (HEADERS_NONCE_SIZE - 1) / 2 };

const struct headers_pair headers_fixed[] = {
    {"Cache-Control", "no-store"},
    {"Referrer-Policy", "no-referrer"},
    {"X-Content-Type-Options", "nosniff"},
    {NULL, NULL},
};

bool headers_nonce(char out[HEADERS_NONCE_SIZE])
{
	uint8_t chance[NONCE_BYTES];

	if (getrandom(chance, sizeof(chance), 0) != sizeof(chance))
		return false;
	for (size_t i = 0; i < sizeof(chance); i++)
		snprintf(out + 2 * i, 3, "%02x", chance[i]);
	return true;
}

void headers_policy(char out[HEADERS_POLICY_SIZE], const char *nonce)
{
	snprintf(out, HEADERS_POLICY_SIZE,
		 "default-src 'none'; style-src 'nonce-%s'; img-src data:; form-action 'self'; "
		 "base-uri 'none'; frame-ancestors 'none'",
		 nonce);
}
