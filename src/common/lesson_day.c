/*
 * Days of the calendar, counted from 1970-01-01: for review days and contacts here, and
 * for whoever publishes by the week. The Gregorian calendar, which repeats after 400 years.
 */
#include "common/lesson_day.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { SECONDS = 86400 };

/* Days before a month of a year that begins in March: its leap day is then the last. */
static int32_t month_begin(int32_t march_month)
{
	return (153 * march_month + 2) / 5;
}

static int32_t day_count(int32_t year, int32_t month, int32_t day)
{
	int32_t march_year = month > 2 ? year : year - 1;
	int32_t march_month = month > 2 ? month - 3 : month + 9;

	/* 719469 days from March 1 of the year 0 to January 1, 1970, less the one of `day`. */
	return march_year * 365 + march_year / 4 - march_year / 100 + march_year / 400 +
	       month_begin(march_month) + day - 719469;
}

static bool has_shape(const char *text)
{
	static const char shape[] = "0000-00-00";

	if (strlen(text) != strlen(shape))
		return false;
	for (size_t i = 0; shape[i] != '\0'; i++) {
		if (shape[i] == '-' ? text[i] != '-' : text[i] < '0' || text[i] > '9')
			return false;
	}
	return true;
}

static int32_t digits(const char *text, int count)
{
	int32_t value = 0;

	for (int i = 0; i < count; i++)
		value = value * 10 + (text[i] - '0');
	return value;
}

bool lesson_day_parse(const char *text, int32_t *out)
{
	int32_t year, month, day, after;

	if (!has_shape(text))
		return false;
	year = digits(text, 4);
	month = digits(text + 5, 2);
	day = digits(text + 8, 2);
	if (year < 1970 || month < 1 || month > 12 || day < 1)
		return false;
	after = month < 12 ? day_count(year, month + 1, 1) : day_count(year + 1, 1, 1);
	*out = day_count(year, month, day);
	return *out < after;
}

const char *lesson_day_text(int32_t day, char out[LESSON_DAY_SIZE])
{
	time_t seconds = (time_t)day * SECONDS;
	struct tm tm = {.tm_year = 70, .tm_mday = 1};

	gmtime_r(&seconds, &tm);
	if (strftime(out, LESSON_DAY_SIZE, "%Y-%m-%d", &tm) == 0)
		snprintf(out, LESSON_DAY_SIZE, "?");
	return out;
}

int32_t lesson_day_now(void)
{
	time_t now = time(NULL);

	return now > 0 ? (int32_t)(now / SECONDS) : 0;
}
