/* The way of a visitor: which page, or which step, a request to the portal leads to. */
#ifndef PORTAL_FLOW_H
#define PORTAL_FLOW_H

#include "portal/portal.h"
#include "portal/request.h"

/*
 * Does the request's token say who is asking? Then gate need not be asked: request->found
 * is filled from the visit. A visitor who shows no token, or one from elsewhere, is looked
 * for by gate.
 */
bool flow_is_known(struct portal *portal, struct request *request);

/*
 * Decides after gate has said who is asking (request->found). True: reply is filled. False:
 * the acknowledgement, or the session's end, is under way and the request waits; admit, or
 * session, wakes it.
 */
bool flow_reply(struct portal *portal, struct request *request, struct reply *reply);

/* Can the device's release be made longer now (RFC 8908, can-extend-session)? */
bool flow_can_extend(const struct msg *found);

/* After the wait: online, or ended, or "try again". */
void flow_outcome(struct portal *portal, const struct request *request, struct reply *reply);

/* 303 to a path of the portal's own, with the language that was chosen. */
void flow_lead(const struct portal *portal, const struct request *request, struct reply *reply,
	       const char *path);

/* A notice in the language of the request. */
void flow_notice(const struct portal *portal, const struct request *request, struct reply *reply,
		 unsigned status, enum page_notice notice);

#endif
