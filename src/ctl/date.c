/* Reads and writes the dates of `congchao stats`. Local time is the operator's TZ. */
#include "ctl/date.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Is it a day of the calendar and a time of the day? */
static bool is_real(const struct tm *tm)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int year = tm->tm_year + 1900;

	if (year < 1970 || tm->tm_mon < 0 || tm->tm_mon > 11 || tm->tm_mday < 1)
		return false;
	if (tm->tm_mday > days[tm->tm_mon] + (tm->tm_mon == 1 && is_leap(year) ? 1 : 0))
		return false;
	return tm->tm_hour < 24 && tm->tm_min < 60 && tm->tm_sec < 60;
}

/* As many digits as said, and the value; NULL when they are not there. */
static const char *take_digits(const char *p, int count, int *value)
{
	*value = 0;
	for (int i = 0; i < count; i++, p++) {
		if (*p < '0' || *p > '9')
			return NULL;
		*value = *value * 10 + (*p - '0');
	}
	return p;
}

/* The fields of pattern in order: 4 and 2 are digits, T is "T" or a blank. */
static const char *take_pattern(const char *p, const char *pattern, int **fields)
{
	for (; p != NULL && *pattern != '\0'; pattern++) {
		if (*pattern == '4' || *pattern == '2')
			p = take_digits(p, *pattern - '0', *fields++);
		else if (*p == *pattern || (*pattern == 'T' && *p == ' '))
			p++;
		else
			return NULL;
	}
	return p;
}

static int64_t moment_of(struct tm tm, bool utc)
{
	tm.tm_isdst = -1; /* the zone knows whether it is summer time */
	return (int64_t)(utc ? timegm(&tm) : mktime(&tm));
}

bool date_parse(const char *text, int64_t *begin, int64_t *end)
{
	struct tm tm = {0};
	int *fields[] = {&tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec};
	const char *p = take_pattern(text, "4-2-2", fields);
	bool whole_day, utc;

	if (p == NULL)
		return false;
	whole_day = *p == '\0' || *p == 'Z';
	if (!whole_day)
		p = take_pattern(p, "T2:2", fields + 3);
	if (!whole_day && p != NULL && *p == ':')
		p = take_pattern(p, ":2", fields + 5);
	if (p == NULL)
		return false;
	utc = *p == 'Z';
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	if (p[utc ? 1 : 0] != '\0' || !is_real(&tm))
		return false;
	*begin = *end = moment_of(tm, utc);
	tm.tm_mday += whole_day ? 1 : 0;
	*end = moment_of(tm, utc);
	return true;
}

/* The fields of a moment; those of 1970 for what no calendar has. */
static struct tm fields_of(int64_t moment, bool utc)
{
	time_t seconds = (time_t)moment;
	struct tm tm = {.tm_year = 70, .tm_mday = 1};

	if (utc)
		gmtime_r(&seconds, &tm);
	else
		localtime_r(&seconds, &tm);
	return tm;
}

void date_day(int64_t moment, int64_t *begin, int64_t *end)
{
	struct tm tm = fields_of(moment, false);

	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	*begin = moment_of(tm, false);
	tm.tm_mday++;
	*end = moment_of(tm, false);
}

static const char *format(int64_t moment, bool utc, const char *how, char out[DATE_TEXT_SIZE])
{
	struct tm tm = fields_of(moment, utc);

	if (strftime(out, DATE_TEXT_SIZE, how, &tm) == 0)
		snprintf(out, DATE_TEXT_SIZE, "?");
	return out;
}

const char *date_utc(int64_t moment, char out[DATE_TEXT_SIZE])
{
	return format(moment, true, "%Y-%m-%dT%H:%M:%SZ", out);
}

const char *date_local(int64_t moment, char out[DATE_TEXT_SIZE])
{
	return format(moment, false, "%Y-%m-%d %H:%M", out);
}

const char *date_local_day(int64_t moment, char out[DATE_TEXT_SIZE])
{
	return format(moment, false, "%Y-%m-%d", out);
}
