/* Strings for files of libconfig's grammar, the pack's own. */
#ifndef CTL_QUOTE_H
#define CTL_QUOTE_H

#include <stdio.h>

/* text in quotes, so that libconfig reads the same bytes back. */
void quote_cfg(FILE *out, const char *text);

#endif
