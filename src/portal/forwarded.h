/* Whom a proxy on this machine speaks for: the header X-Forwarded-For. Pure. */
#ifndef PORTAL_FORWARDED_H
#define PORTAL_FORWARDED_H

#include <stdbool.h>
#include <stdint.h>

struct forwarded {
	uint8_t family;	     /* 4 or 6 */
	uint8_t address[16]; /* network order; IPv4 in the first four bytes */
};

/*
 * The last address of the header, which the proxy itself has written; what stands before it
 * the visitor may have made up. False when it is not an address and nothing else.
 */
bool forwarded_parse(const char *value, struct forwarded *out);

#endif
