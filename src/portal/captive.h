/*
 * What a held device's request to somewhere else gets: 302 to the portal, on the address
 * that the device itself has reached, or over HTTPS at the portal's name. Answers are made
 * once for each of the gateway's addresses and used for everybody.
 */
#ifndef PORTAL_CAPTIVE_H
#define PORTAL_CAPTIVE_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stdint.h>

struct captive;

/* name: of the portal over HTTPS, borrowed; "": none. NULL when memory is out. */
struct captive *captive_open(uint16_t port, const char *name);
void captive_close(struct captive *captive); /* accepts NULL */

/* The gateway's address that this connection has reached; NULL when it cannot be told. */
struct captive_place;
const struct captive_place *captive_at(struct captive *captive, struct MHD_Connection *connection);

/* The portal at https://NAME/, whichever address has been reached. NULL: it has no name. */
const struct captive_place *captive_named(const struct captive *captive);

/*
 * Is the request meant for the portal itself? Only then its Host is that address with the
 * portal's port, or that name. host may be NULL.
 */
bool captive_is_own(const struct captive_place *place, const char *host);

/*
 * Queues the redirect (GET and HEAD) or 511 (every other method, RFC 6585). Never to a
 * link-local address, which no URL can name: then to one at which others have reached the
 * gateway, and as long as there is none, a page that asks again.
 */
enum MHD_Result captive_answer(const struct captive *captive, const struct captive_place *place,
			       struct MHD_Connection *connection, const char *method);

#endif
