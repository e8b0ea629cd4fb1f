/*
 * Weeks as ISO 8601 counts them, for the tip of the week: from Monday, and week 1 is the
 * one with the year's first Thursday. Pure.
 */
#ifndef CTL_PUBLISH_WEEK_H
#define CTL_PUBLISH_WEEK_H

#include <stdbool.h>
#include <stdint.h>

enum { PUBLISH_WEEK_SIZE = 16 };

struct publish_week {
	int year;	/* of its Thursday, 1971 to 9998 */
	int week;	/* 1 to 53 */
	int32_t monday; /* days since 1970 */
};

/* "2026-W48". False when text is no week of the calendar. */
bool publish_week_parse(const char *text, struct publish_week *week);

/* The week that a day (days since 1970, not before 1970-01-05) is in. */
void publish_week_of(int32_t day, struct publish_week *week);

/* Goes up by one from week to week, over the years' ends too. */
uint32_t publish_week_number(const struct publish_week *week);

/* "2026-W48"; returns out. */
const char *publish_week_text(const struct publish_week *week, char out[PUBLISH_WEEK_SIZE]);

/* Day, month (1 to 12) and year of a day. */
void publish_day_split(int32_t day, int *mday, int *month, int *year);

#endif
