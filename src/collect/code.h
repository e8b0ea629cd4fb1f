/*
 * One-time codes: 40 bits in Crockford's base 32, read aloud and typed in: ABCD-EFGH.
 */
#ifndef COLLECT_CODE_H
#define COLLECT_CODE_H

#include <stdbool.h>

enum { CODE_SIZE = 10 }; /* with its hyphen and NUL */

/* A new one, by chance. */
void code_make(char code[CODE_SIZE]);

/*
 * As it was made: upper case, O as 0, I and L as 1, hyphens and blanks where they belong.
 * False when text is no code.
 */
bool code_read(const char *text, char code[CODE_SIZE]);

#endif
