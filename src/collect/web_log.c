/* What was refused, one line each: a few at once, and then one a second. */
#include "collect/web.h"

#include <stdarg.h>
#include <stdio.h>

#include "common/clock.h"
#include "common/log.h"

enum { BURST = 30, EVERY_MS = 1000, LINE_SIZE = 400 };

void web_log(const char *fmt, ...)
{
	static int64_t paid_ms;
	static unsigned long left_out;
	int64_t now = clock_boot_ms();
	char line[LINE_SIZE];
	va_list ap;

	if (paid_ms < now - BURST * EVERY_MS)
		paid_ms = now - BURST * EVERY_MS;
	if (paid_ms + EVERY_MS > now) {
		left_out++;
		return;
	}
	paid_ms += EVERY_MS;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	/* Names and paths are strangers': nothing in them may look like another line. */
	for (char *p = line; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || (unsigned char)*p >= 0x7f)
			*p = '?';
	if (left_out > 0)
		log_warnx("%s (and %lu more lines)", line, left_out);
	else
		log_warnx("%s", line);
	left_out = 0;
}
