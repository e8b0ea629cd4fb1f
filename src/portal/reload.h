/* Takes a new content pack, new pages and a new certificate while visitors are there. */
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

/* Reads the certificate anew, if one is configured. False: it is not taken, the log says why. */
bool reload_certificate(struct portal *portal);

/* Both, for a signal: what is wrong goes to the log. */
void reload_signalled(struct portal *portal);

#endif
