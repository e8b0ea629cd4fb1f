/*
 * The status as a person reads it: a verdict with what to do, then aligned lines. It
 * only looks at the status it is given.
 */
#include "ctl/status.h"

#include <string.h>

#include "common/certificate.h"
#include "ctl/command.h"
#include "ctl/out.h"

static bool set_full(const struct status *status)
{
	return status_number(status, STATUS_RELEASED_MAX) > 0 &&
	       status_number(status, STATUS_RELEASED) >= status_number(status, STATUS_RELEASED_MAX);
}

static bool neighbours_few(const struct status *status)
{
	int64_t limit = status_number(status, STATUS_NEIGHBOUR_LIMIT);

	return limit > 0 && limit < status_number(status, STATUS_RELEASED_MAX);
}

static bool no_interface(const struct status *status)
{
	return status_is(status, STATUS_INTERFACES_PRESENT, "0");
}

static bool owner_missing(const struct status *status)
{
	return status_is(status, STATUS_WHEN_DOWN, "open") && status_is(status, STATUS_OWNER, "no");
}

static bool offline(const struct status *status)
{
	return status_is(status, STATUS_UPLINK, "down");
}

bool status_works(const struct status *status)
{
	return status_is(status, STATUS_TABLE, "yes") && status_is(status, STATUS_STORE, "ok") &&
	       !set_full(status);
}

/* What is wrong with the certificate, in portal's word; NULL: nothing, or there is none. */
static const char *tls_trouble(const struct status *status)
{
	static const char *const fine[] = {"off", "ok", "proxy", "untrusted"};

	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++)
		if (status_is(status, STATUS_TLS, fine[i]))
			return NULL;
	return status->values[STATUS_TLS];
}

static bool tls_shown(const struct status *status)
{
	return status_is(status, STATUS_TLS, "ok") || status_is(status, STATUS_TLS, "untrusted");
}

static void print_verdict(const struct status *status, const struct conf *conf, FILE *out)
{
	long long released = (long long)status_number(status, STATUS_RELEASED);

	if (!status_is(status, STATUS_TABLE, "yes"))
		fprintf(
		    out,
		    "Not holding anybody: the rules are not in the kernel. The log says why: %s\n",
		    command_to_read_log());
	else if (!status_is(status, STATUS_STORE, "ok"))
		fprintf(out,
			"Nobody new gets online: acknowledgements cannot be stored. Is %s full or "
			"read-only? See: df -h %s\n",
			conf->path_state, conf->path_state);
	else if (set_full(status))
		fprintf(out,
			"Nobody new gets online: all %lld places are taken. Raise limits.released "
			"in the configuration and start again.\n",
			released);
	else if (no_interface(status))
		fprintf(out, "Running, but none of the interfaces is there: waiting for %s.\n",
			conf->zones[0].interfaces[0]);
	else if (offline(status))
		fprintf(out, "Running, but this place has no internet: %lld %s let through and "
			     "told so.\n",
			released, released == 1 ? "person is" : "people are");
	else
		fprintf(out, "Running: the gate is up, %lld %s online.\n", released,
			released == 1 ? "person" : "people");
}

static void print_advice(const struct status *status, FILE *out)
{
	long long wanted = (long long)status_number(status, STATUS_RELEASED_MAX);

	if (neighbours_few(status))
		fprintf(out,
			"Advice: the kernel knows %lld neighbours at most, fewer than "
			"limits.released;\na device beyond cannot reach the portal. Set:\n"
			"  sysctl -w net.ipv4.neigh.default.gc_thresh3=%lld\n"
			"  sysctl -w net.ipv6.neigh.default.gc_thresh3=%lld\n",
			(long long)status_number(status, STATUS_NEIGHBOUR_LIMIT), wanted, wanted);
	if (status_is(status, STATUS_RESOLVER, "no"))
		fprintf(out, "Advice: the gate's resolver has ended: names of the garden close, and "
			     "of the\ninternet only routes are known. Start the service again.\n");
	if (owner_missing(status))
		fprintf(out, "Advice: this kernel cannot tie the rules to the gate (Linux 5.12 and "
			     "later can): they stay when the gate fails.\n");
	if (tls_trouble(status) != NULL)
		fprintf(out, "Advice: the certificate cannot be used (%s), so phones do not learn "
			     "from the API that\nthey are held; they are still led to the page. "
			     "congchao check says what is wrong.\n",
			tls_trouble(status));
	else if (tls_shown(status) &&
		 status_number(status, STATUS_TLS_DAYS) < CERTIFICATE_ENDS_SOON_DAYS)
		fprintf(out, "Advice: the certificate ends in %lld days: renew it, then run congchao "
			     "reload.\n",
			(long long)status_number(status, STATUS_TLS_DAYS));
}

static const char *text(const struct status *status, enum status_key key)
{
	return status->values[key] != NULL ? status->values[key] : "unknown";
}

static void print_rules(const struct status *status, FILE *out)
{
	bool owner = status_is(status, STATUS_OWNER, "yes");

	fprintf(out, "  rules         %s%s; %s\n",
		status_is(status, STATUS_TABLE, "yes") ? "in the kernel" : "missing",
		owner ? ", owned by the gate" : "",
		status_is(status, STATUS_CTNETLINK, "yes")
		    ? "open connections pass first, and are cut when a release ends"
		    : "every packet is looked up (no ctnetlink here)");
}

static void print_store(const struct status *status, FILE *out)
{
	fprintf(out, "  store         %s, %s; %lld commits, %lld failed, the last took %lld us\n",
		text(status, STATUS_STORE),
		status_is(status, STATUS_JOURNAL, "rollback") ? "rollback journal"
							      : "write-ahead log",
		(long long)status_number(status, STATUS_COMMITS),
		(long long)status_number(status, STATUS_FAILURES),
		(long long)status_number(status, STATUS_LAST_COMMIT));
}

static void print_ticks(const struct status *status, FILE *out)
{
	if (status->values[STATUS_LONGEST_TICK] != NULL)
		fprintf(out, "  portal        the last round took %lld us, the longest %lld us\n",
			(long long)status_number(status, STATUS_LAST_TICK),
			(long long)status_number(status, STATUS_LONGEST_TICK));
}

static void print_tls(const struct status *status, const struct conf *conf, FILE *out)
{
	if (tls_shown(status))
		fprintf(out, "  https         https://%s/, the certificate is valid for %lld days\n",
			conf->name, (long long)status_number(status, STATUS_TLS_DAYS));
	else if (status_is(status, STATUS_TLS, "proxy"))
		fprintf(out, "  https         https://%s/, by a proxy on this machine\n", conf->name);
	else if (tls_trouble(status) != NULL)
		fprintf(out, "  https         not answered: the certificate is %s\n",
			tls_trouble(status));
}

void status_print(const struct status *status, const struct conf *conf, FILE *out)
{
	char duration[OUT_DURATION_SIZE];
	size_t interfaces = 0;

	for (size_t z = 0; z < conf->zone_count; z++)
		interfaces += conf->zones[z].interface_count;
	print_verdict(status, conf, out);
	print_advice(status, out);
	fprintf(out, "\n  online        %lld of at most %lld\n",
		(long long)status_number(status, STATUS_RELEASED),
		(long long)status_number(status, STATUS_RELEASED_MAX));
	fprintf(out, "  visits        %lld of at most %lld: %lld learning, %lld acknowledged\n",
		(long long)status_number(status, STATUS_VISITS),
		(long long)status_number(status, STATUS_VISITS_MAX),
		(long long)status_number(status, STATUS_LEARNING),
		(long long)status_number(status, STATUS_ACKNOWLEDGED));
	fprintf(out, "  interfaces    %lld of %zu present\n",
		(long long)status_number(status, STATUS_INTERFACES_PRESENT), interfaces);
	fprintf(out, "  running for   %s, version %s\n",
		out_duration(status_number(status, STATUS_UPTIME), duration),
		text(status, STATUS_VERSION));
	print_rules(status, out);
	fprintf(out, "  internet      %s\n",
		offline(status)					? "gone; pages say so"
		: status_is(status, STATUS_UPLINK, "unchecked") ? "not looked for (uplink.check)"
								: "there");
	fprintf(out, "  if it fails   %s\n",
		status_is(status, STATUS_WHEN_DOWN, "open") ? "open: everybody is online"
							    : "closed: nobody new gets online");
	print_store(status, out);
	print_ticks(status, out);
	print_tls(status, conf, out);
	fprintf(out, "  clock         %s\n",
		status_is(status, STATUS_CLOCK, "settled")
		    ? "settled"
		    : "not yet right; hours are counted once it is");
	fprintf(out, "  locks         seccomp %s, Landlock %s\n", text(status, STATUS_SECCOMP),
		text(status, STATUS_LANDLOCK));
}
