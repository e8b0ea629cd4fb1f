/* congchao check: what a walled garden would open that must stay closed. */
#ifndef CTL_CHECK_GARDEN_H
#define CTL_CHECK_GARDEN_H

#include "common/conf.h"
#include "common/report.h"

/*
 * Warns of names that cover a probe host, and of networks in which one lies now: for that
 * the configured resolver is asked, for a few seconds at most.
 */
void check_garden(const struct conf *conf, const char *file, struct report *report);

#endif
