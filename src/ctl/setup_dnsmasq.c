/*
 * What dnsmasq is to say of the portal, in its own configuration's words; the reasons stand
 * in the file, for whoever finds it. Pure.
 */
#include "ctl/setup.h"

#include <string.h>

static void print_leases(FILE *out)
{
	fputs("\n# The first lease at once: who comes from another network is answered, not\n"
	      "# passed over, and no echo of the address is waited for, for three seconds.\n"
	      "dhcp-authoritative\n"
	      "no-ping\n",
	      out);
}

/* Firefox asks for this name, and uses the network's resolver when it does not exist. */
static void print_canary(FILE *out)
{
	fputs("\n# Browsers keep to this resolver, which a device that is held can reach.\n"
	      "local=/use-application-dns.net/\n",
	      out);
}

/*
 * local: or the name's other types would be asked of the internet, and where it does not
 * exist there, the answer would be that it does not exist at all (RFC 8020). The name that
 * proves the certificate's renewal (RFC 8555, 8.4) has to be found there.
 */
static void print_name(const struct setup_plan *plan, FILE *out)
{
	if (plan->name == NULL)
		return;
	fputs("\n# The portal's name is this machine, by its IPv4 address on that interface.\n"
	      "# What renews the certificate may look for the last name, on the internet.\n"
	      "localise-queries\n",
	      out);
	for (size_t i = 0; i < plan->interface_count; i++)
		fprintf(out, "interface-name=%s,%s\n", plan->name, plan->interfaces[i]);
	fprintf(out,
		"local=/%s/\n"
		"server=/_acme-challenge.%s/#\n",
		plan->name, plan->name);
}

/* dnsmasq gives each request a tag of the name of its interface. */
static void print_option(const struct setup_plan *plan, const char *option, FILE *out)
{
	for (size_t i = 0; i < plan->interface_count; i++)
		fprintf(out, "dhcp-option-force=tag:%s,%s,%s\n", plan->interfaces[i], option,
			plan->uri);
}

static void print_api(const struct setup_plan *plan, bool ipv6, FILE *out)
{
	if (plan->uri[0] == '\0') {
		fprintf(out,
			"\n# Where a device asks whether it is held (RFC 8910) is not announced:\n"
			"# %s.\n",
			plan->why);
		return;
	}
	fputs("\n# Where a device asks whether it is held (RFC 8910); sent unasked, as not\n"
	      "# every one that understands it asks for it.\n",
	      out);
	print_option(plan, "114", out);
	if (ipv6)
		print_option(plan, "option6:103", out);
}

static void print_garden(const struct setup_plan *plan, FILE *out)
{
	static const char table[] = "inet#congchao_garden";

	if (plan->garden_count > 0)
		fputs("\n# The walled garden: addresses of these names, and of those below them.\n",
		      out);
	for (size_t i = 0; i < plan->garden_count; i++)
		fprintf(out, "nftset=/%s/4#%s#allowed4,6#%s#allowed6\n", plan->garden[i], table,
			table);
}

static void print_all(const struct setup_plan *plan, bool ipv6, FILE *out)
{
	print_leases(out);
	print_canary(out);
	print_name(plan, out);
	print_api(plan, ipv6, out);
	print_garden(plan, out);
}

void setup_dnsmasq_print(const struct setup_plan *plan, FILE *out)
{
	print_all(plan, true, out);
}

/* NetworkManager starts one for each shared connection, for IPv4 alone. */
void setup_networkmanager_print(const struct setup_plan *plan, FILE *out)
{
	print_all(plan, false, out);
}
