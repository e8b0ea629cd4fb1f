/* "Later": gate is asked to leave a device alone until its release ends. */
#ifndef PORTAL_SPARE_H
#define PORTAL_SPARE_H

#include <stdbool.h>

#include "portal/portal.h"
#include "portal/request.h"

/*
 * The request, which is going to wait, is woken when gate has answered: admitted when the
 * device is spared, else request->found.status says why not. False: busy, it must not wait.
 */
bool spare_begin(struct portal *portal, struct request *request);

#endif
