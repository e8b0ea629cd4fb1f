/*
 * Strict on purpose: {"name":"value", ...} with white space. Neither codes nor instances need
 * an escape, so that none is understood; a number, true, false and null are gone past, for
 * they can be no field that is looked for.
 */
#include "collect/flat.h"

#include <string.h>

enum { FIELDS_MAX = 8 };

static const char *blank(const char *p)
{
	return p + strspn(p, " \t\r\n");
}

/* A text at p: where its first byte is, its length, and what follows it. NULL: none. */
static const char *text(const char *p, const char **from, size_t *length)
{
	if (*p != '"')
		return NULL;
	*from = p + 1;
	*length = 0;
	for (p++; *p != '"'; p++, (*length)++)
		if ((unsigned char)*p < 0x20 || *p == '\\')
			return NULL;
	return p + 1;
}

static bool put(const struct flat_field *fields, size_t count, bool *found, const char *name,
		size_t name_length, const char *value, size_t length)
{
	for (size_t i = 0; i < count; i++) {
		if (strlen(fields[i].name) != name_length ||
		    memcmp(fields[i].name, name, name_length) != 0)
			continue;
		if (found[i] || length >= fields[i].size)
			return false;
		memcpy(fields[i].out, value, length);
		fields[i].out[length] = '\0';
		found[i] = true;
	}
	return true;
}

/* Past a number or a word; p itself when there is none. */
static const char *plain(const char *p)
{
	return p + strspn(p, "-+.0123456789Eaeflnrstu");
}

static bool is_looked_for(const struct flat_field *fields, size_t count, const char *name,
			  size_t length)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(fields[i].name) == length && memcmp(fields[i].name, name, length) == 0)
			return true;
	return false;
}

static const char *pair(const char *p, const struct flat_field *fields, size_t count, bool *found)
{
	const char *name, *value;
	size_t name_length, length;

	p = text(blank(p), &name, &name_length);
	if (p == NULL || *(p = blank(p)) != ':')
		return NULL;
	p = blank(p + 1);
	if (*p != '"') {
		value = plain(p);
		if (value == p || is_looked_for(fields, count, name, name_length))
			return NULL;
		return blank(value);
	}
	p = text(p, &value, &length);
	if (p == NULL || !put(fields, count, found, name, name_length, value, length))
		return NULL;
	return blank(p);
}

bool flat_read(const char *body, const struct flat_field *fields, size_t count)
{
	bool found[FIELDS_MAX] = {false};
	const char *p = blank(body);

	if (count > FIELDS_MAX || *p != '{')
		return false;
	do {
		p = pair(p + 1, fields, count, found);
	} while (p != NULL && *p == ',');
	if (p == NULL || *p != '}' || *blank(p + 1) != '\0')
		return false;
	for (size_t i = 0; i < count; i++)
		if (!found[i])
			return false;
	return true;
}
