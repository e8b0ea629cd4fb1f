/* The sockets on which visitors come. */
#ifndef PORTAL_LISTEN_H
#define PORTAL_LISTEN_H

#include <stdint.h>

/* Listens on every address of the machine, IPv6 and IPv4. -1 with errno. */
int listen_on(uint16_t port);

#endif
