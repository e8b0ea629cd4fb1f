/*
 * What is in the garden and what is not. The kernel's table has the last word: dnsmasq puts
 * addresses there that gate has never heard of.
 */
#include "gate/garden.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/probe.h"
#include "gate/garden_known.h"
#include "gate/garden_public.h"
#include "gate/garden_table.h"
#include "gate/table.h"
#include "gate/way.h"

enum {
	MOST_S = 24 * 3600,
	/* An answer may be another one each time: what a probe host had is closed for longer. */
	PROBE_LEAST_S = 3600,
	/* TTLs of one answer count down in seconds: not every one is worth a transaction. */
	ROUND_MS = 1000,
};

struct garden {
	const struct conf *conf;
	struct nl *nft, *route;
	struct garden_known allowed, probes;
	/* Said already, once for each name or network. */
	bool said_probe[CONF_GARDEN_NAMES_MAX], said_near[CONF_GARDEN_NAMES_MAX];
	bool said_fixed[CONF_GARDEN_ADDRESSES_MAX];
	bool said_full;
};

struct garden *garden_open(const struct conf *conf, struct nl *nft, struct nl *route)
{
	struct garden *garden = calloc(1, sizeof(*garden));

	if (garden == NULL)
		return NULL;
	garden->conf = conf;
	garden->nft = nft;
	garden->route = route;
	if (garden_known_alloc(&garden->allowed, GARDEN_LEARNED_MAX) == 0 &&
	    garden_known_alloc(&garden->probes, GARDEN_PROBES_MAX) == 0)
		return garden;
	garden_close(garden);
	return NULL;
}

void garden_close(struct garden *garden)
{
	if (garden == NULL)
		return;
	garden_known_free(&garden->allowed);
	garden_known_free(&garden->probes);
	free(garden);
}

static void say_full(struct garden *garden)
{
	if (!garden->said_full)
		log_warnx("garden: more addresses than there is room for: some stay closed");
	garden->said_full = true;
}

static void renew(struct garden *garden, enum garden_set set, const struct garden_element *elements,
		  size_t count)
{
	if (count == 0 || garden_table_renew(set, elements, count, garden->nft) == 0)
		return;
	if (errno == ENFILE)
		say_full(garden);
	/* Without the table, which someone has taken away, it is put back with all of them. */
	else if (errno != ENOENT)
		log_warn("garden: set %s", garden_set_name(set, 4));
}

static void refill(struct garden *garden, enum garden_set set, const struct garden_known *known,
		   int64_t now)
{
	static struct garden_element elements[TABLE_ELEMENTS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < known->size; i++) {
		int64_t left = known->one[i].expires_ms - now;

		if (left <= 0)
			continue;
		elements[count++] = (struct garden_element){known->one[i].address, (uint64_t)left};
		if (count == TABLE_ELEMENTS_MAX) {
			renew(garden, set, elements, count);
			count = 0;
		}
	}
	renew(garden, set, elements, count);
}

void garden_install(struct garden *garden, bool established_first)
{
	int64_t now = clock_boot_ms();

	if (garden_table_install(garden->conf, established_first, garden->nft) < 0) {
		log_warn("table inet " GARDEN_TABLE ": the walled garden is closed");
		return;
	}
	refill(garden, GARDEN_PROBE, &garden->probes, now);
	refill(garden, GARDEN_ALLOWED, &garden->allowed, now);
}

void garden_remove(struct nl *nft)
{
	if (garden_table_remove(nft) < 0 && errno != ENOENT)
		log_warn("table inet " GARDEN_TABLE);
}

/* The network of the configuration with that address; prefix_count: none. */
static size_t fixed_with(const struct conf_garden *garden, const struct neigh_address *address)
{
	size_t i = 0;

	while (i < garden->prefix_count &&
	       !conf_prefix_has(&garden->prefixes[i], address->family, address->byte))
		i++;
	return i;
}

bool garden_has(const struct garden *garden, const struct neigh_address *address)
{
	const struct conf_garden *conf = &garden->conf->garden;

	if (garden_table_has(GARDEN_PROBE, address, garden->nft))
		return false;
	return fixed_with(conf, address) < conf->prefix_count ||
	       garden_table_has(GARDEN_ALLOWED, address, garden->nft);
}

bool garden_passes(const struct garden *garden, uint8_t protocol,
		   const struct neigh_address *address)
{
	return (protocol == IPPROTO_TCP || protocol == IPPROTO_UDP) && garden_has(garden, address);
}

bool garden_is_shared(const char *set)
{
	return strcmp(set, garden_set_name(GARDEN_ALLOWED, 4)) == 0 ||
	       strcmp(set, garden_set_name(GARDEN_ALLOWED, 6)) == 0;
}

/* --- what names lead to --- */

static void keep(struct garden *garden, enum garden_set set, struct garden_known *known,
		 const struct garden_known_one *one, int64_t now)
{
	const struct garden_element element = {one->address, (uint64_t)(one->expires_ms - now)};

	switch (garden_known_keep(known, one, now)) {
	case GARDEN_KNOWN_LONGER:
		renew(garden, set, &element, 1);
		break;
	case GARDEN_KNOWN_FULL:
		say_full(garden);
		break;
	case GARDEN_KNOWN_AS_LONG:
		break;
	}
}

static void say_probe(struct garden *garden, uint32_t name, const char *probe)
{
	if (!garden->said_probe[name])
		log_warnx("garden: %s leads to an address that %s has, too, by which devices find "
			  "out that they are held: it stays closed",
			  garden->conf->garden.names[name].name, probe);
	garden->said_probe[name] = true;
}

/* Closed from now on, and said of whoever had opened it. */
static void learn_probe(struct garden *garden, const char *probe,
			const struct garden_known_one *one, int64_t now)
{
	const struct conf_garden *conf = &garden->conf->garden;
	size_t fixed = fixed_with(conf, &one->address);
	const struct garden_known_one *opened;

	keep(garden, GARDEN_PROBE, &garden->probes, one, now);
	opened = garden_known_find(&garden->allowed, &one->address, now);
	if (opened != NULL)
		say_probe(garden, opened->name, probe);
	if (fixed < conf->prefix_count && !garden->said_fixed[fixed]) {
		log_warnx("garden: the address in line %d contains one that %s has, by which "
			  "devices find out that they are held: that one stays closed",
			  conf->prefixes[fixed].line, probe);
		garden->said_fixed[fixed] = true;
	}
}

static void learn_name(struct garden *garden, const struct garden_known_one *one, int64_t now)
{
	const struct garden_known_one *probe =
	    garden_known_find(&garden->probes, &one->address, now);
	const char *name = garden->conf->garden.names[one->name].name;

	if (probe != NULL) {
		say_probe(garden, one->name,
			  probe_at(probe->name - garden->conf->garden.name_count)->name);
		return;
	}
	/* Not the gateway, nor a network behind it: a name is its owner's, and they are not. */
	if (!garden_is_public(&one->address) || way_to(&one->address, garden->route) != WAY_OUT) {
		if (!garden->said_near[one->name])
			log_warnx(
			    "garden: %s leads to an address that is not out in the internet: "
			    "it stays closed; name it in garden.addresses if it is to be open",
			    name);
		garden->said_near[one->name] = true;
		return;
	}
	keep(garden, GARDEN_ALLOWED, &garden->allowed, one, now);
}

static int64_t expires_ms(uint32_t seconds, uint32_t least, int64_t now)
{
	int64_t end;

	if (seconds < least)
		seconds = least;
	if (seconds > MOST_S)
		seconds = MOST_S;
	end = now + ((int64_t)seconds + GARDEN_GRACE_S) * 1000;
	return end - end % ROUND_MS;
}

bool garden_learn(struct garden *garden, uint32_t name, const struct neigh_address *address,
		  uint32_t seconds, int64_t now)
{
	size_t names = garden->conf->garden.name_count;
	struct garden_known_one one = {.address = *address, .name = name};

	if (name >= names + probe_count())
		return false;
	one.expires_ms = expires_ms(seconds, name < names ? 0 : PROBE_LEAST_S, now);
	if (name < names)
		learn_name(garden, &one, now);
	else
		learn_probe(garden, probe_at(name - names)->name, &one, now);
	return true;
}
