/*
 * K = HMAC-SHA256(master, "SITE|VERSION"): no list of keys has to be kept, and a copy of the
 * database signs nothing. The master key is read once, and is in no answer and no log.
 */
#include "collect/key.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/log.h"

_Static_assert(crypto_auth_hmacsha256_KEYBYTES == SIGN_BYTES, "keys are 32 bytes");
_Static_assert(crypto_auth_hmacsha256_BYTES == SIGN_BYTES, "MACs are 32 bytes");
_Static_assert(crypto_hash_sha256_BYTES == SIGN_BYTES, "digests are 32 bytes");

static uint8_t master[SIGN_BYTES];

static const char *wrong_with(const struct stat *st, uid_t owner)
{
	if (!S_ISREG(st->st_mode))
		return "is no regular file, expected one";
	if (st->st_uid != 0 && st->st_uid != owner)
		return "belongs to another user, expected root's or users.collect's";
	if (st->st_mode & (S_IRWXG | S_IRWXO))
		return "may be read by others, expected mode 0400 (chmod 0400)";
	return NULL;
}

static int read_hex(int fd)
{
	char text[KEY_HEX_SIZE + 1] = "";
	ssize_t n = read(fd, text, sizeof(text));
	size_t length = 0;
	int rc = -1;

	if (n == KEY_HEX_SIZE && text[KEY_HEX_SIZE - 1] == '\n')
		n--;
	if (n == KEY_HEX_SIZE - 1)
		rc = sodium_hex2bin(master, sizeof(master), text, (size_t)n, NULL, &length, NULL);
	sodium_memzero(text, sizeof(text));
	return rc == 0 && length == sizeof(master) ? 0 : -1;
}

int key_open(const char *file, uid_t owner)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;
	const char *wrong = NULL;

	if (fd < 0) {
		log_warn("%s", file);
		return -1;
	}
	if (fstat(fd, &st) < 0)
		wrong = "cannot be looked at";
	else
		wrong = wrong_with(&st, owner);
	if (wrong == NULL && read_hex(fd) < 0)
		wrong = "is no key, expected 64 hex digits (congchao-collect init makes one)";
	close(fd);
	if (wrong != NULL)
		log_warnx("%s %s", file, wrong);
	return wrong == NULL ? 0 : -1;
}

void key_close(void)
{
	sodium_memzero(master, sizeof(master));
}

static int write_new(int fd, uid_t uid, gid_t gid)
{
	char text[KEY_HEX_SIZE + 1];
	int rc;

	randombytes_buf(master, sizeof(master));
	sodium_bin2hex(text, sizeof(text), master, sizeof(master));
	text[KEY_HEX_SIZE - 1] = '\n';
	rc = write(fd, text, KEY_HEX_SIZE) == KEY_HEX_SIZE && fsync(fd) == 0 &&
		     (geteuid() != 0 || fchown(fd, uid, gid) == 0) && fchmod(fd, 0400) == 0
		 ? 0
		 : -1;
	sodium_memzero(text, sizeof(text));
	return rc;
}

int key_make(const char *file, uid_t uid, gid_t gid)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	int rc, error;

	if (fd < 0)
		return -1;
	rc = write_new(fd, uid, gid);
	error = errno;
	close(fd);
	if (rc < 0)
		unlink(file);
	errno = error;
	return rc;
}

static void derive(uint8_t out[SIGN_BYTES], const char *text)
{
	crypto_auth_hmacsha256(out, (const uint8_t *)text, strlen(text), master);
}

static void derive_site(uint8_t out[SIGN_BYTES], const char *site, uint32_t version)
{
	char text[SIGN_SITE_SIZE + 16];

	snprintf(text, sizeof(text), "%s|%lu", site, (unsigned long)version);
	derive(out, text);
}

void key_of_site(const char *site, uint32_t version, char hex[KEY_HEX_SIZE])
{
	uint8_t key[SIGN_BYTES];

	derive_site(key, site, version);
	sodium_bin2hex(hex, KEY_HEX_SIZE, key, sizeof(key));
	sodium_memzero(key, sizeof(key));
}

void key_hash(const char *kind, const char *text, uint8_t hash[SIGN_BYTES])
{
	char kinded[256];

	/* No site's id has a ':': it is never the key of one. */
	snprintf(kinded, sizeof(kinded), "%s:%s", kind, text);
	derive(hash, kinded);
}

bool key_verify(const struct sign *sign, const char *method, const char *path, const void *body,
		size_t size)
{
	char base[SIGN_BASE_SIZE];
	size_t length = sign_base(sign, method, path, base);
	uint8_t digest[SIGN_BYTES], key[SIGN_BYTES];
	bool fine;

	crypto_hash_sha256(digest, body, size);
	derive_site(key, sign->site, sign->key_ver);
	fine = length > 0 && sodium_memcmp(digest, sign->digest, sizeof(digest)) == 0;
	/* Both are always computed: how long it takes says nothing about the site. */
	fine = crypto_auth_hmacsha256_verify(sign->mac, (const uint8_t *)base, length, key) == 0 &&
	       fine;
	sodium_memzero(key, sizeof(key));
	return fine;
}
