/*
 * Root can read every key, and would find one in order that portal cannot open. So root looks
 * as portal's user, and is root again.
 */
#include "ctl/certificate_as.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"

enum { GROUPS_MAX = 64 };

static void become(uid_t uid, gid_t gid, const gid_t *groups, size_t count)
{
	/* Root's right to change groups goes with its number, and comes back with it. */
	if (uid == 0 && seteuid(uid) < 0)
		fatal("user %u", (unsigned)uid);
	if (setgroups(count, groups) < 0 || setegid(gid) < 0)
		fatal("group %u", (unsigned)gid);
	if (uid != 0 && seteuid(uid) < 0)
		fatal("user %u", (unsigned)uid);
}

bool certificate_check_as_portal(const struct conf *conf, int64_t now, struct certificate_info *out)
{
	const struct passwd *portal = getpwnam(conf->user_portal);
	gid_t groups[GROUPS_MAX], gid = getegid();
	int count = getgroups(GROUPS_MAX, groups);

	if (geteuid() == 0 && portal != NULL && portal->pw_uid != 0 && count >= 0) {
		become(portal->pw_uid, portal->pw_gid, NULL, 0);
		certificate_check(conf, now, out);
		become(0, gid, groups, (size_t)count);
		return true;
	}
	return certificate_check(conf, now, out) != CERTIFICATE_UNREADABLE || geteuid() == 0;
}

void certificate_report(const struct conf *conf, const char *file, struct report *report)
{
	int64_t now = clock_wall_seconds();
	struct certificate_info info;
	int64_t days;

	if (!certificate_check_as_portal(conf, now, &info)) {
		report_warning(
		    report, file, 0,
		    "portal.certificate is not looked at: you may not read it; run it as "
		    "root");
		return;
	}
	if (info.state == CERTIFICATE_OFF)
		return;
	if (info.why[0] != '\0')
		report_warning(report, info.file, 0, "%s%s", info.why,
			       certificate_is_usable(info.state)
				   ? ""
				   : "; until then the portal answers HTTP alone");
	if (info.key_is_open)
		report_warning(report, conf->key, 0,
			       "everybody on this machine can read it, expected owner root, group "
			       "%s and mode 640",
			       conf->user_portal);
	if (info.responder[0] != '\0')
		report_warning(
		    report, conf->certificate, 0,
		    "a phone may want to ask %s about it, which it cannot reach while it "
		    "is held, expected a certificate that names no OCSP responder, or "
		    "that host in the walled garden",
		    info.responder);
	days = certificate_days_left(&info, now);
	if (certificate_is_usable(info.state) && days < CERTIFICATE_ENDS_SOON_DAYS)
		report_warning(report, conf->certificate, 0,
			       "ends in %lld days, expected it to be renewed by now",
			       (long long)days);
}
