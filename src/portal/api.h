/* The captive portal API of RFC 8908: what a device is told of itself. Pure. */
#ifndef PORTAL_API_H
#define PORTAL_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/conf.h"

#define API_PATH "/captive-portal/api"
#define API_TYPE "application/captive+json"

enum { API_SIZE = 2 * CONF_HOST_SIZE + 96 }; /* far below the 4096 that phones read */

struct api {
	const char *name; /* of the portal: user-portal-url is https://NAME/ */
	bool captive;
	uint32_t seconds; /* that are left of a release; 0: it has no end (trusted) */
	bool extends;	  /* its last minutes: the page offers more */
};

/* Writes the JSON object; its length. */
size_t api_write(const struct api *api, char out[API_SIZE]);

/*
 * Does who sends this Accept (NULL: none) read pages rather than this API? Then it is a
 * person, and RFC 8908 lets us lead to the page.
 */
bool api_wants_page(const char *accept);

#endif
