/*
 * The visitor whose release is about to end: led back by the kernel, offered one more
 * lesson or to be left alone. The lesson is a visit like any other. Should the old release
 * end before it is done, the visit goes on: nothing here may end it.
 */
#include "portal/flow_ending.h"

#include "portal/flow.h"
#include "portal/spare.h"

bool flow_can_extend(const struct msg *found)
{
	return found->status == MSG_OK && found->seconds > 0 && found->flags & MSG_FLAG_ENDING &&
	       !(found->flags & MSG_FLAG_TRUSTED);
}

void flow_ending_follow(struct visit *visit, const struct msg *found)
{
	if (visit->state == VISIT_ACKNOWLEDGED)
		return;
	if (!flow_can_extend(found))
		visit->ending = VISIT_ENDING_NOT;
	else if (visit->ending == VISIT_ENDING_NOT)
		visit->ending = VISIT_ENDING_OFFERED;
}

static void lead_on(struct reply *reply)
{
	reply->status = 303;
	reply->location = "/";
}

bool flow_ending_post(struct portal *portal, struct request *request, struct visit *visit,
		      struct reply *reply)
{
	bool offered = visit->ending == VISIT_ENDING_OFFERED;

	if (offered && request->path == PATH_SPARE) {
		request->language = visit->language;
		if (spare_begin(portal, request))
			return false;
		flow_notice(portal, request, reply, 503, PAGE_TRY_AGAIN);
		return true;
	}
	if (offered && request->path == PATH_RENEW)
		visit->ending = VISIT_ENDING_RENEWS;
	lead_on(reply);
	return true;
}

bool flow_ending_outcome(struct portal *portal, const struct request *request,
			 struct reply *reply)
{
	struct visit *visit = visit_find(portal->visits, &request->found.mac);

	if (request->admitted) {
		if (visit != NULL && visit->ending == VISIT_ENDING_OFFERED)
			visit_end(portal->visits, visit);
		return false;
	}
	/* Its release has ended meanwhile: it is held now, and its visit is waiting. */
	if (request->found.status == MSG_ABSENT)
		lead_on(reply);
	else
		flow_notice(portal, request, reply, 503, PAGE_TRY_AGAIN);
	return true;
}
