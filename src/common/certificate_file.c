/*
 * Reads a certificate with its issuers and its key from two PEM files that an operator, or a
 * renewal under way, has put there: each is bounded, and nothing is taken half.
 */
#include "common/certificate_pair.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_BYTES_MAX = 64 * 1024, ID_SIZE = 64 };

/* The whole of a regular file, with a NUL behind it. -1 with errno. */
static int slurp(const char *file, gnutls_datum_t *out, mode_t *mode)
{
	/* A pipe or a device would keep its reader waiting. */
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	ssize_t n = -1;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		goto out;
	errno = S_ISREG(st.st_mode) ? EFBIG : EINVAL;
	if (!S_ISREG(st.st_mode) || st.st_size > FILE_BYTES_MAX)
		goto out;
	*mode = st.st_mode;
	out->data = malloc(FILE_BYTES_MAX + 1);
	if (out->data == NULL)
		goto out;
	for (out->size = 0; out->size <= FILE_BYTES_MAX; out->size += (unsigned)n) {
		n = read(fd, out->data + out->size, FILE_BYTES_MAX + 1 - out->size);
		if (n <= 0)
			break;
	}
	if (n > 0) { /* it has grown meanwhile */
		errno = EFBIG;
		n = -1;
	}
out:
	if (fd >= 0)
		close(fd);
	return n == 0 ? 0 : -1;
}

/* The key was in it. */
static void wipe(gnutls_datum_t *text)
{
	if (text->data != NULL)
		explicit_bzero(text->data, FILE_BYTES_MAX + 1);
	free(text->data);
}

static bool unreadable(struct certificate_info *info, const struct conf *conf, const char *file)
{
	if (errno == EACCES)
		return certificate_wrong(info, CERTIFICATE_UNREADABLE, file,
					 "may not be read by the user %s, expected its group and "
					 "mode to let it (owner root, group %s, mode 640; its "
					 "folders at least x)",
					 conf->user_portal, conf->user_portal);
	return certificate_wrong(info, CERTIFICATE_UNREADABLE, file,
				 "cannot be read: %s, expected a PEM file of at most %d KiB",
				 errno == EINVAL ? "not a file" : strerror(errno),
				 FILE_BYTES_MAX / 1024);
}

static bool read_chain(const struct conf *conf, struct certificate_pair *pair,
		       struct certificate_info *info)
{
	gnutls_datum_t text = {NULL, 0};
	mode_t mode;
	bool read = slurp(conf->certificate, &text, &mode) == 0;
	int rc;

	if (!read) {
		unreadable(info, conf, conf->certificate);
		goto out;
	}
	rc = gnutls_x509_crt_list_import2(&pair->chain, &pair->count, &text, GNUTLS_X509_FMT_PEM,
					  GNUTLS_X509_CRT_LIST_FAIL_IF_UNSORTED);
	if (rc >= 0)
		goto out;
	pair->chain = NULL;
	pair->count = 0;
	read =
	    certificate_wrong(info, CERTIFICATE_BROKEN, conf->certificate,
			      rc == GNUTLS_E_CERTIFICATE_LIST_UNSORTED
				  ? "the certificates are not in order, expected the portal's "
				    "own first and then each one's issuer"
				  : "no certificate in PEM in it, expected \"BEGIN CERTIFICATE\"");
out:
	wipe(&text);
	return read;
}

static bool read_key(const struct conf *conf, struct certificate_pair *pair,
		     struct certificate_info *info)
{
	gnutls_datum_t text = {NULL, 0};
	mode_t mode = 0;
	bool read = slurp(conf->key, &text, &mode) == 0;
	int rc;

	if (!read) {
		unreadable(info, conf, conf->key);
		goto out;
	}
	info->key_is_open = (mode & S_IROTH) != 0;
	rc = gnutls_x509_privkey_init(&pair->key);
	if (rc >= 0)
		rc = gnutls_x509_privkey_import2(pair->key, &text, GNUTLS_X509_FMT_PEM, NULL, 0);
	if (rc < 0)
		read = certificate_wrong(info, CERTIFICATE_BROKEN, conf->key,
					 rc == GNUTLS_E_DECRYPTION_FAILED
					     ? "the key has a password, expected it without one: "
					       "there is nobody to type it"
					     : "no private key in PEM in it, expected \"BEGIN "
					       "PRIVATE KEY\"");
out:
	wipe(&text);
	return read;
}

static bool is_pair(const struct certificate_pair *pair)
{
	unsigned char of_chain[ID_SIZE], of_key[ID_SIZE];
	size_t chain_size = sizeof(of_chain), key_size = sizeof(of_key);

	return gnutls_x509_crt_get_key_id(pair->chain[0], GNUTLS_KEYID_USE_SHA256, of_chain,
					  &chain_size) == 0 &&
	       gnutls_x509_privkey_get_key_id(pair->key, GNUTLS_KEYID_USE_SHA256, of_key,
					      &key_size) == 0 &&
	       chain_size == key_size && memcmp(of_chain, of_key, key_size) == 0;
}

bool certificate_read_files(const struct conf *conf, struct certificate_pair *pair,
			    struct certificate_info *info)
{
	if (!read_chain(conf, pair, info) || !read_key(conf, pair, info))
		return false;
	if (is_pair(pair))
		return true;
	/* Between the two writes of a renewal this is so for a moment. */
	return certificate_wrong(info, CERTIFICATE_NOT_ITS_KEY, conf->key,
				 "not the key of %s, expected the one that the certificate was "
				 "made for",
				 conf->certificate);
}
