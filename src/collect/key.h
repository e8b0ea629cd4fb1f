/*
 * The master key, and what is derived from it: the key of each site and version, and keyed
 * hashes of what the database must not know. The database has none of it.
 */
#ifndef COLLECT_KEY_H
#define COLLECT_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "collect/sign.h"

enum { KEY_HEX_SIZE = 2 * SIGN_BYTES + 1 };

/*
 * Reads the file of the master key: 64 hex digits, a regular file of root or of owner,
 * nobody else's to read. 0, or -1 after telling what is wrong. key_close forgets it.
 */
int key_open(const char *file, uid_t owner);
void key_close(void);

/* Makes that file, with a new key, for that user. 0, or -1 with errno (EEXIST: it is there). */
int key_make(const char *file, uid_t uid, gid_t gid);

/* The key of a site's gateway, in hex. */
void key_of_site(const char *site, uint32_t version, char hex[KEY_HEX_SIZE]);

/* A keyed hash, for what kind of thing ("code", "address") that text is. */
void key_hash(const char *kind, const char *text, uint8_t hash[SIGN_BYTES]);

/* Does the digest fit the body, and the MAC the request? In constant time. */
bool key_verify(const struct sign *sign, const char *method, const char *path, const void *body,
		size_t size);

#endif
