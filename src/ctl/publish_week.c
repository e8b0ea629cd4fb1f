/* ISO weeks and days of the calendar for `congchao content publish`; asks no clock. */
#include "ctl/publish_week.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/lesson_day.h"

enum { DAY_SECONDS = 86400, YEAR_MIN = 1971, YEAR_MAX = 9998 };

static struct tm day_tm(int32_t day)
{
	time_t moment = (time_t)day * DAY_SECONDS;
	struct tm tm;

	gmtime_r(&moment, &tm);
	return tm;
}

/* 1970-01-01 was a Thursday. */
static int32_t monday_of(int32_t day)
{
	return day - (day + 3) % 7;
}

/* The number that so many digits make, or -1. */
static int digits(const char *text, int count)
{
	int value = 0;

	for (int i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

void publish_week_of(int32_t day, struct publish_week *week)
{
	struct tm thursday;

	week->monday = monday_of(day);
	thursday = day_tm(week->monday + 3);
	week->year = thursday.tm_year + 1900;
	week->week = thursday.tm_yday / 7 + 1;
}

bool publish_week_parse(const char *text, struct publish_week *week)
{
	char january[LESSON_DAY_SIZE];
	int year, number;
	int32_t day;

	if (strlen(text) != strlen("2026-W48") || text[4] != '-' || text[5] != 'W')
		return false;
	year = digits(text, 4);
	number = digits(text + 6, 2);
	if (year < YEAR_MIN || year > YEAR_MAX || number < 1)
		return false;
	/* January 4 is always in week 1; the year may have no week 53. */
	snprintf(january, sizeof(january), "%.4s-01-04", text);
	if (!lesson_day_parse(january, &day))
		return false;
	publish_week_of(day + (number - 1) * 7, week);
	return week->year == year;
}

uint32_t publish_week_number(const struct publish_week *week)
{
	return (uint32_t)(week->monday + 3) / 7;
}

const char *publish_week_text(const struct publish_week *week, char out[PUBLISH_WEEK_SIZE])
{
	snprintf(out, PUBLISH_WEEK_SIZE, "%04u-W%02u", (unsigned)week->year % 10000,
		 (unsigned)week->week % 100);
	return out;
}

void publish_day_split(int32_t day, int *mday, int *month, int *year)
{
	struct tm tm = day_tm(day);

	*mday = tm.tm_mday;
	*month = tm.tm_mon + 1;
	*year = tm.tm_year + 1900;
}
