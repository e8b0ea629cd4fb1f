/* Which packets portal may send to gate. */
#include "common/msg.h"

#include <stddef.h>

#include "common/conf.h"

_Static_assert((unsigned)MSG_ZONES_MAX == (unsigned)CONF_ZONES_MAX, "every zone has a number");

/* What a question of each type may carry; every other field must be zero. */
enum {
	HAS_ADDRESS = 1, /* family 4 or 6, address, ifindex */
	HAS_MAC = 2,
	HAS_SECONDS = 4,
	HAS_HELLO = 8, /* count and value */
	HAS_EITHER = 16, /* an address or, family 0, a mac */
};

static const unsigned msg_fields[MSG__MAX] = {
    [MSG_HELLO] = HAS_HELLO,
    [MSG_FIND] = HAS_EITHER,
    [MSG_RELEASE] = HAS_ADDRESS | HAS_MAC | HAS_SECONDS,
    [MSG_REVOKE] = HAS_MAC,
    [MSG_COUNT] = 0,
    [MSG_SPARE] = HAS_MAC,
};

static bool all_zero(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != 0)
			return false;
	return true;
}

static bool address_is_sound(const struct msg *msg)
{
	switch (msg->family) {
	case 0:
		return msg->ifindex == 0 && all_zero(msg->address, sizeof(msg->address));
	case 4:
		return all_zero(msg->address + 4, sizeof(msg->address) - 4);
	case 6:
		return true;
	default:
		return false;
	}
}

/* A stored release is named with the zone it was made in, and without an address: where
 * the device is now, gate finds out itself. */
static bool zone_is_sound(const struct msg *msg)
{
	if (msg->type == MSG_RELEASE && msg->family == 0)
		return msg->zone < MSG_ZONES_MAX;
	return msg->zone == 0;
}

bool msg_is_question(const struct msg *msg)
{
	static const struct ether none;
	unsigned has;

	if (msg->type == 0 || msg->type >= MSG__MAX)
		return false;
	has = msg_fields[msg->type];
	if (has & HAS_EITHER)
		has |= msg->family == 0 ? HAS_MAC : HAS_ADDRESS;
	if (msg->status != MSG_ASK || !zone_is_sound(msg) || msg->flags != 0 ||
	    msg->interfaces != 0 || msg->unused != 0)
		return false;
	if (!(has & HAS_HELLO) && (msg->count != 0 || msg->value != 0))
		return false;
	if (has & HAS_SECONDS ? msg->seconds == 0 : msg->seconds != 0)
		return false;
	if (has & HAS_MAC ? !ether_is_unicast(&msg->mac) : !ether_equal(&msg->mac, &none))
		return false;
	return address_is_sound(msg) && (has & HAS_ADDRESS || msg->family == 0);
}
