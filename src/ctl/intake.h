/*
 * A text file that somebody else has written, made ready to be parsed: GIFT, Aiken, CSV.
 * What comes out is UTF-8 in NFC without a byte order mark, without a NUL, its lines
 * ended by LF alone and its tabs spaces, so that no parser has to think of any of these.
 */
#ifndef CTL_INTAKE_H
#define CTL_INTAKE_H

#include <stddef.h>

#include "common/report.h"

enum { INTAKE_MAX = 1024 * 1024 }; /* bytes of a file */

/* The text of the file, for the caller to free; NULL when report has been told why not. */
char *intake_read(const char *path, struct report *report);

/* The same from size bytes; path is for messages alone. */
char *intake_clean(const char *path, const char *bytes, size_t size, struct report *report);

#endif
