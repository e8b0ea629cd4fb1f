/* Has a request come through this machine's own TLS server, and for whom? */
#ifndef PORTAL_PROXY_H
#define PORTAL_PROXY_H

#include <microhttpd.h>

#include "common/conf.h"
#include "portal/forwarded.h"

enum proxy_is {
	PROXY_NO,
	PROXY_YES, /* for the address in from */
	PROXY_BAD, /* from the proxy's place, but it does not say for whom */
};

/* Only from the loopback, and only with portal.behind_proxy: everybody else writes what he
 * likes into a header. */
enum proxy_is proxy_look(const struct conf *conf, struct MHD_Connection *connection,
			 struct forwarded *from);

#endif
