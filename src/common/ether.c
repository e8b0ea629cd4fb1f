/* Reads and writes Ethernet addresses as operators write them. */
#include "common/ether.h"

#include <ctype.h>
#include <stdio.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool ether_parse(const char *text, struct ether *out)
{
	struct ether mac;

	for (int i = 0; i < ETHER_LEN; i++, text += 3) {
		int high = hex_digit(text[0]);
		int low = high < 0 ? -1 : hex_digit(text[1]);

		if (low < 0)
			return false;
		if (i < ETHER_LEN - 1 ? text[2] != ':' && text[2] != '-' : text[2] != '\0')
			return false;
		mac.byte[i] = (uint8_t)(high << 4 | low);
	}
	*out = mac;
	return true;
}

const char *ether_text(const struct ether *mac, char out[ETHER_TEXT_SIZE])
{
	const uint8_t *b = mac->byte;

	snprintf(out, ETHER_TEXT_SIZE, "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4],
		 b[5]);
	return out;
}

bool ether_is_unicast(const struct ether *mac)
{
	static const struct ether zero;

	return (mac->byte[0] & 1) == 0 && !ether_equal(mac, &zero);
}

uint32_t ether_hash(const struct ether *mac, uint64_t key)
{
	uint64_t h = 0;

	for (int i = 0; i < ETHER_LEN; i++)
		h = h << 8 | mac->byte[i];
	h = (h ^ key >> 16) * key;
	h ^= h >> 29;
	h *= 0x9e3779b97f4a7c15u;
	return (uint32_t)(h >> 32);
}
