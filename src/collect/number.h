/*
 * Numbers and days as people read them: 1.234,5 and 30/11/2026 in Vietnamese, 1,234.5 and
 * 30 Nov 2026 in English. Pure; what goes to machines never passes here.
 */
#ifndef COLLECT_NUMBER_H
#define COLLECT_NUMBER_H

#include <stddef.h>
#include <stdint.h>

#include "collect/words.h"

enum { NUMBER_SIZE = 48 };

const char *number_count(enum words_language language, int64_t n, char out[NUMBER_SIZE]);
/* Basis points as a percentage with one decimal; of a difference with its sign. */
const char *number_share(enum words_language language, int64_t bp, char out[NUMBER_SIZE]);
const char *number_points(enum words_language language, int64_t bp, char out[NUMBER_SIZE]);
/* n / 7 with one decimal. */
const char *number_mean7(enum words_language language, int64_t n, char out[NUMBER_SIZE]);
/* "2026-11-30", and "2026-11-30 14:05..." with its minutes; anything else as it is. */
const char *number_day(enum words_language language, const char *iso, char out[NUMBER_SIZE]);
const char *number_time(enum words_language language, const char *iso, char out[NUMBER_SIZE]);
/* "2026-11..." */
const char *number_month(enum words_language language, const char *iso, char out[NUMBER_SIZE]);

#endif
