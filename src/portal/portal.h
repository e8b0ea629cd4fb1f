/* What portal's parts share within the HTTP thread. */
#ifndef PORTAL_PORTAL_H
#define PORTAL_PORTAL_H

#include <stdbool.h>
#include <stdint.h>

#include "common/conf.h"
#include "portal/ask.h"
#include "portal/edition.h"
#include "portal/memory.h"
#include "portal/store.h"
#include "portal/tally.h"
#include "portal/tick.h"
#include "portal/tls.h"
#include "portal/visit.h"

struct portal {
	const struct conf *conf;
	struct edition *edition; /* that visits begin with */
	struct ask *ask;
	struct store *store;
	struct visits *visits;
	struct memory *memory;
	struct tls *tls; /* NULL: no certificate is configured */
	struct tally tally;
	struct tick tick;
	int64_t started_ms;
	int dns_fd;    /* names of held devices while there is no internet; -1: not here */
	bool landlock; /* the lock holds files, too */
};

#endif
