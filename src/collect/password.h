/*
 * Passwords as argon2id (RFC 9106) by libsodium: 19 MiB and two passes, the least that OWASP
 * recommends, because the one loop waits meanwhile: about 30 ms on a small machine. How many
 * logins a second may cost that is bounded (throttle.h).
 */
#ifndef COLLECT_PASSWORD_H
#define COLLECT_PASSWORD_H

#include <sodium.h>
#include <stdbool.h>

enum { PASSWORD_MIN = 12, PASSWORD_MAX = 128 };

/* False: memory is out. */
bool password_hash(const char *password, char out[crypto_pwhash_STRBYTES]);

/* Once, before password_fits: what an account that is not there is compared with. */
bool password_open(void);
/* hash NULL or "": there is no such account; it takes as long, and is never right. */
bool password_fits(const char *hash, const char *password);

#endif
