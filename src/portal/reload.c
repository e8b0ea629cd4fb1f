/*
 * A reload: the new edition is complete before the old one is put aside. A visit that has
 * begun goes on with what it began with.
 */
#include "portal/reload.h"

#include <stdio.h>

#include "common/log.h"
#include "common/trim.h"

bool reload(struct portal *portal, struct report *report)
{
	const char *folder = portal->conf->path_content;
	struct edition *edition;

	if (edition_count() >= EDITIONS_MAX) {
		report_error(report, folder, 0,
			     "visitors still read %d earlier readings of it, expected fewer: try "
			     "again in a few minutes",
			     EDITIONS_MAX - 1);
		return false;
	}
	edition = edition_load(portal->conf, report);
	if (edition == NULL)
		return false;
	if (!edition_name(edition, portal->store)) {
		edition_retire(edition);
		report_error(report, folder, 0,
			     "too many different questions since the start, expected a restart");
		return false;
	}
	edition_retire(portal->edition);
	portal->edition = edition;
	log_info("content %s %s is shown from now on: %zu lessons, %zu questions",
		 edition->bank->id, edition->bank->version, edition->bank->lesson_count,
		 edition->bank->question_count);
	return true;
}

bool reload_certificate(struct portal *portal)
{
	bool taken;

	if (portal->tls == NULL)
		return true;
	taken = tls_reload(portal->tls, store_today(portal->store) > 0);
	/* Its issuers were looked for among all that the system knows: megabytes, for a moment. */
	trim_start();
	return taken;
}

void reload_signalled(struct portal *portal)
{
	struct report report = {.out = stderr};

	if (!reload(portal, &report))
		log_warnx("the new content is not taken: the old one stays");
	reload_certificate(portal);
}
