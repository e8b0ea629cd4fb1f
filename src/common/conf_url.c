/*
 * Addresses of the department's server. Only https, and only what curl and a server's
 * configuration read the same way: no user, no query, nothing that would be rewritten on
 * the way, as the path is signed. Pure.
 */
#include "common/conf_value.h"

#include <stdlib.h>
#include <string.h>

#define ALPHANUMERIC "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

/* A name, an IPv4 address, or an IPv6 address in brackets: its length, or 0. */
static size_t host_length(const char *text)
{
	size_t length;

	if (text[0] == '[') {
		length = strspn(text + 1, "0123456789abcdefABCDEF:.");
		return length >= 2 && text[1 + length] == ']' ? length + 2 : 0;
	}
	length = strspn(text, ALPHANUMERIC "-.");
	if (length == 0 || text[0] == '-' || text[0] == '.' || text[length - 1] == '-')
		return 0;
	return length;
}

/* ":443": its length; 0 for none, which is also none where it is wrong. */
static size_t port_length(const char *text)
{
	size_t digits = text[0] == ':' ? strspn(text + 1, "0123456789") : 0;
	long port = digits > 0 && digits <= 5 ? strtol(text + 1, NULL, 10) : 0;

	return port > 0 && port <= 65535 ? digits + 1 : 0;
}

bool conf_is_https(const char *text)
{
	static const char scheme[] = "https://";
	size_t host;

	if (strncmp(text, scheme, strlen(scheme)) != 0 || strlen(text) >= CONF_URL_SIZE)
		return false;
	text += strlen(scheme);
	host = host_length(text);
	if (host == 0)
		return false;
	text += host;
	text += port_length(text);
	if (*text != '\0' && *text != '/')
		return false;
	/* Dot segments and double slashes are what servers and curl take away. */
	if (strstr(text, "//") != NULL || strstr(text, "/.") != NULL)
		return false;
	return strspn(text, ALPHANUMERIC "/-._~") == strlen(text);
}
