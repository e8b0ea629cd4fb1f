/*
 * Files that are ours as a whole say so in their first lines, with a sum of all others, so
 * that what somebody has changed by hand is neither overwritten nor taken away.
 */
#ifndef CTL_SETUP_SEAL_H
#define CTL_SETUP_SEAL_H

#include <stdbool.h>

/* body under its first lines, for the caller to free; word is the server's name to setup. */
char *setup_seal_put(const char *body, const char *word);

/* Is text as setup_seal_put has made it? */
bool setup_seal_holds(const char *text);

#endif
