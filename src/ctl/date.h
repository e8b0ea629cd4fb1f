/* The dates of `congchao stats`: what the operator types, and what is printed. Pure. */
#ifndef CTL_DATE_H
#define CTL_DATE_H

#include <stdbool.h>
#include <stdint.h>

enum { DATE_TEXT_SIZE = 32 };

/*
 * "2026-11-23", "2026-11-23 09:00", "2026-11-23T09:00:30", local time, or UTC with a final
 * "Z". Gives the seconds since 1970 at which it begins and at which it ends: a date is
 * the whole day, a time is one moment. False when text is none of these.
 */
bool date_parse(const char *text, int64_t *begin, int64_t *end);

/* Midnight at which the local day of that moment begins, and the next one. */
void date_day(int64_t moment, int64_t *begin, int64_t *end);

/* "2026-11-23T09:00:00Z", "2026-11-23 16:00" and "2026-11-23" (local); return out. */
const char *date_utc(int64_t moment, char out[DATE_TEXT_SIZE]);
const char *date_local(int64_t moment, char out[DATE_TEXT_SIZE]);
const char *date_local_day(int64_t moment, char out[DATE_TEXT_SIZE]);

#endif
