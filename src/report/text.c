/* Times and texts of reports; see text.h. */
#include "report/text.h"

#include <string.h>
#include <time.h>

static const char *format(const struct tm *tm, const char *as, char out[TEXT_TIME_SIZE])
{
	if (tm == NULL || strftime(out, TEXT_TIME_SIZE, as, tm) == 0)
		snprintf(out, TEXT_TIME_SIZE, "?");
	return out;
}

const char *text_utc(int64_t seconds, char out[TEXT_TIME_SIZE])
{
	time_t time = (time_t)seconds;
	struct tm tm;

	return format(gmtime_r(&time, &tm), "%Y-%m-%dT%H:%M:%SZ", out);
}

const char *text_local(int64_t seconds, char out[TEXT_TIME_SIZE])
{
	time_t time = (time_t)seconds;
	struct tm tm;

	return format(localtime_r(&time, &tm), "%Y-%m-%d %H:%M", out);
}

bool text_hour(const char *text, int64_t *hour)
{
	struct tm tm = {0};
	char again[TEXT_TIME_SIZE];

	if (strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm) == NULL)
		return false;
	*hour = (int64_t)timegm(&tm);
	/* strptime takes blanks and short numbers; what it understood must read the same. */
	return *hour % 3600 == 0 && strcmp(text_utc(*hour, again), text) == 0;
}

void text_json(FILE *out, const char *text)
{
	fputc('"', out);
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\')
			fprintf(out, "\\%c", *p);
		else if ((unsigned char)*p < 0x20)
			fprintf(out, "\\u%04x", (unsigned)(unsigned char)*p);
		else
			fputc(*p, out);
	}
	fputc('"', out);
}

void text_plain(const char *text, char *out, size_t size)
{
	size_t used = 0;

	for (const char *p = text; *p != '\0' && used + 1 < size; p++)
		out[used++] = *p >= ' ' && *p <= '~' ? *p : '?';
	out[used] = '\0';
}
