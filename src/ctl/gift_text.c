/*
 * GIFT's texts: where they end, which characters are escaped, how they are marked. The
 * rules are those of Moodle's importer: a backslash means something before : # = { } ~ n
 * and another backslash, elsewhere it is itself. Pure.
 */
#include "ctl/gift_part.h"

#include <string.h>

static const char spaces[] = " \t\n";

/* Is *at the first of two characters that stand for one? */
static bool is_escape(const char *at, const char *end)
{
	return *at == '\\' && at + 1 < end && at[1] != '\0' && strchr("\\:#={}~n", at[1]) != NULL;
}

char *gift_find(char *at, const char *end, const char *set)
{
	while (at < end && (is_escape(at, end) || strchr(set, *at) == NULL))
		at += is_escape(at, end) ? 2 : 1;
	return at;
}

struct gift_span gift_span(char *begin, char *end, int line)
{
	for (; begin < end && strchr(spaces, *begin) != NULL; begin++)
		line += *begin == '\n';
	while (end > begin && strchr(spaces, end[-1]) != NULL)
		end--;
	return (struct gift_span){.begin = begin, .end = end, .line = line};
}

static const struct format {
	const char *mark;
	bool plain;
} formats[] = {
    {"[plain]", true},
    {"[moodle]", true},
    {"[html]", false},
    {"[markdown]", false},
};

struct gift_span gift_plain(const struct gift *gift, struct gift_span span)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		size_t length = strlen(formats[i].mark);

		if (span.begin == NULL || (size_t)(span.end - span.begin) < length ||
		    memcmp(span.begin, formats[i].mark, length) != 0)
			continue;
		if (!formats[i].plain)
			gift_error(gift, span.line, "%s, expected plain text", formats[i].mark);
		return gift_span(span.begin + length, span.end, span.line);
	}
	return span;
}

/* What an escape stands for. */
static char unescaped(char c)
{
	return c == 'n' ? '\n' : c;
}

const char *gift_decode(struct gift_span span)
{
	char *out = span.begin;

	for (const char *at = span.begin; at < span.end; at++) {
		bool escape = is_escape(at, span.end);
		char c = escape ? unescaped(*++at) : *at;

		if (c != '\n') {
			*out++ = c;
			continue;
		}
		/* A line end and the white space on both sides of it are one space. */
		while (out > span.begin && (out[-1] == ' ' || out[-1] == '\t'))
			out--;
		while (at + 1 < span.end && strchr(spaces, at[1]) != NULL)
			at++;
		if (out > span.begin)
			*out++ = ' ';
	}
	while (out > span.begin && strchr(spaces, out[-1]) != NULL)
		out--;
	*out = '\0';
	return span.begin;
}
