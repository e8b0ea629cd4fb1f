/* Whom the preview answers, and which of its pages a request comes from. */
#ifndef CTL_PREVIEW_HOST_H
#define CTL_PREVIEW_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Is it "localhost", "127.0.0.1" or "[::1]", with that port? host may be NULL. */
bool preview_host_is_own(const char *host, uint16_t port);

/*
 * The path in Referer, without its query, when it is a page of that host; else NULL.
 * out has room for size bytes.
 */
const char *preview_host_from(const char *referer, const char *host, char *out, size_t size);

#endif
