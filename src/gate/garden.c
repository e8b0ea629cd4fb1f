/*
 * What is in the garden and what is not. The kernel's table has the last word: dnsmasq puts
 * addresses there that gate has never heard of.
 */
#include "gate/garden.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "gate/garden_table.h"

struct garden {
	const struct conf *conf;
	struct nl *nft;
	bool established_first;
};

struct garden *garden_open(const struct conf *conf, struct nl *nft, bool established_first)
{
	struct garden *garden = calloc(1, sizeof(*garden));

	if (garden == NULL)
		return NULL;
	*garden = (struct garden){
	    .conf = conf, .nft = nft, .established_first = established_first};
	return garden;
}

void garden_close(struct garden *garden)
{
	free(garden);
}

void garden_install(struct garden *garden)
{
	if (garden_table_install(garden->conf, garden->established_first, garden->nft) < 0)
		log_warn("table inet " GARDEN_TABLE ": the walled garden is closed");
}

void garden_remove(struct nl *nft)
{
	if (garden_table_remove(nft) < 0 && errno != ENOENT)
		log_warn("table inet " GARDEN_TABLE);
}

static bool is_fixed(const struct conf_garden *garden, const struct neigh_address *address)
{
	for (size_t i = 0; i < garden->prefix_count; i++)
		if (conf_prefix_has(&garden->prefixes[i], address->family, address->byte))
			return true;
	return false;
}

bool garden_has(const void *arg, const struct neigh_address *address)
{
	const struct garden *garden = arg;

	if (garden_table_has(GARDEN_PROBE, address, garden->nft))
		return false;
	return is_fixed(&garden->conf->garden, address) ||
	       garden_table_has(GARDEN_ALLOWED, address, garden->nft);
}

bool garden_is_shared(const char *set)
{
	return strcmp(set, garden_set_name(GARDEN_ALLOWED, 4)) == 0 ||
	       strcmp(set, garden_set_name(GARDEN_ALLOWED, 6)) == 0;
}
