/* Turns a decided reply into a libmicrohttpd response, with the headers of every page. */
#ifndef PORTAL_REPLY_H
#define PORTAL_REPLY_H

#include <microhttpd.h>

#include "portal/portal.h"
#include "portal/request.h"

/* Renders and queues it. MHD_NO closes the connection: memory is out. */
enum MHD_Result reply_queue(const struct portal *portal, struct MHD_Connection *connection,
			    struct reply *reply);

#endif
