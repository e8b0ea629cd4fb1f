/* Drops privileges for gate, for portal before it is executed, and for report. */
#include "common/drop.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if HAVE_SECCOMP
#include <seccomp.h>
#endif

static int drop_bounding(uint64_t mask)
{
	for (int cap = 0; cap < 64; cap++) {
		if (mask & (uint64_t)1 << cap)
			continue;
		/* EINVAL: the kernel does not have that many. */
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
			return errno == EINVAL ? 0 : -1;
	}
	return 0;
}

static int set_capabilities(uint64_t mask)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {
	    {.effective = (uint32_t)mask, .permitted = (uint32_t)mask},
	    {.effective = (uint32_t)(mask >> 32), .permitted = (uint32_t)(mask >> 32)},
	};

	return syscall(SYS_capset, &header, data) < 0 ? -1 : 0;
}

bool drop_has_capabilities(uint64_t mask)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
	uint64_t effective;

	if (syscall(SYS_capget, &header, data) < 0)
		return false;
	effective = (uint64_t)data[1].effective << 32 | data[0].effective;
	return (effective & mask) == mask;
}

static bool is_root_in(const struct passwd *user, const gid_t *groups, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (groups[i] == 0)
			return true;
	return user->pw_uid == 0 || user->pw_gid == 0;
}

int drop_privileges_in(const struct passwd *user, const gid_t *groups, size_t count, uint64_t mask)
{
	if (is_root_in(user, groups, count)) {
		errno = EINVAL;
		return -1;
	}
	if (prctl(PR_SET_KEEPCAPS, mask != 0, 0, 0, 0) < 0 || drop_bounding(mask) < 0)
		return -1;
	if (setgroups(count, groups) < 0 || setresgid(user->pw_gid, user->pw_gid, user->pw_gid) < 0 ||
	    setresuid(user->pw_uid, user->pw_uid, user->pw_uid) < 0)
		return -1;
	if (set_capabilities(mask) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	if (setuid(0) == 0 || setgid(0) == 0) {
		errno = EPERM;
		return -1;
	}
	return 0;
}

/* The rights of landlock's first version, which every kernel that has it knows. */
#define ALL_FILES (((uint64_t)LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1)

int drop_files(void)
{
	const struct landlock_ruleset_attr attr = {.handled_access_fs = ALL_FILES};
	int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	int rc;

	if (ruleset < 0)
		return -1;
	rc = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (rc == 0)
		rc = (int)syscall(SYS_landlock_restrict_self, ruleset, 0);
	close(ruleset);
	return rc;
}

int drop_privileges(const struct passwd *user, uint64_t mask)
{
	return drop_privileges_in(user, NULL, 0, mask);
}

#if HAVE_SECCOMP
bool drop_has_seccomp(void)
{
	return true;
}

static int allow_socket(scmp_filter_ctx filter, int family)
{
	const struct scmp_arg_cmp first = {
	    .arg = 0, .op = SCMP_CMP_EQ, .datum_a = (scmp_datum_t)family};

	return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1, &first);
}

static int filter_load(const int *allowed, size_t count, bool inet)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int rc = -ENOMEM;

	if (filter == NULL)
		goto out;
	rc = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
		if (rc == -EDOM) /* this machine does not have it */
			rc = 0;
	}
	if (rc == 0 && inet)
		rc = allow_socket(filter, AF_INET);
	if (rc == 0 && inet)
		rc = allow_socket(filter, AF_INET6);
	if (rc == 0)
		rc = seccomp_load(filter);
out:
	seccomp_release(filter);
	if (rc < 0)
		errno = -rc;
	return rc < 0 ? -1 : 0;
}

int drop_syscalls(const int *allowed, size_t count)
{
	return filter_load(allowed, count, false);
}

int drop_syscalls_but_inet(const int *allowed, size_t count)
{
	return filter_load(allowed, count, true);
}
#else
bool drop_has_seccomp(void)
{
	return false;
}

int drop_syscalls(const int *allowed, size_t count)
{
	(void)allowed;
	(void)count;
	return 0;
}

int drop_syscalls_but_inet(const int *allowed, size_t count)
{
	return drop_syscalls(allowed, count);
}
#endif
