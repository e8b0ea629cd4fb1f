/*
 * Days of the calendar as the pack writes them and as numbers, days since 1970-01-01, so
 * that they can be compared and counted. Pure: no time zone, no clock but in lesson_day_now.
 */
#ifndef COMMON_LESSON_DAY_H
#define COMMON_LESSON_DAY_H

#include <stdbool.h>
#include <stdint.h>

enum { LESSON_DAY_SIZE = 11 }; /* "2027-03-31" with its NUL */

/* False when text is not a day of the calendar, 1970 to 9999, written so. */
bool lesson_day_parse(const char *text, int32_t *day);

/* Writes the day so; day is 0 or more, and before the year 10000. Returns out. */
const char *lesson_day_text(int32_t day, char out[LESSON_DAY_SIZE]);

/* The day of the system's clock, UTC. A router that has not asked for the time says 0. */
int32_t lesson_day_now(void);

#endif
