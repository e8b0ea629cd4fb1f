/* Writes the text of a Wi-Fi sign's QR code; a name must come out of it as it went in. */
#include "ctl/publish_wifi.h"

#include <stdio.h>
#include <string.h>

#include "common/lesson_check.h"

bool publish_wifi_is_name(const char *name)
{
	uint32_t character;

	return strlen(name) <= PUBLISH_WIFI_NAME_MAX &&
	       lesson_check_text(name, &character) == LESSON_CHECK_OK;
}

/* "ABCD" could as well be two bytes in hexadecimal; in quotation marks it is a name. */
static bool is_hex(const char *name)
{
	return strlen(name) % 2 == 0 && name[strspn(name, "0123456789abcdefABCDEF")] == '\0';
}

const char *publish_wifi_text(const char *name, char out[PUBLISH_WIFI_SIZE])
{
	const char *quote = is_hex(name) ? "\"" : "";
	size_t used = (size_t)snprintf(out, PUBLISH_WIFI_SIZE, "WIFI:T:nopass;S:%s", quote);

	for (; *name != '\0' && used + 8 < PUBLISH_WIFI_SIZE; name++) {
		if (strchr("\\;,\":", *name) != NULL)
			out[used++] = '\\';
		out[used++] = *name;
	}
	snprintf(out + used, PUBLISH_WIFI_SIZE - used, "%s;;", quote);
	return out;
}
