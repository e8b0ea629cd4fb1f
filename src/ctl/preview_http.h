/*
 * The preview's server: libmicrohttpd on this machine's own two addresses, in the caller's
 * thread. Answers nobody whose Host is not one of them, so that no other site's name can
 * be made to point here.
 */
#ifndef CTL_PREVIEW_HTTP_H
#define CTL_PREVIEW_HTTP_H

#include <stdint.h>

#include "ctl/preview_own.h"
#include "ctl/preview_pack.h"

struct preview_http;

/*
 * Listens on 127.0.0.1 and, where there is IPv6, on [::1], both with the first free port
 * from first to last. pack and own are borrowed. NULL with errno.
 */
struct preview_http *preview_http_open(struct preview_pack *pack, const struct preview_own *own,
				       uint16_t first, uint16_t last);
void preview_http_close(struct preview_http *http); /* accepts NULL */

uint16_t preview_http_port(const struct preview_http *http);

/* Serves until stop_fd can be read. Returns 0, or -1 with errno. */
int preview_http_serve(struct preview_http *http, int stop_fd);

#endif
