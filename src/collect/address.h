/* Where the collector listens, and from where it is spoken to. */
#ifndef COLLECT_ADDRESS_H
#define COLLECT_ADDRESS_H

#include <microhttpd.h>

#include "collect/conf.h"

enum { ADDRESS_TEXT_SIZE = 64 };

/* A listening socket on the configured address, or -1 with errno. */
int address_listen(const struct collect_conf *conf);

/*
 * Who has sent the request: what a server on this machine has added to X-Forwarded-For, else
 * the other end of the connection. Of IPv6 the first half: one customer's network.
 */
void address_of_client(struct MHD_Connection *connection, char out[ADDRESS_TEXT_SIZE]);

#endif
