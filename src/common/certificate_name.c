/*
 * Whom a certificate is for: its DNS-IDs, as clients compare them (RFC 9525, which takes
 * RFC 6125's place). A common name is nobody's name to them, so it is none here.
 */
#include "common/certificate_pair.h"

#include <gnutls/gnutls.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { DNS_ID_SIZE = 256, NAMED_SIZE = 160, NAMES_MAX = 1024 };

bool certificate_name_matches(const char *dns_id, size_t length, const char *name)
{
	/* A wildcard stands for one whole label, the first, and not for the only one. */
	if (length > 2 && dns_id[0] == '*' && dns_id[1] == '.' &&
	    memchr(dns_id + 2, '.', length - 2) != NULL) {
		name += strcspn(name, ".");
		dns_id++;
		length--;
	}
	return strlen(name) == length && strncasecmp(dns_id, name, length) == 0;
}

/* Adds ", NAME" as long as there is room. */
static void name_add(char named[NAMED_SIZE], const char *dns_id, size_t length)
{
	size_t used = strlen(named);
	int n = snprintf(named + used, NAMED_SIZE - used, "%s%.*s", used > 0 ? ", " : "",
			 (int)length, dns_id);

	if (n < 0 || (size_t)n >= NAMED_SIZE - used)
		named[used] = '\0';
}

bool certificate_check_name(const struct conf *conf, gnutls_x509_crt_t own,
			    struct certificate_info *info)
{
	char named[NAMED_SIZE] = "", dns_id[DNS_ID_SIZE];
	int type = 0;

	if (gnutls_x509_crt_check_key_purpose(own, GNUTLS_KP_TLS_WWW_SERVER, 0) == 0)
		return certificate_wrong(info, CERTIFICATE_BROKEN, conf->certificate,
					 "made for something else than a TLS server, expected one "
					 "for \"TLS Web Server Authentication\"");
	for (unsigned i = 0; i < NAMES_MAX && type != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE; i++) {
		size_t size = sizeof(dns_id);

		type = gnutls_x509_crt_get_subject_alt_name(own, i, dns_id, &size, NULL);
		if (type != GNUTLS_SAN_DNSNAME)
			continue;
		if (certificate_name_matches(dns_id, size, conf->name))
			return true;
		name_add(named, dns_id, size);
	}
	return certificate_wrong(info, CERTIFICATE_OTHER_NAME, conf->certificate,
				 "for %s, expected one for portal.name, %s",
				 named[0] != '\0' ? named : "no host name (subjectAltName)",
				 conf->name);
}
