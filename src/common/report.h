/*
 * What is wrong in the operator's files, said all in one run, one line each:
 * "file:line: what is wrong, expected what". Shared by everything that loads a file.
 */
#ifndef COMMON_REPORT_H
#define COMMON_REPORT_H

#include <stdio.h>

struct report {
	FILE *out; /* borrowed; where the lines go */
	unsigned errors;
	unsigned warnings;
};

/* line 0 leaves the line out: "file: what". */
void report_error(struct report *report, const char *file, int line, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* "file:line: warning: what": the program starts all the same. */
void report_warning(struct report *report, const char *file, int line, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#endif
