/*
 * Is it TLS that somebody speaks? The first bytes of a connection, as they come.
 * Pure: it keeps a number, not the bytes.
 */
#ifndef PORTAL_HELLO_H
#define PORTAL_HELLO_H

#include <stddef.h>
#include <stdint.h>

enum hello {
	HELLO_MORE, /* so far it may be one */
	HELLO_YES,  /* a ClientHello begins */
	HELLO_NO,
};

/* The next bytes of a connection of which *known have been seen; begin with 0. To be asked
 * as long as the answer is HELLO_MORE. */
enum hello hello_feed(uint8_t *known, const uint8_t *bytes, size_t count);

#endif
