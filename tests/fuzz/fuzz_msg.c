/*
 * fuzz: common/msg common/ether
 * What portal sends to gate: whatever is accepted keeps to the table of msg.c.
 */
#include "fuzz.h"

#include <string.h>

#include "common/msg.h"

static void check_accepted(const struct msg *msg)
{
	static const struct ether none;
	bool mac = !ether_equal(&msg->mac, &none);

	FUZZ_CHECK(msg->type >= MSG_HELLO && msg->type < MSG__MAX);
	FUZZ_CHECK(msg->status == 0 && msg->flags == 0 && msg->zone < MSG_ZONES_MAX);
	FUZZ_CHECK(msg->zone == 0 || (msg->type == MSG_RELEASE && msg->family == 0));
	FUZZ_CHECK(msg->interfaces == 0 && msg->unused == 0);
	FUZZ_CHECK(msg->family == 0 || msg->family == 4 || msg->family == 6);
	FUZZ_CHECK(!mac || ether_is_unicast(&msg->mac));
	FUZZ_CHECK((msg->seconds != 0) == (msg->type == MSG_RELEASE));
	FUZZ_CHECK(msg->type == MSG_HELLO || (msg->count == 0 && msg->value == 0));
	FUZZ_CHECK(mac || (msg->type != MSG_RELEASE && msg->type != MSG_REVOKE &&
			   msg->type != MSG_SPARE));
	FUZZ_CHECK(msg->family == 0 || msg->type == MSG_FIND || msg->type == MSG_RELEASE);
	FUZZ_CHECK(msg->family != 0 || msg->ifindex == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct msg msg;

	if (size != sizeof(msg))
		return 0;
	memcpy(&msg, data, sizeof(msg));
	if (msg_is_question(&msg))
		check_accepted(&msg);
	return 0;
}
