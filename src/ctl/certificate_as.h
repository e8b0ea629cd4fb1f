/* The certificate as portal finds it, looked at by the operator. */
#ifndef CTL_CERTIFICATE_AS_H
#define CTL_CERTIFICATE_AS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/certificate.h"

/*
 * certificate_check with the rights of users.portal, which root can take on. False when this
 * cannot be told: whoever is neither may not read the key.
 */
bool certificate_check_as_portal(const struct conf *conf, int64_t now,
				 struct certificate_info *out);

/* Says what is wrong with it, or soon will be, as warnings: without it the portal is there,
 * over HTTP. */
void certificate_report(const struct conf *conf, const char *file, struct report *report);

#endif
