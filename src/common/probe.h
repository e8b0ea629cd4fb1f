/*
 * The hosts by which phones and computers find out whether they are held: shared by what
 * must never let them through, and by what must always give them an address.
 */
#ifndef COMMON_PROBE_H
#define COMMON_PROBE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/conf.h"
#include "common/report.h"

struct probe {
	const char *name;
	const char *system; /* whose */
	/* What the name must lead to for the system to believe in the DNS; NULL: it does not
	 * matter. */
	const char *ipv4, *ipv6;
};

size_t probe_count(void);
const struct probe *probe_at(size_t i);

/* The probe host of that name, letters of either case; NULL: it is none. */
const struct probe *probe_find(const char *name);
/* The first probe host that is, or is below, that domain; NULL: none is. */
const struct probe *probe_below(const char *domain);

/* Warns of every name of the garden that is a probe host, or above one: dnsmasq's nftset=
 * would open that, too. */
void probe_check_names(const struct conf *conf, const char *file, struct report *report);

#endif
