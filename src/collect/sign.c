/*
 * Reads a request's signature headers, as strangers send them: nothing is believed before
 * key.c has compared the MAC, and nothing is ever written beyond struct sign.
 */
#include "collect/sign.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMPONENTS "(\"@method\" \"@path\" \"content-digest\")"
#define SITE	   "abcdefghijklmnopqrstuvwxyz0123456789-"
#define DIGITS	   "0123456789"

#define BASE64	   "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

enum { BASE64_LENGTH = 44 }; /* of 32 bytes, with its '=' */

/* Goes past what has to stand there. */
static bool skip(const char **p, const char *expected)
{
	size_t length = strlen(expected);

	if (strncmp(*p, expected, length) != 0)
		return false;
	*p += length;
	return true;
}

/* A number from 1, without zeros before it. */
static bool number(const char **p, size_t digits_max, int64_t *value)
{
	size_t digits = strspn(*p, DIGITS);

	if (digits == 0 || digits > digits_max || **p == '0')
		return false;
	*value = strtoll(*p, NULL, 10);
	*p += digits;
	return true;
}

static bool site(const char **p, char out[SIGN_SITE_SIZE])
{
	size_t length = strspn(*p, SITE);

	if (length == 0 || length >= SIGN_SITE_SIZE)
		return false;
	memcpy(out, *p, length);
	out[length] = '\0';
	*p += length;
	return true;
}

/* ":BASE64:" of 32 bytes, to the end. libsodium 1.0.18 also reads bytes above 127 as digits. */
static bool bytes(const char *p, uint8_t out[SIGN_BYTES])
{
	size_t length = 0;

	if (*p++ != ':' || strspn(p, BASE64) != BASE64_LENGTH - 1 ||
	    strcmp(p + BASE64_LENGTH - 1, "=:") != 0)
		return false;
	return sodium_base642bin(out, SIGN_BYTES, p, BASE64_LENGTH, NULL, &length, NULL,
				 sodium_base64_VARIANT_ORIGINAL) == 0 &&
	       length == SIGN_BYTES;
}

static bool parse_input(const char *p, struct sign *sign)
{
	int64_t version;

	if (!skip(&p, "sig1=") || strlen(p) >= sizeof(sign->params))
		return false;
	snprintf(sign->params, sizeof(sign->params), "%s", p);
	if (!skip(&p, COMPONENTS) || !skip(&p, ";created=") || !number(&p, 11, &sign->created) ||
	    !skip(&p, ";keyid=\"") || !site(&p, sign->site) || !skip(&p, "#") ||
	    !number(&p, 9, &version))
		return false;
	sign->key_ver = (uint32_t)version;
	return strcmp(p, "\";alg=\"hmac-sha256\"") == 0;
}

static bool parse_digest(const char *p, struct sign *sign)
{
	if (strlen(p) >= sizeof(sign->digest_text))
		return false;
	snprintf(sign->digest_text, sizeof(sign->digest_text), "%s", p);
	return skip(&p, "sha-256=") && bytes(p, sign->digest);
}

bool sign_parse(const char *input, const char *signature, const char *content_digest,
		struct sign *sign)
{
	memset(sign, 0, sizeof(*sign));
	if (input == NULL || signature == NULL || content_digest == NULL)
		return false;
	return parse_input(input, sign) && parse_digest(content_digest, sign) &&
	       skip(&signature, "sig1=") && bytes(signature, sign->mac);
}

size_t sign_base(const struct sign *sign, const char *method, const char *path,
		 char base[SIGN_BASE_SIZE])
{
	int length;

	if (strlen(path) > SIGN_PATH_MAX || strlen(method) > 16)
		return 0;
	length = snprintf(base, SIGN_BASE_SIZE,
			  "\"@method\": %s\n\"@path\": %s\n\"content-digest\": %s\n"
			  "\"@signature-params\": %s",
			  method, path, sign->digest_text, sign->params);
	return length > 0 && length < SIGN_BASE_SIZE ? (size_t)length : 0;
}

bool sign_is_site(const char *text)
{
	size_t length = strspn(text, SITE);

	return length > 0 && length < SIGN_SITE_SIZE && text[length] == '\0';
}
