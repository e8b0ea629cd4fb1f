/*
 * From the configuration to what DHCP and DNS are to say. What cannot be said rightly now is
 * left out with its reason: a phone that is sent to an API which does not answer waits for
 * it before it looks for the portal in any other way.
 */
#include "ctl/setup.h"

#include <string.h>
#include <time.h>

#include "common/certificate.h"

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

/* Is there an API that phones can use now? If not, plan->why says what is missing. */
static bool is_ready(struct setup_plan *plan, const struct conf *conf)
{
	struct certificate_info info;
	enum certificate_state state;

	if (plan->name == NULL) {
		snprintf(plan->why, sizeof(plan->why), "portal.name is not set");
		return false;
	}
	if (conf->behind_proxy)
		return true; /* the certificate is the proxy's own affair */
	state = certificate_check(conf, time(NULL), &info);
	if (state == CERTIFICATE_OFF)
		snprintf(plan->why, sizeof(plan->why), "portal.certificate is not set");
	else if (info.why[0] != '\0')
		snprintf(plan->why, sizeof(plan->why), "%s %s", info.file, info.why);
	else if (info.chain[0] != '\0')
		snprintf(plan->why, sizeof(plan->why), "%s %s", info.file, info.chain);
	return certificate_is_usable(state);
}

void setup_plan_make(struct setup_plan *plan, const struct conf *conf)
{
	*plan = (struct setup_plan){.name = conf->name[0] != '\0' ? conf->name : NULL};
	plan_interfaces(plan, conf);
	if (is_ready(plan, conf))
		snprintf(plan->uri, sizeof(plan->uri), "https://%s/captive-portal/api", conf->name);
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
