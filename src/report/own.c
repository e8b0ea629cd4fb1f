/*
 * Becomes the reporter's own user; see own.h. That user reads portal's database through the
 * group of the same and nothing else of the gate: no capability, no socket, no MAC address.
 */
#include "report/own.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/conf_value.h"
#include "common/drop.h"
#include "common/log.h"

enum { GROUPS_MAX = 32 };

static int lock_fd = -1;

static void make_folder(const struct conf *conf, const struct passwd *user)
{
	if (mkdir(conf->report_state, 0700) == 0) {
		if (chown(conf->report_state, user->pw_uid, user->pw_gid) < 0)
			fatal("%s", conf->report_state);
	} else if (errno != EEXIST) {
		fatal("%s", conf->report_state);
	}
}

void own_become(const struct conf *conf)
{
	gid_t groups[GROUPS_MAX];
	int count = GROUPS_MAX;
	struct passwd *user;

	umask(0077);
	if (geteuid() != 0)
		return;
	user = getpwnam(conf->user_report);
	if (user == NULL)
		fatalx("there is no user \"%s\", expected one in the group of \"%s\": "
		       "systemd-sysusers makes it, or useradd --system --user-group --groups %s %s",
		       conf->user_report, conf->user_portal, conf->user_portal, conf->user_report);
	if (getgrouplist(user->pw_name, user->pw_gid, groups, &count) < 0)
		fatalx("user \"%s\" is in more than %d groups", conf->user_report, GROUPS_MAX);
	make_folder(conf, user);
	if (drop_privileges_in(user, groups, (size_t)count, 0) < 0)
		fatal("cannot become %s, who must be neither root nor in root's group",
		      conf->user_report);
}

bool own_lock(const struct conf *conf, bool wait)
{
	char path[CONF_PATH_SIZE + 8];

	snprintf(path, sizeof(path), "%.*s/lock", CONF_PATH_BYTES, conf->report_state);
	lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (lock_fd < 0)
		fatalx("%s: %s: run it as root, with sudo", path, strerror(errno));
	while (flock(lock_fd, wait ? LOCK_EX : LOCK_EX | LOCK_NB) < 0) {
		if (errno == EWOULDBLOCK) {
			own_unlock();
			return false;
		}
		if (errno != EINTR)
			fatal("%s", path);
	}
	return true;
}

void own_unlock(void)
{
	close(lock_fd);
	lock_fd = -1;
}
