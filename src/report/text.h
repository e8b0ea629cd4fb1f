/* Times and texts as they stand in reports and answers. Pure. */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { TEXT_TIME_SIZE = 32 };

/* "2026-11-20T08:00:00Z", and "2026-11-20 15:00" in local time. */
const char *text_utc(int64_t seconds, char out[TEXT_TIME_SIZE]);
const char *text_local(int64_t seconds, char out[TEXT_TIME_SIZE]);

/* A whole hour as text_utc writes it; false for anything else. */
bool text_hour(const char *text, int64_t *hour);

/* text as a JSON string, with its quotes. */
void text_json(FILE *out, const char *text);

/* Copies what can be shown on a terminal; the rest becomes "?". For what a server says. */
void text_plain(const char *text, char *out, size_t size);

#endif
