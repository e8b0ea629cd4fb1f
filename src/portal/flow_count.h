/* What of a visit is counted, and when. For flow.c alone. */
#ifndef PORTAL_FLOW_COUNT_H
#define PORTAL_FLOW_COUNT_H

#include "portal/portal.h"

/* The page has been shown: its question counts once, when a person gets to see it. */
void flow_count_shown(struct portal *portal, struct visit *visit);

/* Question `number` has its first answer; with the last of three the visit as a whole. */
void flow_count_answer(struct portal *portal, const struct visit *visit, unsigned number);

#endif
