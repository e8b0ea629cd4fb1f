/*
 * Puts lines into OpenWrt's /etc/config/dhcp, from which its scripts make dnsmasq's
 * configuration and which odhcpd reads itself: into which sections, and which lines. The
 * operator's own are never changed. Pure.
 */
#include "ctl/setup.h"

#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "ctl/uci.h"

enum { VALUE_SIZE = 320 };

enum needs { NOTHING, THE_NAME, THE_URI };

/*
 * What is put into every section of a type. What dnsmasq without DHCPv6 would not start
 * with (option6:, which OpenWrt's usual package is) is not among it: odhcpd says that.
 */
static const struct wish {
	const char *section;
	enum uci_kind kind;
	const char *name;
	const char *before; /* the value: before, what it needs, after */
	enum needs needs;
	const char *after;
} wishes[] = {
    {"dnsmasq", UCI_OPTION, "authoritative", "1", NOTHING, ""},
    {"dnsmasq", UCI_OPTION, "noping", "1", NOTHING, ""},
    {"dnsmasq", UCI_OPTION, "localise_queries", "1", NOTHING, ""},
    {"dnsmasq", UCI_LIST, "server", "/use-application-dns.net/", NOTHING, ""},
    {"dnsmasq", UCI_LIST, "server", "/", THE_NAME, "/"},
    {"dnsmasq", UCI_LIST, "server", "/_acme-challenge.", THE_NAME, "/#"},
    {"dhcp", UCI_LIST, "interface_name", "", THE_NAME, ""},
    {"dhcp", UCI_LIST, "dhcp_option_force", "114,", THE_URI, ""},
    /* RA, DHCPv6, and DHCPv4 where it is odhcpd's: since November 2025; no harm before. */
    {"dhcp", UCI_OPTION, "captive_portal_uri", "", THE_URI, ""},
};

enum { WISHES = sizeof(wishes) / sizeof(wishes[0]) };

struct edit {
	const struct setup_plan *plan;
	const char *file;
	struct report *report;
	struct uci dhcp, network;
	FILE *out;
};

/* The wish's value. False when the plan has none. */
static bool wish_value(const struct setup_plan *plan, const struct wish *wish,
		       char value[VALUE_SIZE])
{
	const char *middle = wish->needs == NOTHING    ? ""
			     : wish->needs == THE_NAME ? plan->name
						       : plan->uri;

	if (middle == NULL || (wish->needs == THE_URI && middle[0] == '\0'))
		return false;
	snprintf(value, VALUE_SIZE, "%s%s%s", wish->before, middle, wish->after);
	return true;
}

/* Does the section say it already, or something else of its own? Then it stays so. */
static bool said_already(struct edit *edit, size_t section, const struct wish *wish,
			 const char *value)
{
	const struct uci_statement *first = &edit->dhcp.statements[section];
	const struct uci_statement *own = uci_option(&edit->dhcp, section, wish->name);

	for (size_t i = section + 1; i < uci_section_end(&edit->dhcp, section); i++) {
		const struct uci_statement *s = &edit->dhcp.statements[i];

		if (strcmp(s->name, wish->name) == 0 && strcmp(s->value, value) == 0)
			return true;
	}
	if (wish->kind != UCI_OPTION || own == NULL)
		return false;
	if (strcmp(value, "1") != 0 || !uci_is_true(own->value))
		report_warning(edit->report, edit->file, 0,
			       "config %s '%s': %s is \"%s\", expected \"%s\": it is left as it is",
			       first->name, first->value, wish->name, own->value, value);
	return true;
}

static void print_wish(FILE *out, const struct wish *wish, const char *value)
{
	fprintf(out, "\n\t%s %s '%s'", wish->kind == UCI_LIST ? "list" : "option", wish->name,
		value);
}

/* Our lines for the section, each below the line break that ends what stands before it. */
static void add_lines(struct edit *edit, size_t section)
{
	for (size_t i = 0; i < WISHES; i++) {
		char value[VALUE_SIZE];

		if (strcmp(wishes[i].section, edit->dhcp.statements[section].name) != 0 ||
		    !wish_value(edit->plan, &wishes[i], value) ||
		    said_already(edit, section, &wishes[i], value))
			continue;
		print_wish(edit->out, &wishes[i], value);
		fprintf(edit->out, "\n\tlist %s '%s %s'", SETUP_NOTE, wishes[i].name, value);
	}
}

/* Is the device among the words of value? */
static bool has_word(const char *value, const char *device)
{
	size_t length = strlen(device);

	for (const char *p = value; (p = strstr(p, device)) != NULL; p += length)
		if ((p == value || p[-1] == ' ') && (p[length] == ' ' || p[length] == '\0'))
			return true;
	return false;
}

/* Is section of /etc/config/network the one of that device? */
static bool is_network_of(const struct uci *network, size_t section, const char *device)
{
	const char *words =
	    uci_value(network, section, "device", uci_value(network, section, "ifname", ""));

	if (network->statements[section].kind != UCI_CONFIG ||
	    strcmp(network->statements[section].name, "interface") != 0)
		return false;
	/* Before OpenWrt 21.02 a bridge was named after its network. */
	if (strcmp(uci_value(network, section, "type", ""), "bridge") == 0)
		return strncmp(device, "br-", 3) == 0 &&
		       strcmp(device + 3, network->statements[section].value) == 0;
	return has_word(words, device);
}

/* Does the section of DHCP serve the device, by what /etc/config/network says? */
static bool serves(const struct edit *edit, size_t section, const char *device)
{
	const struct uci_statement *s = &edit->dhcp.statements[section];
	const char *name = uci_value(&edit->dhcp, section, "interface", s->value);

	if (s->kind != UCI_CONFIG || strcmp(s->name, "dhcp") != 0)
		return false;
	for (size_t i = 0; i < edit->network.count; i++)
		if (is_network_of(&edit->network, i, device) &&
		    strcmp(edit->network.statements[i].value, name) == 0)
			return true;
	return false;
}

static bool is_ours(const struct edit *edit, size_t section)
{
	const struct uci_statement *s = &edit->dhcp.statements[section];

	if (s->kind != UCI_CONFIG)
		return false;
	if (strcmp(s->name, "dnsmasq") == 0)
		return true;
	for (size_t i = 0; i < edit->plan->interface_count; i++)
		if (serves(edit, section, edit->plan->interfaces[i]))
			return true;
	return false;
}

/* The lines that somebody who knows the section has to add. */
static void tell_by_hand(const struct edit *edit, const char *device)
{
	char *lines = NULL;
	size_t size;
	FILE *out = open_memstream(&lines, &size);

	if (out == NULL)
		fatal("no memory for the answer");
	for (size_t i = 0; i < WISHES; i++) {
		char value[VALUE_SIZE];

		if (strcmp(wishes[i].section, "dhcp") == 0 &&
		    wish_value(edit->plan, &wishes[i], value))
			print_wish(out, &wishes[i], value);
	}
	if (fclose(out) != 0)
		fatal("no memory for the answer");
	if (size > 0)
		report_error(edit->report, edit->file, 0,
			     "no section \"config dhcp\" was found to belong to %s, expected one "
			     "for a network of /etc/config/network with that device; if you know "
			     "which it is, add to it:%s",
			     device, lines);
	free(lines);
}

static void check_devices(struct edit *edit)
{
	for (size_t i = 0; i < edit->plan->interface_count; i++) {
		bool found = false;

		for (size_t j = 0; j < edit->dhcp.count && !found; j++)
			found = serves(edit, j, edit->plan->interfaces[i]);
		if (!found)
			tell_by_hand(edit, edit->plan->interfaces[i]);
	}
}

/* Everything, with our lines behind each section's last statement. */
static char *add_all(struct edit *edit, const char *text)
{
	char *result = NULL;
	size_t size, done = 0;

	edit->out = open_memstream(&result, &size);
	if (edit->out == NULL)
		fatal("no memory for the file");
	for (size_t i = 0; i < edit->dhcp.count; i++) {
		const struct uci_statement *last =
		    &edit->dhcp.statements[uci_section_end(&edit->dhcp, i) - 1];

		if (!is_ours(edit, i))
			continue;
		fwrite(text + done, 1, last->end - done, edit->out);
		done = last->end;
		add_lines(edit, i);
	}
	fputs(text + done, edit->out);
	if (fclose(edit->out) != 0)
		fatal("no memory for the file");
	return result;
}

char *setup_openwrt_with(const struct setup_plan *plan, const char *text, const char *network,
			 const char *file, struct report *report)
{
	struct edit edit = {.plan = plan, .file = file, .report = report};
	char *plain = setup_openwrt_without(text, file, report), *result = NULL;

	if (plain == NULL)
		return NULL;
	uci_read(&edit.dhcp, plain);
	uci_read(&edit.network, network);
	if (uci_understood(&edit.network, "/etc/config/network", report)) {
		check_devices(&edit);
		result = add_all(&edit, plain);
	}
	uci_free(&edit.dhcp);
	uci_free(&edit.network);
	free(plain);
	return result;
}
