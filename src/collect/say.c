/* A flood of bad requests must not become a flood of lines. One thread. */
#include "collect/say.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include "common/clock.h"
#include "common/log.h"

enum { EVERY_MS = 1000, LINE_SIZE = 300 };

void say(const char *fmt, ...)
{
	static int64_t next_ms;
	static unsigned long left_out;
	int64_t now = clock_boot_ms();
	char line[LINE_SIZE];
	va_list ap;

	if (now < next_ms) {
		left_out++;
		return;
	}
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	for (char *p = line; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || (unsigned char)*p >= 0x7f)
			*p = '?';
	if (left_out > 0)
		log_warnx("%s (and %lu more lines)", line, left_out);
	else
		log_warnx("%s", line);
	left_out = 0;
	next_ms = now + EVERY_MS;
}
