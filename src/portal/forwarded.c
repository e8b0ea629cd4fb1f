/* The last hop of X-Forwarded-For; see forwarded.h. */
#include "portal/forwarded.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* An IPv4 address that has come over an IPv6 socket is one of IPv4, as for portal's own. */
static void take_v6(const struct in6_addr *in6, struct forwarded *out)
{
	bool mapped = IN6_IS_ADDR_V4MAPPED(in6);

	out->family = mapped ? 4 : 6;
	memcpy(out->address, mapped ? &in6->s6_addr[12] : in6->s6_addr, mapped ? 4 : 16);
}

bool forwarded_parse(const char *value, struct forwarded *out)
{
	const char *last = strrchr(value, ',');
	char text[INET6_ADDRSTRLEN];
	struct in6_addr in6;
	size_t length;

	last = last != NULL ? last + 1 : value;
	while (is_blank(*last))
		last++;
	length = strlen(last);
	while (length > 0 && is_blank(last[length - 1]))
		length--;
	if (length >= sizeof(text))
		return false;
	memcpy(text, last, length);
	text[length] = '\0';
	*out = (struct forwarded){.family = 4};
	if (inet_pton(AF_INET, text, out->address) == 1)
		return true;
	if (inet_pton(AF_INET6, text, &in6) != 1)
		return false;
	take_v6(&in6, out);
	return true;
}
