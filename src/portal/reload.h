/* Takes a new content pack and new pages while visitors read the old ones. */
#ifndef PORTAL_RELOAD_H
#define PORTAL_RELOAD_H

#include <stdbool.h>

#include "common/report.h"
#include "portal/portal.h"

/*
 * Reads paths.content and paths.www anew; the configuration stays. False when report has
 * counted an error: then nothing has changed.
 */
bool reload(struct portal *portal, struct report *report);

/* The same for a signal: what is wrong goes to the log. */
void reload_signalled(struct portal *portal);

#endif
