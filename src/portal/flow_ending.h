/* A release that is about to end: one more lesson, or later. For flow.c alone. */
#ifndef PORTAL_FLOW_ENDING_H
#define PORTAL_FLOW_ENDING_H

#include <stdbool.h>

#include "portal/portal.h"
#include "portal/request.h"

/* Has the visit's device been led back, or is it held? Gate has just said so. */
void flow_ending_follow(struct visit *visit, const struct msg *found);

/*
 * What the two buttons do; any other form leads to where the visit is. False: the request
 * waits, and flow_ending_outcome answers it.
 */
bool flow_ending_post(struct portal *portal, struct request *request, struct visit *visit,
		      struct reply *reply);

/* "Later", after gate has answered. True: reply leads on; false: it has been spared. */
bool flow_ending_outcome(struct portal *portal, const struct request *request,
			 struct reply *reply);

#endif
