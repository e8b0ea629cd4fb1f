/* An Ethernet address: a visitor's identity. Personal data: see log.h. */
#ifndef COMMON_ETHER_H
#define COMMON_ETHER_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { ETHER_LEN = 6, ETHER_TEXT_SIZE = 18 };

struct ether {
	uint8_t byte[ETHER_LEN];
};

/* "02:00:5e:00:00:01" or with '-'; false when text is anything else. */
bool ether_parse(const char *text, struct ether *out);
/* Writes lower case with colons; returns out. */
const char *ether_text(const struct ether *mac, char out[ETHER_TEXT_SIZE]);

static inline bool ether_equal(const struct ether *a, const struct ether *b)
{
	return memcmp(a->byte, b->byte, ETHER_LEN) == 0;
}

/* For hash tables. The key is secret and odd: devices choose their MACs. */
uint32_t ether_hash(const struct ether *mac, uint64_t key);

/* A station's own address: not a group address (IEEE 802, I/G bit) and not all zero. */
bool ether_is_unicast(const struct ether *mac);

#endif
