/* JSON for what the collector writes itself. */
#ifndef COLLECT_JSON_H
#define COLLECT_JSON_H

#include <stdio.h>

/* A text in quotes; what it is must be UTF-8. */
void json_text(FILE *out, const char *text);

#endif
