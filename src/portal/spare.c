/* One question to gate, and the request that waits for its answer. Nothing is stored. */
#include "portal/spare.h"

#include "portal/http.h"

static void answered(void *arg, const struct msg *answer)
{
	struct request *request = arg;

	request->found.status = answer->status;
	http_wake(request, answer->status == MSG_OK);
}

bool spare_begin(struct portal *portal, struct request *request)
{
	struct msg question = {.type = MSG_SPARE, .mac = request->found.mac};

	request->next_waiter = NULL;
	return ask_put(portal->ask, &question, answered, request);
}
