/*
 * What a held device's question to the DNS is answered while this place has no internet:
 * probe hosts have a public address, so that the device asks it and is led to the page that
 * tells; nothing else can be told. Pure.
 */
#ifndef PORTAL_DNS_ANSWER_H
#define PORTAL_DNS_ANSWER_H

#include <stddef.h>
#include <stdint.h>

enum {
	DNS_SIZE_MAX = 512,  /* RFC 1035, 2.3.4: without EDNS */
	DNS_LONGER_MAX = 28, /* an answer is at most so much longer than its question */
};

/* The portal's own name is this machine, at the address that the question has come to. */
struct dns_own {
	const char *name; /* "": it has none */
	uint8_t family;	  /* 4 or 6 */
	uint8_t address[16];
};

/*
 * Writes the answer to the question of that size; its length, or 0: none is due, it was no
 * question or a malformed one.
 */
size_t dns_answer(const uint8_t *question, size_t size, const struct dns_own *own,
		  uint8_t out[DNS_SIZE_MAX]);

#endif
