/*
 * The walled garden's names and networks, as an operator writes them. Pure but for the
 * report: no name is looked up here.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/conf_value.h"

enum { LEAST_BITS_4 = 8, LEAST_BITS_6 = 16, LABEL_MAX = 63 };

/* As the DNS has it, with at least one point: "vn" or "localhost" is no garden. */
bool conf_is_domain(const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	size_t labels = 0;

	if (strlen(text) >= CONF_DOMAIN_SIZE)
		return false;
	for (const char *p = text;; p++, labels++) {
		size_t n = strspn(p, letters);

		if (n == 0 || n > LABEL_MAX || p[0] == '-' || p[n - 1] == '-')
			return false;
		p += n;
		if (*p == '\0')
			return labels > 0 && text[strspn(text, "0123456789.")] != '\0';
		if (*p != '.')
			return false;
	}
}

static bool bit_of(const uint8_t *byte, unsigned i)
{
	return byte[i / 8] >> (7 - i % 8) & 1;
}

/* Of two prefixes one contains the other, or they have nothing in common. */
static bool overlap(const struct conf_prefix *a, const struct conf_prefix *b)
{
	unsigned bits = a->bits < b->bits ? a->bits : b->bits;

	if (a->family != b->family)
		return false;
	for (unsigned i = 0; i < bits; i++)
		if (bit_of(a->byte, i) != bit_of(b->byte, i))
			return false;
	return true;
}

bool conf_prefix_has(const struct conf_prefix *prefix, uint8_t family, const uint8_t *address)
{
	struct conf_prefix one = {.family = family, .bits = family == 4 ? 32 : 128};

	memcpy(one.byte, address, family == 4 ? 4 : 16);
	return overlap(prefix, &one);
}

/* "/N" or nothing, which is all bits; -1: neither. */
static int bits_read(const char *slash, int most)
{
	size_t digits = slash != NULL ? strspn(slash + 1, "0123456789") : 0;
	int bits;

	if (slash == NULL)
		return most;
	if (digits == 0 || digits > 3 || slash[1 + digits] != '\0')
		return -1;
	bits = (int)strtol(slash + 1, NULL, 10);
	return bits <= most ? bits : -1;
}

/* Not this machine itself, not a group, nothing reserved. */
static bool is_unicast(const struct conf_prefix *prefix)
{
	uint8_t first = prefix->byte[0];

	if (prefix->family == 4)
		return first != 0 && first != 127 && first < 224;
	return first != 0xff && (first != 0 || prefix->byte[1] != 0);
}

bool conf_prefix_parse(const char *text, struct conf_prefix *out)
{
	const char *slash = strchr(text, '/');
	size_t length = slash != NULL ? (size_t)(slash - text) : strlen(text);
	char address[INET6_ADDRSTRLEN];
	struct conf_prefix prefix = {.family = 4};
	int bits, most;

	if (length >= sizeof(address))
		return false;
	memcpy(address, text, length);
	address[length] = '\0';
	if (inet_pton(AF_INET, address, prefix.byte) != 1) {
		prefix.family = 6;
		if (inet_pton(AF_INET6, address, prefix.byte) != 1)
			return false;
	}
	most = prefix.family == 4 ? 32 : 128;
	bits = bits_read(slash, most);
	if (bits < (prefix.family == 4 ? LEAST_BITS_4 : LEAST_BITS_6))
		return false;
	prefix.bits = (uint8_t)bits;
	for (unsigned i = prefix.bits; i < (unsigned)most; i++)
		if (bit_of(prefix.byte, i))
			return false;
	*out = prefix;
	return is_unicast(&prefix);
}

bool conf_is_prefix(const char *text)
{
	struct conf_prefix prefix;

	return conf_prefix_parse(text, &prefix);
}

/* One that can be asked. */
bool conf_is_address(const char *text)
{
	uint8_t byte[16];

	return strlen(text) < CONF_ADDRESS_SIZE &&
	       (inet_pton(AF_INET, text, byte) == 1 || inet_pton(AF_INET6, text, byte) == 1);
}

void conf_add_garden_name(struct conf_load *load, const config_setting_t *s, const char *text,
			  void *base)
{
	struct conf_garden *garden = &((struct conf *)base)->garden;
	struct conf_domain *host = &garden->names[garden->name_count];

	for (size_t i = 0; i < garden->name_count; i++)
		if (strcmp(garden->names[i].name, text) == 0) {
			report_error(load->report, load->file, conf_line(s),
				     "names has \"%s\" already in line %d, expected each name once",
				     text, garden->names[i].line);
			return;
		}
	snprintf(host->name, sizeof(host->name), "%s", text);
	host->line = conf_line(s);
	garden->name_count++;
}

void conf_add_garden_prefix(struct conf_load *load, const config_setting_t *s, const char *text,
			    void *base)
{
	struct conf_garden *garden = &((struct conf *)base)->garden;
	struct conf_prefix prefix;

	if (!conf_prefix_parse(text, &prefix))
		return; /* never: conf_is_prefix() has read it */
	for (size_t i = 0; i < garden->prefix_count; i++)
		if (overlap(&garden->prefixes[i], &prefix)) {
			report_error(load->report, load->file, conf_line(s),
				     "addresses has \"%s\", which overlaps line %d, expected each "
				     "address once",
				     text, garden->prefixes[i].line);
			return;
		}
	prefix.line = conf_line(s);
	garden->prefixes[garden->prefix_count++] = prefix;
}

bool conf_has_garden(const struct conf *conf)
{
	return conf->garden.name_count > 0 || conf->garden.prefix_count > 0;
}
