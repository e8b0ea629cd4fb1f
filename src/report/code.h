/* The one-time code on the department's slip. Pure. */
#ifndef REPORT_CODE_H
#define REPORT_CODE_H

#include <stdbool.h>

enum { CODE_SIZE = 10 };

/*
 * 8 characters of Crockford's base32 as somebody has typed them, into "ABCD-EFGH": small
 * letters, blanks and hyphens, and what looks the same (O and 0, I, L and 1). False for
 * anything else.
 */
bool code_read(const char *text, char out[CODE_SIZE]);

#endif
