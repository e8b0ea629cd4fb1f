/*
 * From the configuration to what DHCP and DNS are to say. What cannot be said rightly now is
 * left out with its reason: a phone that is sent to an API which does not answer waits for
 * it before it looks for the portal in any other way.
 */
#include "ctl/setup.h"

#include <string.h>

#include "common/clock.h"
#include "ctl/certificate_as.h"

#define PLAIN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

/* Names that would mean something else in another program's file are left out. */
static void plan_interfaces(struct setup_plan *plan, const struct conf *conf)
{
	for (size_t z = 0; z < conf->zone_count; z++)
		for (size_t i = 0; i < conf->zones[z].interface_count; i++) {
			const char *name = conf->zones[z].interfaces[i];

			if (name[strspn(name, PLAIN)] == '\0')
				plan->interfaces[plan->interface_count++] = name;
			else
				plan->left_out = name;
		}
}

/* A name of the garden has only what names have: conf_is_domain(). */
static void plan_garden(struct setup_plan *plan, const struct conf *conf)
{
	for (size_t i = 0; i < conf->garden.name_count; i++)
		plan->garden[plan->garden_count++] = conf->garden.names[i].name;
}

/* What the certificate allows, and plan->why. False when only root could tell. */
static bool look_at_certificate(struct setup_plan *plan, const struct conf *conf, bool *usable)
{
	struct certificate_info info;

	*usable = false;
	if (!certificate_check_as_portal(conf, clock_wall_seconds(), &info)) {
		snprintf(plan->why, sizeof(plan->why), "only root may look at portal.certificate");
		return false;
	}
	*usable = certificate_is_usable(info.state);
	if (info.state == CERTIFICATE_OFF)
		snprintf(plan->why, sizeof(plan->why), "portal.certificate is not set");
	else if (info.why[0] != '\0' || info.chain[0] != '\0')
		snprintf(plan->why, sizeof(plan->why), "%s %s", info.file,
			 info.why[0] != '\0' ? info.why : info.chain);
	return true;
}

bool setup_plan_make(struct setup_plan *plan, const struct conf *conf)
{
	bool usable = false, told = true;

	*plan = (struct setup_plan){.name = conf->name[0] != '\0' ? conf->name : NULL};
	plan_interfaces(plan, conf);
	plan_garden(plan, conf);
	if (plan->name == NULL)
		snprintf(plan->why, sizeof(plan->why), "portal.name is not set");
	else if (conf->behind_proxy)
		usable = true; /* the certificate is the proxy's own affair */
	else
		told = look_at_certificate(plan, conf, &usable);
	if (usable)
		snprintf(plan->uri, sizeof(plan->uri), "https://%s/captive-portal/api", conf->name);
	return told;
}

void setup_plan_warn(const struct setup_plan *plan, const char *file, struct report *report)
{
	if (plan->left_out != NULL)
		report_warning(report, file, 0,
			       "interface \"%s\" is left out, expected a name of letters, digits, "
			       "\".\", \"_\" and \"-\"",
			       plan->left_out);
	if (plan->uri[0] == '\0')
		report_warning(report, file, 0,
			       "the API (RFC 8910) is not announced: %s. Phones find the page all "
			       "the same, by being led to it",
			       plan->why);
	else if (plan->why[0] != '\0')
		report_warning(report, file, 0, "%s", plan->why);
}
