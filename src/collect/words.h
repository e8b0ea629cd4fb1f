/*
 * The dashboard's sentences, www/dashboard/text/LANG.cfg: read once at start, every name in
 * every language, or the server does not start.
 */
#ifndef COLLECT_WORDS_H
#define COLLECT_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/report.h"

enum words_language { WORDS_VI, WORDS_EN, WORDS__MAX };

/* 0, or -1 when report counts an error. words_close accepts nothing opened. */
int words_open(const char *www, struct report *report);
void words_close(void);

/* "vi" or "en"; and back: Vietnamese for anything else. */
const char *words_name(enum words_language language);
enum words_language words_find(const char *name);

bool words_have(const char *name);
/* The sentence; "" when there is none. */
const char *words_get(enum words_language language, const char *name);
/* STEM_NAME; NAME itself when there is none: codes that came with new data. */
const char *words_of(enum words_language language, const char *stem, const char *name);

#endif
