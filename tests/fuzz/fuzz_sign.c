/*
 * fuzz: collect/sign
 * libs: -lsodium
 * Three headers of a stranger, one a line: what is read has to be written the same again.
 */
#include "fuzz.h"

#include <err.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "collect/sign.h"

enum { LINES = 3, LINE_SIZE = 1024 };

/* Each line in memory of its own, cut to its size. */
static void split(const uint8_t *data, size_t size, char lines[LINES][LINE_SIZE])
{
	size_t line = 0, used = 0;

	for (size_t i = 0; i < size && line < LINES; i++) {
		if (data[i] == '\n') {
			line++;
			used = 0;
		} else if (data[i] != '\0' && used < LINE_SIZE - 1) {
			lines[line][used++] = (char)data[i];
		}
	}
}

static void check_params(const struct sign *sign)
{
	char again[512];

	snprintf(again, sizeof(again),
		 "(\"@method\" \"@path\" \"content-digest\");created=%lld;keyid=\"%s#%lu\";"
		 "alg=\"hmac-sha256\"",
		 (long long)sign->created, sign->site, (unsigned long)sign->key_ver);
	FUZZ_CHECK(strcmp(again, sign->params) == 0);
}

static void check_digest(const struct sign *sign)
{
	char base64[64], again[96];

	sodium_bin2base64(base64, sizeof(base64), sign->digest, sizeof(sign->digest),
			  sodium_base64_VARIANT_ORIGINAL);
	snprintf(again, sizeof(again), "sha-256=:%s:", base64);
	FUZZ_CHECK(strcmp(again, sign->digest_text) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char lines[LINES][LINE_SIZE] = {{0}}, base[SIGN_BASE_SIZE];
	struct sign sign;

	if (sodium_init() < 0)
		errx(1, "sodium");
	split(data, size, lines);
	if (!sign_parse(lines[0], lines[1], lines[2], &sign))
		return 0;
	FUZZ_CHECK(sign_is_site(sign.site) && sign.key_ver >= 1 && sign.created >= 1);
	check_params(&sign);
	check_digest(&sign);
	FUZZ_CHECK(sign_base(&sign, "POST", "/v1/reports", base) == strlen(base));
	return 0;
}
