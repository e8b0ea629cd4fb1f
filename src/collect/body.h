/* What a body's bytes may be, before a database sees them. What they mean is its business. */
#ifndef COLLECT_BODY_H
#define COLLECT_BODY_H

#include <stddef.h>

enum { BODY_MAX = 64 * 1024, BODY_LEVELS_MAX = 8 };

/* NULL, or what is wrong: no UTF-8, a NUL byte, nested too deeply. Pure. */
const char *body_wrong(const char *body, size_t size);

#endif
