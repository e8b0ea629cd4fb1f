/*
 * fuzz: common/conf common/ether common/report common/log
 * libs: -lconfig
 * A configuration file: accepted or reported, and what is accepted keeps its limits.
 */
#include "fuzz.h"

#include <string.h>

#include "common/conf.h"

static bool ends(const char *text, size_t size)
{
	return memchr(text, '\0', size) != NULL;
}

static void check_zone(const struct conf_zone *zone)
{
	FUZZ_CHECK(ends(zone->name, sizeof(zone->name)) && zone->name[0] != '\0');
	FUZZ_CHECK(zone->interface_count >= 1 && zone->interface_count <= CONF_INTERFACES_MAX);
	FUZZ_CHECK(zone->release_for_seconds >= 60 && zone->release_for_seconds <= 30 * 86400);
	for (size_t i = 0; i < zone->interface_count; i++)
		FUZZ_CHECK(ends(zone->interfaces[i], IF_NAMESIZE) && zone->interfaces[i][0] != '\0');
}

static void check_conf(const struct conf *conf)
{
	FUZZ_CHECK(conf->zone_count >= 1 && conf->zone_count <= CONF_ZONES_MAX);
	for (size_t i = 0; i < conf->zone_count; i++)
		check_zone(&conf->zones[i]);
	FUZZ_CHECK(conf->language_count >= 1 && conf->language_count <= CONF_LANGUAGES_MAX);
	FUZZ_CHECK(conf->trusted_count <= CONF_TRUSTED_MAX);
	FUZZ_CHECK(conf->released_max >= 1 && conf->released_max <= CONF_RELEASED_MAX);
	FUZZ_CHECK(conf->visits_max >= 1 && conf->visits_max <= CONF_VISITS_MAX);
	FUZZ_CHECK(conf->port != 0);
	FUZZ_CHECK(strcmp(conf->user_gate, conf->user_portal) != 0);
	FUZZ_CHECK(ends(conf->path_state, CONF_PATH_SIZE) && conf->path_state[0] == '/');
	FUZZ_CHECK(ends(conf->site_name, CONF_TEXT_SIZE));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct conf conf;
	struct report report = fuzz_report();
	char path[256];
	int rc;

	/* Another file named in it is nobody's input here. */
	if (memmem(data, size, "@include", 8) != NULL)
		return 0;
	fuzz_write("conf", data, size);
	snprintf(path, sizeof(path), "%s/conf", fuzz_folder());
	rc = conf_load(&conf, path, &report);
	FUZZ_CHECK((rc == 0) == (report.errors == 0));
	if (rc == 0)
		check_conf(&conf);
	return 0;
}
