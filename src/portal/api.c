/* The object of RFC 8908, section 5; see api.h. */
#include "portal/api.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/*
 * user-portal-url always: Android and ChromeOS drop a "captive" without it, and the released
 * see there how long they are online. A name has no character that JSON would quote.
 * seconds-remaining only where there is an end, and never while captive (RFC 8908, 5).
 * can-extend-session where it is true: while the page offers one more lesson.
 * Left out: bytes-remaining (nothing is limited), venue-info-url (Android makes a second
 * notification of it).
 */
size_t api_write(const struct api *api, char out[API_SIZE])
{
	char seconds[48] = "";
	int n;

	if (!api->captive && api->seconds > 0)
		snprintf(seconds, sizeof(seconds), ",\"seconds-remaining\":%u",
			 (unsigned)api->seconds);
	n = snprintf(out, API_SIZE, "{\"captive\":%s,\"user-portal-url\":\"https://%s/\"%s%s}",
		     api->captive ? "true" : "false", api->name, seconds,
		     api->extends ? ",\"can-extend-session\":true" : "");
	return n < 0 ? 0 : (size_t)n;
}

/* Is a media range among those of an Accept header? Its parameters do not matter. */
static bool accepts(const char *accept, const char *type)
{
	size_t length = strlen(type);

	while (*accept != '\0') {
		accept += strspn(accept, ", \t");
		if (strncasecmp(accept, type, length) == 0 &&
		    strchr(",; \t", accept[length]) != NULL) /* or its end: strchr finds the NUL */
			return true;
		accept += strcspn(accept, ",");
	}
	return false;
}

bool api_wants_page(const char *accept)
{
	return accept != NULL && !accepts(accept, API_TYPE) &&
	       (accepts(accept, "text/html") || accepts(accept, "application/xhtml+xml"));
}
