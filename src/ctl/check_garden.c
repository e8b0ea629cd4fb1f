/* Asks for all probe hosts at once and looks for their addresses in the garden's networks. */
#include "ctl/check_garden.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>

#include "common/log.h"
#include "common/lookup.h"
#include "common/probe.h"

struct check {
	const struct conf *conf;
	const char *file;
	struct report *report;
	size_t waiting, answered;
	bool said[CONF_GARDEN_ADDRESSES_MAX];
};

/* One question under way. */
struct asked {
	struct check *check;
	const struct probe *probe;
};

static void warn(const struct check *check, const struct conf_prefix *prefix,
		 const struct probe *probe)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(prefix->family == 4 ? AF_INET : AF_INET6, prefix->byte, text, sizeof(text));
	report_warning(
	    check->report, check->file, prefix->line,
	    "addresses has %s/%u, in which %s lies now, by which %s devices find out that "
	    "they are held: that host stays closed, expected a network without it",
	    text, (unsigned)prefix->bits, probe->name, probe->system);
}

static void done(void *arg, enum lookup_is is, const struct lookup_address *addresses, size_t count)
{
	const struct asked *asked = arg;
	struct check *check = asked->check;
	const struct conf_garden *garden = &check->conf->garden;

	check->waiting--;
	check->answered += is == LOOKUP_ANSWERED;
	for (size_t p = 0; p < garden->prefix_count; p++)
		for (size_t i = 0; i < count && !check->said[p]; i++)
			if (conf_prefix_has(&garden->prefixes[p], addresses[i].family,
					    addresses[i].byte)) {
				warn(check, &garden->prefixes[p], asked->probe);
				check->said[p] = true;
			}
}

static void wait_for_answers(struct lookup *lookup, const struct check *check)
{
	while (check->waiting > 0) {
		struct pollfd fds[LOOKUP_FDS];

		lookup_poll(lookup, fds);
		if (poll(fds, LOOKUP_FDS, lookup_wait_ms(lookup, LOOKUP_WAIT_MS)) < 0 &&
		    errno != EINTR)
			fatal("poll");
		lookup_run(lookup, fds);
	}
}

static void check_networks(struct check *check, struct lookup *lookup)
{
	static struct asked asked[128];

	for (size_t i = 0; i < probe_count() && i < sizeof(asked) / sizeof(asked[0]); i++) {
		asked[i] = (struct asked){check, probe_at(i)};
		check->waiting++;
		lookup_addresses(lookup, asked[i].probe->name, done, &asked[i]);
	}
	wait_for_answers(lookup, check);
	if (check->answered == 0)
		report_warning(
		    check->report, check->file, 0,
		    "resolver: %s does not answer, so nobody knows whether garden.addresses "
		    "would open a host by which devices find out that they are held",
		    check->conf->resolver);
}

void check_garden(const struct conf *conf, const char *file, struct report *report)
{
	struct check check = {.conf = conf, .file = file, .report = report};
	struct lookup *lookup;

	probe_check_names(conf, file, report);
	if (conf->garden.prefix_count == 0)
		return;
	lookup = lookup_open(conf->resolver);
	if (lookup == NULL)
		fatal("resolver");
	check_networks(&check, lookup);
	lookup_close(lookup);
}
