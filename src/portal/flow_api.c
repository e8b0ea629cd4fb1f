/*
 * From gate's answer to the API's: the same answer by which the device is held or let pass,
 * so it is "not captive" from the moment on in which the kernel has its release.
 */
#include "portal/flow_api.h"

#include <stdio.h>

#include "portal/flow.h"

void flow_api(const struct portal *portal, const struct request *request, struct reply *reply)
{
	const struct msg *found = &request->found;
	bool trusted = (found->flags & MSG_FLAG_TRUSTED) != 0;
	struct api api = {
	    .name = portal->conf->name,
	    .captive = found->seconds == 0 && !trusted,
	    .seconds = trusted ? 0 : found->seconds,
	    .extends = flow_can_extend(found),
	};

	*reply = (struct reply){.status = 200};
	if (found->status != MSG_OK) {
		/* No device of ours: neither answer would be true. Whoever asks goes on as if
		 * there were no API (RFC 8908, 4.1). */
		flow_notice(portal, request, reply, 403, PAGE_NOT_HERE);
	} else if (request->wants_page) {
		reply->status = 302;
		snprintf(reply->where, sizeof(reply->where), "https://%s/", api.name);
		reply->location = reply->where;
	} else {
		reply->api_size = api_write(&api, reply->api);
	}
	reply->varies = true;
}
