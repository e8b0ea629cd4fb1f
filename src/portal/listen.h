/* Where portal listens: TCP on any address, IPv6 and IPv4 in one socket. */
#ifndef PORTAL_LISTEN_H
#define PORTAL_LISTEN_H

#include <stdint.h>

/*
 * A listening socket that never blocks; -1 with errno. Before the lock. A connection is
 * accepted when it has said something, or has been silent for about so long: until then
 * it costs nothing here.
 */
int listen_on(uint16_t port, int silent_seconds);

#endif
