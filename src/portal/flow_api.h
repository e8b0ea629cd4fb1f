/* What the API of RFC 8908 answers a device, once gate has said which it is. */
#ifndef PORTAL_FLOW_API_H
#define PORTAL_FLOW_API_H

#include "portal/portal.h"
#include "portal/request.h"

/* Is it a request to the API? Only over HTTPS there is one. */
static inline bool flow_api_is(const struct request *request)
{
	return request->secure && request->path == PATH_API;
}

/* Begins no visit and touches none: a device may ask as often as it likes. */
void flow_api(const struct portal *portal, const struct request *request, struct reply *reply);

#endif
