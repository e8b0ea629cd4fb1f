/*
 * The headers of every page, for portal and for the editors' preview: keep nothing, load
 * nothing, run nothing, frame nothing. A page's one style element is allowed by a nonce
 * made for this answer alone (CSP level 3).
 */
#ifndef COMMON_HEADERS_H
#define COMMON_HEADERS_H

#include <stdbool.h>

enum { HEADERS_NONCE_SIZE = 33, HEADERS_POLICY_SIZE = 256 };

struct headers_pair {
	const char *name, *value;
};

/* Those that are the same for each page; ends with a NULL name. */
extern const struct headers_pair headers_fixed[];

/* A new nonce. False with errno: the kernel had no chance to give. */
bool headers_nonce(char out[HEADERS_NONCE_SIZE]);

/* The value of Content-Security-Policy for the page with that nonce. */
void headers_policy(char out[HEADERS_POLICY_SIZE], const char *nonce);

#endif
