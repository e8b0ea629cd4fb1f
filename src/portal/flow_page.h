/* What a visit shows at its present step. For flow.c alone. */
#ifndef PORTAL_FLOW_PAGE_H
#define PORTAL_FLOW_PAGE_H

#include <stdbool.h>

#include "portal/portal.h"
#include "portal/request.h"

void flow_page(const struct portal *portal, const struct visit *visit, struct reply *reply);

/* Is a question waiting for its first answer? */
bool flow_page_asks(const struct visit *visit);

/* Was the last answer wrong, has it been explained, and can a similar question be tried? */
bool flow_page_offers_retry(const struct visit *visit);

/* Can the visitor still say who they are? Once a question is answered the counters know. */
bool flow_page_offers_choice(const struct visit *visit);

bool flow_page_offers_later(const struct portal *portal, const struct visit *visit);

#endif
