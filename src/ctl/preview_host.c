/* Compares what a browser says of where it is. Pure. */
#include "ctl/preview_host.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { HOST_SIZE = 32 };

bool preview_host_is_own(const char *host, uint16_t port)
{
	static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
	char own[HOST_SIZE];

	for (size_t i = 0; host != NULL && i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(own, sizeof(own), "%s:%u", names[i], (unsigned)port);
		if (strcasecmp(host, own) == 0)
			return true;
	}
	return false;
}

const char *preview_host_from(const char *referer, const char *host, char *out, size_t size)
{
	static const char scheme[] = "http://";
	size_t length;

	if (referer == NULL || host == NULL || strncmp(referer, scheme, strlen(scheme)) != 0)
		return NULL;
	referer += strlen(scheme);
	length = strlen(host);
	if (strncasecmp(referer, host, length) != 0 || referer[length] != '/')
		return NULL;
	referer += length;
	length = strcspn(referer, "?#");
	if (length >= size)
		return NULL;
	memcpy(out, referer, length);
	out[length] = '\0';
	return out;
}
