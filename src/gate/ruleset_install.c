/*
 * Installs what the kernel at hand can: an older one, or a router without a module, gets
 * the same table without what it lacks, and the operator a line for each such thing.
 */
#include "gate/ruleset.h"

#include <errno.h>
#include <stddef.h>

#include "common/log.h"

/* What an older kernel may lack, and what is then so. */
static const struct {
	size_t has; /* a bool of struct ruleset */
	const char *without;
} lackable[] = {
    {offsetof(struct ruleset, counts),
     "the kernel has no ct count: connections_per_device is not held "
     "(OpenWrt: install kmod-nft-connlimit)"},
    {offsetof(struct ruleset, owner),
     "the kernel has no table owner flag (Linux 5.12): when gate is killed its rules stay "
     "until it starts again"},
    {offsetof(struct ruleset, fib),
     "the kernel has no fib expression: HTTPS of held devices is refused, as with portal.https "
     "= \"reset\", and with a certificate nobody is led to the portal's own (OpenWrt: install "
     "kmod-nft-fib)"},
};

enum { LACKABLE = sizeof(lackable) / sizeof(lackable[0]) };

static bool *has(struct ruleset *rules, size_t i)
{
	return (bool *)((char *)rules + lackable[i].has);
}

/*
 * Each lack and each group of them, tried in turn: the first that makes the batch pass is
 * what is missing. An unknown table flag or expression answers EOPNOTSUPP, EINVAL or ENOENT.
 */
int ruleset_install(struct ruleset *rules, struct nl *nl, ruleset_fill *fill, void *arg)
{
	struct ruleset asked = *rules;

	if (ruleset_install_once(rules, nl, fill, arg) == 0)
		return 0;
	if (errno != EOPNOTSUPP && errno != EINVAL && errno != ENOENT)
		return -1;
	for (unsigned lacking = 1; lacking < 1u << LACKABLE; lacking++) {
		bool less = false;

		for (size_t i = 0; i < LACKABLE; i++) {
			*has(rules, i) = *has(&asked, i) && (lacking >> i & 1) == 0;
			less |= *has(rules, i) != *has(&asked, i);
		}
		if (!less || ruleset_install_once(rules, nl, fill, arg) < 0)
			continue;
		for (size_t i = 0; i < LACKABLE; i++)
			if (*has(rules, i) != *has(&asked, i))
				log_warnx("%s", lackable[i].without);
		return 0;
	}
	*rules = asked;
	return -1;
}
