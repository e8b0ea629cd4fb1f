/*
 * The beginning of a TLS record with a ClientHello. What follows does not change our
 * answer, so it is not looked at: no name, no version that somebody offers is known here.
 */
#include "portal/hello.h"

/* RFC 8446 5.1 and 4: each byte, from and to. */
static const struct {
	uint8_t least, most;
} beginning[] = {
    {22, 22},  /* ContentType handshake */
    {3, 3},    /* legacy_record_version: SSL 3.0, ... */
    {0, 4},    /* ... or whatever a client calls it */
    {0, 0x40}, /* length: at most 2^14, */
    {0, 0xff}, /* in two bytes */
    {1, 1},    /* HandshakeType client_hello */
};

enum hello hello_feed(uint8_t *known, const uint8_t *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (bytes[i] < beginning[*known].least || bytes[i] > beginning[*known].most)
			return HELLO_NO;
		if (++*known == sizeof(beginning) / sizeof(beginning[0]))
			return HELLO_YES;
	}
	return HELLO_MORE;
}
