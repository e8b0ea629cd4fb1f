/* The kernel's neighbour tables: beyond their limit a new device cannot reach the portal. */
#ifndef CTL_NEIGHBOURS_H
#define CTL_NEIGHBOURS_H

#include <stdint.h>

#include "common/conf.h"
#include "common/report.h"

/* Warns, with the sysctl line to set, when a table holds fewer than limits.released. */
void neighbours_check(const struct conf *conf, const char *file, struct report *report);

/* The number in a file of /proc/sys; 0 when there is none or it cannot be read. */
uint32_t neighbours_limit(const char *file);

#endif
