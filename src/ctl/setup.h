/*
 * congchao setup: what DHCP and DNS are to say of the portal (RFC 8910), as each server's
 * own configuration. The command is in setup.c, each server's text in a file of its own.
 */
#ifndef CTL_SETUP_H
#define CTL_SETUP_H

#include <stdio.h>

#include "common/conf.h"
#include "common/report.h"

enum {
	SETUP_INTERFACES_MAX = CONF_ZONES_MAX * CONF_INTERFACES_MAX,
	SETUP_GARDEN_MAX = CONF_GARDEN_NAMES_MAX,
	SETUP_URI_SIZE = CONF_HOST_SIZE + sizeof("https:///captive-portal/api") - 1,
	SETUP_TEXT_SIZE = 512,
};

/* OpenWrt's sections note in lists of this name what was put into them. */
#define SETUP_NOTE "congchao"

/* What is to be said, and to whom. Strings are borrowed from the configuration. */
struct setup_plan {
	const char *interfaces[SETUP_INTERFACES_MAX];
	size_t interface_count;
	const char *name;	   /* the portal's, or NULL */
	char uri[SETUP_URI_SIZE];  /* of its API; "" while it is not announced */
	char why[SETUP_TEXT_SIZE]; /* it is not; or, when it is, what to mind; or "" */
	const char *left_out;	   /* an interface whose name nobody could take, or NULL */
	const char *garden[SETUP_GARDEN_MAX]; /* names whose addresses go into its sets */
	size_t garden_count;
};

/*
 * What the configuration and its certificate allow now. False when only root could tell:
 * then the API is not announced.
 */
bool setup_plan_make(struct setup_plan *plan, const struct conf *conf);

/* Warns of what is left out, and of what to mind; file is the configuration. */
void setup_plan_warn(const struct setup_plan *plan, const char *file, struct report *report);

/* dnsmasq's lines: as Debian's service reads them, and as NetworkManager starts it. */
typedef void setup_print(const struct setup_plan *plan, FILE *out);
setup_print setup_dnsmasq_print, setup_networkmanager_print;

/*
 * OpenWrt's /etc/config/dhcp with our lines, or without them, for the caller to free;
 * network is the text of /etc/config/network. NULL: report, whose lines name file, was
 * told why it is left alone; what could not be placed is told, too, and counts as an error.
 */
char *setup_openwrt_with(const struct setup_plan *plan, const char *text, const char *network,
			 const char *file, struct report *report);
char *setup_openwrt_without(const char *text, const char *file, struct report *report);

/* Prints the lines that with has more than without, each section's under its first line. */
void setup_openwrt_print_added(const char *without, const char *with, FILE *out);

/* Warns when dnsmasq is here and what it reads is not what would be written now. */
void setup_check(const struct conf *conf, const char *root, struct report *report);

#endif
