/*
 * The special-purpose registries of IANA, but for documentation's networks, which lead
 * nowhere and of which tests are made.
 */
#include "gate/garden_public.h"

#include <string.h>

struct block {
	uint8_t family;
	uint8_t bits;
	uint8_t byte[16];
};

static const struct block closed[] = {
    {4, 8, {0}},	    /* this network */
    {4, 8, {10}},	    /* private, RFC 1918 */
    {4, 10, {100, 64}},	    /* shared, RFC 6598: the provider's own */
    {4, 8, {127}},	    /* loopback */
    {4, 16, {169, 254}},    /* link-local */
    {4, 12, {172, 16}},	    /* private */
    {4, 24, {192, 0, 0}},   /* protocols', RFC 6890 */
    {4, 24, {192, 88, 99}}, /* the old 6to4 relay */
    {4, 16, {192, 168}},    /* private */
    {4, 15, {198, 18}},	    /* benchmarks; proxies make up addresses of it */
    {4, 3, {224}},	    /* groups, and what is reserved */
    {6, 23, {0x20, 0x01}},  /* protocols': Teredo hides IPv4 */
    {6, 16, {0x20, 0x02}},  /* 6to4 hides IPv4 */
};

/* All other IPv6 is not global unicast, or not yet. */
static const struct block global6 = {6, 3, {0x20}};
/* The well-known prefix of NAT64, RFC 6052: the IPv4 address is its last four bytes. */
static const struct block nat64 = {6, 96, {0, 0x64, 0xff, 0x9b}};

static bool is_in(const struct neigh_address *address, const struct block *block)
{
	unsigned whole = block->bits / 8, rest = block->bits % 8;
	unsigned mask = 0xffu & (0xff00u >> rest);

	if (address->family != block->family || memcmp(address->byte, block->byte, whole) != 0)
		return false;
	return rest == 0 || ((unsigned)(address->byte[whole] ^ block->byte[whole]) & mask) == 0;
}

bool garden_is_public(const struct neigh_address *address)
{
	struct neigh_address inner = {.family = 4};

	if (is_in(address, &nat64)) {
		memcpy(inner.byte, address->byte + 12, 4);
		return garden_is_public(&inner);
	}
	for (size_t i = 0; i < sizeof(closed) / sizeof(closed[0]); i++)
		if (is_in(address, &closed[i]))
			return false;
	return address->family == 4 || is_in(address, &global6);
}
