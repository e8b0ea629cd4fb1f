/*
 * Reads one value of the configuration: a text, a number, a duration, a choice. What it
 * may be stands in its struct key; what it is not goes to the report with its line.
 * Pure but for the report: it must never open, look up or change anything.
 */
#include "common/conf_value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int conf_line(const config_setting_t *s)
{
	return (int)config_setting_source_line(s);
}

enum { NAME_SIZE = 80 };

/* What the operator calls it and what is said of it: "portal.port is", "trusted has". */
static const char *name_of(const config_setting_t *s, char out[NAME_SIZE])
{
	const config_setting_t *parent = config_setting_parent(s);
	const char *name = config_setting_name(s);
	const char *group = parent != NULL ? config_setting_name(parent) : NULL;

	if (name == NULL)
		snprintf(out, NAME_SIZE, "%s has", group != NULL ? group : "the file");
	else
		snprintf(out, NAME_SIZE, "%s%s%s is", group != NULL ? group : "",
			 group != NULL ? "." : "", name);
	return out;
}

static const char *type_of(const config_setting_t *s)
{
	switch (config_setting_type(s)) {
	case CONFIG_TYPE_GROUP:
		return "a group { }";
	case CONFIG_TYPE_ARRAY:
	case CONFIG_TYPE_LIST:
		return "a list";
	case CONFIG_TYPE_BOOL:
		return "true or false";
	case CONFIG_TYPE_STRING:
		return "a text";
	case CONFIG_TYPE_FLOAT:
		return "a number with a point";
	default:
		return "a number";
	}
}

size_t conf_utf8_length(const unsigned char *p)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t n = p[0] < 0x80 ? 1 : p[0] < 0xc0 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	uint32_t c = n == 1 ? p[0] : p[0] & (0x7fU >> n);

	if (n == 0 || p[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3fU);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	return c < 0x20 || (c >= 0x7f && c < 0xa0) ? 0 : n;
}

/* Text that can be shown as it is. */
static bool is_printable(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	for (size_t n; *p != '\0'; p += n) {
		n = conf_utf8_length(p);
		if (n == 0)
			return false;
	}
	return true;
}

/* The value is not what the key holds. */
void conf_bad_type(struct conf_load *load, const config_setting_t *s, const char *expected)
{
	char name[NAME_SIZE];

	report_error(load->report, load->file, conf_line(s), "%s %s, expected %s", name_of(s, name),
		     type_of(s), expected);
}

static void bad_text(struct conf_load *load, const config_setting_t *s, const char *text,
		     const char *expected)
{
	char name[NAME_SIZE];

	/* Bytes that a terminal or a log would take for something else are not repeated. */
	if (!is_printable(text))
		text = "...";
	report_error(load->report, load->file, conf_line(s), "%s \"%s\", expected %s",
		     name_of(s, name), text, expected);
}

const char *conf_checked_text(struct conf_load *load, const struct conf_key *key,
			      const config_setting_t *s)
{
	const char *text = config_setting_get_string(s);

	if (text == NULL) {
		conf_bad_type(load, s, key->expected);
		return NULL;
	}
	if (!key->check(text)) {
		bad_text(load, s, text, key->expected);
		return NULL;
	}
	return text;
}

/* Characters that one pattern of a name allows: at least one, at most max. */
static bool only(const char *text, size_t max, const char *allowed)
{
	size_t length = strlen(text);

	return length > 0 && length <= max && strspn(text, allowed) == length;
}

#define LETTERS "abcdefghijklmnopqrstuvwxyz"
#define DIGITS	"0123456789"

bool conf_is_name(const char *text)
{
	return only(text, CONF_NAME_SIZE - 1, LETTERS DIGITS "-");
}

bool conf_is_user(const char *text)
{
	return only(text, CONF_NAME_SIZE - 1, LETTERS DIGITS "_-") && text[0] != '-';
}

bool conf_is_word(const char *text)
{
	return only(text, CONF_NAME_SIZE - 1, LETTERS DIGITS "_-");
}

bool conf_is_language(const char *text)
{
	return only(text, 3, LETTERS) && text[1] != '\0';
}

/* As the kernel's dev_valid_name() has it. */
bool conf_is_interface(const char *text)
{
	size_t length = strlen(text);

	if (length == 0 || length >= IF_NAMESIZE || text[strcspn(text, "/: \t\n\v\f\r")] != '\0')
		return false;
	return strcmp(text, ".") != 0 && strcmp(text, "..") != 0;
}

bool conf_is_title(const char *text)
{
	return text[0] != '\0' && strlen(text) < CONF_TEXT_SIZE && is_printable(text);
}

bool conf_is_mac(const char *text)
{
	struct ether mac;

	return ether_parse(text, &mac) && ether_is_unicast(&mac);
}

/* Never "/" alone and no "..": gate gives the folders of state and run to their owners. */
bool conf_is_path(const char *text)
{
	size_t length = strlen(text);

	if (text[0] != '/' || length > CONF_PATH_BYTES || strspn(text, "/") == length)
		return false;
	if (strstr(text, "/../") != NULL || (length > 2 && strcmp(text + length - 3, "/..") == 0))
		return false;
	return is_printable(text);
}

bool conf_is_run_path(const char *text)
{
	return conf_is_path(text) && strlen(text) <= CONF_RUN_BYTES; /* sun_path holds 108 */
}

void conf_read_text(struct conf_load *load, const struct conf_key *key, config_setting_t *s,
		    void *base)
{
	const char *text = conf_checked_text(load, key, s);

	if (text != NULL)
		snprintf((char *)base + key->offset, key->size, "%s", text);
}

/* Numbers go to a uint16_t or a uint32_t. */
static void put_number(void *at, size_t size, uint32_t value)
{
	uint16_t small = (uint16_t)value;

	memcpy(at, size == sizeof(small) ? (const void *)&small : &value, size);
}

void conf_read_number(struct conf_load *load, const struct conf_key *key, config_setting_t *s,
		      void *base)
{
	int type = config_setting_type(s);
	long long n = config_setting_get_int64(s);
	char expected[64], name[NAME_SIZE];

	snprintf(expected, sizeof(expected), "a number from %u to %u", key->min, key->max);
	if (type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64)
		conf_bad_type(load, s, expected);
	else if (n >= INT32_MAX) /* what was written may have been larger: conf.c, saturate() */
		report_error(load->report, load->file, conf_line(s), "%s too large, expected %s",
			     name_of(s, name), expected);
	else if (n < key->min || n > key->max)
		report_error(load->report, load->file, conf_line(s), "%s %lld, expected %s",
			     name_of(s, name), n, expected);
	else
		put_number((char *)base + key->offset, key->size, (uint32_t)n);
}

uint32_t conf_duration_seconds(const char *text)
{
	static const struct {
		char unit;
		uint32_t seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
	size_t digits = strspn(text, DIGITS);

	if (digits == 0 || digits > 7 || text[digits] == '\0' || text[digits + 1] != '\0')
		return 0;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		unsigned long long seconds = strtoull(text, NULL, 10) * units[i].seconds;

		if (units[i].unit == text[digits])
			return seconds <= UINT32_MAX ? (uint32_t)seconds : UINT32_MAX;
	}
	return 0;
}

void conf_read_duration(struct conf_load *load, const struct conf_key *key, config_setting_t *s,
			void *base)
{
	const char *text = config_setting_get_string(s);
	uint32_t seconds = text != NULL ? conf_duration_seconds(text) : 0;

	if (text == NULL)
		conf_bad_type(load, s, key->expected);
	else if (seconds < key->min || seconds > key->max)
		bad_text(load, s, text, key->expected);
	else
		memcpy((char *)base + key->offset, &seconds, sizeof(seconds));
}

/* Is it 0, or "0"? */
static bool is_never(const config_setting_t *s)
{
	const char *text = config_setting_get_string(s);

	return text != NULL ? strcmp(text, "0") == 0
			    : config_setting_type(s) == CONFIG_TYPE_INT &&
				  config_setting_get_int(s) == 0;
}

void conf_read_span(struct conf_load *load, const struct conf_key *key, config_setting_t *s,
		    void *base)
{
	if (is_never(s))
		memset((char *)base + key->offset, 0, sizeof(uint32_t));
	else
		conf_read_duration(load, key, s, base);
}

void conf_read_days(struct conf_load *load, const struct conf_key *key, config_setting_t *s,
		    void *base)
{
	const uint32_t day = 86400;
	uint32_t value;

	conf_read_span(load, key, s, base);
	memcpy(&value, (char *)base + key->offset, sizeof(value));
	if (value >= key->min && value % day != 0)
		bad_text(load, s, config_setting_get_string(s), key->expected);
	value = value >= key->min ? value / day : value;
	memcpy((char *)base + key->offset, &value, sizeof(value));
}

void conf_read_choice(struct conf_load *load, const struct conf_key *key, config_setting_t *s,
		      void *base)
{
	const char *text = config_setting_get_string(s);
	bool second = text != NULL && strcmp(text, key->words[1]) == 0;

	if (text == NULL)
		conf_bad_type(load, s, key->expected);
	else if (!second && strcmp(text, key->words[0]) != 0)
		bad_text(load, s, text, key->expected);
	else
		memcpy((char *)base + key->offset, &second, sizeof(second));
}

void conf_read_bool(struct conf_load *load, const struct conf_key *key, config_setting_t *s,
		    void *base)
{
	bool value = config_setting_get_bool(s) != 0;

	if (config_setting_type(s) != CONFIG_TYPE_BOOL)
		conf_bad_type(load, s, "true or false");
	else
		memcpy((char *)base + key->offset, &value, sizeof(value));
}
