/* One visitor as portal tells of it, and the list that grows into a table or JSON. */
#ifndef CTL_VISITORS_H
#define CTL_VISITORS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/conf.h"
#include "common/ether.h"
#include "ctl/out.h"

struct visitor {
	struct ether mac;
	char state[16];
	char zone[CONF_NAME_SIZE];
	long seconds; /* since it was last seen; of a release, what is left */
};

struct visitor_list {
	bool json;
	size_t count;
	struct out_table table;
	struct ether *seen; /* whom portal has named, sorted */
	size_t seen_count;
};

/* "STATE MAC ZONE SECONDS"; false when value is anything else. Pure. */
bool visitors_parse(const char *value, struct visitor *visitor);

#endif
