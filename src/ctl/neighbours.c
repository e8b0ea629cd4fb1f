/*
 * Compares the neighbour tables' limits with limits.released, for `congchao check`. By
 * default they hold 1024 devices. It reads /proc/sys and never writes there.
 */
#include "ctl/neighbours.h"

#include <stdio.h>
#include <stdlib.h>

uint32_t neighbours_limit(const char *file)
{
	FILE *in = fopen(file, "re");
	char text[32] = "";
	unsigned long limit;

	if (in == NULL)
		return 0; /* not in a namespace, and not everywhere with IPv6 */
	if (fgets(text, sizeof(text), in) == NULL)
		text[0] = '\0';
	fclose(in);
	limit = strtoul(text, NULL, 10);
	return limit <= UINT32_MAX ? (uint32_t)limit : UINT32_MAX;
}

void neighbours_check(const struct conf *conf, const char *file, struct report *report)
{
	static const struct {
		const char *path, *name;
	} tables[] = {
	    {"/proc/sys/net/ipv4/neigh/default/gc_thresh3", "net.ipv4.neigh.default.gc_thresh3"},
	    {"/proc/sys/net/ipv6/neigh/default/gc_thresh3", "net.ipv6.neigh.default.gc_thresh3"},
	};

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		uint32_t limit = neighbours_limit(tables[i].path);

		if (limit > 0 && limit < conf->released_max)
			report_warning(report, file, 0,
				       "the kernel knows %u neighbours at most, fewer than "
				       "limits.released, and a device beyond cannot reach the "
				       "portal; set: sysctl -w %s=%u",
				       limit, tables[i].name, conf->released_max);
	}
}
