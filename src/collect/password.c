/* Hashing and comparing; an account that is not there costs what one that is there costs. */
#include "collect/password.h"

#include <string.h>

static const unsigned long long passes = 2;
static const size_t memory = 19 * 1024 * 1024;

static char nobody[crypto_pwhash_STRBYTES];

bool password_hash(const char *password, char out[crypto_pwhash_STRBYTES])
{
	return crypto_pwhash_str_alg(out, password, strlen(password), passes, memory,
				     crypto_pwhash_ALG_ARGON2ID13) == 0;
}

bool password_open(void)
{
	char chance[33] = "";
	unsigned char bytes[16];

	randombytes_buf(bytes, sizeof(bytes));
	sodium_bin2hex(chance, sizeof(chance), bytes, sizeof(bytes));
	return password_hash(chance, nobody);
}

bool password_fits(const char *hash, const char *password)
{
	bool there = hash != NULL && hash[0] != '\0';
	bool fits =
	    crypto_pwhash_str_verify(there ? hash : nobody, password, strlen(password)) == 0;

	return there && fits;
}
