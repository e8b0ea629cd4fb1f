/* Asks the kernel's routing for a public address of each family. */
#include "gate/uplink.h"

#include <errno.h>
#include <linux/rtnetlink.h>

#include "common/log.h"
#include "gate/way.h"

/* Anybody's: the sink of RFC 7534. Nothing is sent there. */
static const struct neigh_address somewhere[] = {
    {.family = 4, .byte = {192, 175, 48, 6}},
    {.family = 6, .byte = {0x26, 0x20, 0, 0x4f, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6}},
};

static bool is_routed(struct nl *route)
{
	for (size_t i = 0; i < sizeof(somewhere) / sizeof(somewhere[0]); i++)
		if (way_to(&somewhere[i], route) != WAY_NONE)
			return true;
	return false;
}

/* Once a change. */
static bool settle(struct uplink *uplink)
{
	bool down = !uplink->routed || !uplink->answered;

	if (down == uplink->down)
		return false;
	uplink->down = down;
	if (!down)
		log_info("uplink: the internet is back");
	else
		log_warnx("uplink: the internet is gone (%s): pages say so",
			  uplink->routed ? "names are not answered" : "there is no route to it");
	return true;
}

int uplink_open(struct uplink *uplink, const struct conf *conf, struct nl *route)
{
	*uplink = (struct uplink){.check = conf->uplink_check, .routed = true, .answered = true};
	if (!uplink->check)
		return 0;
	if (nl_open(&uplink->events, NETLINK_ROUTE,
		    RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE | RTMGRP_LINK) < 0)
		return -1;
	uplink->routed = is_routed(route);
	settle(uplink);
	return 0;
}

void uplink_close(struct uplink *uplink)
{
	nl_close(&uplink->events);
}

int uplink_fd(const struct uplink *uplink)
{
	return uplink->check ? nl_fd(&uplink->events) : -1;
}

/* What exactly has happened does not matter, nor whether some of it was lost. */
bool uplink_read(struct uplink *uplink, struct nl *route)
{
	char buf[16 * 1024] __attribute__((aligned(8)));
	ssize_t n;

	while ((n = nl_receive(&uplink->events, buf, sizeof(buf))) > 0 ||
	       (n < 0 && errno == ENOBUFS))
		continue;
	uplink->routed = is_routed(route);
	return settle(uplink);
}

bool uplink_hear(struct uplink *uplink, bool answered)
{
	uplink->answered = answered;
	return settle(uplink);
}
